package outlook

import (
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// anyFleet draws a small mixed fleet.
func anyFleet(t *rapid.T) []fleet.Entry {
	out := make([]fleet.Entry, rapid.IntRange(0, 12).Draw(t, "servers"))
	for i := range out {
		out[i] = anyBox(t, fmt.Sprintf("srv-%02d", i))
	}
	return out
}

func anyBox(t *rapid.T, name string) fleet.Entry {
	var parts []fleet.Component
	for j := range rapid.IntRange(0, 5).Draw(t, "disks") {
		c := hdd(fmt.Sprint(j), map[string]float64{"pending": float64(rapid.SampledFrom([]int{0, 0, 0, 1, 30}).Draw(t, "pending"))})
		c.Part = rapid.SampledFrom([]string{"", "0X1", "0X2"}).Draw(t, "part")
		c.Health = rapid.SampledFrom([]fleet.Health{fleet.OK, fleet.OK, fleet.OK, fleet.Critical, fleet.Absent}).Draw(t, "health")
		parts = append(parts, c)
	}
	for j := range rapid.IntRange(0, 3).Draw(t, "supplies") {
		parts = append(parts, fleet.Component{Kind: fleet.PSU, Slot: fmt.Sprint(j), Health: fleet.OK, Model: "750W"})
	}
	e := box(name, rapid.SampledFrom([]fleet.Date{"", "2012", "2017-05", "2019-06-01", "2021-02-10", "2025-12-01"}).Draw(t, "in service"), parts...)
	e.Server.Site = rapid.SampledFrom([]string{"", "hanoi", "hue"}).Draw(t, "site")
	e.Server.Service = rapid.SampledFrom([]string{"", "web", "db"}).Draw(t, "service")
	e.Server.Manufacturer = rapid.SampledFrom([]string{"", "Dell", "HPE"}).Draw(t, "vendor")
	e.Server.Model = rapid.SampledFrom([]string{"", "R640", "DL380"}).Draw(t, "model")
	e.Server.Criticality = rapid.SampledFrom([]fleet.Criticality{"", fleet.CriticalityLow, fleet.CriticalityCritical}).Draw(t, "criticality")
	return e
}

// The slices of every dimension together are the whole: nothing is counted
// twice, nothing is lost, and sums agree to the last bit.
func TestSlicesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := DefaultSettings()
		f := Build(nil, fleet.NewSnapshot(1, noon, anyFleet(t)), nil, &set, noon)
		whole := f.Totals(Slice{})
		for _, d := range Dimensions {
			sum, over, ranked, years := Totals{}, 0, 0, 0
			forecast := map[ageing.GroupKey]ageing.ForecastLine{}
			planned := 0
			for _, g := range f.GroupBy(d, Slice{}) {
				s := d.Slice(g.Value)
				tot := f.Totals(s)
				if tot.Servers != g.Servers || tot.Parts != g.Parts || tot.PartBands.Over() != g.PartsOver || tot.Failed != g.Failed {
					t.Fatalf("%s %q: totals %+v, group %+v", d, g.Value, tot, g)
				}
				sum.Servers, sum.Parts, sum.NoDate, sum.Failed, sum.Firm = sum.Servers+tot.Servers, sum.Parts+tot.Parts, sum.NoDate+tot.NoDate, sum.Failed+tot.Failed, sum.Firm+tot.Firm
				over, ranked = over+len(f.OverAge(s)), ranked+len(f.Ranking(s, 0))
				for _, y := range f.Histogram(s) {
					years += y.Servers.Total()
				}
				for _, l := range f.Forecast(s) {
					was := forecast[l.Key()]
					was.Parts, was.Firm = was.Parts+l.Parts, was.Firm+l.Firm
					for h := range l.Expected {
						was.Expected[h] += l.Expected[h]
					}
					forecast[l.Key()] = was
				}
				planned += f.Budget(s).Total.Planned
			}
			if sum.Servers != whole.Servers || sum.Parts != whole.Parts || sum.NoDate != whole.NoDate || sum.Failed != whole.Failed || sum.Firm != whole.Firm {
				t.Fatalf("%s: slices have %+v, the whole %+v", d, sum, whole)
			}
			if over != len(f.OverAge(Slice{})) || ranked != len(f.Ranking(Slice{}, 0)) || years != whole.Servers {
				t.Fatalf("%s: %d over age, %d ranked, %d in the histogram", d, over, ranked, years)
			}
			for _, l := range f.Forecast(Slice{}) {
				got := forecast[l.Key()]
				if got.Parts != l.Parts || got.Firm != l.Firm || got.Expected != l.Expected {
					t.Fatalf("%s: %v: slices expect %+v, the whole %+v", d, l.Key(), got, l)
				}
			}
			if want := f.Budget(Slice{}).Total.Planned; planned != want {
				t.Fatalf("%s: slices plan %d, the whole %d", d, planned, want)
			}
		}
		lines := ageing.Totals(f.Forecast(Slice{}))
		if lines.Parts != whole.Parts || lines.Firm != whole.Firm || lines.Expected != whole.Expected {
			t.Fatalf("forecast %+v, totals %+v", lines, whole)
		}
	})
}

// An outlook that was built step by step is the one that is built at once, and
// shares what did not change.
func TestStepByStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := DefaultSettings()
		snap := fleet.NewSnapshot(1, noon, anyFleet(t))
		in := &Inputs{}
		f := Build(nil, snap, in, &set, noon)
		for step := range rapid.IntRange(1, 5).Draw(t, "steps") {
			name := fmt.Sprintf("srv-%02d", rapid.IntRange(0, 14).Draw(t, "which"))
			before := f
			if rapid.IntRange(0, 4).Draw(t, "remove") == 0 {
				snap = snap.With(int64(step), noon, nil, name)
			} else {
				snap = snap.With(int64(step), noon, []fleet.Entry{anyBox(t, name)})
			}
			if rapid.Bool().Draw(t, "decide") {
				in = &Inputs{Approved: map[Place]bool{{name, "disk/0"}: true}, Queued: map[Place]bool{{name, "disk/1"}: true}}
			}
			f = Build(f, snap, in, &set, noon)
			once := Build(nil, snap, in, &set, noon)
			for i, v := range f.Servers {
				w := once.Servers[i]
				if v.Entry != w.Entry || v.H != w.H || v.Worst != w.Worst || v.Renew != w.Renew {
					t.Fatalf("%s: got %+v, want %+v", v.Entry.Server.Name, v, w)
				}
			}
			if a, b := f.Totals(Slice{}), once.Totals(Slice{}); !reflect.DeepEqual(a, b) {
				t.Fatalf("totals: got %+v, want %+v", a, b)
			}
			if a, b := f.Forecast(Slice{}), once.Forecast(Slice{}); !reflect.DeepEqual(a, b) {
				t.Fatalf("forecast: got %+v, want %+v", a, b)
			}
			for _, v := range before.Servers {
				if w := f.Server(v.Entry.Server.Name); w != nil && before.learnt == f.learnt && before.Inputs == f.Inputs && w.Entry == v.Entry && w != v {
					t.Fatalf("%s did not change and was judged again", v.Entry.Server.Name)
				}
			}
		}
	})
}

// A day later, or by other rules, everything is judged anew.
func TestNothingOldIsKept(t *testing.T) {
	set := DefaultSettings()
	snap := fleet.NewSnapshot(1, noon, []fleet.Entry{box("a", "2020-01-03", hdd("1", nil))})
	f := Build(nil, snap, nil, &set, noon)
	if f.Server("a").Band != ageing.BandOver || f.Fresh(snap, &set, noon) != 0 {
		t.Fatalf("got %v, fresh %d", f.Server("a").Band, f.Fresh(snap, &set, noon))
	}
	if next := Build(f, snap, nil, &set, noon.AddDate(0, 0, 1)); next.Server("a").Age.Days != f.Server("a").Age.Days+1 {
		t.Errorf("a day later: got %d days after %d", next.Server("a").Age.Days, f.Server("a").Age.Days)
	}
	longer := DefaultSettings()
	longer.Life.Life["server"] = 20
	if next := Build(f, snap, nil, &longer, noon); next.Server("a").Band != ageing.BandOK {
		t.Errorf("another policy: got %v", next.Server("a").Band)
	}
	if f.Fresh(snap, &longer, noon) != 1 || (*Fleet)(nil).Fresh(snap, &set, noon) != 1 {
		t.Error("what has to be judged anew is not known")
	}
	empty := Build(nil, fleet.NewSnapshot(0, noon, nil), nil, &set, noon)
	if empty.Server("a") != nil || len(empty.Forecast(Slice{}))+len(empty.Services())+len(empty.Histogram(Slice{}))+len(empty.Budget(Slice{}).Lines) != 0 {
		t.Error("an empty fleet has something")
	}
}
