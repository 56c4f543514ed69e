package ageing

import (
	"math"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// TestTrouble: what a part's own words mean, and what is not its own fault.
func TestTrouble(t *testing.T) {
	hdd, ssd := map[string]string{"media": "hdd"}, map[string]string{"media": "ssd"}
	say := func(k fleet.Kind, h fleet.Health, word string) fleet.Component {
		return fleet.Component{Kind: k, Slot: "1", Health: h, Native: fleet.SeenOf(fleet.Evidence{Meaning: word})}
	}
	with := func(c fleet.Component, change func(*fleet.Component)) fleet.Component { change(&c); return c }
	badDisk := fleet.Component{Kind: fleet.Disk, Slot: "4", Health: fleet.Critical, Group: "PERC 1"}
	hot := func(c *fleet.Component) {
		c.Reading, c.Unit, c.Limits = ptr(71), fleet.Celsius, &fleet.Limits{CritHigh: ptr(70)}
	}
	for _, x := range []struct {
		name   string
		c      fleet.Component
		others []fleet.Component
		want   string
	}{
		{"a failed disk", say(fleet.Disk, fleet.Critical, "failed"), nil, "failed"},
		{"a disk that is critical for its heat", with(say(fleet.Disk, fleet.Critical, "hot"), hot), nil, ""},
		{"a disk that failed and is hot", with(with(say(fleet.Disk, fleet.Critical, "failed"), hot), func(c *fleet.Component) { c.Latched = true }), nil, "failed"},
		{"a read-only SSD works", with(say(fleet.Disk, fleet.Critical, "critical read-only"), func(c *fleet.Component) { c.Attributes = ssd }), nil, "read-only"},
		{"an SSD that cannot be written", with(say(fleet.Disk, fleet.OK, "ok"), func(c *fleet.Component) {
			c.Attributes = map[string]string{"media": "ssd", "read_only": "yes"}
		}), nil, "read-only"},
		{"an SSD below its spare threshold", with(say(fleet.Disk, fleet.OK, "ok"), func(c *fleet.Component) {
			c.Attributes = map[string]string{"media": "ssd", "spare_blocks_pct": "4", "spare_threshold_pct": "10 %"}
		}), nil, "spare low"},
		{"a disk that predicts its failure", with(say(fleet.Disk, fleet.Warning, "predictive failure"), func(c *fleet.Component) {
			c.PredictiveFailure, c.Attributes = fleet.Yes, hdd
		}), nil, "predicts degraded"},
		{"a supply without mains", say(fleet.PSU, fleet.Critical, "lost input"), nil, ""},
		{"a supply with a bad line", say(fleet.PSU, fleet.Warning, "brown-out"), nil, ""},
		{"a supply that is too hot", say(fleet.PSU, fleet.Critical, "critical-temperature"), nil, ""},
		{"a supply whose output failed", say(fleet.PSU, fleet.Critical, "dc-fail"), nil, "failed"},
		{"a disk with a bad cable", say(fleet.Disk, fleet.Critical, "bad cable"), nil, ""},
		{"a disk whose SMART status is bad works", say(fleet.Disk, fleet.Critical, "SMART error"), nil, "predicts"},
		{"a failed supply", say(fleet.PSU, fleet.Critical, "failed"), nil, "failed"},
		{"a supply that lost its partner", say(fleet.PSU, fleet.Warning, "redundancy lost"), nil, ""},
		{"a fan that lost its partner", say(fleet.Fan, fleet.Warning, "redundant-fan-failed"), nil, ""},
		{"a degraded fan", say(fleet.Fan, fleet.Warning, "degraded"), nil, "degraded"},
		{"a controller of a failed disk", with(say(fleet.RAIDController, fleet.Warning, "degraded"), func(c *fleet.Component) { c.Group = "PERC 1" }), []fleet.Component{badDisk}, ""},
		{"a controller beside another's failed disk", with(say(fleet.RAIDController, fleet.Warning, "degraded"), func(c *fleet.Component) { c.Group = "PERC 2" }), []fleet.Component{badDisk}, "degraded"},
		{"a controller that failed itself", with(say(fleet.RAIDController, fleet.Critical, "failed"), func(c *fleet.Component) { c.Latched = true }), []fleet.Component{badDisk}, "failed"},
		{"a processor after an internal error works", say(fleet.CPU, fleet.Critical, "IERR"), nil, "uncorrected"},
		{"a thermal trip", say(fleet.CPU, fleet.Critical, "thermal trip"), nil, "thermal trip"},
		{"a module beyond its threshold", with(say(fleet.Memory, fleet.Warning, "degraded"), func(c *fleet.Component) { c.PredictiveFailure = fleet.Yes }), nil, "predicts threshold degraded"},
		{"a sensor is no part", say(fleet.Temperature, fleet.Critical, "high"), nil, ""},
		{"an unknown part", say(fleet.Disk, fleet.Unknown, ""), nil, "silent"},
	} {
		st := &fleet.State{Components: append(x.others, x.c)}
		s := NewSubject(&x.c, &fleet.Server{}, st, Age{}, now)
		if got := words(&s); got != x.want {
			t.Errorf("%s: got %q, want %q", x.name, got, x.want)
		}
	}
}

// words lists what a subject is said to have.
func words(s *Subject) string {
	out := ""
	for _, x := range []struct {
		is   bool
		word string
	}{{s.Failed, "failed"}, {s.Predicts, "predicts"}, {s.ThresholdExceeded, "threshold"}, {s.DegradedFor > 0, "degraded"}, {s.ReadOnly, "read-only"},
		{s.SpareLow, "spare low"}, {!s.Uncorrected.IsZero(), "uncorrected"}, {!s.ThermalTrip.IsZero(), "thermal trip"}, {!s.Live, "silent"}} {
		if x.is && out != "" {
			out += " "
		}
		if x.is {
			out += x.word
		}
	}
	return out
}

// TestSubjectDates: since when, from the findings, the trails and the devices' fault lists.
func TestSubjectDates(t *testing.T) {
	battery := fleet.Component{Kind: fleet.Battery, Slot: "1", Name: "BBU", Health: fleet.Warning, Native: fleet.SeenOf(fleet.Evidence{Meaning: "degraded"})}
	dimm := fleet.Component{Kind: fleet.Memory, Slot: "A1", Serial: "D1", Health: fleet.OK, Counters: map[string]float64{"uncorrected_errors": 1}}
	st := &fleet.State{
		Findings: []fleet.Finding{{Code: "degraded", Key: "battery/1", Since: now.AddDate(0, 0, -3)}},
		Parts:    fleet.KeyedOf(map[string]fleet.PartRecord{"memory/A1": {Serial: "D1", Trails: map[string]fleet.Trail{"uncorrected_errors": rose(0, 1, 9)}}}),
	}
	v := NewSurvey(&fleet.Server{}, st, now)
	if s := v.Subject(&battery, Age{}); s.DegradedFor != 72*time.Hour {
		t.Errorf("degraded: got %v, want 72h", s.DegradedFor)
	}
	if s := v.Subject(&dimm, Age{}); !s.Uncorrected.Equal(now.AddDate(0, 0, -9)) {
		t.Errorf("uncorrectable error: got %v, want nine days ago", s.Uncorrected)
	}
	st.Faults = []fleet.Finding{{Key: "memory/A1", Text: "Multi-bit ECC error on A1", Since: now.AddDate(0, 0, -2)}, {Key: "memory/A1", Text: "module added", Since: now}}
	if s := v.Subject(&dimm, Age{}); !s.Uncorrected.Equal(now.AddDate(0, 0, -2)) {
		t.Errorf("listed fault: got %v, want two days ago", s.Uncorrected)
	}
}

// TestInlet: which sensor tells the temperature of the air that comes in.
func TestInlet(t *testing.T) {
	type sensors map[string]float64
	for _, x := range []struct {
		s    sensors
		want float64 // 0: none
	}{
		{sensors{"System Board Inlet Temp": 24, "System Board Exhaust Temp": 38, "CPU1 Temp": 60}, 24},
		{sensors{"Ambient": 22, "CPU 1": 50}, 22},
		{sensors{"PSU1 Inlet": 41, "Ambient": 25}, 25},
		{sensors{"Ambient Temp": 27, "Inlet": 23}, 23},
		{sensors{"blade-1 ambient": 24, "blade-2 ambient": 29}, 29},
		{sensors{"Front": 21, "Rear": 40}, 21},
		{sensors{"Inlet": 0, "Ambient": 26}, 26},
		{sensors{"CPU 1": 50}, 0},
	} {
		st := &fleet.State{}
		for name, v := range x.s {
			st.Components = append(st.Components, fleet.Component{Kind: fleet.Temperature, Name: name, Reading: ptr(v), Unit: fleet.Celsius})
		}
		got := NewSurvey(&fleet.Server{}, st, now).Inlet()
		if (got == nil) != (x.want == 0) || got != nil && *got != x.want {
			t.Errorf("%v: got %v, want %v", x.s, got, x.want)
		}
	}
}

// TestSubjectReadings: a part's own temperature, limits, speed and counters.
func TestSubjectReadings(t *testing.T) {
	disk := fleet.Component{Kind: fleet.Disk, Slot: "1", Serial: "ZC1", Reading: ptr(47), Unit: fleet.Celsius, Limits: &fleet.Limits{CritHigh: ptr(60)},
		Counters: map[string]float64{"pending": 2}}
	s := NewSubject(&disk, &fleet.Server{}, nil, old(7.5), now)
	if *s.Celsius != 47 || *s.MaxCelsius != 60 || !s.Live {
		t.Errorf("got %v of %v, live %v", *s.Celsius, *s.MaxCelsius, s.Live)
	}
	if h := DefaultModel().Hazard(&s, 1); !near(h, .0385*13*1.3) {
		t.Errorf("a counter that is not followed counts by its level: got H %v, want %v", h, .0385*13*1.3)
	}
	fan := fleet.Component{Kind: fleet.Fan, Slot: "1", Reading: ptr(4000), Unit: fleet.RPM, Attributes: map[string]string{"quality_pct": "64"}}
	if s := NewSubject(&fan, &fleet.Server{}, nil, old(1), now); s.SpeedPct == nil || *s.SpeedPct != 64 || s.Celsius != nil {
		t.Errorf("fan: got speed %v, temperature %v", s.SpeedPct, s.Celsius)
	}
	for text, want := range map[string]float64{"12.5": 12.5, "90 %": 90, "-1": math.NaN(), "x": math.NaN(), "": math.NaN(), "NaN": math.NaN()} {
		got := percent(text)
		if (got == nil) != math.IsNaN(want) || got != nil && *got != want {
			t.Errorf("percent %q: got %v, want %v", text, got, want)
		}
	}
}
