package tui

import (
	"strings"

	"ironage/internal/ageing"
	"ironage/internal/outlook"
)

// money is an amount with its currency.
func (sh *shared) money(m ageing.Money, set *outlook.Settings) string {
	return strings.TrimSpace(sh.cost(m) + " " + clean(set.Budget.Currency))
}

// cost is an amount by itself. The cents of a hundred thousand tell nobody
// anything.
func (sh *shared) cost(m ageing.Money) string {
	return min(scaleFor(m), inUnits).cell(sh, m)
}

// scale is what amounts of a list are counted in, the same for all of them, so
// that they can be compared at a glance.
type scale uint8

const (
	inCents     scale = iota // two decimals
	inUnits                  // whole ones
	inThousands              // thousands of them
)

// scaleFor is the finest scale in which the largest amount keeps to a column.
func scaleFor(most ageing.Money) scale {
	switch {
	case most < 100_000_00:
		return inCents
	case most < 100_000_000_00:
		return inUnits
	}
	return inThousands
}

// cell is an amount at the scale.
func (s scale) cell(sh *shared, m ageing.Money) string {
	switch s {
	case inUnits:
		return sh.t.Int((int64(m) + 50) / 100)
	case inThousands:
		return sh.t.Int((int64(m) + 50_000) / 100_000)
	}
	return decimals(sh.t, m.Grouped())
}

// note says what amounts are counted in when that is not plain to see.
func (s scale) note(sh *shared, set *outlook.Settings) string {
	if s != inThousands {
		return ""
	}
	return " " + sh.t.Say("Amounts in thousands of %s.", cleanOr(set.Budget.Currency, sh.t.Say("the currency")))
}

func amount(m *ageing.Money) ageing.Money {
	if m == nil {
		return 0
	}
	return *m
}

// priceCell is a price; a dash where nobody knows it, never a zero.
func priceCell(sh *shared, m *ageing.Money, in scale) string {
	if m == nil {
		return "-"
	}
	return in.cell(sh, *m)
}
