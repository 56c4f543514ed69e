package profile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ironage/probes/snmp"
)

// Explanation is why a profile fits a device, or why not: for the author of a
// profile, and for whoever wonders which one was read.
type Explanation struct {
	Profile *Profile
	// Fits says that a clause of "any" holds and none of "unless".
	Fits bool
	// ReplacedBy is the profile that fits, too, and leaves this one out; "" for
	// none.
	ReplacedBy string
	// Beside is the profile that fits and beside which this one, a last resort,
	// is not used; "" for none.
	Beside  string
	Clauses []ClauseResult
}

// ClauseResult is one clause of a profile, statement by statement.
type ClauseResult struct {
	Pos
	Unless     bool // it stands under "unless": where it holds, the profile does not fit
	Holds      bool
	Statements []Statement
}

// Statement is one thing that a clause states, and what the device said to it.
type Statement struct {
	Text  string // "sysDescr matches ^Linux"
	Got   string // "it is \"Linux web1\"", "no value"
	Holds bool
}

// Explain asks a device who it is, as Match does, and says for every profile
// of the library, highest priority first, how its clauses came out. Of a
// profile that stands for several bases, it explains the variant that fits, or
// the first.
func (l *Library) Explain(ctx context.Context, src Source) (Match, []Explanation, error) {
	vars := NewVars()
	if err := readScalars(ctx, src, vars, l.questions()); err != nil && !errors.Is(err, snmp.ErrIncomplete) {
		return Match{}, nil, err
	}
	m := introduction(vars)
	fits, err := l.fitting(ctx, src, m, vars)
	if err != nil {
		return Match{}, nil, err
	}
	var all []Explanation
	explained := map[string]bool{}
	for _, p := range l.profiles {
		if explained[p.Name] {
			continue
		}
		explained[p.Name] = true
		if i := slices.IndexFunc(fits, func(f *Profile) bool { return f.Name == p.Name }); i >= 0 {
			p = fits[i]
		}
		all = append(all, p.explain(m, vars, fits))
	}
	for _, e := range all {
		if e.Fits && e.ReplacedBy == "" {
			m.Profiles = append(m.Profiles, e.Profile)
		}
	}
	return m, all, nil
}

func (p *Profile) explain(m Match, vars *Vars, fits []*Profile) Explanation {
	e := Explanation{Profile: p, Fits: slices.Contains(fits, p)}
	for _, other := range fits {
		if e.ReplacedBy == "" && slices.Contains(other.Replaces, p.Name) {
			e.ReplacedBy = other.Name
		}
		if e.Beside == "" && len(p.OnlyBeside) > 0 && other != p && !slices.Contains(p.OnlyBeside, other.Name) {
			e.Beside = other.Name
		}
	}
	for i, c := range slices.Concat(p.Match.Any, p.Match.Unless) {
		r := ClauseResult{Pos: c.Pos, Unless: i >= len(p.Match.Any), Holds: c.stated(m, vars)}
		r.Statements = c.statements(m, vars)
		e.Clauses = append(e.Clauses, r)
	}
	return e
}

// statements says about everything that the clause states whether it holds.
func (c *Clause) statements(m Match, vars *Vars) []Statement {
	var out []Statement
	if len(c.ObjectID) > 0 {
		one := &Clause{ObjectID: c.ObjectID}
		out = append(out, Statement{Text: "sysObjectID is, or lies below, " + oidList(c.ObjectID),
			Got: gotText(m.ObjectID), Holds: one.besidesRows(m, vars)})
	}
	if c.Descr.Regexp != nil {
		out = append(out, Statement{Text: "sysDescr matches " + pattern(c.Descr), Got: gotText(m.Descr), Holds: c.Descr.MatchString(m.Descr)})
	}
	if len(c.Answers) > 0 {
		s := Statement{Text: "a value for " + oidList(c.Answers), Got: "no value"}
		for _, o := range c.Answers {
			if v := vars.get(scalarAt(o.Num)); v.ok {
				s.Got, s.Holds = string(o.Num)+" is "+quoted(v.text), true
				break
			}
		}
		out = append(out, s)
	}
	if c.Object != nil {
		v := vars.get(scalarAt(c.Object.Num))
		s := Statement{Text: fmt.Sprintf("%s matches %s", c.Object.Num, pattern(c.Is)), Got: "no value", Holds: v.ok && c.Is.MatchString(v.text)}
		if v.ok {
			s.Got = "it is " + quoted(v.text)
		}
		out = append(out, s)
	}
	if c.HasRows != nil {
		out = append(out, rowsStatement(fmt.Sprintf("column %s has rows", c.HasRows.Num), vars.has(c.HasRows.Num), c.besidesRows(m, vars)))
	}
	if len(c.Scripts) > 0 {
		has := slices.ContainsFunc(c.Scripts, func(name string) bool { return vars.get(cellAt{extendStorage, extendIndex(name)}).ok })
		out = append(out, rowsStatement("the agent runs a script called "+strings.Join(c.Scripts, " or "), has, c.besidesRows(m, vars)))
	}
	return out
}

// rowsStatement is a statement that costs a walk, so it is asked last.
func rowsStatement(text string, holds, asked bool) Statement {
	s := Statement{Text: text, Holds: holds, Got: "it has none"}
	switch {
	case holds:
		s.Got = "it has"
	case !asked:
		s.Got = "not asked, because the rest of the clause does not hold"
	}
	return s
}

func gotText(s string) string {
	if s == "" {
		return "the device gives none"
	}
	return "it is " + quoted(s)
}

// maxQuoted bounds a device's text in an explanation.
const maxQuoted = 120

func quoted(s string) string {
	if len(s) > maxQuoted {
		s = strings.ToValidUTF8(s[:maxQuoted], "") + "…"
	}
	return `"` + s + `"`
}

// pattern is an expression as it was written.
func pattern(r Regexp) string {
	if r.Regexp == nil {
		return ""
	}
	return strings.TrimPrefix(r.String(), "(?i)")
}

func oidList(os OIDs) string {
	words := make([]string, len(os))
	for i, o := range os {
		words[i] = string(o.Num)
	}
	return strings.Join(words, " or ")
}

// Only is the match of this one profile, whether it fits or not: to try a
// profile before its clauses are right.
func (p *Profile) Only(m Match) Match {
	m.Profiles = []*Profile{p}
	return m
}

// Stranger reports whether no profile of a family fits: at most last resorts do.
func (m Match) Stranger() bool {
	return !slices.ContainsFunc(m.Profiles, func(p *Profile) bool { return len(p.OnlyBeside) == 0 })
}

// NewLibrary is a library of these profiles.
func NewLibrary(ps ...*Profile) *Library {
	l := &Library{profiles: slices.Clone(ps)}
	l.sort()
	return l
}

// BuiltInSource is the YAML text of a built-in profile; false when there is none.
func BuiltInSource(name string) ([]byte, bool) {
	all, err := BuiltIn()
	if err != nil {
		return nil, false
	}
	p := all.Find(name)
	if p == nil {
		return nil, false
	}
	data, err := library.ReadFile("library/" + p.File)
	return data, err == nil
}
