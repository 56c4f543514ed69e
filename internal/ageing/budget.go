package ageing

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// MaxQuarters is the longest budget.
const MaxQuarters = 8

// BudgetPolicy says how money is planned.
type BudgetPolicy struct {
	Currency        string // ISO code
	BacklogQuarters int    // over how many quarters what is over age already is spread
	Quarters        int    // how many quarters the budget shows, at most MaxQuarters
}

// DefaultBudgetPolicy shows four quarters and spreads the backlog over them.
func DefaultBudgetPolicy() BudgetPolicy {
	return BudgetPolicy{Currency: "USD", BacklogQuarters: 4, Quarters: 4}
}

// Check returns what is wrong with the policy, or nil.
func (p BudgetPolicy) Check() error {
	var errs []error
	if p.Quarters < 1 || p.Quarters > MaxQuarters {
		errs = append(errs, fmt.Errorf("%d quarters: expected 1 to %d", p.Quarters, MaxQuarters))
	}
	if p.BacklogQuarters < 1 || p.BacklogQuarters > maxBacklog {
		errs = append(errs, fmt.Errorf("a backlog over %d quarters: expected 1 to %d", p.BacklogQuarters, maxBacklog))
	}
	return errors.Join(errs...)
}

// maxBacklog is ten years.
const maxBacklog = 40

// Quarter is a calendar quarter, or what is left of the present one.
type Quarter struct {
	Name  string    `json:"name"`  // "Q1 2026"
	Start time.Time `json:"start"` // now, for the first
	End   time.Time `json:"end"`   // the first moment after it
	// Offset is how many years after now it begins, Years how long it is: a
	// whole quarter is 0.25 years, whichever days it has.
	Offset, Years float64 `json:"-"`
}

// Calendar is the quarters of a budget, the first one running.
type Calendar []Quarter

// NewCalendar is the calendar of n quarters from now, in UTC.
func NewCalendar(now time.Time, n int) Calendar {
	now = now.UTC()
	first := time.Date(now.Year(), (now.Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC)
	c := make(Calendar, 0, n)
	offset := 0.0
	for range min(max(n, 1), MaxQuarters) {
		q := Quarter{Name: fmt.Sprintf("Q%d %d", (first.Month()+2)/3, first.Year()), Start: first, End: first.AddDate(0, 3, 0),
			Offset: offset, Years: 0.25}
		if len(c) == 0 {
			left := q.End.Sub(today(now)).Hours() / q.End.Sub(q.Start).Hours()
			q.Start, q.Years = now, 0.25*left
		}
		offset += q.Years
		c, first = append(c, q), q.End
	}
	return c
}

// Hazards is the hazard of a part over each quarter, from its age at the
// quarter's start; NaN where there is no estimate.
func (c Calendar) Hazards(m *Model, s *Subject) (h [MaxQuarters]float64) {
	then := *s
	for i, q := range c {
		then.Age.HazardYears = s.Age.HazardYears + q.Offset
		then.Now = s.Now.Add(time.Duration(q.Offset * DaysPerYear * 24 * float64(time.Hour)))
		h[i] = m.Hazard(&then, q.Years)
	}
	return h
}

// Due is the quarter in which a service life ends, the first one when it has
// ended; NotPlanned when there is no end or it lies beyond the calendar.
func (c Calendar) Due(end time.Time) int8 {
	if end.IsZero() {
		return NotPlanned
	}
	for i, q := range c {
		if end.Before(q.End) {
			return int8(i)
		}
	}
	return NotPlanned
}

// NotPlanned is the quarter of a part that is not replaced within the budget.
const NotPlanned int8 = -1

// EndOfLife is the last day of a service life; zero without a date or a policy.
func EndOfLife(a Age, lifeYears float64) time.Time {
	if !a.Known || !(lifeYears > 0) || lifeYears > 200 {
		return time.Time{}
	}
	whole, part := math.Modf(lifeYears)
	return a.Since.AddDate(int(whole), 0, int(math.Round(part*DaysPerYear)))
}

// SpreadBacklog gives each part of the backlog its quarter, by the parts'
// scores: the worst first, as many in one quarter as in the next, the first
// quarters taking what does not divide. Equal scores keep their order.
func SpreadBacklog(scores []float64, quarters int) []int8 {
	order := make([]int32, len(scores))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(scores[b], scores[a]) })
	quarters = min(max(quarters, 1), maxBacklog)
	each, rest := len(scores)/quarters, len(scores)%quarters
	out := make([]int8, len(scores))
	next := 0
	for q := range quarters {
		n := each + one(q < rest)
		for _, i := range order[next : next+n] {
			out[i] = int8(q)
		}
		next += n
	}
	return out
}

// BudgetPart is what a budget needs to know of one part.
type BudgetPart struct {
	Group int32
	Firm  bool // PartEstimate.Firm: bought in the first quarter, whatever its age
	// Settled: its replacement is reserved or fitted; it costs nothing more.
	Settled bool
	// Quarter is when it is planned to be replaced: of Calendar.Due, or for
	// what is over age of SpreadBacklog; NotPlanned for the others.
	Quarter int8
	H       [MaxQuarters]float64 // of Calendar.Hazards; NaN: no estimate
}

// Cell is one quarter's demand and cost.
type Cell struct {
	Firm     int     `json:"firm"`     // certain already
	Planned  int     `json:"planned"`  // end of service life
	Expected float64 `json:"expected"` // failures of parts that are not replaced by then
	Cost     Money   `json:"cost"`     // 0 where the price is not known: see BudgetLine.Price
}

// BudgetLine is the budget of one group of parts.
type BudgetLine struct {
	Kind  string `json:"kind"`
	Part  string `json:"part,omitempty"`
	Model string `json:"model,omitempty"`
	Parts int    `json:"parts"`
	Price *Money `json:"price,omitempty"` // nil: the line has no cost
	Cells []Cell `json:"quarters"`
	Total Cell   `json:"total"`
}

// Budget is what parts will cost, by quarter. Each cell's cost is exact and
// rounded once to the hundredth; totals are sums of those rounded costs, so
// every column and row adds up.
type Budget struct {
	Currency string       `json:"currency,omitempty"`
	Quarters Calendar     `json:"quarters"`
	Lines    []BudgetLine `json:"lines"`
	Totals   []Cell       `json:"totals"` // per quarter, over all lines
	Total    Cell         `json:"total"`
	// PartsWithoutPrice are the parts of lines whose price nobody knows; their
	// demand is in the numbers and their cost is not.
	PartsWithoutPrice int `json:"parts_without_price"`
}
