package ageing

import (
	"fmt"
	"math"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Reason is why a part should be replaced; the words are the queue's reason codes.
type Reason string

// The reasons, evidence first, the gravest at the top.
const (
	ReasonFailed      Reason = "failed"
	ReasonPredictive  Reason = "predictive"
	ReasonUE          Reason = "ue"
	ReasonMediaErrors Reason = "media_errors"
	ReasonCERate      Reason = "ce_rate"
	ReasonWear        Reason = "wear"
	ReasonDegraded    Reason = "degraded"
	ReasonBatch       Reason = "batch"
	ReasonAge         Reason = "age"
	ReasonWarranty    Reason = "warranty"
	ReasonSupport     Reason = "support"
	ReasonManual      Reason = "manual"
)

// Policy reports whether the reason is a rule about age rather than a fact
// about the part: such reasons never make anything urgent.
func (r Reason) Policy() bool {
	switch r {
	case ReasonAge, ReasonWarranty, ReasonSupport:
		return true
	}
	return false
}

// When a signal becomes a reason to act. Weaker ones move the probability only:
// a disk lives long with its first few replaced sectors, and a memory module
// with a corrected error now and then.
const (
	grownDefects   = 5  // reallocated sectors from which the model's factor is 3
	firstEventDays = 60 // a first reallocation counts so long whatever its number
	errorDays      = 90 // uncorrectable errors and machine checks
	batchDays      = 30
	burstErrors    = 24 // corrected errors of a module within 24 hours
	burstDays      = 30
	wearFromPct    = 80
	relearning     = 48 * time.Hour // a NiMH battery calls itself degraded so long
)

// Standing is what people's rules say of a part and its server.
type Standing struct {
	Band              Band
	Warranty, Support Cover
	Criticality       fleet.Criticality
}

// ReasonNote is a reason with what was seen, in words.
type ReasonNote struct {
	Code Reason `json:"code"`
	Text string `json:"text"`
}

// Reasons are the reasons to replace the part, evidence first; nil: none. The
// end of warranty or support is one on critical servers only.
func Reasons(s *Subject, at Standing) []Reason {
	var out []Reason
	add := func(r Reason, holds bool) {
		if holds {
			out = append(out, r)
		}
	}
	add(ReasonFailed, s.Failed)
	threshold := s.beyondThreshold()
	// A module that predicts its failure says that it exceeded its threshold: one reason, not two.
	add(ReasonPredictive, s.Predicts && !threshold)
	add(ReasonUE, (s.Kind == "dimm" || s.Kind == "cpu") && s.within(s.Uncorrected, errorDays))
	add(ReasonMediaErrors, (s.Kind == "hdd" || s.Kind == "ssd") && s.mediaErrors())
	add(ReasonCERate, threshold)
	add(ReasonWear, s.Kind == "ssd" && (s.ReadOnly || s.SpareLow || s.wear() >= wearFromPct))
	add(ReasonDegraded, s.degraded())
	add(ReasonBatch, s.within(s.BatchFailure, batchDays))
	add(ReasonAge, at.Band == BandOver || at.Band == BandFarOver)
	critical := at.Criticality == fleet.CriticalityCritical
	add(ReasonWarranty, critical && at.Warranty == CoverExpired)
	add(ReasonSupport, critical && at.Support == CoverExpired)
	return out
}

// ReasonNotes are Reasons with what was seen, for people to read.
func ReasonNotes(s *Subject, at Standing) []ReasonNote {
	codes := Reasons(s, at)
	out := make([]ReasonNote, len(codes))
	for i, r := range codes {
		out[i] = ReasonNote{Code: r, Text: s.reasonText(r, at)}
	}
	return out
}

func (s *Subject) reasonText(r Reason, at Standing) string {
	switch r {
	case ReasonFailed:
		return "the device reports that it failed"
	case ReasonPredictive:
		return "the device predicts its failure"
	case ReasonUE:
		what := "uncorrectable error"
		if s.Kind == "cpu" {
			what = "machine check or internal error"
		}
		return what + " on " + s.Uncorrected.UTC().Format(time.DateOnly)
	case ReasonMediaErrors:
		return s.mediaText()
	case ReasonCERate:
		if s.ThresholdExceeded {
			return "more corrected errors than the device's threshold allows"
		}
		return fmt.Sprintf("%.0f corrected errors within 24 hours", s.corrected())
	case ReasonWear:
		return s.wearText()
	case ReasonDegraded:
		return "the device calls it degraded"
	case ReasonBatch:
		return "another disk of the same model failed in this server on " + s.BatchFailure.UTC().Format(time.DateOnly)
	case ReasonAge:
		return at.Band.String() + ": " + s.Age.Label()
	case ReasonWarranty:
		return "the warranty of a critical server has ended"
	case ReasonSupport:
		return "the support of a critical server has ended"
	}
	return string(r)
}

// within reports whether t lies at most so many days back; clocks differ, so a
// moment ahead counts.
func (s *Subject) within(t time.Time, days float64) bool {
	return !t.IsZero() && s.Now.Sub(t).Hours() <= 24*days
}

// value is the latest value of an error counter, 0 where there is none.
func (s *Subject) value(counter string) float64 {
	v := s.Counters[counter]
	if t, followed := s.Trails[counter]; followed {
		v = t.Value()
	}
	if !(v > 0) || math.IsInf(v, 1) {
		return 0
	}
	return v
}

func (s *Subject) wear() float64 { return wearOf(s.WearPct) }

// wearOf is the endurance used in per cent; 0 where nobody says, or what is said
// cannot be (reference §7).
func wearOf(pct *float64) float64 {
	if pct == nil || !(*pct >= 0 && *pct <= 255) {
		return 0
	}
	return *pct
}

// mediaErrors reports whether a disk has lost sectors in a way that makes its
// failure likely. Retired blocks of an SSD are part of its life.
func (s *Subject) mediaErrors() bool {
	if s.value("uncorrectable") > 0 || s.value("media_errors") > 0 {
		return true
	}
	if s.Kind == "ssd" {
		return false
	}
	return s.value("pending") > 0 || s.value("offline_uncorrectable") > 0 || s.value("reallocated") >= grownDefects ||
		s.value("reallocated") > 0 && s.within(s.Trails["reallocated"].FirstRise, firstEventDays)
}

func (s *Subject) mediaText() string {
	var parts []string
	for _, c := range [...]struct{ name, text string }{
		{"pending", "pending"}, {"uncorrectable", "uncorrectable"}, {"offline_uncorrectable", "offline uncorrectable"},
		{"media_errors", "media errors"}, {"reallocated", "reallocated"},
	} {
		if v := s.value(c.name); v > 0 {
			parts = append(parts, fmt.Sprintf("%.0f %s", v, c.text))
		}
	}
	return strings.Join(parts, ", ")
}

// corrected is the most corrected errors of a module within 24 hours, lately.
func (s *Subject) corrected() float64 {
	return burst(s.Trails["corrected_errors"], s.Now.AddDate(0, 0, -burstDays))
}

func (s *Subject) beyondThreshold() bool {
	return s.Kind == "dimm" && (s.ThresholdExceeded || s.corrected() > burstErrors)
}

func (s *Subject) wearText() string {
	switch {
	case s.ReadOnly:
		return "it takes no more writes"
	case s.SpareLow:
		return "its spare blocks are below the threshold"
	}
	return fmt.Sprintf("%.0f %% of its rated writes are used", s.wear())
}

// degraded leaves out the state in which a battery learns its capacity anew.
func (s *Subject) degraded() bool {
	return s.DegradedFor > 0 && (s.Kind != "battery" || s.DegradedFor >= relearning)
}
