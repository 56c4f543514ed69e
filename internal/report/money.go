package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ironage/internal/ageing"
)

// forecast lists what is to be ordered first, then what is likeliest to be needed.
func (m *maker) forecast() (list List[ForecastLine], order int) {
	out := []ForecastLine{}
	for _, l := range m.fleet.Forecast(m.slice) {
		out = append(out, ForecastLine{Kind: l.Kind, PartNumber: l.Part, Model: l.Model, Parts: l.Parts, Failed: l.Failed, Firm: l.Firm,
			Expected: horizons(l.Expected), Stock: l.Recommended, OnHand: l.OnHand, OnOrder: l.OnOrder, Order: l.Order, Price: l.Price, Cost: l.Cost,
			Notes: forecastNotes(&l)})
		order += l.Order
	}
	slices.SortStableFunc(out, func(a, b ForecastLine) int {
		return cmp.Or(cmp.Compare(b.Order, a.Order), cmp.Compare(b.Firm, a.Firm), cmp.Compare(b.Expected.Months12, a.Expected.Months12))
	})
	return List[ForecastLine]{Total: len(out), Rows: cut(out, m.top)}, order
}

// forecastNotes say why more is needed than chance asks for, and what is missing.
func forecastNotes(l *ageing.ForecastLine) []string {
	out := []string{}
	add := func(is bool, text string) {
		if is {
			out = append(out, text)
		}
	}
	add(l.Batch, "one more: failures come in batches")
	add(l.Insurance, "one is kept for a critical server")
	add(l.Minimum > 0, fmt.Sprintf("the stock list asks for at least %d", l.Minimum))
	add(l.Reserved > 0, plural(l.Reserved, "replacement")+" at hand already")
	add(l.Approximated, "many failures: the stock is the normal approximation")
	add(l.NoEstimate > 0, plural(l.NoEstimate, "part")+" without an estimate")
	add(l.Part == "" && l.Model == "", "the devices tell neither part number nor model")
	add(l.SubstitutesOnHand > 0, fmt.Sprintf("%d on hand that fit instead: %s", l.SubstitutesOnHand, strings.Join(l.Substitutes, ", ")))
	add(len(l.Places) > 0 && l.OnHand > 0, "at "+strings.Join(l.Places, ", "))
	return out
}

func (m *maker) budget() Budget {
	b := m.fleet.Budget(m.slice)
	out := Budget{Currency: b.Currency, Quarters: []Quarter{}, PartsNoPrice: b.PartsWithoutPrice,
		Total: Quarter{Quarter: "Total", Demand: demand(b.Total), Kinds: []KindCost{}}}
	for i, q := range b.Quarters {
		out.Quarters = append(out.Quarters, Quarter{Quarter: q.Name, Demand: demand(b.Totals[i]),
			Kinds: kindCosts(b.Lines, func(l *ageing.BudgetLine) ageing.Money { return l.Cells[i].Cost })})
	}
	out.Total.Kinds = kindCosts(b.Lines, func(l *ageing.BudgetLine) ageing.Money { return l.Total.Cost })
	lines := []BudgetLine{}
	for _, l := range b.Lines {
		d := demand(l.Total)
		if d.Firm == 0 && d.Planned == 0 && d.Expected == 0 {
			continue
		}
		lines = append(lines, BudgetLine{Kind: l.Kind, PartNumber: l.Part, Model: l.Model, Parts: l.Parts, Price: l.Price, Demand: d})
	}
	slices.SortStableFunc(lines, func(a, b BudgetLine) int {
		return cmp.Or(cmp.Compare(b.Cost, a.Cost), cmp.Compare(b.Planned+b.Firm, a.Planned+a.Firm), cmp.Compare(b.Expected, a.Expected))
	})
	out.Lines = List[BudgetLine]{Total: len(lines), Rows: cut(lines, m.top)}
	return out
}

func demand(c ageing.Cell) Demand {
	return Demand{Firm: c.Firm, Planned: c.Planned, Expected: round(c.Expected, 2), Cost: c.Cost}
}

// kindCosts add up the costs of the lines by kind, in the order of their names.
func kindCosts(lines []ageing.BudgetLine, cost func(*ageing.BudgetLine) ageing.Money) []KindCost {
	out := []KindCost{}
	for i := range lines {
		l := &lines[i]
		if l.Price == nil {
			continue // no price is not a price of 0
		}
		at := slices.IndexFunc(out, func(k KindCost) bool { return k.Kind == l.Kind })
		if at < 0 {
			at = len(out)
			out = append(out, KindCost{Kind: l.Kind})
		}
		out[at].Cost = out[at].Cost.Plus(cost(l))
	}
	return out
}
