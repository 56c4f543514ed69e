package tui

import (
	"cmp"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"ironage/internal/ageing"
	"ironage/internal/outlook"
)

// budgetRow is a line of the budget, or the sum of all.
type budgetRow struct {
	kind   string // "": all parts
	model  string
	parts  int
	priced bool
	cells  []ageing.Cell
	total  ageing.Cell
	part   string
	in     scale
}

// newBudget is what parts will cost, by quarter.
func newBudget(sh *shared) ageingPanel {
	var slice outlook.Slice
	var quarters []string
	p := newListPanel(sh, "Budget", nil, func(of *outlook.Fleet, s outlook.Slice) listing[*budgetRow] {
		b, set := of.Budget(s), of.Settings
		note := func(sh *shared) string { return budgetNote(sh, &b) + scaleFor(b.Total.Cost).note(sh, set) }
		return listing[*budgetRow]{rows: budgetRows(&b), note: note, heads: quarterNames(&b)}
	})
	p.key = func(s outlook.Slice) outlook.Slice { slice = s; return s }
	p.none = "nothing to plan for"
	p.later.done = func(got listing[*budgetRow]) {
		if !slices.Equal(quarters, got.heads) { // the columns are the quarters
			quarters = got.heads
			p.table = newTable(sh, budgetColumns(sh, quarters))
			p.table.remember(p.settingsName())
			p.table.id = func(r *budgetRow) string { return r.kind + "\x00" + r.part }
		}
		p.show(got)
	}
	p.say = func(r *budgetRow) string { return budgetDetail(sh, r) }
	p.copy = func(r *budgetRow) string { return r.part }
	p.more = func() []key.Binding { return []key.Binding{thoseServers(sh)} }
	p.act = func(msg tea.KeyPressMsg, r *budgetRow) (tea.Cmd, bool) {
		if r.kind == "" && key.Matches(msg, sh.keys.Open) {
			return send(openPageMsg{page: pageServers, filter: sliceFilter(slice)}), true
		}
		return openFitted(sh, msg, r.part, slice)
	}
	return p
}

func quarterNames(b *ageing.Budget) []string {
	var out []string
	for _, q := range b.Quarters {
		out = append(out, q.Name)
	}
	return out
}

// budgetRows are the sum, then the lines, the dearest first.
func budgetRows(b *ageing.Budget) []*budgetRow {
	if len(b.Lines) == 0 {
		return nil
	}
	rows := []*budgetRow{{priced: true, cells: b.Totals, total: b.Total}}
	for i := range b.Lines {
		l := &b.Lines[i]
		rows[0].parts += l.Parts
		rows = append(rows, &budgetRow{kind: l.Kind, model: l.Model, parts: l.Parts, priced: l.Price != nil, cells: l.Cells, total: l.Total,
			part: firstOf(l.Part, l.Model)})
	}
	for _, r := range rows {
		r.in = scaleFor(b.Total.Cost)
	}
	slices.SortStableFunc(rows[1:], func(a, b *budgetRow) int {
		return cmp.Or(cmp.Compare(b.total.Cost, a.total.Cost), compareFloat(demandOf(b.total), demandOf(a.total)))
	})
	return rows
}

func demandOf(c ageing.Cell) float64 { return float64(c.Firm+c.Planned) + c.Expected }

// name is the part that the line is about, or all of them.
func (r *budgetRow) name(sh *shared) string {
	if r.kind == "" {
		return sh.t.Say("all parts")
	}
	return partCell(sh, r.part, r.model)
}

func budgetNote(sh *shared, b *ageing.Budget) string {
	text := sh.t.Say("Together %s without tax: %d firm, %d planned at the end of their life, %.1f expected to fail before.",
		strings.TrimSpace(sh.cost(b.Total.Cost)+" "+clean(b.Currency)), b.Total.Firm, b.Total.Planned, b.Total.Expected)
	if b.PartsWithoutPrice > 0 {
		text += " " + sh.t.Count(b.PartsWithoutPrice, "%d part is without a price: its demand is counted, its cost is not.",
			"%d parts are without a price: their demand is counted, their cost is not.")
	}
	return text
}

// demandCell is how many parts a quarter takes: "6+0.3", whole ones and expected ones.
func demandCell(sh *shared, c ageing.Cell) string {
	whole, few := c.Firm+c.Planned, c.Expected < 0.05
	switch {
	case whole == 0 && few:
		return ""
	case whole == 0:
		return sh.t.Number(c.Expected, 1)
	case few:
		return sh.count(whole)
	}
	return sh.count(whole) + "+" + sh.t.Number(c.Expected, 1)
}

func budgetDetail(sh *shared, r *budgetRow) string {
	c, t := &r.total, sh.t
	price := t.Say("cost %s", sh.cost(c.Cost))
	if !r.priced {
		price = t.Say("no price known")
	}
	return joined(r.name(sh), t.Count(r.parts, "%d part", "%d parts"), t.Say("%d firm, %d planned, %.2f expected", c.Firm, c.Planned, c.Expected), price)
}

func budgetColumns(sh *shared, quarters []string) []column[*budgetRow] {
	type R = *budgetRow
	st := func() *styles { return sh.styles }
	bold := func(r R) (lipgloss.Style, bool) { return st().bold, r.kind == "" }
	cost := func(r R, c ageing.Cell) string {
		if !r.priced {
			return sh.t.Say("no price")
		}
		return r.in.cell(sh, c.Cost)
	}
	out := []column[R]{
		{title: "KIND", width: 8, min: 6, text: func(r R) string {
			if r.kind == "" {
				return ""
			}
			return sh.t.Text(lifeName(r.kind))
		}},
		{title: "PART NUMBER", width: 12, min: 10, max: 28, text: func(r R) string { return r.name(sh) }, style: bold},
		{title: "PARTS", width: 6, right: true, priority: 6, text: func(r R) string { return sh.count(r.parts) }},
	}
	at := func(r R, i int) ageing.Cell {
		if i < len(r.cells) {
			return r.cells[i]
		}
		return ageing.Cell{}
	}
	for i, q := range quarters {
		out = append(out,
			column[R]{title: "NEED", width: 7, right: true, priority: 4 + i/4, text: func(r R) string { return demandCell(sh, at(r, i)) },
				style: func(R) (lipgloss.Style, bool) { return st().faint, true }},
			column[R]{title: q, width: 10, max: 14, words: []string{"no price"}, right: true, priority: i / 2, text: func(r R) string { return cost(r, at(r, i)) }, style: bold})
	}
	return append(out, column[R]{title: "TOTAL", width: 11, max: 15, right: true, text: func(r R) string { return cost(r, r.total) }, style: bold})
}
