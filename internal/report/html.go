package report

import (
	_ "embed"
	"html/template"
	"io"
	"strings"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

var page = template.Must(template.New("page").Parse(pageText))

// HTML writes the report as one page without any outside resource: it can be
// mailed, opened from a share and printed on A4.
func HTML(w io.Writer, r *Report) error {
	return page.Execute(w, pageData{
		Report: r, Style: template.CSS(pageStyle), //nolint:gosec // our own file
		Cards: r.cards(), Sections: r.sections(),
	})
}

type pageData struct {
	*Report
	Style    template.CSS
	Cards    []card
	Sections []section
}

// Made is when the report was made, as it stands in its head.
func (p pageData) Made() string { return p.moment(p.Time.UTC()) }

// Notes are what the numbers leave out, in the reader's language.
func (p pageData) Notes() []string {
	out := make([]string, len(p.Report.Notes))
	for i, n := range p.Report.Notes {
		out[i] = p.say(n)
	}
	return out
}

// card is one of the numbers that stand out.
type card struct{ Value, Label, Note, Class string }

// section is a table with what stands before it.
type section struct {
	Table
	Intro string
	Chart *chart
	// MoreText says that the list goes on.
	MoreText string
}

func (r *Report) cards() []card {
	s, t := &r.Summary, r.t
	dated := s.Servers - s.ServersNoDate
	return []card{
		{r.count(s.Servers), t.Say("servers"), t.Say("%d critical, %d warning", s.Health.Critical, s.Health.Warning), ""},
		{r.number(percent(s.OverAgePct).Text), t.Say("past their service life"), t.Say("%d of %d with a date", s.ServerBands.Past(), dated), alarm(s.OverAgePct >= 50)},
		{r.count(s.FailedParts), t.Say("failed parts"), t.Count(r.Orders.Open, "%d open work order", "%d open work orders"), alarm(s.FailedParts > 0)},
		{r.decimal(s.Expected.Months12), t.Say("more failures expected in 12 months"), t.Say("%s of them within 3", r.decimal(s.Expected.Months3)), ""},
		{r.count(s.PartsToOrder), t.Say("spare parts to order"), t.Say("%d replacements are due", s.FirmDemand), ""},
		{r.short(float64(s.BudgetTotal) / 100), strings.TrimSpace(t.Say("planned cost") + " " + currencyNote(r.Budget.Currency)), r.costNote(), ""},
	}
}

func (r *Report) costNote() string {
	note := r.t.Count(len(r.Budget.Quarters), "%d quarter", "%d quarters")
	if n := r.Summary.PartsNoPrice; n > 0 {
		note += ", " + r.t.Count(n, "without %d part that has no price", "without %d parts that have no price")
	}
	return note
}

func alarm(is bool) string {
	if is {
		return "alarm"
	}
	return ""
}

// sections are the tables with their charts and a sentence that introduces them.
func (r *Report) sections() []section {
	intros := map[string]string{
		"over_age":      "Longest in service first. The age says where it is known from: an inventory, a purchase, a date that the device reports, or its hours of operation.",
		"undated":       "Neither an inventory nor the device says how old these are. An age with >= is only the time since they were first seen.",
		"risks":         "By urgency. The probability is an estimate from age and from what the part itself reports; more than half of failing disks show no sign before.",
		"forecast":      "What is needed is the replacements that are certain, plus enough spares for the failures that are expected until the next delivery.",
		"budget":        "Planned replacements when the service life ends, with what is late already spread over the first quarters, and the failures expected of what stays. Prices without tax.",
		"batches":       "Parts with something in common that fail more often than the model expects.",
		"queue_stages":  "A stretch counts the orders that went all the way through it; one that none has gone through shows a dash.",
		"queue_waiting": "How long orders stood in each state, all of them together; those that still stand there count up to now. The reasons are those that people gave for deferring.",
		"services":      "How likely it is that some part of the service's servers fails within a year, and how old they are.",
	}
	charts := map[string]*chart{"years": r.yearsChart(), "budget": r.budgetChart(), "risks": r.risksChart()}
	var out []section
	for _, t := range r.Tables() {
		s := section{Table: t, Intro: r.say(intros[t.Name]), Chart: charts[t.Name], MoreText: r.more(&t)}
		if t.Name == "summary" {
			s.Chart = r.bandsChart()
		}
		s.Chart.speak(r)
		out = append(out, s)
	}
	return out
}
