package ageing

import (
	"errors"
	"fmt"
	"math"
)

// SparePolicy says how many spares to keep (reference §5).
type SparePolicy struct {
	// LeadDays is how long an order takes, ReviewDays how often stock is looked through.
	LeadDays, ReviewDays float64
	// ServiceLevel is the wanted probability that the stock suffices in that time.
	ServiceLevel float64
}

// DefaultSparePolicy is 60 days of lead time and 95 %.
func DefaultSparePolicy() SparePolicy {
	return SparePolicy{LeadDays: 60, ReviewDays: 0, ServiceLevel: 0.95}
}

// Check returns what is wrong with the policy, or nil.
func (p SparePolicy) Check() error {
	var errs []error
	if !(p.ServiceLevel >= 0.5 && p.ServiceLevel <= 0.999) {
		errs = append(errs, fmt.Errorf("service level %v: expected 0.5 to 0.999", p.ServiceLevel))
	}
	for _, d := range []struct {
		name string
		days float64
	}{{"lead time", p.LeadDays}, {"review period", p.ReviewDays}} {
		if !(d.days >= 0 && d.days <= MaxLeadDays) {
			errs = append(errs, fmt.Errorf("%s of %v days: expected 0 to %d", d.name, d.days, MaxLeadDays))
		}
	}
	return errors.Join(errs...)
}

// MaxLeadDays is the longest lead time that is believed: ten years.
const MaxLeadDays = 3650

// LeadYears is the time that spares of an item must last: its own lead time or
// the policy's, and the review period. E.g. p.LeadYears(StockItem{}).
func (p SparePolicy) LeadYears(item StockItem) float64 {
	days := p.LeadDays
	if item.LeadDays != nil {
		days = *item.LeadDays
	}
	return (days + p.ReviewDays) / DaysPerYear
}

// Expected is an expected number of parts as a whole number of 2^-40 parts.
// Sums of it are exact whatever their order, so the forecast of a union is the
// sum of the forecasts to the last bit, and a changed server can be taken out
// of a sum and put back. Eight million certain failures fit.
type Expected int64

const expectedUnit Expected = 1 << 40

// ExpectP is the expected number of failures of one part that fails with probability p.
func ExpectP(p float64) Expected { return expect(min(p, 1)) }

// expect is a number of expected failures; what is none (negative, NaN) is 0.
func expect(n float64) Expected {
	if !(n > 0) {
		return 0
	}
	return Expected(math.RoundToEven(min(n, maxExpected) * float64(expectedUnit)))
}

// maxExpected is the most that one addition brings.
const maxExpected = 1000

// ExpectH is ExpectP of the probability that belongs to a summed hazard; NaN is 0.
func ExpectH(h float64) Expected {
	if h > 0 && h < smallHazard {
		// 1 - exp(-h) as a series: most parts of most fleets, several times faster.
		return expect(h * (1 - h/2*(1-h/3*(1-h/4*(1-h/5)))))
	}
	return ExpectP(-math.Expm1(-h))
}

// smallHazard is where the next term of the series is still less than a unit of Expected.
const smallHazard = 0.02

// Float is the number as people read it.
func (e Expected) Float() float64 { return float64(e) / float64(expectedUnit) }

// Key is the group that the line counts.
func (l *ForecastLine) Key() GroupKey { return lineKey(l.Kind, l.Part, l.Model) }

// lineKey is the group of a line, whose model stands beside its part number.
func lineKey(kind, part, model string) GroupKey {
	if part != "" {
		return GroupKey{Kind: kind, Part: part}
	}
	return GroupKey{Kind: kind, Model: model}
}

// demand is a line before anybody looked at the shelf.
func demand(g *Groups, n int32, c GroupTally, p SparePolicy) ForecastLine {
	key := g.Key(n)
	l := ForecastLine{Kind: key.Kind, Part: key.Part, Model: g.Model(n), Parts: c.Parts, NoEstimate: c.NoEstimate,
		Failed: c.Failed, Firm: c.Firm, Reserved: c.Reserved, Lambda: c.Lead.Float()}
	for i, e := range c.Expected {
		l.Expected[i] = e.Float()
	}
	l.Spares, l.Approximated = PoissonStock(l.Lambda, p.ServiceLevel)
	spares := l.Spares
	if c.Insured > 0 && spares < 1 {
		l.Insurance = true
		spares = 1
	}
	if c.Batch > 0 { // one more than chance alone asks for
		l.Batch = true
		spares++
	}
	l.Recommended = l.Firm + spares
	return l
}

// deal looks every line up in the stock list and says what to order. Lines
// that find the same stock, e.g. by part number and by its model, share it:
// nothing on the shelf is counted twice.
func deal(lines []ForecastLine, s *Stock) {
	if s == nil {
		for i := range lines {
			lines[i].Order = lines[i].Recommended
		}
		return
	}
	items := make([]StockItem, len(lines))
	users := make([]int, len(s.Lines)) // lines that still want a share
	for i := range lines {
		items[i], lines[i].InStock = s.Find(lines[i].Kind, lines[i].Part, lines[i].Model)
		for _, at := range items[i].Lines {
			users[at]++
		}
	}
	shelf := newShelf(s)
	for i := range lines {
		lines[i].fill(&items[i], s)
		for _, at := range items[i].Lines {
			users[at]--
			// The last one sees all that is left, the others take what they need.
			hand := shelf.hand[at]
			order := shelf.order[at]
			if users[at] > 0 {
				hand = min(hand, lines[i].missing())
				order = min(order, lines[i].missing()-hand)
			}
			shelf.hand[at] -= hand
			shelf.order[at] -= order
			lines[i].OnHand += hand
			lines[i].OnOrder += order
		}
		lines[i].Order = lines[i].missing()
		if lines[i].Price != nil {
			cost := lines[i].Price.Times(lines[i].Order)
			lines[i].Cost = &cost
		}
	}
}

// shelf is what is left of the stock lines while it is dealt out.
type shelf struct{ hand, order []int }

func newShelf(s *Stock) shelf {
	left := shelf{make([]int, len(s.Lines)), make([]int, len(s.Lines))}
	for i := range s.Lines {
		left.hand[i], left.order[i] = s.Lines[i].OnHand, s.Lines[i].OnOrder
	}
	return left
}

// missing is what neither lies on the shelf nor is on order.
func (l *ForecastLine) missing() int { return max(0, l.Recommended-l.OnHand-l.OnOrder) }

// fill takes over what the stock list says about the part.
func (l *ForecastLine) fill(item *StockItem, s *Stock) {
	l.Price, l.Places, l.Substitutes, l.Minimum = item.Price, item.Places, item.Substitutes, item.Minimum
	l.Recommended = max(l.Recommended, l.Firm+l.Minimum)
	for _, part := range item.Substitutes {
		other, _ := s.Find(l.Kind, part, "")
		l.SubstitutesOnHand += other.OnHand
	}
}

// Totals adds a forecast up.
func Totals(lines []ForecastLine) ForecastTotals {
	var t ForecastTotals
	for i := range lines {
		l := &lines[i]
		t.Parts, t.Failed, t.Firm, t.Order = t.Parts+l.Parts, t.Failed+l.Failed, t.Firm+l.Firm, t.Order+l.Order
		for h := range t.Expected {
			t.Expected[h] += l.Expected[h]
		}
		switch {
		case l.Cost != nil:
			t.Cost = t.Cost.Plus(*l.Cost)
		case l.Order > 0:
			t.PartsWithoutPrice += l.Order
		}
		if l.Part == "" {
			t.NoPartNumber += l.Parts
		}
	}
	return t
}
