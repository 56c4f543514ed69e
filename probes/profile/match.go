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
	if err := l.askRows(ctx, src, m, vars); err != nil {
		return Match{}, err
	}
	var fits []*Profile
	replaced := map[string]bool{}
	named := map[string]bool{}
	for _, p := range l.profiles {
		if named[p.Name] || !p.matches(m, vars) {
			continue
		}
		named[p.Name] = true // of a profile's variants, the first that fits
		fits = append(fits, p)
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
		}
	}
	return n.scalars
}

// askRows reads the columns of those has_rows clauses whose other statements hold.
func (l *Library) askRows(ctx context.Context, src Source, m Match, vars *Vars) error {
	asked := map[snmp.OID]bool{}
	for _, p := range l.profiles {
		for _, c := range slices.Concat(p.Match.Any, p.Match.Unless) {
			if c.HasRows == nil || asked[c.HasRows.Num] || !c.besidesRows(m, vars) {
				continue
			}
			asked[c.HasRows.Num] = true
			got, err := src.Columns(ctx, []snmp.OID{c.HasRows.Num})
			vars.columns(c.HasRows.Num, []snmp.OID{c.HasRows.Num}, got)
			if err != nil && len(got) == 0 {
				return err
			}
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
