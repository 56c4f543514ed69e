package report

import (
	_ "embed"
	"fmt"
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
func (p pageData) Made() string { return p.Time.UTC().Format("2 January 2006, 15:04 UTC") }

// card is one of the numbers that stand out.
type card struct{ Value, Label, Note, Class string }

// section is a table with what stands before it.
type section struct {
	Table
	Intro string
	Chart *chart
}

// MoreText says that the list goes on.
func (s section) MoreText() string { return s.more() }

func (r *Report) cards() []card {
	s := &r.Summary
	dated := s.Servers - s.ServersNoDate
	return []card{
		{grouped(s.Servers), "servers", fmt.Sprintf("%d critical, %d warning", s.Health.Critical, s.Health.Warning), ""},
		{percent(s.OverAgePct).Text, "past their service life", fmt.Sprintf("%s of %s with a date", grouped(s.ServerBands.Past()), grouped(dated)), alarm(s.OverAgePct >= 50)},
		{grouped(s.FailedParts), "failed parts", plural(r.Orders.Open, "open work order"), alarm(s.FailedParts > 0)},
		{decimals(s.Expected.Months12, 1).Text, "more failures expected in 12 months", decimals(s.Expected.Months3, 1).Text + " of them within 3", ""},
		{grouped(s.PartsToOrder), "spare parts to order", grouped(s.FirmDemand) + " replacements are due", ""},
		{shortMoney(s.BudgetTotal), strings.TrimSpace("planned cost " + currencyNote(r.Budget.Currency)), s.costNote(len(r.Budget.Quarters)), ""},
	}
}

func (s *Summary) costNote(quarters int) string {
	note := plural(quarters, "quarter")
	if s.PartsNoPrice > 0 {
		note += ", without " + plural(s.PartsNoPrice, "part") + " that have no price"
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
		s := section{Table: t, Intro: intros[t.Name], Chart: charts[t.Name]}
		if t.Name == "summary" {
			s.Chart = r.bandsChart()
		}
		out = append(out, s)
	}
	return out
}
