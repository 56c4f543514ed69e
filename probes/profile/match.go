package profile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// The objects by which every device introduces itself.
const (
	sysDescr    snmp.OID = "1.3.6.1.2.1.1.1.0"
	sysObjectID snmp.OID = "1.3.6.1.2.1.1.2.0"
	sysName     snmp.OID = "1.3.6.1.2.1.1.5.0"
	upTime      snmp.OID = "1.3.6.1.2.1.1.3.0"
)

// Match is the set of profiles that fit one device, highest priority first.
type Match struct {
	Profiles []*Profile
	// Descr, ObjectID and Name are how the device introduced itself.
	Descr, ObjectID, Name string

	kin *kin // shared by all whom the same profiles fit
}

// Names are the names of the profiles.
func (m Match) Names() []string {
	var out []string
	for _, p := range m.Profiles {
		if !slices.Contains(out, p.Name) {
			out = append(out, p.Name)
		}
	}
	return out
}

// Role is what the device is, as far as its profiles say: the role of the one
// with the highest priority.
func (m Match) Role() fleet.Role {
	for _, p := range m.Profiles {
		return p.Role
	}
	return 0
}

// Match asks a device who it is and returns the profiles that fit. Several add
// up; those that another one replaces are left out. No profile fitting is not
// an error.
func (l *Library) Match(ctx context.Context, src Source) (Match, error) {
	m, is, err := l.meet(ctx, src, nil)
	if err != nil {
		return Match{}, err
	}
	return l.decide(ctx, src, m, is)
}

// met is what was asked of a device while it was matched.
type met struct {
	of    *Library
	vars  *Vars
	asked *singles // the objects outside of tables that need not be asked again
	lost  error    // some of them were not answered
}

// meet asks a device who it is. guess says what will be asked anyway of a device
// that introduces itself like this: it fits into the same message.
func (l *Library) meet(ctx context.Context, src Source, guess func(Match) []cellAt) (Match, *met, error) {
	is := &met{of: l, vars: NewVars()}
	if err := is.get(ctx, src, l.firstQuestions()); err != nil {
		return Match{}, nil, err
	}
	m := introduction(is.vars)
	more := l.introducedQuestions(m)
	if guess != nil {
		more = append(more, guess(m)...)
	}
	if err := is.get(ctx, src, more); err != nil {
		return Match{}, nil, err
	}
	return m, is, nil
}

// decide finds the profiles that fit a device that was met.
func (l *Library) decide(ctx context.Context, src Source, m Match, is *met) (Match, error) {
	fits, err := l.fitting(ctx, src, m, is.vars)
	if err != nil {
		return Match{}, err
	}
	replaced := map[string]bool{}
	for _, p := range fits {
		for _, r := range p.Replaces {
			replaced[r] = true
		}
	}
	for _, p := range fits {
		if !replaced[p.Name] {
			m.Profiles = append(m.Profiles, p)
		}
	}
	m.kin = l.kin(m.Profiles)
	return m, nil
}

// get reads objects that were not asked for yet. An object that breaks the agent
// is one that it does not have, until an inventory asks for it.
func (is *met) get(ctx context.Context, src Source, cells []cellAt) error {
	next := is.of.singlesAfter(is.asked, cells)
	is.asked = next
	var err error
	if a, live := src.(asker); live && next.question != nil {
		err = a.Ask(ctx, next.question, func(got []snmp.Variable) { is.vars.overlay(next.cells, got) })
	} else {
		err = readScalars(ctx, src, is.vars, next.cells)
	}
	if errors.Is(err, snmp.ErrIncomplete) {
		is.lost = err
		return nil
	}
	return err
}

// kin is what all have in common whom the same profiles fit.
func (l *Library) kin(profiles []*Profile) *kin {
	var key strings.Builder
	for _, p := range profiles {
		fmt.Fprintf(&key, "%p ", p)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.kins[key.String()]
	if k == nil {
		if k = newKin(profiles); l.kins == nil {
			l.kins = map[string]*kin{}
		}
		l.kins[key.String()] = k
	}
	return k
}

// fitting are the profiles whose clauses hold: those of families first, then
// the last resorts that may stand beside them.
func (l *Library) fitting(ctx context.Context, src Source, m Match, vars *Vars) ([]*Profile, error) {
	var fits []*Profile
	named := map[string]bool{}
	for _, lastResort := range []bool{false, true} {
		for _, p := range l.profiles {
			// Of a profile's variants, the first that fits.
			if named[p.Name] || (len(p.OnlyBeside) > 0) != lastResort || lastResort && !p.mayStandBeside(fits) {
				continue
			}
			if err := p.askRows(ctx, src, m, vars, l.profiles); err != nil {
				return nil, err
			}
			if p.matches(m, vars) {
				named[p.Name] = true
				fits = append(fits, p)
			}
		}
	}
	return fits, nil
}

func (p *Profile) mayStandBeside(fits []*Profile) bool {
	return !slices.ContainsFunc(fits, func(other *Profile) bool { return !slices.Contains(p.OnlyBeside, other.Name) })
}

// questions are all single objects that profiles may need to decide.
func (l *Library) questions() []cellAt { return l.questionsOf(func(*Clause) bool { return true }) }

// oneMessage is what fits into any message beside its envelope, and beside the
// text with which a device introduces itself.
const oneMessage = 1050

// firstQuestions are those by which a device introduces itself, with as many of
// those that anybody is asked as fit into the same message.
func (l *Library) firstQuestions() []cellAt {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.first == nil {
		room := oneMessage
		for _, c := range l.questionsOf(func(c *Clause) bool { return len(c.ObjectID) == 0 && c.Descr.Regexp == nil }) {
			if room -= (snmp.Variable{OID: c.oid()}).Size(); room < 0 {
				break
			}
			l.first = append(l.first, c)
		}
	}
	return l.first
}

func (l *Library) questionsOf(which func(*Clause) bool) []cellAt {
	n := needs{}
	n.scalar(sysDescr)
	n.scalar(sysObjectID)
	n.scalar(sysName)
	for _, p := range l.profiles {
		for _, c := range slices.Concat(p.Match.Any, p.Match.Unless) {
			if !which(c) {
				continue
			}
			for _, o := range c.Answers {
				n.scalar(o.Num)
			}
			if c.Object != nil {
				n.scalar(c.Object.Num)
			}
			for _, name := range c.Scripts {
				n.cell(listed(name))
			}
		}
	}
	return n.scalars
}

// askRows finds out about the has_rows clauses whose other statements hold; none
// is asked twice. Those of all families go into one question where the source
// can say what follows an object.
func (p *Profile) askRows(ctx context.Context, src Source, m Match, vars *Vars, all []*Profile) error {
	if len(p.rowQuestions(m, vars)) == 0 {
		return nil
	}
	columns := p.rowQuestions(m, vars)
	if len(p.OnlyBeside) == 0 {
		columns = familyRows(all, m, vars)
	}
	if next, ok := src.(Successor); ok {
		if got, err := next.Next(ctx, columns, endSizes(len(columns))); err == nil {
			vars.rowsAnswered(columns, got)
			return nil
		} else if !errors.Is(err, snmp.ErrIncomplete) {
			return err
		}
	}
	for _, col := range p.rowQuestions(m, vars) {
		vars.partial[col] = true
		got, err := src.Columns(ctx, []snmp.OID{col})
		vars.columns(col, []snmp.OID{col}, got)
		if err != nil && len(got) == 0 {
			return err
		}
	}
	return nil
}

// familyRows are all columns that decide about families.
func familyRows(all []*Profile, m Match, vars *Vars) []snmp.OID {
	var columns []snmp.OID
	for _, p := range all {
		if len(p.OnlyBeside) == 0 {
			columns = append(columns, p.rowQuestions(m, vars)...)
		}
	}
	slices.SortFunc(columns, snmp.OID.Compare)
	return slices.Compact(columns)
}

// rowsAnswered notes what follows columns that has_rows clauses ask about.
func (v *Vars) rowsAnswered(columns []snmp.OID, got []snmp.Variable) {
	for i, col := range columns {
		if got[i].Value.Type == snmp.Null {
			continue // lost: to be asked in another way
		}
		v.partial[col] = true // from here on it has been asked
		if x := got[i]; x.Value.Exists() && x.OID.Under(col) {
			v.columns(col, []snmp.OID{col}, got[i:i+1])
		}
	}
}

// rowQuestions are the columns that has_rows clauses still ask about.
func (p *Profile) rowQuestions(m Match, vars *Vars) []snmp.OID {
	var out []snmp.OID
	for _, c := range slices.Concat(p.Match.Any, p.Match.Unless) {
		if c.HasRows != nil && !vars.partial[c.HasRows.Num] && c.besidesRows(m, vars) {
			out = append(out, c.HasRows.Num)
		}
	}
	return out
}

func (p *Profile) matches(m Match, vars *Vars) bool {
	fits := func(cs []*Clause) bool {
		return slices.ContainsFunc(cs, func(c *Clause) bool { return c.stated(m, vars) })
	}
	return fits(p.Match.Any) && !fits(p.Match.Unless)
}

// stated reports whether everything that the clause states is true.
func (c *Clause) stated(m Match, vars *Vars) bool {
	return c.besidesRows(m, vars) && (c.HasRows == nil || vars.has(c.HasRows.Num))
}

// besidesRows is stated without has_rows, which costs a walk to ask.
func (c *Clause) besidesRows(m Match, vars *Vars) bool {
	if !c.introduced(m) {
		return false
	}
	if len(c.Answers) > 0 && !slices.ContainsFunc(c.Answers, func(o OID) bool { return vars.get(scalarAt(o.Num)).ok }) {
		return false
	}
	if len(c.Scripts) > 0 && !slices.ContainsFunc(c.Scripts, func(name string) bool { return vars.get(listed(name)).ok }) {
		return false
	}
	if c.Object != nil {
		if v := vars.get(scalarAt(c.Object.Num)); !v.ok || !c.Is.MatchString(v.text) {
			return false
		}
	}
	return true
}

// introduced reports whether how the device introduced itself is as the clause
// states.
func (c *Clause) introduced(m Match) bool {
	if len(c.ObjectID) > 0 && !slices.ContainsFunc(c.ObjectID, func(o OID) bool {
		id := snmp.OID(m.ObjectID)
		return id == o.Num || id.Under(o.Num)
	}) {
		return false
	}
	return c.Descr.Regexp == nil || c.Descr.MatchString(m.Descr)
}

// introduction is how a device introduced itself, out of variables read.
func introduction(v *Vars) Match {
	return Match{Descr: v.get(scalarAt(sysDescr)).text, Name: v.get(scalarAt(sysName)).text,
		ObjectID: strings.TrimPrefix(v.get(scalarAt(sysObjectID)).text, ".")}
}
