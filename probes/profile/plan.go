package profile

import (
	"maps"
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
	// question asks for cells and tells, and how the device calls itself and
	// since when it runs; nil until the plan is shared.
	question *snmp.Question
}

// The objects that every status read asks for behind those of its plan.
const (
	askedID = iota
	askedTime
	askedBeside // how many they are
)

// Len is the number of objects that a status read gets one by one.
func (p Plan) Len() int { return len(p.cells) }

// OIDs are the objects that a status read gets.
func (p Plan) OIDs() []snmp.OID { return oidsOf(p.cells) }

// asked are the objects of one status read: the cells, the texts, and the
// device's own.
func (p *Plan) asked() []snmp.OID {
	out := slices.Grow(p.OIDs(), len(p.tells)+askedBeside)
	for _, c := range p.tells {
		out = append(out, c.oid())
	}
	return append(out, sysObjectID, upTime)
}

func (p *Plan) add(r *reader) {
	cells := slices.AppendSeq(make([]cellAt, 0, len(r.live)), maps.Keys(r.live))
	cells = slices.DeleteFunc(cells, func(c cellAt) bool {
		output, _, ok := member(c.col)
		if t := r.p.needs.of(output); ok && t.script.Live && !slices.Contains(p.scripts, t) {
			p.scripts = append(p.scripts, t)
		}
		return ok
	})
	slices.SortFunc(cells, func(a, b cellAt) int {
		if c := a.col.Compare(b.col); c != 0 {
			return c
		}
		return snmp.OID(a.idx).Compare(snmp.OID(b.idx))
	})
	p.cells = append(p.cells, cells...)
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

// What a device's name for itself, and the time since its start, take.
const (
	idSize   = 30
	timeSize = 20
)

// measured is what the answers take.
func (p *Plan) measured(v *Vars) []int {
	sizes := make([]int, 0, len(p.cells)+len(p.tells)+askedBeside)
	for _, c := range slices.Concat(p.cells, p.tells) {
		sizes = append(sizes, snmp.Variable{OID: c.oid(), Value: v.stored(c).value()}.Size())
	}
	return append(sizes, idSize, timeSize)
}

// witness notes by what text a part that people swap while the machine runs is
// told from another: its serial number, else its name.
func (r *row) witness(rule *Rule) {
	if r.live == nil || rule.Kind != fleet.Disk && rule.Kind != fleet.PSU {
		return
	}
	for _, f := range []*Field{rule.Serial, rule.Name} {
		var c cell
		r.eval(f, &c)
		if _, _, script := member(c.at.col); c.ok && c.raw.kind == snmp.OctetString && c.at.col != "" && !script && !r.p.says(&c) {
			r.tells = append(r.tells, c.at)
			return
		}
	}
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
