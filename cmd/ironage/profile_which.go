package main

import (
	"cmp"
	"fmt"
	"strings"

	"ironage/probes/profile"
)

// whichJSON is what "profile which --output json" prints. The keys are stable.
type whichJSON struct {
	ObjectID string         `json:"sys_object_id"`
	Descr    string         `json:"sys_descr"`
	Profiles []string       `json:"profiles"` // those that are read
	Explain  []whichProfile `json:"explain"`
}

type whichProfile struct {
	Name       string        `json:"name"`
	Priority   int           `json:"priority"`
	Fits       bool          `json:"fits"`
	Read       bool          `json:"read"`
	ReplacedBy string        `json:"replaced_by,omitempty"`
	Beside     string        `json:"not_beside,omitempty"`
	Clauses    []whichClause `json:"clauses"`
}

type whichClause struct {
	Line       int              `json:"line"`
	Unless     bool             `json:"unless,omitempty"`
	Holds      bool             `json:"holds"`
	Statements []whichStatement `json:"statements"`
}

type whichStatement struct {
	Text  string `json:"text"`
	Got   string `json:"got"`
	Holds bool   `json:"holds"`
}

func whichReport(m profile.Match, all []profile.Explanation) whichJSON {
	out := whichJSON{ObjectID: m.ObjectID, Descr: m.Descr, Profiles: some(m.Names()), Explain: []whichProfile{}}
	for _, e := range all {
		p := whichProfile{Name: e.Profile.Name, Priority: e.Profile.Priority, Fits: e.Fits, Read: e.Fits && e.ReplacedBy == "",
			ReplacedBy: e.ReplacedBy, Beside: e.Beside, Clauses: []whichClause{}}
		for _, c := range e.Clauses {
			one := whichClause{Line: c.Line, Unless: c.Unless, Holds: c.Holds}
			for _, s := range c.Statements {
				one.Statements = append(one.Statements, whichStatement{s.Text, s.Got, s.Holds})
			}
			p.Clauses = append(p.Clauses, one)
		}
		out.Explain = append(out.Explain, p)
	}
	return out
}

// whichText tells the same to a person: who the device says it is, which
// profiles are read, then every profile clause by clause.
func whichText(m profile.Match, all []profile.Explanation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "sysObjectID  %s\nsysDescr     %s\nread         %s\n", clean(cmp.Or(m.ObjectID, "none")), clean(cmp.Or(m.Descr, "none")),
		cmp.Or(strings.Join(m.Names(), ", "), "no profile"))
	if m.Stranger() {
		b.WriteString("             no family's profile fits; record the device with \"ironage record HOST\", and docs/profiles.md tells how to make a profile of that\n")
	}
	for _, e := range all {
		fmt.Fprintf(&b, "\n%-4s %s (%s), priority %d%s\n", yesNo(e.Fits && e.ReplacedBy == ""), e.Profile.Name, e.Profile.File, e.Profile.Priority, verdictOn(e))
		for _, c := range e.Clauses {
			b.WriteString(clauseText(c))
		}
	}
	return b.String()
}

func verdictOn(e profile.Explanation) string {
	switch {
	case e.ReplacedBy != "":
		return ": fits, but " + e.ReplacedBy + " replaces it"
	case e.Fits:
		return ": fits"
	case e.Beside != "":
		return ": a last resort, not used beside " + e.Beside
	}
	for _, c := range e.Clauses {
		if c.Unless && c.Holds {
			return ": does not fit, because a clause of \"unless\" holds"
		}
	}
	return ": does not fit, because no clause of \"any\" holds"
}

// clauseText is one clause, a statement per line; of several, all must hold.
func clauseText(c profile.ClauseResult) string {
	var b strings.Builder
	word := "any"
	if c.Unless {
		word = "unless"
	}
	for _, s := range c.Statements {
		fmt.Fprintf(&b, "       %-6s %-3s  %s; %s\n", word, yesNo(s.Holds), clean(s.Text), clean(s.Got))
		word = "  and"
	}
	return b.String()
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
