package ageing

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// estimated is a clean part of that age, as the model judges it.
func estimated(group int32, kind string, years float64, lead float64) PartEstimate {
	m := DefaultModel()
	s := &Subject{Kind: kind, Age: Age{Known: true, Years: years, HazardYears: years}}
	e := PartEstimate{Group: group, Estimated: true, LeadH: m.Hazard(s, lead)}
	for i, h := range Horizons {
		e.H[i] = m.Hazard(s, h)
	}
	return e
}

type population struct {
	kind  string
	years float64
	n     int
}

// forecastOf is the one line of a population of one part number.
func forecastOf(pops []population, change func(n int, e *PartEstimate), stock *Stock, p SparePolicy) ForecastLine {
	var g Groups
	var t Tally
	n := 0
	for _, pop := range pops {
		for range pop.n {
			e := estimated(g.Intern(pop.kind, "P-1", ""), pop.kind, pop.years, p.LeadYears(StockItem{}))
			if change != nil {
				change(n, &e)
			}
			t.Add(e)
			n++
		}
	}
	return Forecast(&g, &t, stock, p)[0]
}

func within(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance*math.Abs(want) }

// The examples of reference §5. What is printed with few digits is compared as printed.
func TestForecastExamples(t *testing.T) {
	f1 := []population{{"hdd", 7.5, 24}, {"hdd", 5.0, 16}}
	for _, c := range []struct {
		id     string
		pops   []population
		want   [3]float64
		lambda float64
		s      int
		exact  map[string]float64
	}{
		{"F1", f1, [3]float64{0.329, 0.654, 1.33}, 0.216, 1, map[string]float64{"12 m": 1.332659, "60 d": 0.216238}},
		{"F3", []population{{"hdd", 7.5, 400}}, [3]float64{3.68, 7.33, 15.1}, 2.42, 5, map[string]float64{"12 m": 15.107318, "60 d": 2.423838}},
		{"F4", []population{{"dimm", 7.0, 960}}, [3]float64{0.480, 0.960, 1.92}, 0.315, 1, nil},
		{"F5", []population{{"fan", 6.2, 180}}, [3]float64{0.130, 0.261, 0.536}, 0.0857, 1, nil},
		{"F6", []population{{"battery", 3.5, 30}}, [3]float64{1.46, 2.85, 6.64}, 0.970, 3, map[string]float64{"60 d": 0.969611}},
	} {
		t.Run(c.id, func(t *testing.T) {
			l := forecastOf(c.pops, nil, nil, DefaultSparePolicy())
			for i, want := range c.want {
				if !within(l.Expected[i], want, 0.005) {
					t.Errorf("horizon %v: got %.6f, want %v", Horizons[i], l.Expected[i], want)
				}
			}
			if !within(l.Lambda, c.lambda, 0.003) || l.Spares != c.s || l.Recommended != c.s || l.Order != c.s || l.Firm != 0 {
				t.Errorf("got %+v, want lambda %v and %d spares", l, c.lambda, c.s)
			}
			for what, got := range map[string]float64{"12 m": l.Expected[2], "60 d": l.Lambda} {
				if want, ok := c.exact[what]; ok && math.Abs(got-want) > 5e-7 {
					t.Errorf("%s: got %.7f, want exactly %.6f", what, got, want)
				}
			}
		})
	}
	t.Run("F1, a yearly stock", func(t *testing.T) {
		if s, _ := PoissonStock(forecastOf(f1, nil, nil, DefaultSparePolicy()).Expected[2], 0.95); s != 3 {
			t.Errorf("got %d, want 3", s)
		}
	})
	t.Run("F2", func(t *testing.T) {
		stock, _ := NewStock([]StockLine{{PartNumber: "p-1", OnHand: 1}})
		m := DefaultModel()
		l := forecastOf(f1, func(n int, e *PartEstimate) {
			if n < 2 {
				s := &Subject{Kind: "hdd", Age: Age{Known: true, HazardYears: 7.5}, Predicts: true}
				m.Hazards(s, Horizons[:], e.H[:])
			}
		}, stock, DefaultSparePolicy())
		for i, want := range []float64{0.310, 0.618, 1.26} {
			if !within(l.Expected[i], want, 0.005) {
				t.Errorf("horizon %v: got %.6f, want %v", Horizons[i], l.Expected[i], want)
			}
		}
		if !within(l.Lambda, 0.204, 0.003) || l.Firm != 2 || l.Spares != 1 || l.Recommended != 3 || l.OnHand != 1 || l.Order != 2 {
			t.Errorf("got %+v", l)
		}
	})
}

func TestForecastRules(t *testing.T) {
	cents := func(n int64) *Money { m := Money(n); return &m }
	clean := []population{{"hdd", 1, 1}}
	for _, c := range []struct {
		name   string
		change func(n int, e *PartEstimate)
		stock  []StockLine
		policy SparePolicy
		want   func(l ForecastLine) bool
	}{
		{"lead time 0 keeps no spare", nil, nil, SparePolicy{0, 0, 0.95}, func(l ForecastLine) bool { return l.Lambda == 0 && l.Spares == 0 && l.Order == 0 }},
		{"lead time 0 keeps the insurance spare", func(_ int, e *PartEstimate) { e.Insured = true }, nil, SparePolicy{0, 0, 0.95},
			func(l ForecastLine) bool { return l.Insurance && l.Spares == 0 && l.Recommended == 1 }},
		{"one spare is insurance enough", func(_ int, e *PartEstimate) { e.Insured, e.LeadH = true, 0.3 }, nil, DefaultSparePolicy(),
			func(l ForecastLine) bool { return !l.Insurance && l.Spares == 1 && l.Recommended == 1 }},
		{"the minimum stays when the failed are replaced", func(_ int, e *PartEstimate) { e.Failed = true }, []StockLine{{PartNumber: "P-1", Minimum: 4}}, DefaultSparePolicy(),
			func(l ForecastLine) bool { return l.Recommended == 5 }},
		{"a batch adds one", func(_ int, e *PartEstimate) { e.Batch = true }, nil, DefaultSparePolicy(),
			func(l ForecastLine) bool { return l.Batch && l.Recommended == l.Spares+1 }},
		{"failed is firm", func(_ int, e *PartEstimate) { e.Failed = true }, nil, DefaultSparePolicy(),
			func(l ForecastLine) bool {
				return l.Firm == 1 && l.Failed == 1 && l.Expected[2] == 0 && l.Recommended == 1
			}},
		{"approved is firm", func(_ int, e *PartEstimate) { e.Approved = true }, nil, DefaultSparePolicy(),
			func(l ForecastLine) bool { return l.Firm == 1 && l.Lambda == 0 }},
		{"P of a half is firm", func(_ int, e *PartEstimate) { e.H[2] = -math.Log(0.5) }, nil, DefaultSparePolicy(),
			func(l ForecastLine) bool { return l.Firm == 1 }},
		{"P below a half is expected", func(_ int, e *PartEstimate) { e.H[2] = 0.693 }, nil, DefaultSparePolicy(),
			func(l ForecastLine) bool { return l.Firm == 0 && within(l.Expected[2], 0.49993, 1e-4) }},
		{"reserved demands nothing", func(_ int, e *PartEstimate) { e.Failed, e.Reserved = true, true }, nil, DefaultSparePolicy(),
			func(l ForecastLine) bool {
				return l.Firm == 0 && l.Reserved == 1 && l.Order == 0 && l.Failed == 1 && l.Expected[2] == 0
			}},
		{"no estimate is counted", func(_ int, e *PartEstimate) { e.Estimated = false }, nil, DefaultSparePolicy(),
			func(l ForecastLine) bool { return l.NoEstimate == 1 && l.Expected[2] == 0 && l.Parts == 1 }},
		{"the minimum of the list", nil, []StockLine{{PartNumber: "P-1", Minimum: 4, OnHand: 1, OnOrder: 1, Price: cents(12050)}}, DefaultSparePolicy(),
			func(l ForecastLine) bool {
				return l.Recommended == 4 && l.Order == 2 && l.Cost != nil && *l.Cost == 24100
			}},
		{"no price is no cost", nil, []StockLine{{PartNumber: "P-1", Minimum: 4}}, DefaultSparePolicy(),
			func(l ForecastLine) bool { return l.InStock && l.Order == 4 && l.Price == nil && l.Cost == nil }},
		{"a full shelf orders nothing", nil, []StockLine{{PartNumber: "P-1", OnHand: 500}}, DefaultSparePolicy(),
			func(l ForecastLine) bool { return l.Order == 0 && l.OnHand == 500 }},
		{"substitutes are named, not counted", nil, []StockLine{{PartNumber: "P-1", Minimum: 1, Substitutes: []string{"p-2"}}, {PartNumber: "P-2", OnHand: 7}}, DefaultSparePolicy(),
			func(l ForecastLine) bool { return l.SubstitutesOnHand == 7 && l.Order == 1 && l.OnHand == 0 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			stock, conflicts := NewStock(c.stock)
			if l := forecastOf(clean, c.change, stock, c.policy); !c.want(l) || len(conflicts) > 0 {
				t.Errorf("got %+v, conflicts %v", l, conflicts)
			}
		})
	}
	if l := forecastOf([]population{{"battery", 10, 4000}}, nil, nil, DefaultSparePolicy()); !l.Approximated || l.Spares < int(l.Lambda) {
		t.Errorf("got %+v, want the approximation", l)
	}
}

func TestForecastGroups(t *testing.T) {
	var g Groups
	var tally Tally
	price := Money(5000)
	for _, p := range [][3]string{{"hdd", " st-1 ", "m1"}, {"hdd", "ST-1", "M1"}, {"hdd", "", "m1"}, {"hdd", "", ""}, {"dimm", "", "M1"}} {
		tally.Add(PartEstimate{Group: g.Intern(p[0], p[1], p[2]), Estimated: true, Failed: true})
	}
	stock, _ := NewStock([]StockLine{{PartNumber: "ST-1", Model: "m1", Kind: "disk", OnHand: 2, OnOrder: 1, Price: &price}, {Model: "M1", Kind: "dimm", OnHand: 9}})
	lines := Forecast(&g, &tally, stock, DefaultSparePolicy())
	var got []string
	for _, l := range lines {
		got = append(got, l.Kind+" "+l.Key().Name())
	}
	if want := "dimm M1|hdd ST-1|hdd M1|hdd not reported"; strings.Join(got, "|") != want {
		t.Fatalf("got %s, want %s", strings.Join(got, "|"), want)
	}
	// The disks by number and by model share two on the shelf and one on order: nothing counts twice.
	if lines[1].OnHand != 2 || lines[1].OnOrder != 0 || lines[1].Order != 0 || lines[2].OnHand != 0 || lines[2].OnOrder != 1 || lines[2].Order != 0 {
		t.Errorf("got %+v and %+v", lines[1], lines[2])
	}
	if lines[0].OnHand != 9 || lines[3].Order != 1 || lines[3].InStock {
		t.Errorf("got %+v and %+v", lines[0], lines[3])
	}
	totals := Totals(lines)
	if totals.Parts != 5 || totals.Failed != 5 || totals.Order != 1 || totals.PartsWithoutPrice != 1 || totals.NoPartNumber != 3 || totals.Cost != 0 {
		t.Errorf("got %+v", totals)
	}
}

func drawParts(t *rapid.T, g *Groups, label string) []PartEstimate {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) PartEstimate {
		e := PartEstimate{
			Group:     g.Intern(rapid.SampledFrom([]string{"hdd", "ssd", "fan"}).Draw(t, "kind"), rapid.SampledFrom([]string{"", "a", "B"}).Draw(t, "part"), "m"),
			Estimated: rapid.Bool().Draw(t, "estimated"), Failed: rapid.IntRange(0, 9).Draw(t, "failed") == 0,
			Approved: rapid.IntRange(0, 9).Draw(t, "approved") == 0, Reserved: rapid.IntRange(0, 9).Draw(t, "reserved") == 0,
			Insured: rapid.Bool().Draw(t, "insured"), Batch: rapid.Bool().Draw(t, "batch"), LeadH: rapid.Float64Range(0, 0.5).Draw(t, "lead"),
		}
		h := rapid.Float64Range(0, 3).Draw(t, "h")
		e.H = [3]float64{h / 4, h / 2, h}
		return e
	}), 0, 40).Draw(t, label)
}

func tallyOf(parts ...[]PartEstimate) *Tally {
	t := &Tally{}
	for _, ps := range parts {
		for _, p := range ps {
			t.Add(p)
		}
	}
	return t
}

// The forecast of a union is the sum of the forecasts, to the last bit and in any order.
func TestForecastOfUnionIsTheSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var g Groups
		a, b := drawParts(t, &g, "a"), drawParts(t, &g, "b")
		union, ab, ba := tallyOf(a, b), &Tally{}, &Tally{}
		ab.Merge(tallyOf(a))
		ab.Merge(tallyOf(b))
		ba.Merge(tallyOf(b))
		ba.Merge(tallyOf(a))
		p := DefaultSparePolicy()
		want := Forecast(&g, union, nil, p)
		if !reflect.DeepEqual(want, Forecast(&g, ab, nil, p)) || !reflect.DeepEqual(want, Forecast(&g, ba, nil, p)) {
			t.Fatal("the merged forecasts differ from that of the union")
		}
		for n := range int32(g.Len()) {
			one, two, both := tallyOf(a).Of(n), tallyOf(b).Of(n), union.Of(n)
			if one.Parts+two.Parts != both.Parts || one.Expected[2]+two.Expected[2] != both.Expected[2] || one.Firm+two.Firm != both.Firm || one.Lead+two.Lead != both.Lead {
				t.Fatalf("group %d: %+v and %+v are not %+v", n, one, two, both)
			}
		}
		ab.Remove(tallyOf(b))
		if !reflect.DeepEqual(Forecast(&g, ab, nil, p), Forecast(&g, tallyOf(a), nil, p)) {
			t.Fatal("taking a server out again leaves something behind")
		}
	})
}

func TestForecastOrdersProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var g Groups
		tally := tallyOf(drawParts(t, &g, "parts"))
		hand, more := rapid.IntRange(0, 30).Draw(t, "hand"), rapid.IntRange(0, 30).Draw(t, "more")
		low := rapid.Float64Range(0.5, 0.999).Draw(t, "low")
		high := rapid.Float64Range(low, 0.999).Draw(t, "high")
		policy := func(level float64) SparePolicy { return SparePolicy{60, 0, level} }
		few, _ := NewStock([]StockLine{{Model: "m", OnHand: hand}, {PartNumber: "A", OnHand: hand}})
		many, _ := NewStock([]StockLine{{Model: "m", OnHand: hand + more}, {PartNumber: "A", OnHand: hand, OnOrder: more}})
		base, stocked, careful := Forecast(&g, tally, few, policy(low)), Forecast(&g, tally, many, policy(low)), Forecast(&g, tally, few, policy(high))
		for i := range base {
			if stocked[i].Order > base[i].Order {
				t.Fatalf("more stock orders more: %+v, %+v", base[i], stocked[i])
			}
			if careful[i].Recommended < base[i].Recommended {
				t.Fatalf("a higher level recommends less: %+v, %+v", base[i], careful[i])
			}
			if base[i].Order < base[i].Recommended-base[i].OnHand-base[i].OnOrder || base[i].Recommended < base[i].Firm {
				t.Fatalf("got %+v", base[i])
			}
		}
	})
}

// Small hazards are summed by a series that must not differ from the function.
func TestExpectH(t *testing.T) {
	for h := 1e-9; h < 5; h *= 1.01 {
		if got, want := ExpectH(h), ExpectP(-math.Expm1(-h)); got-want > 1 || want-got > 1 {
			t.Fatalf("%v: got %d, want %d", h, got, want)
		}
	}
	for _, h := range []float64{0, -1, math.NaN(), math.Inf(-1)} {
		if got := ExpectH(h); got != 0 {
			t.Errorf("%v: got %d, want 0", h, got)
		}
	}
	if got := ExpectH(math.Inf(1)); got != expectedUnit {
		t.Errorf("got %v, want one part", got.Float())
	}
}

func TestSparePolicyCheck(t *testing.T) {
	for p, want := range map[SparePolicy]string{
		{60, 0, 0.95}: "", {0, 0, 0.5}: "", {0, 0, 0.999}: "", {60, 0, 0.49}: "service level", {60, 0, 0.9991}: "service level", {60, 0, 95}: "service level",
		{-1, 0, 0.9}: "lead time", {60, math.Inf(1), 0.9}: "review period", {4000, 0, 0.9}: "lead time",
	} {
		err := p.Check()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: got %v, want %q", p, err, want)
		}
	}
	if err := (SparePolicy{60, 0, math.NaN()}).Check(); err == nil {
		t.Error("NaN was accepted")
	}
}

func BenchmarkForecast(b *testing.B) {
	var g Groups
	parts := make([]PartEstimate, 600_000)
	names := [][2]string{{"PN-1", "ST4000NM0033"}, {"PN-2", "MG04ACA400N"}, {"PN-3", "HMA42GR7MFR4N"}, {"", "PWR-750"}, {"", "FAN-1"}}
	for i := range parts {
		parts[i] = PartEstimate{Estimated: true, H: [3]float64{.01, .02, .04}, LeadH: .006}
	}
	for b.Loop() {
		var t Tally
		for i := range parts {
			parts[i].Group = g.Intern("hdd", names[i%5][0], names[i%5][1])
			t.Add(parts[i])
		}
		if l := Forecast(&g, &t, nil, DefaultSparePolicy()); len(l) != 5 {
			b.Fatal(len(l))
		}
	}
}
