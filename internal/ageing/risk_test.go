package ageing

import (
	"math"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// near compares with the reference's tolerance of 0.1 %.
func near(got, want float64) bool { return math.Abs(got-want) <= 0.001*math.Abs(want) }

func old(years float64) Age {
	return Age{Known: true, Years: years, HazardYears: years, Source: FromInventory, Precision: Day, Confidence: High}
}

// watched is a counter that was above zero when it was first read: its event has no date.
func watched(values map[string]float64) map[string]fleet.Trail {
	trails := map[string]fleet.Trail{}
	for name, v := range values {
		trails[name] = fleet.Trail{Base: v, BaseAt: now.AddDate(-1, 0, 0)}
	}
	return trails
}

// rose is a counter that stood at base a year ago and at value since so many days.
func rose(base, value float64, days int) fleet.Trail {
	t, _ := fleet.Trail{}.Add(base, now.AddDate(-1, 0, 0))
	t, _ = t.Add(value, now.AddDate(0, 0, -days))
	return t
}

// TestRisk holds the worked examples R1–R26 of the ageing reference.
func TestRisk(t *testing.T) {
	inService := OfPart(&fleet.Component{Kind: fleet.Disk, Slot: "1", Serial: "X1"},
		&fleet.Server{Parts: []fleet.PartNote{{Serial: "X1", InService: "2018-06-15"}}}, nil, now)
	firstSeen := OfPart(&fleet.Component{Kind: fleet.Disk, Slot: "1", Serial: "X1"}, &fleet.Server{},
		&fleet.State{FirstSeen: map[string]time.Time{"disk/1": time.Date(2025, 10, 1, 0, 0, 0, 0, time.UTC)}}, now)
	hours := OfPart(&fleet.Component{Kind: fleet.Disk, Slot: "1", Serial: "X1", PowerOnHours: ptr(64157)}, &fleet.Server{}, nil, now)
	first := Subject{Kind: "hdd", Age: old(4), Trails: map[string]fleet.Trail{"reallocated": rose(0, 1, 10)}}
	clean, dying := Subject{Kind: "hdd", Age: old(7.5)}, Subject{Kind: "hdd", Age: old(7.5), Predicts: true}
	for _, x := range []struct {
		id         string
		s          Subject
		horizon    float64
		base, prod float64
		h, p       float64
		text       string
	}{
		{"R1", Subject{Kind: "hdd", Age: old(0.5)}, 1, .013, 1, .013, .012916, "1.3 %"},
		{"R2", Subject{Kind: "hdd", Age: inService}, 1, .038645, 1, .038645, .037908, "3.8 %"},
		{"R3", Subject{Kind: "hdd", Age: old(7.5), Trails: watched(map[string]float64{"reallocated": 12})}, 1, .0385, 3, .1155, .109079, "10.9 %"},
		{"R4", Subject{Kind: "hdd", Age: old(7.5), Trails: watched(map[string]float64{"reallocated": 12, "pending": 2})}, 1, .0385, 13, .5005, .393773, "39.4 %"},
		{"R5", dying, 1, .0385, 1, 1.5, .776870, "77.7 %"},
		{"R6", first, 1, .022, 2.86591, .063050, .061104, "6.1 %"},
		{"R7", Subject{Kind: "hdd", Age: old(6.2), Celsius: ptr(46), Trails: watched(map[string]float64{"crc_errors": 5})}, 1, .033, 3.9, .1287, .120762, "12.1 %"},
		{"R8", Subject{Kind: "hdd", Age: old(9), Celsius: ptr(50), BatchFailure: now.AddDate(0, 0, -12), Trails: watched(map[string]float64{"pending": 60})}, 1, .042, 192, 2.52, .919540, "92.0 %"},
		{"R9", Subject{Kind: "hdd", Age: old(7.5), Trails: map[string]fleet.Trail{"reallocated": rose(28, 40, 20)}}, 1, .0385, 13.5, .51975, .405331, "40.5 %"},
		{"R10", Subject{Kind: "hdd", Age: old(7.5), Fleet: FleetFactor{Failures: 14, Expected: 6}}, 1, .0385, 1.8, .0693, .066953, "6.7 %"},
		{"R11", Subject{Kind: "hdd", Age: firstSeen}, 1, .013, 1, .013, .012916, ">= 1.3 %"},
		{"R12", Subject{Kind: "ssd", Age: old(3), WearPct: ptr(92)}, 1, .01, 3, .03, .029554, "3.0 %"},
		{"R13", Subject{Kind: "ssd", Age: old(6.5), WearPct: ptr(104), Celsius: ptr(72)}, 1, .0175, 9, .1575, .145723, "14.6 %"},
		{"R14", Subject{Kind: "dimm", Age: old(7)}, 1, .002, 1, .002, .001998, "0.2 %"},
		{"R15", Subject{Kind: "dimm", Age: old(7), Trails: map[string]fleet.Trail{"corrected_errors": rose(3, 11, 20)}}, 1, .002, 5, .01, .009950, "1.0 %"},
		{"R16", Subject{Kind: "dimm", Age: old(7), ThresholdExceeded: true}, 1, .002, 30, .06, .058235, "5.8 %"},
		{"R17", Subject{Kind: "dimm", Age: old(7), Uncorrected: now.AddDate(0, 0, -7)}, 1, .002, 1, 1.5, .776870, "77.7 %"},
		{"R18", Subject{Kind: "cpu", Age: old(7.5)}, 1, .001, 1, .001, .0009995, "<0.1 %"},
		{"R19", Subject{Kind: "cpu", Age: old(7.5), Uncorrected: now.AddDate(0, -1, 0)}, 1, .001, 1, .361, .303021, "30.3 %"},
		{"R20", Subject{Kind: "psu", Age: old(7.5), InletCelsius: ptr(31)}, 1, .014, 1.51572, .021220, .020996, "2.1 %"},
		{"R21", Subject{Kind: "fan", Age: old(6.2), AirCelsius: ptr(45)}, 1, .002980, 2.51984, .007509, .007481, "0.7 %"},
		{"R22", Subject{Kind: "battery", Age: old(3.5), InletCelsius: ptr(28)}, 1, .25, 1.18921, .297302, .257180, "25.7 %"},
		{"R23 3 months", clean, .25, .00925, 1, .00925, .00921, "0.9 %"},
		{"R23 6 months", clean, .5, .0185, 1, .0185, .01833, "1.8 %"},
		{"R23 12 months", clean, 1, .0385, 1, .0385, .037768, "3.8 %"},
		{"R24 3 months", dying, .25, .00925, 1, .375, .312711, "31.3 %"},
		{"R24 6 months", dying, .5, .0185, 1, .75, .527633, "52.8 %"},
		{"R24 12 months", dying, 1, .0385, 1, 1.5, .776870, "77.7 %"},
		{"R25", first, .25, .0055, 8.16366, .0449, .043907, "4.4 %"},
		{"R26", Subject{Kind: "hdd", Age: hours}, 1, .037957, 1, .037957, .037245, "3.7 %"},
	} {
		t.Run(x.id, func(t *testing.T) {
			x.s.Now, x.s.Live = now, true
			m := DefaultModel()
			r := m.Risk(&x.s, x.horizon)
			if !near(r.Baseline, x.base) || !near(r.Product, x.prod) || !near(r.H, x.h) || !near(r.P, x.p) {
				t.Errorf("got baseline %.6f product %.6g H %.6f P %.6f, want %.6f, %.6g, %.6f, %.6f", r.Baseline, r.Product, r.H, r.P, x.base, x.prod, x.h, x.p)
			}
			if h := m.Hazard(&x.s, x.horizon); h != r.H {
				t.Errorf("Hazard %v differs from Risk's H %v", h, r.H)
			}
			if r.String() != x.text {
				t.Errorf("printed: got %q, want %q", r, x.text)
			}
		})
	}
}

// TestExplain shows the line of the reference's §3.4 and one with every limit.
func TestExplain(t *testing.T) {
	m := DefaultModel()
	r4 := Subject{Kind: "hdd", Age: old(7.5), Live: true, Now: now, Trails: watched(map[string]float64{"reallocated": 12, "pending": 2})}
	r8 := Subject{Kind: "hdd", Age: old(9), Celsius: ptr(50), Predicts: true, BatchFailure: now.AddDate(0, 0, -12), Now: now,
		Trails: watched(map[string]float64{"pending": 60, "crc_errors": 5})}
	for _, x := range []struct {
		name string
		s    Subject
		want string
	}{
		{"R4", r4, "baseline hdd 7.5 y (inventory) 0.0385/y [BB25]; media: 2 pending x13 [BBSMART]; not used: 12 reallocated x3 (same family, weaker); " +
			"product 13; H 0.5005; P 39.4 %; confidence high"},
		{"R8 and more", r8, "baseline hdd 9.0 y (inventory) 0.042/y [BB25]; media: 60 pending x60 [BBSMART]; " +
			"transport: 5 interface CRC errors x3 [BBSMART] (check cable and backplane first); heat: 50 °C at the disk x1.6 [GOO07D][SANK11][j]; " +
			"batch: another of this model failed in this server x2 [WANG17][SG07][j]; not used: predicted failure (the estimate is as high without it); " +
			"product 576; product capped at 60 [j]; H 2.52; P 92.0 %; confidence medium"},
		{"errors without a date", Subject{Kind: "dimm", Age: old(7), Now: now, Trails: watched(map[string]float64{"corrected_errors": 900})},
			"baseline dimm 7.0 y (inventory) 0.002/y [DRAM09C][DRAM09B]; not used: 900 corrected errors (from before it was watched: no date); product 1; H 0.002"},
		{"a dated floor", Subject{Kind: "dimm", Age: old(7), Now: now, Uncorrected: now.AddDate(0, 0, -7)},
			"baseline dimm 7.0 y (inventory) 0.002/y [DRAM09C][DRAM09B]; product 1; floor 1.5/y: an uncorrectable error [SUN08] (7 days ago); H 1.5; P 77.7 %"},
		{"no table", Subject{Kind: "sensor", Age: old(1)}, "no data: nothing is known about the failures of this kind"},
		{"failed", Subject{Kind: "hdd", Age: old(1), Failed: true}, "failed: a fact, no estimate"},
		{"battery", Subject{Kind: "battery", Age: old(8), Now: now, InletCelsius: ptr(70), DegradedFor: 50 * time.Hour, Live: true},
			"baseline battery 8.0 y (inventory) 0.4/y [j][ORA-BBU][FIELD-BBU]; heat: 70 °C at the inlet x4 [ORA-BBU]; " +
				"not used: degraded (for 50 h; the estimate is as high without it); product 4; H 1.6"},
	} {
		if got := m.Risk(&x.s, 1).Explain(); !strings.HasPrefix(got, x.want) {
			t.Errorf("%s:\ngot  %s\nwant %s", x.name, got, x.want)
		}
	}
}

// TestWholeServer holds the example of the reference's §3.5: some part of this
// server fails within a year.
func TestWholeServer(t *testing.T) {
	m, sum := DefaultModel(), 0.0
	for kind, n := range map[string]float64{"hdd": 8, "dimm": 16, "cpu": 2, "psu": 2, "fan": 6, "controller": 1, "board": 1} {
		sum += n * m.Hazard(&Subject{Kind: kind, Age: old(7.5)}, 1)
	}
	sum += m.Hazard(&Subject{Kind: "battery", Age: old(3.5)}, 1)
	if !near(sum, .6503) || !near(Probability(sum), .478111) {
		t.Errorf("got H %.6f P %.6f, want 0.6503, 0.478111", sum, Probability(sum))
	}
}

func TestFleetFactor(t *testing.T) {
	m := DefaultModel()
	for _, x := range []struct {
		f    FleetFactor
		want float64
		used bool
	}{
		{FleetFactor{14, 6}, 1.8, true}, {FleetFactor{0, 3}, .5714286, true}, {FleetFactor{0, .499}, 1, false}, {FleetFactor{0, .5}, .8888889, true},
		{FleetFactor{1, .01}, 1.2468828, true}, {FleetFactor{90, 1}, 5, true}, {FleetFactor{0, 900}, .3, true},
		{FleetFactor{3, math.NaN()}, 1, false}, {FleetFactor{-1, 3}, 1, false},
	} {
		if got, used := m.FleetFactor(x.f); !near(got, x.want) || used != x.used {
			t.Errorf("%+v: got %v (%v), want %v (%v)", x.f, got, used, x.want, x.used)
		}
	}
}

// TestBadInput: what cannot be is left out and flagged, and the rest still counts.
func TestBadInput(t *testing.T) {
	m := DefaultModel()
	pending := watched(map[string]float64{"pending": 2})
	for _, x := range []struct {
		name string
		s    Subject
		h    float64
		flag string
	}{
		{"0 °C is a placeholder", Subject{Kind: "hdd", Age: old(7.5), Celsius: ptr(0), Trails: pending}, .5005, "bad_temperature"},
		{"151 °C", Subject{Kind: "psu", Age: old(7.5), InletCelsius: ptr(151)}, .014, "bad_temperature"},
		{"temperature is no number", Subject{Kind: "hdd", Age: old(7.5), Celsius: ptr(math.NaN())}, .0385, "bad_temperature"},
		{"counter below zero", Subject{Kind: "hdd", Age: old(7.5), Counters: map[string]float64{"pending": -3}}, .0385, "bad_counter"},
		{"counter is no number", Subject{Kind: "hdd", Age: old(7.5), Counters: map[string]float64{"pending": math.NaN(), "reallocated": 12}}, .1155, "bad_counter"},
		{"wear below zero", Subject{Kind: "ssd", Age: old(3), WearPct: ptr(-1)}, .01, "bad_wear"},
		{"wear of 256 %", Subject{Kind: "ssd", Age: old(3), WearPct: ptr(256)}, .01, "bad_wear"},
		{"wear of 255 % is valid", Subject{Kind: "ssd", Age: old(3), WearPct: ptr(255)}, .06, ""},
		{"age is no number", Subject{Kind: "hdd", Age: old(math.NaN())}, .013, ""},
		{"speed is no number", Subject{Kind: "fan", Age: old(6.2), SpeedPct: ptr(math.NaN())}, .00298, ""},
	} {
		x.s.Now = now
		r := m.Risk(&x.s, 1)
		if !near(r.H, x.h) || strings.Join(r.Flags, " ") != x.flag {
			t.Errorf("%s: got H %v flags %v, want %v %q", x.name, r.H, r.Flags, x.h, x.flag)
		}
	}
	if h := m.Hazard(&Subject{Kind: "hdd", Age: old(1)}, math.NaN()); h != 0 {
		t.Errorf("a horizon that is no number: got %v, want 0", h)
	}
}

// TestRules are the rules of §3.2 that no worked example shows.
func TestRules(t *testing.T) {
	hours := func(n int) time.Time { return now.Add(time.Duration(-n) * time.Hour) }
	spread := func(n, every int) fleet.Trail { // n errors, one every so many hours, the last just now
		tr := fleet.Trail{BaseAt: hours(n * every)}
		for i := range n {
			tr, _ = tr.Add(float64(i+1), hours((n-1-i)*every))
		}
		return tr
	}
	trails := func(name string, tr fleet.Trail) map[string]fleet.Trail { return map[string]fleet.Trail{name: tr} }
	for _, x := range []struct {
		name string
		s    Subject
		prod float64
		h    float64 // 0: as the product says
	}{
		{"no trend while the first event counts", Subject{Kind: "hdd", Age: old(7.5), Trails: trails("reallocated", rose(0, 40, 20))}, (40.0/365.25*14 + (1-40.0/365.25)*9) / 1, 0},
		{"the event is over after 60 days", Subject{Kind: "hdd", Age: old(7.5), Trails: trails("pending", rose(0, 2, 61))}, 13, 0},
		{"trend by half", Subject{Kind: "hdd", Age: old(7.5), Trails: trails("pending", rose(4, 6, 29))}, 25 * 1.5, 0},
		{"no trend after 30 days", Subject{Kind: "hdd", Age: old(7.5), Trails: trails("pending", rose(4, 6, 31))}, 25, 0},
		{"CRC errors have no trend", Subject{Kind: "hdd", Age: old(7.5), Trails: trails("crc_errors", rose(4, 40, 3))}, 3, 0},
		{"one command timeout is none", Subject{Kind: "hdd", Age: old(7.5), Counters: map[string]float64{"command_timeouts": 1}}, 1, 0},
		{"heat only from 3 years on", Subject{Kind: "hdd", Age: old(2.9), Celsius: ptr(52)}, 1, 0},
		{"heat from 3 years on", Subject{Kind: "hdd", Age: old(3), Celsius: ptr(52)}, 1.6, 0},
		{"its own maximum counts at any age", Subject{Kind: "hdd", Age: old(1), Celsius: ptr(61), MaxCelsius: ptr(60)}, 2, 0},
		{"batch of 31 days ago", Subject{Kind: "ssd", Age: old(1), BatchFailure: now.AddDate(0, 0, -31)}, 1, 0},
		{"retired blocks of an SSD alone", Subject{Kind: "ssd", Age: old(1), Counters: map[string]float64{"reallocated": 900}}, 1, 0},
		{"media errors of an SSD", Subject{Kind: "ssd", Age: old(1), Counters: map[string]float64{"media_errors": 1}}, 5, 0},
		{"a read-only SSD", Subject{Kind: "ssd", Age: old(1), ReadOnly: true}, 1, 1.5},
		{"an SSD low on spare", Subject{Kind: "ssd", Age: old(1), SpareLow: true}, 1, 1.5},
		{"25 corrected errors in 25 hours", Subject{Kind: "dimm", Age: old(7), Trails: trails("corrected_errors", spread(25, 1))}, 5, 0},
		{"25 corrected errors in a day", Subject{Kind: "dimm", Age: old(7), Trails: trails("corrected_errors", rose(0, 25, 2))}, 30, 0},
		{"two errors a day are no burst, however long they are followed", Subject{Kind: "dimm", Age: old(7), Trails: trails("corrected_errors", spread(300, 12))}, 5, 0},
		{"corrected errors before they were followed", Subject{Kind: "dimm", Age: old(7), Trails: watched(map[string]float64{"corrected_errors": 900})}, 1, 0},
		{"uncorrectable error 91 days ago", Subject{Kind: "dimm", Age: old(7), Uncorrected: now.AddDate(0, 0, -91)}, 1, 0},
		{"thermal trip", Subject{Kind: "cpu", Age: old(7), ThermalTrip: now.AddDate(0, 0, -89)}, 2, 0},
		{"fan: the air is 10 degrees warmer than the inlet", Subject{Kind: "fan", Age: old(6.2), InletCelsius: ptr(35)}, 2.51984, 0},
		{"fan: at most tenfold", Subject{Kind: "fan", Age: old(6.2), AirCelsius: ptr(90)}, 10, 0},
		{"fan at 69 % of its speed", Subject{Kind: "fan", Age: old(6.2), SpeedPct: ptr(69)}, 1, 1.5},
		{"fan at 70 % of its speed", Subject{Kind: "fan", Age: old(6.2), SpeedPct: ptr(70)}, 1, 0},
		{"PSU in a cool room", Subject{Kind: "psu", Age: old(7.5), InletCelsius: ptr(18)}, 1, 0},
		{"PSU: at most fourfold", Subject{Kind: "psu", Age: old(7.5), InletCelsius: ptr(60)}, 4, 0},
		{"a degraded battery may be learning", Subject{Kind: "battery", Age: old(1), DegradedFor: 47 * time.Hour}, 1, 0},
		{"a battery degraded for two days", Subject{Kind: "battery", Age: old(1), DegradedFor: 48 * time.Hour}, 1, 1.5},
		{"a degraded controller", Subject{Kind: "controller", Age: old(1), DegradedFor: time.Minute}, 1, 1.5},
		{"no more than 3 a year", Subject{Kind: "battery", Age: old(6), InletCelsius: ptr(60), Fleet: FleetFactor{100, 1}}, 20, 3},
	} {
		x.s.Now = now
		m := DefaultModel()
		want := x.h
		if want == 0 {
			want = x.prod * m.Baseline(x.s.Kind, x.s.Age.HazardYears, 1)
		}
		if r := m.Risk(&x.s, 1); !near(r.Product, x.prod) || !near(r.H, want) {
			t.Errorf("%s: got product %.5g H %.5g, want %.5g, %.5g\n%s", x.name, r.Product, r.H, x.prod, want, r.Explain())
		}
	}
}

// TestAtLeast: what is a lower bound is printed as one.
func TestAtLeast(t *testing.T) {
	m := DefaultModel()
	unknown := Subject{Kind: "battery", Now: now}
	full := Subject{Kind: "hdd", Age: old(7.5), Now: now, Counters: map[string]float64{"reallocated": 255}}
	for _, x := range []struct {
		s    Subject
		text string
		conf Confidence
	}{{unknown, ">= 2.0 %", Low}, {full, ">= 41.7 %", Medium}, {Subject{Kind: "cpu", Now: now}, ">= 0.1 %", Low}} {
		if r := m.Risk(&x.s, 1); r.String() != x.text || r.Confidence != x.conf {
			t.Errorf("got %s (%s), want %s (%s)", r, r.Confidence, x.text, x.conf)
		}
	}
	if r := m.Risk(&full, 1); !strings.Contains(r.Explain(), ">= 255 reallocated x14") {
		t.Errorf("a counter at its maximum: got %s", r.Explain())
	}
	if r := m.Risk(&Subject{Kind: "battery", Age: old(9), Fleet: FleetFactor{100, 1}, Now: now, InletCelsius: ptr(60)}, 1); r.String() != "95.0 %" {
		t.Errorf("never above 95 %%: got %s", r)
	}
	if got := m.Hazard(&Subject{Kind: "volume"}, 1); !math.IsNaN(got) {
		t.Errorf("a kind without a table: got %v, want no number", got)
	}
}
