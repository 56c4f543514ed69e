package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/outlook"
)

// explanationJSON is everything that led to the judgement of one part; the
// keys are stable.
type explanationJSON struct {
	Schema      string            `json:"schema"` // ironage.explanation/v1
	Server      string            `json:"server"`
	Component   string            `json:"component"`
	Part        ageRow            `json:"part"`
	Checks      []claimJSON       `json:"checks"` // what the other sources of the age say
	Flags       []string          `json:"flags"`
	LifeYears   float64           `json:"life_years"` // 0: no age policy
	LifeRule    string            `json:"life_rule"`  // the line of the policy that says so
	Risk        ageing.Risk       `json:"risk"`       // over 12 months
	Horizons    []ageing.Risk     `json:"horizons"`   // 3, 6 and 12 months
	Redundancy  redundancyJSON    `json:"redundancy"`
	Verdict     ageing.Verdict    `json:"verdict"`
	ReasonTexts map[string]string `json:"reason_texts"`
	Sources     map[string]string `json:"sources"` // evidence code → what stands behind it
}

type claimJSON struct {
	Source ageing.Source `json:"source"`
	Since  string        `json:"since,omitempty"`
	Raw    string        `json:"raw,omitempty"`
	Bad    string        `json:"not_believed,omitempty"`
}

type redundancyJSON struct {
	Known  bool   `json:"known"`
	Spared int    `json:"spared"` // further failures that the group survives
	Group  string `json:"group,omitempty"`
	Why    string `json:"why"`
}

// explainPart tells everything about one part.
func (env *cli) explainPart(as string, f *outlook.Fleet, what string) error {
	if as == "csv" {
		return usage("--output csv: an explanation is no table; use json")
	}
	server, key, ok := split(what)
	if !ok {
		return usage("--explain %s: expected SERVER/COMPONENT, e.g. 'rack-a1-07/disk/Bay 3'", what)
	}
	x, ok := f.Explain(server, key)
	if !ok {
		return noSuchPart(f, server, key)
	}
	if as == "json" {
		return printJSON(env.out, explanationJSONOf(f, &x))
	}
	return env.printExplanation(f, &x)
}

// noSuchPart says what there is instead.
func noSuchPart(f *outlook.Fleet, server, key string) error {
	v := f.Server(server)
	if v == nil {
		return fmt.Errorf("there is no server %q; ironage servers lists them", clean(server))
	}
	if v.Entry.State.Component(key) != nil {
		return fmt.Errorf("%s of %s does not age: sensors, volumes and empty slots have no service life", clean(key), server)
	}
	var keys []string
	for i := range v.Parts {
		keys = append(keys, clean(v.Component(&v.Parts[i]).Key()))
	}
	if len(keys) == 0 {
		return fmt.Errorf("nothing is known yet of the parts of %s: it has not been read", server)
	}
	return fmt.Errorf("%s has no %q; it has %s", server, clean(key), strings.Join(keys, ", "))
}

func explanationJSONOf(f *outlook.Fleet, x *outlook.Explanation) explanationJSON {
	out := explanationJSON{Schema: "ironage.explanation/v1", Server: x.Server.Entry.Server.Name, Component: x.Key, Checks: []claimJSON{}, Flags: x.Age.Flags.Words(),
		LifeYears: x.Life, LifeRule: x.Rule, Risk: x.Risk, Horizons: x.Horizons[:], Verdict: x.Verdict,
		Redundancy:  redundancyJSON{x.Redundancy.Known, x.Redundancy.Spared, x.Redundancy.Group, x.Redundancy.Why},
		ReasonTexts: map[string]string{}, Sources: map[string]string{}}
	if l, ok := f.Line(out.Server, x.Key); ok {
		out.Part = ageRowOf(&l)
	}
	if out.Flags == nil {
		out.Flags = []string{}
	}
	for _, c := range x.Age.Checks {
		row := claimJSON{Source: c.Source, Raw: c.Raw, Bad: c.Bad}
		if !c.Since.IsZero() {
			row.Since = c.Since.Format(time.DateOnly)
		}
		out.Checks = append(out.Checks, row)
	}
	for _, r := range x.Case.Reasons {
		out.ReasonTexts[string(r)] = x.ReasonText(r)
	}
	for _, s := range x.Sources {
		out.Sources[s.Code] = s.Text
	}
	return out
}

// printExplanation writes the explanation for people, one thing a line.
func (env *cli) printExplanation(f *outlook.Fleet, x *outlook.Explanation) error {
	c := x.Component
	rows := [][]string{{"part", strings.Join(slices.DeleteFunc([]string{c.Vendor, c.Model, c.Part, c.Serial}, func(s string) bool { return s == "" }), "  ")}}
	rows = append(rows, ageLines(x)...)
	rows = append(rows, lifeLine(x), []string{"warranty", "server: " + string(x.Server.Cover)})
	rows = append(rows, riskLines(&x.Risk)...)
	rows = append(rows, []string{"over time", fmt.Sprintf("%s in 3 months, %s in 6, %s in 12", x.Horizons[0], x.Horizons[1], x.Horizons[2])})
	rows = append(rows, []string{"redundancy", x.Redundancy.Why}, verdictLine(x))
	for _, r := range x.Case.Reasons {
		rows = append(rows, []string{"reason", strings.TrimRight(fmt.Sprintf("%s: %s", r, x.ReasonText(r)), ": ")})
	}
	for _, s := range x.Sources {
		rows = append(rows, []string{"source", "[" + s.Code + "] " + s.Text})
	}
	rows = append(rows, []string{"tables", "version " + f.Settings.Model.Tables.Version})
	return env.printTable([]string{"SERVER " + x.Server.Entry.Server.Name, "COMPONENT " + x.Key}, rows)
}

func ageLines(x *outlook.Explanation) [][]string {
	age := x.Age.Label()
	if x.Age.Known {
		age += fmt.Sprintf(", since %s, precision %s, confidence %s", x.Age.Since.Format(time.DateOnly), x.Age.Precision, x.Age.Confidence)
	}
	rows := [][]string{{"age", age}}
	if x.Age.HazardYears > x.Age.Years+0.25 {
		rows = append(rows, []string{"", fmt.Sprintf("for the risk %.1f y, by power-on hours", x.Age.HazardYears)})
	}
	for _, c := range x.Age.Checks {
		text := fmt.Sprintf("also: %s %s", c.Source, c.Raw)
		switch {
		case c.Bad != "":
			text = fmt.Sprintf("not believed: %s %s: %s", c.Source, c.Raw, c.Bad)
		case !c.Since.IsZero() && c.Raw != c.Since.Format(time.DateOnly):
			text += ", that is " + c.Since.Format(time.DateOnly)
		}
		rows = append(rows, []string{"", text})
	}
	for _, flag := range x.Age.Flags.Words() {
		rows = append(rows, []string{"flag", flag})
	}
	return rows
}

func lifeLine(x *outlook.Explanation) []string {
	if x.Life <= 0 {
		return []string{"life", "no age policy for this kind (" + firstOf(x.Rule, "it does not age") + ")"}
	}
	text := fmt.Sprintf("%g y (service_life: %s)", x.Life, x.Rule)
	if x.Consumed == x.Consumed { // a number
		text += fmt.Sprintf(", %.1f %% used", x.Consumed)
	}
	return []string{"life", text + ": " + x.Band.String()}
}

// riskLines are the factors, each with the code of its source; what they
// multiply to is the hazard below them.
func riskLines(r *ageing.Risk) [][]string {
	if r.Failed || !r.Known {
		return [][]string{{"risk", r.Explain()}}
	}
	rows := [][]string{{"risk", fmt.Sprintf("%s within 12 months, confidence %s", r, r.Confidence)},
		{"", fmt.Sprintf("baseline %.5g a year: %s, %.1f y for the risk [%s]", r.Baseline, r.Kind, r.HazardYears, strings.Join(strings.Fields(r.BaselineSource), "]["))}}
	for _, f := range r.Factors {
		rows = append(rows, []string{"", "x " + f.Family + ": " + f.String()})
	}
	for _, f := range r.Unused {
		rows = append(rows, []string{"", "not used: " + f.String() + ", weaker than another of its family"})
	}
	for _, f := range r.Limits {
		rows = append(rows, []string{"", fmt.Sprintf("%s %.5g a year: %s", f.Family, f.Value, f.String())})
	}
	return append(rows, []string{"", fmt.Sprintf("product %.5g, hazard %.5g, probability 1 - exp(-hazard) = %.5g", r.Product, r.H, r.P)})
}

func verdictLine(x *outlook.Explanation) []string {
	v := x.Verdict
	tier := "no tier"
	if v.Tier != "" {
		tier = fmt.Sprintf("%s, %s", v.Tier, v.Tier.Meaning())
	}
	return []string{"priority", fmt.Sprintf("%s: score %.1f = 100 x %.4g probability x %g criticality x %g exposure; %s", tier, v.Score, v.P, v.C, v.E, v.Rule)}
}
