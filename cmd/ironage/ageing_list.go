package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/outlook"
)

// ageRow is a server or a part as the lists print it. The JSON keys are stable.
type ageRow struct {
	Server      string            `json:"server"`
	Component   string            `json:"component,omitempty"` // empty: the server itself
	Kind        string            `json:"kind"`                // life kind: server, hdd, ssd, dimm, …
	Place       string            `json:"place,omitempty"`
	Health      fleet.Health      `json:"health"`
	Vendor      string            `json:"vendor,omitempty"`
	Model       string            `json:"model,omitempty"`
	Part        string            `json:"part,omitempty"`
	Serial      string            `json:"serial,omitempty"`
	Site        string            `json:"site,omitempty"`
	Service     string            `json:"service,omitempty"`
	Criticality fleet.Criticality `json:"criticality,omitempty"`
	Age         string            `json:"age"`
	AgeYears    *float64          `json:"age_years,omitempty"`
	InService   string            `json:"in_service,omitempty"` // as precisely as it is known
	Source      ageing.Source     `json:"source,omitempty"`
	Precision   string            `json:"precision,omitempty"`
	Confidence  ageing.Confidence `json:"confidence,omitempty"`
	Band        string            `json:"band"`
	ConsumedPct *float64          `json:"consumed_pct,omitempty"`
	Warranty    ageing.Cover      `json:"warranty"`
	// WarrantyDays is what is left of it, negative once it is over.
	WarrantyDays *int            `json:"warranty_days,omitempty"`
	Risk         string          `json:"risk"`                  // in words
	Probability  *float64        `json:"probability,omitempty"` // within 12 months
	Hazard       *float64        `json:"hazard,omitempty"`
	AtLeast      bool            `json:"at_least,omitempty"`
	Failed       bool            `json:"failed,omitempty"`
	Score        float64         `json:"score"`
	Tier         ageing.Tier     `json:"tier,omitempty"`
	Reasons      []ageing.Reason `json:"reasons,omitempty"`
	Factors      []string        `json:"factors,omitempty"` // of --risk
	Renew        string          `json:"renew,omitempty"`   // why to replace the whole server
}

func ageRowOf(l *outlook.Line) ageRow {
	r := ageRow{Server: l.Server, Component: l.Key, Kind: l.Life, Place: l.Label, Health: l.Health, Vendor: l.Vendor, Model: l.Model,
		Part: l.PartNumber, Serial: l.Serial, Site: l.Site, Service: l.Service, Criticality: l.Criticality, Age: l.Age.String(),
		InService: l.InService(), Source: l.Age.Source, Confidence: l.Age.Confidence, Band: l.Band.String(), Warranty: l.Cover,
		Risk: l.Risk(), AtLeast: l.AtLeast, Failed: l.Failed, Score: l.Score, Tier: l.Tier, Reasons: l.Reasons, Renew: l.Renew}
	if l.Age.Known {
		r.AgeYears, r.Precision = rounded(l.Age.Years), l.Age.Precision.String()
	}
	if !math.IsNaN(l.Consumed) {
		r.ConsumedPct = rounded(l.Consumed)
	}
	if l.Cover != ageing.CoverUnknown {
		r.WarrantyDays = &l.CoverDays
	}
	if l.Estimated {
		r.Probability, r.Hazard = &l.P, &l.H
	}
	return r
}

// rounded keeps three decimals: more of an age nobody knows.
func rounded(f float64) *float64 {
	f = math.Round(1000*f) / 1000
	return &f
}

func ageRows(lines []outlook.Line) []ageRow {
	out := make([]ageRow, len(lines))
	for i := range lines {
		out[i] = ageRowOf(&lines[i])
	}
	return out
}

var ageColumns = []string{"server", "component", "kind", "place", "health", "vendor", "model", "part", "serial", "site", "service", "criticality",
	"age_years", "in_service", "source", "precision", "confidence", "band", "consumed_pct", "warranty", "warranty_days", "probability", "score", "tier", "reasons"}

func (r *ageRow) csv() []string {
	return []string{r.Server, r.Component, r.Kind, r.Place, r.Health.String(), r.Vendor, r.Model, r.Part, r.Serial, r.Site, r.Service, string(r.Criticality),
		decimals(r.AgeYears, 3), r.InService, string(r.Source), r.Precision, string(r.Confidence), r.Band, decimals(r.ConsumedPct, 1), string(r.Warranty), whole(r.WarrantyDays),
		decimals(r.Probability, 6), strconv.FormatFloat(r.Score, 'f', 1, 64), string(r.Tier), join2(r.Reasons, " ")}
}

func decimals(f *float64, n int) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', n, 64)
}

func whole(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func join2[S ~string](list []S, with string) string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return strings.Join(words, with)
}

// since is the date that the age is counted from, with its source.
func (r *ageRow) since() string {
	if r.InService == "" {
		return ""
	}
	return fmt.Sprintf("%s (%s, %s)", r.InService, r.Source, r.Precision)
}

func (r *ageRow) warranty() string {
	switch {
	case r.WarrantyDays == nil:
		return string(r.Warranty)
	case *r.WarrantyDays < 0:
		return fmt.Sprintf("expired %d d ago", -*r.WarrantyDays)
	}
	return fmt.Sprintf("%s, %d d left", r.Warranty, *r.WarrantyDays)
}

// printAgeRows prints lists of servers or parts in CSV.
func (env *cli) printAgeRows(rows []ageRow) error {
	out := make([][]string, len(rows))
	for i := range rows {
		out[i] = rows[i].csv()
	}
	return printCSV(env.out, ageColumns, out)
}

// printParts lists the parts past their service life.
func (env *cli) printParts(as string, f *outlook.Fleet, flags ageingFlags, keep []func(*outlook.Line) bool) error {
	t := f.Totals(flags.slice)
	all := t.PartBands.Over()
	rows := ageRows(f.OverAgeParts(flags.slice, flags.top, counting(keep, &all)...))
	switch as {
	case "json":
		return printJSON(env.out, struct {
			Schema string       `json:"schema"`
			Time   time.Time    `json:"time"`
			Totals ageingTotals `json:"totals"`
			Parts  []ageRow     `json:"parts"`
		}{"ironage.ageing.parts/v1", f.Time.UTC(), ageingTotalsOf(&t), rows})
	case "csv":
		return env.printAgeRows(rows)
	}
	switch {
	case len(rows) == 0 && len(keep) > 0:
		_, err := fmt.Fprintln(env.prose(), "No part past its service life matches.")
		return err
	case len(rows) == 0:
		_, err := fmt.Fprintf(env.prose(), "No part is past its service life%s.\n", undated(t.NoDate, "part"))
		return err
	}
	if _, err := fmt.Fprintf(env.prose(), "%d of %d parts are past their service life%s\n\n", t.PartBands.Over(), t.Parts, undated(t.NoDate, "part")); err != nil {
		return err
	}
	out := make([][]string, len(rows))
	for i := range rows {
		r := &rows[i]
		out[i] = []string{r.Server, r.Component, r.Age, r.Band, r.Risk, string(r.Tier), decimals(r.ConsumedPct, 0) + " %", r.since(), firstOf(r.Part, r.Model)}
	}
	if err := env.printFitting([]string{"server", "component", "age", "band", "risk_12_m", "tier", "life_used", "in_service", "part"}, out); err != nil {
		return err
	}
	return env.more(len(rows), all)
}

// counting counts what a filter takes: a list may show less.
func counting(keep []func(*outlook.Line) bool, n *int) []func(*outlook.Line) bool {
	if len(keep) == 0 {
		return nil
	}
	*n = 0
	return []func(*outlook.Line) bool{func(l *outlook.Line) bool {
		took := keep[0](l)
		if took {
			*n++
		}
		return took
	}}
}

// undated counts what has no date: it is never silently young.
func undated(n int, what string) string {
	if n == 0 {
		return ""
	}
	if n > 1 {
		what += "s"
	}
	return fmt.Sprintf("; %d %s without a date", n, what)
}

// more says that a list was cut.
func (env *cli) more(shown, all int) error {
	if shown >= all {
		return nil
	}
	_, err := fmt.Fprintf(env.prose(), "… and %d more; --top 0 lists all\n", all-shown)
	return err
}

// printRisk ranks the parts by what needs a person first.
func (env *cli) printRisk(as string, f *outlook.Fleet, flags ageingFlags, keep []func(*outlook.Line) bool) error {
	lines := f.Ranking(flags.slice, flags.top, keep...)
	rows := ageRows(lines)
	for i := range rows {
		if x, ok := f.Explain(rows[i].Server, rows[i].Component); ok {
			for _, factor := range x.Risk.Factors {
				rows[i].Factors = append(rows[i].Factors, factor.Family+": "+factor.String())
			}
			for _, limit := range x.Risk.Limits {
				rows[i].Factors = append(rows[i].Factors, limit.Family+": "+limit.String())
			}
		}
	}
	switch as {
	case "json":
		return printJSON(env.out, struct {
			Schema string    `json:"schema"`
			Time   time.Time `json:"time"`
			Tables string    `json:"tables"` // version of the risk tables
			Parts  []ageRow  `json:"parts"`
		}{"ironage.risk/v1", f.Time.UTC(), f.Settings.Model.Tables.Version, rows})
	case "csv":
		return env.printAgeRows(rows)
	}
	switch {
	case len(rows) == 0 && len(keep) > 0:
		_, err := fmt.Fprintln(env.prose(), "No part with an estimate matches.")
		return err
	case len(rows) == 0:
		_, err := fmt.Fprintln(env.prose(), "There is no part whose risk could be estimated.")
		return err
	}
	out := make([][]string, len(rows))
	for i := range rows {
		r := &rows[i]
		out[i] = []string{firstOf(string(r.Tier), "-"), strconv.FormatFloat(r.Score, 'f', 1, 64), r.Risk, r.Server, r.Component, r.Age,
			firstOf(join2(r.Reasons, ", "), "-"), strings.Join(r.Factors, "; ")}
	}
	return env.printFitting([]string{"tier", "score", "risk_12_m", "server", "component", "age", "reasons", "factors"}, out)
}

// bar draws n of most as a bar of at most width characters.
func bar(w io.Writer, label string, n, most, width int, tail string) error {
	length := 0
	if most > 0 {
		length = (n*width + most - 1) / most
	}
	_, err := fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%-8s %6d  %-*s  %s", label, n, width, strings.Repeat("#", length), tail), " "))
	return err
}
