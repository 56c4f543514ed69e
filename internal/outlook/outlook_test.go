package outlook

import (
	"math"
	"strings"
	"testing"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// hdd is a disk whose only date is that of its server.
func hdd(slot string, counters map[string]float64) fleet.Component {
	return fleet.Component{Kind: fleet.Disk, Slot: slot, Name: slot, Vendor: "SEAGATE", Model: "ST4000NM0033", Part: "0X1", Serial: "S" + slot,
		Health: fleet.OK, Attributes: map[string]string{"media": "hdd"}, Counters: counters, Group: "array"}
}

func raid(level string) fleet.Component {
	return fleet.Component{Kind: fleet.RAIDVolume, Slot: "vd0", Health: fleet.OK, Group: "array", Attributes: map[string]string{"raid_level": level}}
}

// box is a server that was first seen long ago, with the counters as they were then.
func box(name string, inService fleet.Date, parts ...fleet.Component) fleet.Entry {
	e := fleet.Entry{Server: fleet.Server{Name: name, InService: inService, Manufacturer: "Dell", Model: "R640"},
		State: fleet.State{Server: name, Health: fleet.OK, Components: parts, FirstSeen: map[string]time.Time{}}}
	seen := noon.AddDate(0, -4, 0)
	for i := range parts {
		c := &parts[i]
		rec := fleet.PartRecord{Serial: c.Serial, FirstSeen: seen, Trails: map[string]fleet.Trail{}}
		for n, v := range c.Counters {
			rec.Trails[n] = fleet.Trail{Base: v, BaseAt: seen}
		}
		e.State.FirstSeen[c.Key()] = seen
		e.State.Parts.Put(c.Key(), rec)
	}
	return e
}

func built(t testing.TB, in *Inputs, entries ...fleet.Entry) *Fleet {
	t.Helper()
	set := DefaultSettings()
	return Build(nil, fleet.NewSnapshot(1, noon, entries), in, &set, noon)
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-3*math.Abs(b) }

// A disk with pending sectors in a young server is more urgent than a clean one
// in an old server, and the explanation's factors multiply to its hazard.
func TestEvidenceOutranksAge(t *testing.T) {
	f := built(t, nil,
		box("old", "2018-06-15", hdd("1", nil), hdd("2", nil), raid("1")),
		box("young", "2025-07-01", hdd("1", map[string]float64{"pending": 2, "reallocated": 12}), hdd("2", nil), raid("1")))
	for name, list := range map[string][]Line{"by priority": f.Ranking(Slice{}, 0), "by risk": f.RankingByRisk(Slice{}, 0)} {
		if len(list) != 4 || list[0].Server != "young" || list[0].Key != "disk/1" || list[1].Server != "old" {
			t.Fatalf("%s: got %+v", name, list)
		}
	}
	first := f.Ranking(Slice{}, 1)[0]
	if first.Tier != ageing.P3 || !near(first.H, 0.169) || first.Age.String() != "0.5 y" || first.Reasons[0] != ageing.ReasonMediaErrors {
		t.Errorf("young: got %+v", first)
	}
	old, ok := f.Line("old", "disk/1")
	if !ok || !near(old.H, 0.038645) || old.Tier != ageing.P4 || old.Band != ageing.BandFarOver || old.InService() != "2018-06-15" || old.Risk() != "3.8 %" {
		t.Errorf("old: got %+v", old)
	}

	x, ok := f.Explain("young", "disk/1")
	if !ok {
		t.Fatal("no explanation")
	}
	product := x.Risk.Baseline
	for _, factor := range x.Risk.Factors {
		product *= factor.Value
		for code := range strings.FieldsSeq(factor.Source) {
			if text, known := ageing.Evidence(code); !known || text == "" {
				t.Errorf("factor %s: no source %q", factor, code)
			}
		}
	}
	if !near(product, x.Risk.H) || x.Risk.H != first.H || x.Risk.P != first.P {
		t.Errorf("the factors multiply to %v, the printed hazard is %v, the list's %v", product, x.Risk.H, first.H)
	}
	if len(x.Risk.Factors) != 1 || len(x.Risk.Unused) != 1 || len(x.Sources) == 0 {
		t.Errorf("factors %v, not used %v, sources %v: want the weaker of a family named and not used", x.Risk.Factors, x.Risk.Unused, x.Sources)
	}
	if got := x.ReasonText(ageing.ReasonMediaErrors); !strings.Contains(got, "2 pending") || !strings.Contains(got, "12 reallocated") {
		t.Errorf("reason: got %q", got)
	}
	if x.Verdict.Score != first.Score || x.Life != 5 || x.Rule != "hdd" || !x.Redundancy.Known || x.Redundancy.Spared != 1 {
		t.Errorf("got verdict %+v, life %v by %q, redundancy %+v", x.Verdict, x.Life, x.Rule, x.Redundancy)
	}
	if _, ok := f.Explain("young", "disk/9"); ok {
		t.Error("a disk that does not exist is explained")
	}
	if _, ok := f.Explain("nobody", "disk/1"); ok {
		t.Error("a server that does not exist is explained")
	}
}

// What is explained later in the day is what the lists have said since.
func TestExplanationIsOfItsNumber(t *testing.T) {
	e := box("a", "2022-01-01", hdd("1", map[string]float64{"reallocated": 1}), raid("1")) // R6 of the reference
	rec := e.State.Parts.Get("disk/1")
	rec.Trails = map[string]fleet.Trail{"reallocated": {BaseAt: noon.AddDate(0, -4, 0), FirstRise: noon.AddDate(0, 0, -10), Steps: []fleet.Step{{At: noon.AddDate(0, 0, -10), Value: 1}}}}
	e.State.Parts.Put("disk/1", rec)
	f := built(t, nil, e)
	later := Build(f, f.snap, f.Inputs, f.Settings, noon.Add(11*time.Hour))
	l, _ := later.Line("a", "disk/1")
	x, ok := later.Explain("a", "disk/1")
	if !ok || x.Risk.H != l.H || x.Verdict.Score != l.Score {
		t.Errorf("explained %v and score %v, listed %v and %v", x.Risk.H, x.Verdict.Score, l.H, l.Score)
	}
	if !near(l.H, 0.063050) {
		t.Errorf("a first reallocation ten days ago: got %v", l.H)
	}
}

// What has no age, no estimate or no server date is counted as such.
func TestNothingIsHidden(t *testing.T) {
	nameless := fleet.Component{Kind: fleet.NIC, Slot: "n1", Health: fleet.OK}
	gone := fleet.Component{Kind: fleet.Memory, Slot: "d1", Health: fleet.Absent}
	sensor := fleet.Component{Kind: fleet.Temperature, Slot: "inlet", Health: fleet.OK}
	e := fleet.Entry{Server: fleet.Server{Name: "bare"}, State: fleet.State{Server: "bare", Components: []fleet.Component{nameless, gone, sensor}}}
	f := built(t, nil, e, fleet.Entry{Server: fleet.Server{Name: "never read", InService: "2019"}})
	tot := f.Totals(Slice{})
	if tot.Servers != 2 || tot.ServersNoDate != 1 || tot.Parts != 1 || tot.NoDate != 1 || tot.PartBands[ageing.BandUnknown] != 1 {
		t.Errorf("totals: got %+v", tot)
	}
	if u := f.Undated(Slice{}); len(u) != 1 || u[0].Server != "bare" || u[0].InService() != "" {
		t.Errorf("undated servers: got %+v", u)
	}
	if u := f.UndatedParts(Slice{}, 0); len(u) != 1 || u[0].Key != "nic/n1" || u[0].Risk() != ">= 0.2 %" {
		t.Errorf("undated parts: got %+v", u)
	}
	years := f.Histogram(Slice{})
	last := years[len(years)-1]
	if last.Known || last.Servers.Total() != 1 || last.Parts.Total() != 1 || years[0].Year != 2019 {
		t.Errorf("histogram: got %+v", years)
	}
	if over := f.OverAge(Slice{}); len(over) != 1 || over[0].Server != "never read" || over[0].InService() != "2019" || over[0].Age.String() != "~6 y" || over[0].Risk() != "no data" {
		t.Errorf("over age: got %+v", over)
	}
}

// What is only known since this program first saw it has no date and is not
// young: the year in which the program came says nothing about it.
func TestFirstSeenIsNoDate(t *testing.T) {
	lately := box("b", "", hdd("1", nil))
	for k, rec := range lately.State.Parts.All() {
		rec.FirstSeen = noon.AddDate(0, -2, 0)
		lately.State.FirstSeen[k] = rec.FirstSeen
		lately.State.Parts.Put(k, rec)
	}
	f := built(t, nil, box("a", "2019"), lately)
	tot := f.Totals(Slice{})
	if tot.ServersNoDate != 1 || tot.NoDate != 1 || tot.ServerBands[ageing.BandUnknown] != 1 || tot.PartBands[ageing.BandUnknown] != 1 || tot.ServerBands[ageing.BandOK] != 0 {
		t.Errorf("totals: got %+v", tot)
	}
	years := f.Histogram(Slice{})
	if last := years[len(years)-1]; len(years) != 2 || last.Known || last.Servers[ageing.BandUnknown] != 1 || last.Parts[ageing.BandUnknown] != 1 {
		t.Errorf("histogram: got %+v", years)
	}
	if u := f.Undated(Slice{}); len(u) != 1 || u[0].Server != "b" || u[0].Age.String() != ">= 0.2 y" {
		t.Errorf("undated: got %+v", u)
	}
	for _, g := range f.GroupBy(BySite, Slice{}) {
		if g.NoDate != 1 || g.Oldest != "a" {
			t.Errorf("group: got %+v", g)
		}
	}
}

func TestHistogramHasNoGaps(t *testing.T) {
	f := built(t, nil, box("a", "2016-03"), box("b", "2019-05-01"), box("c", "2019-11-30"))
	var got []int
	for _, y := range f.Histogram(Slice{}) {
		got = append(got, y.Year, y.Servers.Total(), y.Servers.Over())
	}
	want := []int{2016, 1, 1, 2017, 0, 0, 2018, 0, 0, 2019, 2, 2}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

// What failed in this installation moves the estimates: of the same model
// everywhere, and of its sisters in the same server.
func TestFailuresTeach(t *testing.T) {
	in := &Inputs{}
	for i := range 3 {
		in.Failures = append(in.Failures, ageing.Failure{Kind: "hdd", Model: "st4000nm0033", Server: "a", Key: "disk/9", At: noon.AddDate(0, 0, -20-i)})
	}
	entries := []fleet.Entry{box("a", "2023-01-01", hdd("1", nil), raid("1")), box("b", "2023-01-01", hdd("1", nil), raid("1"))}
	before, after := built(t, nil, entries...), built(t, in, entries...)
	h := func(f *Fleet, server string) float64 { l, _ := f.Line(server, "disk/1"); return l.H }
	// E is small here, so the factor is (3 + 4) / (E + 4); two disks for four months expect 0.01.
	if got := h(after, "b") / h(before, "b"); math.Abs(got-7/4.0) > 0.01 {
		t.Errorf("a model that fails often: factor %v, want about 1.75", got)
	}
	if got := h(after, "a") / h(after, "b"); !near(got, 2) {
		t.Errorf("a sister failed in this server: factor %v, want 2", got)
	}
	if b := after.Batches(); len(b) != 1 || b[0].Failures != 3 || b[0].Model != "ST4000NM0033" {
		t.Errorf("batches: got %+v", b)
	}
	if l, _ := after.Line("a", "disk/1"); len(l.Reasons) == 0 || l.Reasons[0] != ageing.ReasonBatch {
		t.Errorf("reasons: got %v", l.Reasons)
	}
	in2 := &Inputs{Failures: in.Failures}
	later := Build(before, fleet.NewSnapshot(2, noon, entries), in2, before.Settings, noon)
	if h(later, "a") != h(after, "a") || h(later, "b") != h(after, "b") {
		t.Error("failures that come later teach something else")
	}
}

// Failed and approved parts are demand, parts with a replacement none, and both
// follow the queue without a new read.
func TestDemandFollowsTheQueue(t *testing.T) {
	failed := hdd("1", nil)
	failed.Health, failed.Latched = fleet.Critical, true
	snap := fleet.NewSnapshot(1, noon, []fleet.Entry{box("a", "2023-01-01", failed, hdd("2", nil), raid("1"))})
	set := DefaultSettings()
	f := Build(nil, snap, nil, &set, noon)
	line := func(f *Fleet) ageing.ForecastLine { return f.Forecast(Slice{})[0] }
	if l := line(f); l.Parts != 2 || l.Failed != 1 || l.Firm != 1 || !near(l.Expected[2], 1-math.Exp(-.018)) {
		t.Errorf("got %+v", l)
	}
	approved := Build(f, snap, &Inputs{Approved: map[Place]bool{{"a", "disk/2"}: true}}, &set, noon)
	if l := line(approved); l.Firm != 2 || l.Expected[2] != 0 {
		t.Errorf("approved: got %+v", l)
	}
	reserved := Build(approved, snap, &Inputs{Reserved: map[Place]bool{{"a", "disk/1"}: true}}, &set, noon)
	if l := line(reserved); l.Firm != 0 || l.Reserved != 1 || !near(l.Expected[2], 1-math.Exp(-.018)) {
		t.Errorf("reserved: got %+v", l)
	}
	if tot := reserved.Totals(Slice{}); tot.Reserved != 1 || tot.Firm != 0 || tot.Failed != 1 {
		t.Errorf("totals: got %+v", tot)
	}
}

// Pieces of one part number are one line of the forecast, whatever else their
// identification says.
func TestPiecesOfOnePart(t *testing.T) {
	for reported, want := range map[string]string{
		"TH0529FG212334AF000PA02": "0529FG", "PH-0DK7C9-TB200-13P-0SSP-A01": "0DK7C9", "ph0dk7c9tb20013p0ssp": "0DK7C9",
		"0DK7C9": "0DK7C9", "": "", "ABCDEFG1234567812345678": "ABCDEFG1234567812345678", "815983-001": "815983-001",
	} {
		if got := ageing.PartNumber(reported); got != want {
			t.Errorf("%q: got %q, want %q", reported, got, want)
		}
	}
	one, other := hdd("1", nil), hdd("2", nil)
	one.Part, other.Part = "TH0529FG212334AF000PA02", "TH0529FG212334AF000QA02"
	set := DefaultSettings()
	set.Stock, _ = ageing.NewStock([]ageing.StockLine{{PartNumber: "0529fg", OnHand: 2}})
	f := Build(nil, fleet.NewSnapshot(1, noon, []fleet.Entry{box("a", "2020-01-01", one, other, raid("1"))}), nil, &set, noon)
	if lines := f.Forecast(Slice{}); len(lines) != 1 || lines[0].Part != "0529FG" || lines[0].Parts != 2 || lines[0].OnHand != 2 {
		t.Errorf("got %+v", lines)
	}
}

func TestServices(t *testing.T) {
	set := DefaultSettings()
	set.Services = map[string]Service{"TDOffice": {fleet.CriticalityCritical, "office"}, "empty": {}}
	a, b, c := box("a", "2016-01-01", hdd("1", nil)), box("b", "2024-01-01", hdd("1", nil)), box("c", "2024-01-01")
	a.Server.Service, b.Server.Service = "TDOffice", "TDOffice"
	a.State.Health, c.Server.Criticality = fleet.Critical, fleet.CriticalityHigh
	f := Build(nil, fleet.NewSnapshot(1, noon, []fleet.Entry{a, b, c}), nil, &set, noon)
	s := f.Services()
	if len(s) != 3 || s[0].Value != "empty" || s[1].Value != "TDOffice" || s[2].Value != "" {
		t.Fatalf("got %+v", s)
	}
	td := s[1]
	h := f.Server("a").H + f.Server("b").H
	if td.Servers != 2 || td.Health != fleet.Critical || td.OverShare() != 0.5 || td.Oldest != "a" || td.Owner != "office" ||
		td.Criticality != fleet.CriticalityCritical || !near(td.P, 1-math.Exp(-h)) {
		t.Errorf("TDOffice: got %+v", td)
	}
	if s[0].Servers != 0 || s[0].OverShare() != 0 || s[2].Criticality != fleet.CriticalityHigh {
		t.Errorf("got %+v and %+v", s[0], s[2])
	}
	if got := f.Criticality(&a.Server); got != fleet.CriticalityCritical {
		t.Errorf("a server takes its service's criticality: got %q", got)
	}
}

// A server past its life is better renewed than repaired when much of it needs
// replacing or its support has ended.
func TestRenewal(t *testing.T) {
	worn := map[string]float64{"pending": 20}
	f := built(t, nil, box("repair", "2024-01-01", hdd("1", worn), hdd("2", worn), hdd("3", worn)),
		box("renew", "2017-01-01", hdd("1", worn), hdd("2", worn), hdd("3", worn)), box("keep", "2017-01-01", hdd("1", nil)))
	for name, want := range map[string]string{"repair": "", "renew": "3 of its parts", "keep": ""} {
		if got := f.Server(name).Renew; want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	ended := box("ended", "2017-01-01")
	ended.Server.WarrantyEnd = "2022-01-01"
	if got := built(t, nil, ended).Server("ended"); got.Renew == "" || got.Cover != ageing.CoverExpired {
		t.Errorf("ended: got %+v", got)
	}
}

func TestNaturalCompare(t *testing.T) {
	for _, x := range []struct {
		a, b string
		want int
	}{
		{"Bay 2", "Bay 10", -1}, {"bay 2", "Bay 10", -1}, {"Bay 10", "Bay 10", 0}, {"a", "B", -1}, {"srv-009", "srv-10", -1},
		{"", "a", -1}, {"a1b2", "a1b10", -1}, {"01", "1", -1}, {"x", "X", 1},
	} {
		if got := NaturalCompare(x.a, x.b); got != x.want {
			t.Errorf("%q, %q: got %d, want %d", x.a, x.b, got, x.want)
		}
		if got := NaturalCompare(x.b, x.a); got != -x.want {
			t.Errorf("%q, %q: got %d, want %d", x.b, x.a, got, -x.want)
		}
	}
}
