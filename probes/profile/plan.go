package profile

import (
	"slices"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// Plan is what a status read asks for: the live cells of the rows known to
// exist, and the columns of tables whose rows come and go (open faults).
type Plan struct {
	cells []cellAt
	// tells are texts by which a part that was swapped, or that moved to another
	// row, is told from the one before.
	tells  []cellAt
	tables []*tableNeed
	// scripts are those that are cheap enough to be run at every status read.
	scripts []*tableNeed
	// question asks how the device calls itself and since when it runs, and for
	// tells and cells; nil until the plan is shared.
	question *snmp.Question
}

// The objects that every status read asks for before those of its plan.
const (
	askedID = iota
	askedTime
	askedName
	askedBeside // how many they are
)

// Len is the number of objects that a status read gets one by one.
func (p Plan) Len() int { return len(p.cells) }

// OIDs are the objects that a status read gets.
func (p Plan) OIDs() []snmp.OID { return oidsOf(p.cells) }

// asked are the objects of one status read: the device's own, the texts, and the
// cells. A text takes more room in the answer, and a cell more in the request,
// where its value is guessed at: one behind the other they fill messages better.
func (p *Plan) asked() []snmp.OID {
	out := make([]snmp.OID, 0, askedBeside+len(p.tells)+len(p.cells))
	out = append(out, sysObjectID, upTime, sysName)
	return append(append(out, oidsOf(p.tells)...), oidsOf(p.cells)...)
}

func (p *Plan) add(r *reader) {
	l := r.p.memo.sorted(r.p, r.order)
	for _, t := range l.scripts {
		if !slices.Contains(p.scripts, t) {
			p.scripts = append(p.scripts, t)
		}
	}
	if p.cells == nil {
		p.cells = slices.Clip(l.cells) // shared
	} else {
		p.cells = append(p.cells, l.cells...)
	}
	for _, c := range r.tells {
		if !r.live[c] && !slices.Contains(p.tells, c) {
			p.tells = append(p.tells, c)
		}
	}
	for _, f := range r.p.Faults {
		if f.live() {
			p.tables = append(p.tables, r.p.needs.of(f.Entry.Num))
		}
	}
}

// liveCells are those that one profile met on a device, in order.
type liveCells struct {
	of      *Profile
	met     []cellAt // as they were met
	cells   []cellAt
	scripts []*tableNeed // whose output others of them stand in
}

func sortedLive(p *Profile, met []cellAt) *liveCells {
	l := &liveCells{of: p, met: met}
	for _, c := range met {
		output, _, ok := member(c.col)
		if !ok {
			l.cells = append(l.cells, c)
		} else if t := p.needs.of(output); t.script.Live && !slices.Contains(l.scripts, t) {
			l.scripts = append(l.scripts, t)
		}
	}
	slices.SortFunc(l.cells, func(a, b cellAt) int {
		if c := a.col.Compare(b.col); c != 0 {
			return c
		}
		return snmp.OID(a.idx).Compare(snmp.OID(b.idx))
	})
	return l
}

// sorted are the live cells that a profile met: devices of a model have the same.
func (m *memo) sorted(p *Profile, met []cellAt) *liveCells {
	if m == nil {
		return sortedLive(p, met)
	}
	h := mixed(hashed(m.seed, met), m.hash(p.Name))
	at := &m.lives[h%uint64(len(m.lives))]
	if have := at.Load(); have != nil && have.of == p && slices.Equal(have.met, met) {
		return have
	}
	if m.before[h%uint64(len(m.before))].Swap(h) != h {
		return sortedLive(p, met)
	}
	made := sortedLive(p, slices.Clone(met))
	at.Store(made)
	return made
}

// timeSize is what the time since a start takes at most.
const timeSize = 19

// measured is what the answers take.
func (p *Plan) measured(v *Vars) []int {
	sizes := make([]int, 0, askedBeside+len(p.tells)+len(p.cells))
	for _, c := range slices.Concat([]cellAt{scalarAt(sysObjectID), scalarAt(upTime), scalarAt(sysName)}, p.tells, p.cells) {
		sizes = append(sizes, snmp.Variable{OID: c.oid(), Value: v.stored(c).value()}.Size())
	}
	sizes[askedTime] = timeSize
	return sizes
}

// witness notes by what text a part is told from another that may come to stand
// in its row while the machine runs: because people swap it, or because volumes
// before it were made or deleted. That is its serial number, else its name.
func (r *row) witness(rule *Rule) {
	switch rule.Kind {
	case fleet.Disk, fleet.PSU, fleet.RAIDVolume:
		if !r.tell(rule.Serial, true) {
			r.tell(rule.Name, rule.Kind == fleet.Disk)
		}
	default: // the others take a restart
	}
}

// tell notes a field that is a text of the device as one that tells parts from
// one another. Where each is false it is a name for a place, by which only shows
// that rows have moved: then the last one has, too, and its text is enough.
func (r *row) tell(f *Field, each bool) bool {
	if r.live == nil {
		return false
	}
	var c cell
	r.eval(f, &c)
	if _, _, script := member(c.at.col); !c.ok || c.raw.kind != snmp.OctetString || c.at.col == "" || script || r.p.says(&c) {
		return false
	}
	if last := len(r.tells) - 1; !each && last >= 0 && r.tells[last].col == c.at.col {
		r.tells[last] = c.at
	} else {
		r.tells = append(r.tells, c.at)
	}
	return true
}

// Plan is p, or an equal plan that other endpoints have too; v is what was read
// when it was made.
func (s *Shared) Plan(p Plan, v *Vars) *Plan {
	key := hashed(s.seed, p.cells) ^ hashed(s.seed, p.tells)<<1
	s.mu.Lock()
	known := s.plans[key]
	s.mu.Unlock()
	if known != nil && slices.Equal(known.tables, p.tables) && slices.Equal(known.scripts, p.scripts) &&
		slices.Equal(known.cells, p.cells) && slices.Equal(known.tells, p.tells) {
		return known
	}
	made := p // p itself need not outlive the call
	if q, err := snmp.NewQuestion(made.asked(), made.measured(v)); err == nil {
		made.question = q
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.plans) >= mostShared {
		clear(s.plans)
	}
	s.plans[key] = &made
	return &made
}
