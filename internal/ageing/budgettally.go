package ageing

import "slices"

// budgetCount is what a budget counts of one group.
type budgetCount struct {
	parts         int
	firm, planned [MaxQuarters]int
	expected      [MaxQuarters]Expected
}

// BudgetTally counts demand by group and quarter. Counts are exact: tallies of
// the same calendar add up to the tally of the union in any order.
type BudgetTally struct {
	calendar Calendar
	groups   []budgetCount
}

// NewBudgetTally counts for the quarters of the calendar.
func NewBudgetTally(c Calendar) *BudgetTally { return &BudgetTally{calendar: c} }

// Add counts one part: its replacement in the quarter for which it is planned,
// its expected failures in the quarters before.
func (t *BudgetTally) Add(p *BudgetPart) {
	g := t.group(p.Group)
	g.parts++
	switch {
	case p.Settled:
		return
	case p.Firm:
		g.firm[0]++
		return
	}
	end := len(t.calendar)
	if p.Quarter >= 0 && int(p.Quarter) < end {
		end = int(p.Quarter)
		g.planned[end]++
	}
	for q := range end {
		g.expected[q] += ExpectH(p.H[q])
	}
}

// Merge adds another tally of the same calendar and Groups.
func (t *BudgetTally) Merge(o *BudgetTally) {
	for n := range o.groups {
		from, to := &o.groups[n], t.group(int32(n))
		to.parts += from.parts
		for q := range MaxQuarters {
			to.firm[q] += from.firm[q]
			to.planned[q] += from.planned[q]
			to.expected[q] += from.expected[q]
		}
	}
}

func (t *BudgetTally) group(n int32) *budgetCount {
	if int(n) >= len(t.groups) {
		t.groups = append(t.groups, make([]budgetCount, int(n)+1-len(t.groups))...)
	}
	return &t.groups[n]
}

// Budget prices what was counted, line by line in the order of the group keys.
func (t *BudgetTally) Budget(g *Groups, s *Stock, p BudgetPolicy) Budget {
	b := Budget{Currency: p.Currency, Quarters: t.calendar, Totals: make([]Cell, len(t.calendar))}
	for n := range t.groups {
		if t.groups[n].parts > 0 {
			b.Lines = append(b.Lines, t.line(g, int32(n), s))
		}
	}
	slices.SortFunc(b.Lines, func(x, y BudgetLine) int { return x.Key().Compare(y.Key()) })
	for i := range b.Lines {
		l := &b.Lines[i]
		for q, c := range l.Cells {
			b.Totals[q] = b.Totals[q].plus(c)
		}
		b.Total = b.Total.plus(l.Total)
		if l.Price == nil && l.demands() {
			b.PartsWithoutPrice += l.Parts
		}
	}
	return b
}

// line prices one group.
func (t *BudgetTally) line(g *Groups, n int32, s *Stock) BudgetLine {
	key, count := g.Key(n), &t.groups[n]
	item, _ := s.Find(key.Kind, key.Part, g.Model(n))
	l := BudgetLine{Kind: key.Kind, Part: key.Part, Model: g.Model(n), Parts: count.parts, Price: item.Price}
	for q := range t.calendar {
		c := Cell{Firm: count.firm[q], Planned: count.planned[q], Expected: count.expected[q].Float()}
		if l.Price != nil {
			c.Cost = l.Price.Times(c.Firm + c.Planned).Plus(l.Price.TimesExpected(count.expected[q]))
		}
		l.Cells = append(l.Cells, c)
		l.Total = l.Total.plus(c)
	}
	return l
}

// Key is the group that the line budgets.
func (l *BudgetLine) Key() GroupKey { return lineKey(l.Kind, l.Part, l.Model) }

// demands reports whether the line would cost anything.
func (l *BudgetLine) demands() bool {
	return l.Total.Firm > 0 || l.Total.Planned > 0 || l.Total.Expected > 0
}

func (c Cell) plus(o Cell) Cell {
	return Cell{c.Firm + o.Firm, c.Planned + o.Planned, c.Expected + o.Expected, c.Cost.Plus(o.Cost)}
}
