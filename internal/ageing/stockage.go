package ageing

import (
	"fmt"
	"time"

	"ironage/internal/fleet"
)

// ShelfAge is how old the spares of a stock line are: a spare ages too. The zero
// ShelfAge is not known.
type ShelfAge struct {
	Days  int
	Label string // "made 2019-03, 7.7 y", "in stock since 2022, at least 4.4 y"
	Over  bool   // past the service life that is planned for such parts
}

// ShelfAge says how old the line's spares are, by when they were made, else by
// when they came: they are no younger than that. A date that cannot be true
// tells nothing.
func (p Policy) ShelfAge(l *StockLine, now time.Time) ShelfAge {
	for _, said := range []struct {
		date   fleet.Date
		format string
	}{{l.Made, "made %s, %.1f y"}, {l.InStockSince, "in stock since %s, at least %.1f y"}} {
		d, err := ParseDate(said.date)
		if err != nil || !d.Believable(now) {
			continue
		}
		days := max(0, int(today(now).Sub(d.Time).Hours()/24))
		pct, known := p.consumed(p.shelfLife(l), l.Kind, Age{Known: true, Days: days, Source: FromManufacture}, nil)
		return ShelfAge{Days: days, Label: fmt.Sprintf(said.format, said.date, float64(days)/DaysPerYear), Over: known && pct >= p.OverPct}
	}
	return ShelfAge{}
}

// shelfLife is the planned life of a line's parts in years; 0: none is planned,
// or the list does not say of what kind they are.
func (p Policy) shelfLife(l *StockLine) float64 {
	for _, name := range []string{l.PartNumber, l.Model} {
		if years, ok := p.Models[NormalPart(name)]; ok && name != "" {
			return years
		}
	}
	return p.Life[l.Kind]
}
