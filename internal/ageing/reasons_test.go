package ageing

import (
	"math"
	"slices"
	"testing"
	"time"

	"ironage/internal/fleet"
)

func TestReasons(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	counted := func(kind, name string, v float64) Subject {
		return Subject{Kind: kind, Now: now, Counters: map[string]float64{name: v}}
	}
	followed := func(kind, name string, tr fleet.Trail) Subject {
		return Subject{Kind: kind, Now: now, Trails: map[string]fleet.Trail{name: tr}}
	}
	rose := func(days int, v float64) fleet.Trail {
		return fleet.Trail{BaseAt: ago(400), FirstRise: ago(days), Steps: []fleet.Step{{At: ago(days), Value: v}}}
	}
	for name, x := range map[string]struct {
		s    Subject
		at   Standing
		want []ReasonNote
	}{
		"nothing":                       {s: Subject{Kind: "hdd", Now: now}},
		"failed":                        {s: Subject{Kind: "hdd", Now: now, Failed: true}, want: []ReasonNote{{ReasonFailed, "the device reports that it failed"}}},
		"predicts":                      {s: Subject{Kind: "hdd", Now: now, Predicts: true}, want: []ReasonNote{{ReasonPredictive, "the device predicts its failure"}}},
		"one pending sector":            {s: counted("hdd", "pending", 1), want: []ReasonNote{{ReasonMediaErrors, "1 pending"}}},
		"media errors":                  {s: counted("hdd", "media_errors", 3), want: []ReasonNote{{ReasonMediaErrors, "3 media errors"}}},
		"a few old reallocations":       {s: counted("hdd", "reallocated", 4)},
		"several reallocations":         {s: counted("hdd", "reallocated", 5), want: []ReasonNote{{ReasonMediaErrors, "5 reallocated"}}},
		"first reallocation":            {s: followed("hdd", "reallocated", rose(10, 1)), want: []ReasonNote{{ReasonMediaErrors, "1 reallocated"}}},
		"first reallocation long ago":   {s: followed("hdd", "reallocated", rose(61, 1))},
		"retired blocks of an SSD":      {s: counted("ssd", "reallocated", 50)},
		"errors of an SSD":              {s: counted("ssd", "uncorrectable", 1), want: []ReasonNote{{ReasonMediaErrors, "1 uncorrectable"}}},
		"the cable":                     {s: counted("hdd", "crc_errors", 900)},
		"a counter that is no number":   {s: counted("hdd", "pending", math.NaN())},
		"a counter without end":         {s: counted("hdd", "pending", math.Inf(1))},
		"module with an error":          {s: Subject{Kind: "dimm", Now: now, Uncorrected: ago(7)}, want: []ReasonNote{{ReasonUE, "uncorrectable error on 2025-12-25"}}},
		"module with an old error":      {s: Subject{Kind: "dimm", Now: now, Uncorrected: ago(91)}},
		"machine check":                 {s: Subject{Kind: "cpu", Now: now, Uncorrected: ago(30)}, want: []ReasonNote{{ReasonUE, "machine check or internal error on 2025-12-02"}}},
		"threshold":                     {s: Subject{Kind: "dimm", Now: now, ThresholdExceeded: true, Predicts: true}, want: []ReasonNote{{ReasonCERate, "more corrected errors than the device's threshold allows"}}},
		"burst of corrected errors":     {s: followed("dimm", "corrected_errors", rose(3, 25)), want: []ReasonNote{{ReasonCERate, "25 corrected errors within 24 hours"}}},
		"a day of corrected errors":     {s: followed("dimm", "corrected_errors", rose(3, 24))},
		"old burst of corrected errors": {s: followed("dimm", "corrected_errors", rose(31, 25))},
		"worn":                          {s: Subject{Kind: "ssd", Now: now, WearPct: pct(80)}, want: []ReasonNote{{ReasonWear, "80 % of its rated writes are used"}}},
		"hardly worn":                   {s: Subject{Kind: "ssd", Now: now, WearPct: pct(79)}},
		"read-only":                     {s: Subject{Kind: "ssd", Now: now, ReadOnly: true}, want: []ReasonNote{{ReasonWear, "it takes no more writes"}}},
		"out of spares":                 {s: Subject{Kind: "ssd", Now: now, SpareLow: true}, want: []ReasonNote{{ReasonWear, "its spare blocks are below the threshold"}}},
		"degraded":                      {s: Subject{Kind: "psu", Now: now, DegradedFor: time.Minute}, want: []ReasonNote{{ReasonDegraded, "the device calls it degraded"}}},
		"battery that learns":           {s: Subject{Kind: "battery", Now: now, DegradedFor: 47 * time.Hour}},
		"battery degraded for long":     {s: Subject{Kind: "battery", Now: now, DegradedFor: 48 * time.Hour}, want: []ReasonNote{{ReasonDegraded, "the device calls it degraded"}}},
		"batch":                         {s: Subject{Kind: "hdd", Now: now, BatchFailure: ago(30)}, want: []ReasonNote{{ReasonBatch, "another disk of the same model failed in this server on 2025-12-02"}}},
		"batch long ago":                {s: Subject{Kind: "hdd", Now: now, BatchFailure: ago(31)}},
		"hot":                           {s: Subject{Kind: "hdd", Now: now, Celsius: pct(55)}},
		"age":                           {s: Subject{Kind: "hdd", Now: now}, at: Standing{Band: BandOver}, want: []ReasonNote{{ReasonAge, "over age: age unknown"}}},
		"ageing":                        {s: Subject{Kind: "hdd", Now: now}, at: Standing{Band: BandAgeing}},
		"warranty of a normal server":   {s: Subject{Kind: "hdd", Now: now}, at: Standing{Warranty: CoverExpired, Support: CoverExpired, Criticality: fleet.CriticalityNormal}},
		"warranty of a critical server": {s: Subject{Kind: "hdd", Now: now}, at: Standing{Warranty: CoverExpired, Criticality: fleet.CriticalityCritical},
			want: []ReasonNote{{ReasonWarranty, "the warranty of a critical server has ended"}}},
		"support of a critical server": {s: Subject{Kind: "hdd", Now: now}, at: Standing{Support: CoverExpired, Criticality: fleet.CriticalityCritical},
			want: []ReasonNote{{ReasonSupport, "the support of a critical server has ended"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ReasonNotes(&x.s, x.at); !slices.Equal(got, x.want) {
				t.Errorf("%v, want %v", got, x.want)
			}
		})
	}
}

// TestEvidenceStandsFirst: screens show the first reason only where space is short.
func TestEvidenceStandsFirst(t *testing.T) {
	s := Subject{Kind: "hdd", Failed: true, Counters: map[string]float64{"pending": 1}}
	got := Reasons(&s, Standing{Band: BandFarOver, Warranty: CoverExpired, Criticality: fleet.CriticalityCritical})
	if want := []Reason{ReasonFailed, ReasonMediaErrors, ReasonAge, ReasonWarranty}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestThresholdIsNoPrediction: a module beyond its threshold stays the P3 of
// example Q11, although devices flag it as a predicted failure.
func TestThresholdIsNoPrediction(t *testing.T) {
	s := Subject{Kind: "dimm", Predicts: true, ThresholdExceeded: true}
	v := DefaultPriority().Judge(Case{Kind: "dimm", P: 0.058235, Predicts: s.Predicts, Criticality: fleet.CriticalityCritical, Reasons: Reasons(&s, Standing{})})
	if v.Tier != P3 || v.Score != 5.8 {
		t.Errorf("%+v, want P3 with 5.8", v)
	}
}

func TestPlacesAreOrdered(t *testing.T) {
	due := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	want := []Place{
		{Tier: P1, Score: 1},
		{Tier: P2, Score: 50, P: 0.1},
		{Tier: P2, Score: 20, P: 1},
		{Tier: P2, Score: 20, P: 0.5, Due: due, Server: "z"},
		{Tier: P2, Score: 20, P: 0.5, Due: due.AddDate(0, 0, 1), Server: "a"},
		{Tier: P2, Score: 20, P: 0.5, Server: "srv-2"},
		{Tier: P2, Score: 20, P: 0.5, Server: "srv-10", Slot: "Bay 2"},
		{Tier: P2, Score: 20, P: 0.5, Server: "srv-10", Slot: "Bay 10"},
		{Tier: P4, Score: 90},
		{Score: 99},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, Place.Compare)
	if !slices.Equal(got, want) {
		t.Errorf("%v\nwant %v", got, want)
	}
}

func TestRenewal(t *testing.T) {
	for _, x := range []struct {
		r    Renewal
		want string
	}{
		{Renewal{Band: BandAgeing, Urgent: 9, PartsShare: 2, Support: CoverExpired}, ""},
		{Renewal{Band: BandUnknown, Urgent: 9}, ""},
		{Renewal{Band: BandOver, Urgent: 2, PartsShare: 0.5}, ""},
		{Renewal{Band: BandOver, Urgent: 3}, "past its service life, and 3 of its parts are due"},
		{Renewal{Band: BandFarOver, PartsShare: 0.6}, "past its service life, and the parts cost 60 % of a new server"},
		{Renewal{Band: BandOver, Urgent: 4, Support: CoverExpired}, "past its service life, and 4 of its parts are due, its support has ended"},
	} {
		if got := x.r.Suggest(); got != x.want {
			t.Errorf("%+v: %q, want %q", x.r, got, x.want)
		}
	}
}
