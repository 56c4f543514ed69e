package report

import (
	"slices"
	"strconv"
	"strings"
)

// Tables are the report's tables in the order in which they are printed.
func (r *Report) Tables() []Table {
	tables := []Table{
		r.summaryTable(), r.yearsTable(), serversTable("over_age", "Servers past their service life", r.OverAge, "No server is past its service life."),
		serversTable("undated", "Servers that nothing dates", r.Undated, "Every server has a date."),
		partsTable("risks", "Parts to look at first", r.Risks, "There is no part with an estimate."),
		partsTable("failed", "Failed parts", r.Failed, "No part has failed."),
		r.forecastTable(), r.budgetTable(), r.budgetLinesTable(), r.servicesTable(), r.batchesTable(),
		r.standingTable(), r.ordersTable(), r.stagesTable(), r.waitsTable(),
	}
	for i := range tables {
		tables[i] = r.spoken(tables[i])
	}
	return tables
}

// TableNames are the names that Table knows, in order.
func TableNames() []string {
	ts := new(Report).Tables()
	out := make([]string, len(ts))
	for i := range ts {
		out[i] = ts[i].Name
	}
	return out
}

// row is a line of the summary.
func row(name, label string, value Cell) []Cell {
	return []Cell{{Text: label, Raw: name}, value}
}

func (r *Report) summaryTable() Table {
	s := &r.Summary
	t := Table{Name: "summary", Title: "Summary", Columns: []Column{{Name: "name", Head: "What"}, {Name: "value", Head: "Value", Number: true}}}
	t.Rows = [][]Cell{
		row("servers", "Servers", count(s.Servers)),
		row("servers_critical", "… critical", count(s.Health.Critical)),
		row("servers_warning", "… with a warning", count(s.Health.Warning)),
		row("servers_unknown", "… of unknown health", count(s.Health.Unknown)),
		row("servers_ok", "… ok", count(s.Health.OK)),
		row("servers_over_age", "Servers past their service life", count(s.ServerBands.Past())),
		row("over_age_pct", "… of the servers with a date", percent(s.OverAgePct)),
		row("servers_far_over_age", "… far past it", count(s.ServerBands.FarOver)),
		row("servers_without_date", "Servers that nothing dates", count(s.ServersNoDate)),
		row("servers_to_renew", "Servers to replace whole, as a suggestion", count(s.Renew)),
		row("warranty_expired", "Servers out of warranty", count(s.Warranty.Expired)),
		row("warranty_expiring", "Servers whose warranty ends soon", count(s.Warranty.Expiring)),
		row("parts", "Parts", count(s.Parts)),
		row("parts_over_age", "Parts past their service life", count(s.PartBands.Past())),
		row("parts_without_date", "Parts without a date", count(s.PartsNoDate)),
		row("parts_without_estimate", "Parts without an estimate of risk", count(s.PartsNoRisk)),
		row("failed_parts", "Parts that have failed", count(s.FailedParts)),
		row("firm_demand", "Parts to replace now or soon (firm demand)", count(s.FirmDemand)),
		row("expected_failures_3", "Further failures expected in 3 months", decimals(s.Expected.Months3, 2)),
		row("expected_failures_6", "Further failures expected in 6 months", decimals(s.Expected.Months6, 2)),
		row("expected_failures_12", "Further failures expected in 12 months", decimals(s.Expected.Months12, 2)),
		row("parts_to_order", "Spare parts to order", count(s.PartsToOrder)),
		row("budget_total", strings.TrimSpace("Budget of the quarters shown "+currencyNote(r.Budget.Currency)), money(s.BudgetTotal)),
		row("parts_without_price", "Parts without a price, not in the budget", count(s.PartsNoPrice)),
		row("open_orders", "Open work orders", count(r.Orders.Open)),
	}
	return t
}

func currencyNote(code string) string {
	if code == "" {
		return ""
	}
	return "(" + clean(code) + ")"
}

func bandColumns(of string) []Column {
	var out []Column
	for _, b := range [...][2]string{{"ok", "ok"}, {"ageing", "ageing"}, {"over_age", "over age"}, {"far_over_age", "far over age"}, {"unknown", "unknown"}, {"no_policy", "no policy"}} {
		out = append(out, Column{Name: of + "_" + b[0], Head: b[1], Number: true})
	}
	return out
}

func bandCells(b Bands) []Cell {
	return []Cell{count(b.OK), count(b.Ageing), count(b.Over), count(b.FarOver), count(b.Unknown), count(b.NoPolicy)}
}

func (r *Report) yearsTable() Table {
	t := Table{Name: "years", Title: "In service since", Empty: "There is no server."}
	t.Columns = append(append([]Column{{Name: "year", Head: "Year"}, {Name: "servers", Head: "Servers", Number: true}}, bandColumns("servers")...),
		Column{Name: "parts", Head: "Parts", Number: true}, Column{Name: "parts_over_age", Head: "Parts over age", Number: true})
	for _, y := range r.Years {
		year := Cell{Text: "no date", Raw: "unknown"}
		if y.Known {
			year = Cell{Text: strconv.Itoa(y.Year), Raw: strconv.Itoa(y.Year)}
		}
		t.Rows = append(t.Rows, append(append([]Cell{year, count(y.Servers.Total())}, bandCells(y.Servers)...), count(y.Parts.Total()), count(y.Parts.Past())))
	}
	return t
}

func serversTable(name, title string, list List[Server], empty string) Table {
	t := Table{Name: name, Title: title, Empty: empty, More: list.Total - len(list.Rows), Columns: []Column{
		{Name: "server", Head: "Server"}, {Name: "model", Head: "Model"}, {Name: "service", Head: "Service"}, {Name: "criticality"},
		{Name: "age_years", Head: "Age", Number: true}, {Name: "in_service", Head: "Since"}, {Name: "source", Head: "Known from"}, {Name: "precision"},
		{Name: "band", Head: "Band"}, {Name: "consumed_pct", Head: "Life used", Number: true}, {Name: "warranty", Head: "Warranty"}, {Name: "p", Head: "Some part fails", Number: true},
		{Name: "health", Head: "Health"}, {Name: "renew"}}}
	for _, s := range list.Rows {
		t.Rows = append(t.Rows, []Cell{text(s.Server), text(s.Model), text(s.Service), text(string(s.Criticality)),
			optional(s.Years, 2, s.Text), text(s.InService), text(s.Source), text(s.Precision), marked(s.Band), consumed(s.ConsumedPct),
			marked(s.Warranty), optional(s.P, 4, s.Risk), marked(s.Health.String()), text(s.Renew)})
	}
	return t
}

// consumed is the used up share of a service life.
func consumed(pct *float64) Cell {
	if pct == nil {
		return Cell{}
	}
	c := decimals(*pct, 1)
	c.Text = strconv.FormatFloat(*pct, 'f', 0, 64) + " %"
	return c
}

func partsTable(name, title string, list List[Part], empty string) Table {
	t := Table{Name: name, Title: title, Empty: empty, More: list.Total - len(list.Rows), Columns: []Column{
		{Name: "tier", Head: "Tier"}, {Name: "server", Head: "Server"}, {Name: "place", Head: "Part"}, {Name: "kind"}, {Name: "model", Head: "Model"},
		{Name: "part_number"}, {Name: "serial", Head: "Serial"}, {Name: "service", Head: "Service"},
		{Name: "age_years", Head: "Age", Number: true}, {Name: "source"}, {Name: "p", Head: "In 12 months", Number: true}, {Name: "score", Number: true},
		{Name: "reasons", Head: "Reasons"}, {Name: "explanation", Head: "Why"}}}
	for _, p := range list.Rows {
		t.Rows = append(t.Rows, []Cell{marked(p.Tier), text(p.Server), placeOf(&p), text(p.Kind), text(p.Model), text(p.PartNumber), text(p.Serial), text(p.Service),
			optional(p.Years, 2, p.Text), text(p.Source), optional(p.P, 4, p.Risk), decimals(p.Score, 1), text(strings.Join(p.Reasons, ", ")), text(p.Explanation)})
	}
	return t
}

func (r *Report) forecastTable() Table {
	t := Table{Name: "forecast", Title: "Forecast and spare parts", Empty: "There is no part to forecast.", More: r.Forecast.Total - len(r.Forecast.Rows), Columns: []Column{
		{Name: "kind", Head: "Kind"}, {Name: "part_number", Head: "Part"}, {Name: "model"}, {Name: "parts", Head: "Parts", Number: true},
		{Name: "failed", Number: true}, {Name: "firm", Head: "Firm", Number: true},
		{Name: "expected_3", Head: "3 m", Number: true}, {Name: "expected_6", Head: "6 m", Number: true}, {Name: "expected_12", Head: "12 m", Number: true},
		{Name: "recommended", Head: "Needed", Number: true}, {Name: "on_hand", Head: "On hand", Number: true}, {Name: "on_order", Head: "On order", Number: true},
		{Name: "order", Head: "Order", Number: true}, {Name: "price", Head: "Price", Number: true}, {Name: "cost", Head: "Cost", Number: true}, {Name: "notes", Head: "Notes"}}}
	for _, l := range r.Forecast.Rows {
		cost := Cell{}
		if l.Cost != nil {
			cost = money(*l.Cost)
		}
		t.Rows = append(t.Rows, []Cell{text(l.Kind), named(l.PartNumber, l.Model), text(l.Model), count(l.Parts), count(l.Failed), count(l.Firm),
			decimals(l.Expected.Months3, 2), decimals(l.Expected.Months6, 2), decimals(l.Expected.Months12, 2),
			count(l.Stock), count(l.OnHand), count(l.OnOrder), count(l.Order), price(l.Price), cost, text(strings.Join(l.Notes, "; "))})
	}
	return t
}

func (r *Report) budgetTable() Table {
	t := Table{Name: "budget", Title: strings.TrimSpace("Budget by quarter " + currencyNote(r.Budget.Currency)), Empty: "There is nothing to plan.", Columns: []Column{
		{Name: "quarter", Head: "Quarter"}, {Name: "firm", Head: "Certain", Number: true}, {Name: "planned", Head: "Planned for age", Number: true},
		{Name: "expected_failures", Head: "Expected failures", Number: true}, {Name: "cost", Head: "Cost", Number: true}}}
	if len(r.Budget.Quarters) == 0 {
		return t
	}
	for _, q := range append(slices.Clone(r.Budget.Quarters), r.Budget.Total) {
		t.Rows = append(t.Rows, append([]Cell{text(q.Quarter)}, q.cells()...))
	}
	return t
}

func (d *Demand) cells() []Cell {
	return []Cell{count(d.Firm), count(d.Planned), decimals(d.Expected, 2), money(d.Cost)}
}

func (r *Report) budgetLinesTable() Table {
	t := Table{Name: "budget_lines", Title: "Budget by part", Empty: "There is nothing to plan.", More: r.Budget.Lines.Total - len(r.Budget.Lines.Rows), Columns: []Column{
		{Name: "kind", Head: "Kind"}, {Name: "part_number", Head: "Part"}, {Name: "model"}, {Name: "parts", Head: "Parts", Number: true},
		{Name: "price", Head: "Price", Number: true}, {Name: "firm", Head: "Certain", Number: true}, {Name: "planned", Head: "Planned for age", Number: true},
		{Name: "expected_failures", Head: "Expected failures", Number: true}, {Name: "cost", Head: "Cost", Number: true}}}
	for _, l := range r.Budget.Lines.Rows {
		cells := append([]Cell{text(l.Kind), named(l.PartNumber, l.Model), text(l.Model), count(l.Parts), price(l.Price)}, l.cells()...)
		if l.Price == nil {
			cells[len(cells)-1] = Cell{Text: "unknown"}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func (r *Report) servicesTable() Table {
	t := Table{Name: "services", Title: "Services", Empty: "No server names a service.", Columns: []Column{
		{Name: "service", Head: "Service"}, {Name: "criticality", Head: "Criticality"}, {Name: "owner", Head: "Owner"}, {Name: "servers", Head: "Servers", Number: true},
		{Name: "worst_health", Head: "Worst health"}, {Name: "servers_over_age", Head: "Over age", Number: true}, {Name: "over_age_pct", Head: "Share", Number: true},
		{Name: "servers_without_date", Head: "No date", Number: true}, {Name: "oldest_server", Head: "Oldest"}, {Name: "oldest_age", Head: "Age"},
		{Name: "failed_parts", Head: "Failed parts", Number: true}, {Name: "expected_failures", Head: "Expected in 12 m", Number: true}, {Name: "p", Head: "Some part fails", Number: true}}}
	for _, s := range r.Services {
		name := text(s.Service)
		if s.Service == "" {
			name = Cell{Text: "(none)"}
		}
		t.Rows = append(t.Rows, []Cell{name, text(string(s.Criticality)), text(s.Owner), count(s.Servers), marked(s.Health.String()), count(s.OverAge), percent(s.OverAgePct),
			count(s.NoDate), text(s.Oldest), text(s.OldestAge), count(s.FailedParts), decimals(s.Expected, 2), optional(s.P, 4, s.Risk)})
	}
	return t
}

func (r *Report) batchesTable() Table {
	t := Table{Name: "batches", Title: "Batches that fail more than expected", Empty: "No batch stands out.", Columns: []Column{
		{Name: "kind", Head: "Kind"}, {Name: "what", Head: "What they have in common"}, {Name: "parts", Head: "Parts", Number: true},
		{Name: "failures", Head: "Failed", Number: true}, {Name: "expected_failures", Head: "Expected", Number: true}, {Name: "chance", Head: "By chance", Number: true}}}
	for _, b := range r.Batches {
		t.Rows = append(t.Rows, []Cell{text(b.Kind), text(b.What), count(b.Parts), count(b.Failures), decimals(b.Expected, 2), chance(b.Chance)})
	}
	return t
}

func (r *Report) ordersTable() Table {
	t := Table{Name: "orders", Title: "Oldest open work orders", Empty: "No work order is open.", More: r.Orders.Open - len(r.Orders.Oldest), Columns: []Column{
		{Name: "id", Head: "Order", Number: true}, {Name: "tier", Head: "Tier"}, {Name: "state", Head: "State"}, {Name: "server", Head: "Server"}, {Name: "slot", Head: "Part"},
		{Name: "created", Head: "Since"}, {Name: "due", Head: "Due"}, {Name: "assignee", Head: "With"}, {Name: "reason", Head: "Why"}}}
	for _, o := range r.Orders.Oldest {
		t.Rows = append(t.Rows, []Cell{{Text: strconv.FormatInt(o.ID, 10), Raw: strconv.FormatInt(o.ID, 10), Number: true}, marked(o.Tier), state(o.State), text(o.Server), text(o.Slot),
			date(o.Created), date(o.Due), text(o.Assignee), text(o.Reason)})
	}
	return t
}

// chance is a probability that is mostly tiny.
func chance(p float64) Cell {
	c := Cell{Raw: strconv.FormatFloat(p, 'g', 3, 64), Number: true}
	c.Text = strconv.FormatFloat(100*p, 'f', 1, 64) + " %"
	if p < 0.001 {
		c.Text = "<0.1 %"
	}
	return c
}

// placeOf is where a part sits, for people with what it is.
func placeOf(p *Part) Cell {
	c := text(p.Place)
	if kind := clean(p.Kind); kind != "" && !strings.Contains(strings.ToLower(c.Text), kind) {
		c.Text = kind + " " + c.Text
	}
	return c
}
