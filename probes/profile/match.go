package profile

import (
	"context"
	"errors"
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
)

// Match is the set of profiles that fit one device, highest priority first.
type Match struct {
	Profiles []*Profile
	// Descr, ObjectID and Name are how the device introduced itself.
	Descr, ObjectID, Name string
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
	return ""
}

// Match asks a device who it is and returns the profiles that fit. Several add
// up; those that another one replaces are left out. No profile fitting is not
// an error.
func (l *Library) Match(ctx context.Context, src Source) (Match, error) {
	vars := NewVars()
	// An object that breaks the agent is one that it does not have.
	if err := readScalars(ctx, src, vars, l.questions()); err != nil && !errors.Is(err, snmp.ErrIncomplete) {
		return Match{}, err
	}
	m := introduction(vars)
	fits, err := l.fitting(ctx, src, m, vars)
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
	return m, nil
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
			if err := p.askRows(ctx, src, m, vars); err != nil {
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

// questions are the scalar objects that all profiles need to decide.
func (l *Library) questions() []cellAt {
	n := needs{}
	n.scalar(sysDescr)
	n.scalar(sysObjectID)
	n.scalar(sysName)
	for _, p := range l.profiles {
		for _, c := range slices.Concat(p.Match.Any, p.Match.Unless) {
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

// askRows reads the columns of those has_rows clauses whose other statements
// hold; none is read twice.
func (p *Profile) askRows(ctx context.Context, src Source, m Match, vars *Vars) error {
	for _, c := range slices.Concat(p.Match.Any, p.Match.Unless) {
		if c.HasRows == nil || vars.partial[c.HasRows.Num] || !c.besidesRows(m, vars) {
			continue
		}
		col := c.HasRows.Num
		vars.partial[col] = true // from here on it has been asked
		got, err := src.Columns(ctx, []snmp.OID{col})
		vars.columns(col, []snmp.OID{col}, got)
		if err != nil && len(got) == 0 {
			return err
		}
	}
	return nil
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
	if len(c.ObjectID) > 0 && !slices.ContainsFunc(c.ObjectID, func(o OID) bool {
		id := snmp.OID(m.ObjectID)
		return id == o.Num || id.Under(o.Num)
	}) {
		return false
	}
	if c.Descr.Regexp != nil && !c.Descr.MatchString(m.Descr) {
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

// introduction is how a device introduced itself, out of variables read.
func introduction(v *Vars) Match {
	return Match{Descr: v.get(scalarAt(sysDescr)).text, Name: v.get(scalarAt(sysName)).text,
		ObjectID: strings.TrimPrefix(v.get(scalarAt(sysObjectID)).text, ".")}
}
