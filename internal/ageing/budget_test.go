package ageing

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"

	"pgregory.net/rapid"
)

var newYear = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// exampleB is the budget example of reference §5.
func exampleB(t *testing.T, now time.Time, policy BudgetPolicy) Budget {
	t.Helper()
	price := Money(12000)
	stock, _ := NewStock([]StockLine{{PartNumber: "P-1", Price: &price}})
	var g Groups
	group := g.Intern("hdd", "P-1", "")
	calendar, model := NewCalendar(now, policy.Quarters), DefaultModel()
	tally := NewBudgetTally(calendar)
	scores := make([]float64, 24)
	old := &Subject{Kind: "hdd", Age: Age{Known: true, HazardYears: 7.5}}
	for _, q := range SpreadBacklog(scores, policy.BacklogQuarters) {
		tally.Add(&BudgetPart{Group: group, Quarter: q, H: calendar.Hazards(model, old)})
	}
	since := time.Date(2021, 8, 15, 0, 0, 0, 0, time.UTC)
	young := Age{Known: true, Since: since, Days: 1600, Years: 1600 / DaysPerYear, HazardYears: 1600 / DaysPerYear}
	for range 16 {
		tally.Add(&BudgetPart{Group: group, Quarter: calendar.Due(EndOfLife(young, 5)),
			H: calendar.Hazards(model, &Subject{Kind: "hdd", Age: young})})
	}
	return tally.Budget(&g, stock, policy)
}

func TestBudgetExampleB(t *testing.T) {
	b := exampleB(t, newYear, DefaultBudgetPolicy())
	planned, expected := []int{6, 6, 22, 6}, []float64{0.2535, 0.1982, 0.0597, 0}
	cost := []string{"750.42", "743.79", "2647.16", "720.00"}
	for q, c := range b.Totals {
		if c.Planned != planned[q] || math.Abs(c.Expected-expected[q]) > 5e-5 || c.Cost.String() != cost[q] {
			t.Errorf("%s: got %d, %.6f, %s, want %d, %v, %s", b.Quarters[q].Name, c.Planned, c.Expected, c.Cost, planned[q], expected[q], cost[q])
		}
		if want := fmt.Sprintf("Q%d 2026", q+1); b.Quarters[q].Name != want {
			t.Errorf("got %s, want %s", b.Quarters[q].Name, want)
		}
	}
	if b.Total.Cost.String() != "4861.37" || b.Total.Planned != 40 || b.PartsWithoutPrice != 0 || b.Currency != "USD" {
		t.Errorf("got %+v, want a total of 4861.37", b.Total)
	}
}

func TestBudgetOverEightQuarters(t *testing.T) {
	policy := DefaultBudgetPolicy()
	policy.Quarters, policy.BacklogQuarters = 8, 16
	b := exampleB(t, newYear, policy)
	planned := 0
	for _, c := range b.Totals {
		planned += c.Planned
	}
	// 24 over 16 quarters: two in each of the first eight; the other eight lie beyond.
	if len(b.Totals) != 8 || planned != 16+16 || b.Totals[7].Planned != 2 || b.Totals[7].Expected <= 0 || b.Quarters[7].Name != "Q4 2027" {
		t.Errorf("got %+v", b.Totals)
	}
}

func TestCalendarBegunQuarter(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("ICT", 7*3600))
	c := NewCalendar(now, 4)
	if c[0].Name != "Q4 2026" || c[3].Name != "Q3 2027" || !c[0].Start.Equal(now) || !c[1].Start.Equal(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Fatalf("got %+v", c)
	}
	// 39 of 92 days are left.
	if !within(c[0].Years, 0.25*39/92, 1e-9) || c[1].Years != 0.25 || c[1].Offset != c[0].Years || c[2].Offset != c[0].Years+0.25 {
		t.Errorf("got %+v", c)
	}
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	for end, want := range map[time.Time]int8{
		{}: NotPlanned, day(2020, 1, 1): 0, day(2026, 12, 31): 0, day(2027, 1, 1): 1, day(2027, 3, 31): 1, day(2027, 4, 1): 2, day(2027, 10, 1): NotPlanned,
	} {
		if got := c.Due(end); got != want {
			t.Errorf("%v: got quarter %d, want %d", end, got, want)
		}
	}
	if len(NewCalendar(now, 0)) != 1 || len(NewCalendar(now, 99)) != MaxQuarters {
		t.Error("a calendar is not bounded")
	}
}

// A first reallocation weighs for 60 days: the later quarters know only its level.
func TestCalendarHazardsLetEventsPass(t *testing.T) {
	at := newYear.AddDate(0, 0, -10)
	s := &Subject{Kind: "hdd", Age: Age{Known: true, HazardYears: 4}, Now: newYear,
		Trails: map[string]fleet.Trail{"reallocated": {BaseAt: at.AddDate(-1, 0, 0), FirstRise: at, Steps: []fleet.Step{{At: at, Value: 1}}}}}
	h := NewCalendar(newYear, 4).Hazards(DefaultModel(), s)
	// R25 of the reference, then 0.25 years at 0.022 times 1.1 for one sector.
	if !within(h[0], 0.0449, 0.001) || !within(h[1], 0.25*0.022*1.1, 1e-6) {
		t.Errorf("got %v", h)
	}
	later := *s
	later.Now = newYear.Add(7 * time.Hour)
	if again := NewCalendar(later.Now, 4).Hazards(DefaultModel(), &later); again != h {
		t.Errorf("the budget moves within a day: got %v, then %v", h, again)
	}
}

func TestEndOfLife(t *testing.T) {
	since := time.Date(2021, 8, 15, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		age  Age
		life float64
		want string
	}{
		{Age{Known: true, Since: since}, 5, "2026-08-15"}, {Age{Known: true, Since: since}, 2.5, "2024-02-14"},
		{Age{Since: since}, 5, "0001-01-01"}, {Age{Known: true, Since: since}, 0, "0001-01-01"}, {Age{Known: true, Since: since}, math.NaN(), "0001-01-01"},
		{Age{Known: true, Since: since}, math.Inf(1), "0001-01-01"},
	} {
		if got := EndOfLife(c.age, c.life).Format(time.DateOnly); got != c.want {
			t.Errorf("%v years: got %s, want %s", c.life, got, c.want)
		}
	}
}

func TestSpreadBacklog(t *testing.T) {
	got := SpreadBacklog([]float64{1, 9, 5, 5, 7, 0, 3, 5, 2, 8}, 4)
	// worst first: 9 8 7 | 5 5 5 | 3 2 | 1 0
	if want := []int8{3, 0, 1, 1, 0, 3, 2, 1, 2, 0}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := SpreadBacklog(nil, 4); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	if got := SpreadBacklog([]float64{1, 2}, 0); !reflect.DeepEqual(got, []int8{0, 0}) {
		t.Errorf("got %v, want everything at once", got)
	}
}

func TestBudgetRules(t *testing.T) {
	var g Groups
	price := Money(333)
	stock, _ := NewStock([]StockLine{{PartNumber: "A", Price: &price}})
	priced, unpriced, idle := g.Intern("hdd", "A", ""), g.Intern("hdd", "", "M"), g.Intern("nic", "C", "")
	tally := NewBudgetTally(NewCalendar(newYear, 4))
	var h, none [MaxQuarters]float64
	for q := range h {
		h[q], none[q] = 0.1, math.NaN()
	}
	tally.Add(&BudgetPart{Group: priced, Firm: true, Quarter: 2, H: h})
	tally.Add(&BudgetPart{Group: priced, Settled: true, Firm: true, Quarter: 0, H: h})
	tally.Add(&BudgetPart{Group: priced, Quarter: NotPlanned, H: h})
	tally.Add(&BudgetPart{Group: unpriced, Quarter: 1, H: h})
	tally.Add(&BudgetPart{Group: unpriced, Quarter: 99, H: none})
	tally.Add(&BudgetPart{Group: idle, Quarter: NotPlanned, H: none})
	b := tally.Budget(&g, stock, DefaultBudgetPolicy())
	if len(b.Lines) != 3 || b.PartsWithoutPrice != 2 {
		t.Fatalf("got %d lines, %d parts without a price, want 3 and 2", len(b.Lines), b.PartsWithoutPrice)
	}
	a, m := b.Lines[0], b.Lines[1]
	// One firm in the first quarter and nothing after it; the other may fail in each quarter: 9.52 % of 3.33 is 0.32.
	if a.Parts != 3 || a.Cells[0].Firm != 1 || a.Total.Planned != 0 || a.Cells[0].Cost != 333+32 || a.Cells[3].Cost != 32 || a.Total.Cost != 333+4*32 {
		t.Errorf("got %+v", a)
	}
	if m.Price != nil || m.Total.Cost != 0 || m.Cells[1].Planned != 1 || m.Cells[0].Expected == 0 || m.Cells[1].Expected != 0 {
		t.Errorf("got %+v", m)
	}
	if b.Total.Cost != a.Total.Cost || b.Total.Firm != 1 || b.Total.Planned != 1 {
		t.Errorf("got %+v", b.Total)
	}
}

// Rows and columns add up to the cent; the tally of a union is the sum.
func TestBudgetAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var g Groups
		p1, p2 := Money(rapid.Int64Range(0, 1e9).Draw(t, "p1")), Money(rapid.Int64Range(0, 1e9).Draw(t, "p2"))
		stock, _ := NewStock([]StockLine{{PartNumber: "A", Price: &p1}, {PartNumber: "B", Price: &p2}})
		calendar := NewCalendar(newYear.AddDate(0, 0, rapid.IntRange(0, 400).Draw(t, "day")), rapid.IntRange(1, 8).Draw(t, "quarters"))
		union, left, right := NewBudgetTally(calendar), NewBudgetTally(calendar), NewBudgetTally(calendar)
		for range rapid.IntRange(0, 60).Draw(t, "parts") {
			part := &BudgetPart{Group: g.Intern("hdd", rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "part"), ""),
				Firm: rapid.Bool().Draw(t, "firm"), Quarter: int8(rapid.IntRange(-1, 9).Draw(t, "quarter"))}
			for q := range part.H {
				part.H[q] = rapid.Float64Range(0, 1).Draw(t, "h")
			}
			union.Add(part)
			rapid.SampledFrom([]*BudgetTally{left, right}).Draw(t, "half").Add(part)
		}
		right.Merge(left)
		b := union.Budget(&g, stock, DefaultBudgetPolicy())
		if !reflect.DeepEqual(b, right.Budget(&g, stock, DefaultBudgetPolicy())) {
			t.Fatal("the union is not the sum")
		}
		var byQuarter, byLine Money
		for _, c := range b.Totals {
			byQuarter += c.Cost
		}
		for _, l := range b.Lines {
			byLine += l.Total.Cost
		}
		if byQuarter != b.Total.Cost || byLine != b.Total.Cost {
			t.Fatalf("quarters %s, lines %s, total %s", byQuarter, byLine, b.Total.Cost)
		}
	})
}

func TestBudgetPolicyCheck(t *testing.T) {
	for p, want := range map[BudgetPolicy]string{
		DefaultBudgetPolicy(): "", {Quarters: 8, BacklogQuarters: 40}: "", {Quarters: 9, BacklogQuarters: 4}: "9 quarters", {Quarters: 4}: "a backlog over 0",
		{Quarters: 0, BacklogQuarters: 4}: "0 quarters", {Quarters: 4, BacklogQuarters: 41}: "a backlog over 41",
	} {
		err := p.Check()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: got %v, want %q", p, err, want)
		}
	}
}
