package ageing

import (
	"strconv"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Survey is what a server tells about all of its parts, gathered once: its
// dates, its notes, the air at its inlet. It is for judging many parts of one
// server at one moment, by one goroutine; it must not be used after the
// state changed.
type Survey struct {
	server *fleet.Server
	state  *fleet.State
	now    time.Time

	today, limit         time.Time
	inService, purchased Date
	notes                *notes // made when first needed
	inlet                *float64
	inletRead            bool
}

// NewSurvey prepares to judge the parts of one server. st may be nil.
func NewSurvey(s *fleet.Server, st *fleet.State, now time.Time) *Survey {
	v := survey(s, st, now)
	return &v
}

func survey(s *fleet.Server, st *fleet.State, now time.Time) Survey {
	v := Survey{server: s, state: st, now: now, today: today(now), limit: now.UTC().AddDate(0, 0, 1)}
	// config refuses unreadable dates where people can see it
	v.inService, _ = readDate(string(s.InService))
	v.purchased, _ = readDate(string(s.Purchased))
	return v
}

// NewSubject is Survey.Subject for a single component.
func NewSubject(c *fleet.Component, s *fleet.Server, st *fleet.State, a Age, now time.Time) Subject {
	v := survey(s, st, now)
	return v.Subject(c, a)
}

// Subject gathers what is found on the server itself about one component; the
// caller adds BatchFailure and Fleet.
func (v *Survey) Subject(c *fleet.Component, a Age) Subject {
	s := Subject{Kind: LifeKind(c), Age: a, Now: v.now, WearPct: c.WearUsedPct, Counters: c.Counters}
	s.Predicts = c.PredictiveFailure == fleet.Yes
	if v.state != nil && v.state.Parts.Len() > 0 {
		if rec, ok := v.state.Parts.Find(c.Key()); ok && sameSerial(rec.Serial, c.Serial) {
			s.Trails = rec.Trails
		}
	}
	s.Live = c.Health != fleet.Unknown && c.Health != fleet.Absent || len(s.Counters) > 0 || len(s.Trails) > 0
	s.InletCelsius = v.Inlet()
	if c.Unit == fleet.Celsius && !c.Kind.Sensor() {
		s.Celsius = c.Reading
		if c.Limits != nil {
			s.MaxCelsius = c.Limits.CritHigh
		}
	}
	v.errors(&s, c)
	if c.Health == fleet.Warning || c.Health == fleet.Critical {
		v.trouble(&s, c)
	}
	switch s.Kind {
	case "fan":
		s.SpeedPct = percent(c.Attributes["quality_pct"])
	case "ssd":
		s.ReadOnly = s.ReadOnly || yes(c.Attributes["read_only"])
		left, threshold := percent(c.Attributes["spare_blocks_pct"]), percent(c.Attributes["spare_threshold_pct"])
		s.SpareLow = left != nil && threshold != nil && *left < *threshold
	}
	return s
}

// errors dates the errors that a part counted, and those that the devices list.
func (v *Survey) errors(s *Subject, c *fleet.Component) {
	switch s.Kind {
	case "dimm":
		// A module that predicts its failure has exceeded its threshold of corrected errors.
		s.ThresholdExceeded = s.Predicts
		s.Uncorrected = s.Trails["uncorrected_errors"].LastRise()
	case "cpu":
		s.Uncorrected = s.Trails["machine_checks"].LastRise()
	default:
		return
	}
	if v.state == nil {
		return
	}
	for i := range v.state.Faults {
		f := &v.state.Faults[i]
		if f.Key == "" || f.Key != c.Key() || !says(f.Text, uncorrectedWords...) {
			continue
		}
		at := f.Since
		if at.IsZero() {
			at = f.Evidence.Time
		}
		s.Uncorrected = later(s.Uncorrected, at)
	}
}

var uncorrectedWords = []string{"uncorrect", "multi-bit", "multibit", "machine check", "internal error", "ierr"}

// trouble reads what a part that is not ok says of itself. Only its own word
// counts: not lost mains, not a loose cable, not what another part did to it.
func (v *Survey) trouble(s *Subject, c *fleet.Component) {
	word := c.Native.Meaning()
	critical := c.Health == fleet.Critical
	since := v.since(c)
	switch {
	case !c.Kind.Replaceable(), tooHot(c), says(word, notItsFault[c.Kind]...):
	case c.Kind == fleet.Disk && !critical && says(word, atWork...):
	case s.Kind == "controller" && !c.Latched && v.memberInTrouble(c):
	case s.Kind == "cpu" && says(word, "thermal trip", "thermtrip"):
		s.ThermalTrip = since
	case s.Kind == "cpu" && says(word, uncorrectedWords...):
		s.Uncorrected = later(s.Uncorrected, since)
	case s.Kind == "ssd" && says(word, "read-only", "read only", "readonly"):
		s.ReadOnly = true
	case s.Kind == "ssd" && !critical && says(word, "spare"):
		s.SpareLow = true
	case c.Kind == fleet.Disk && critical && says(word, "smart", "failing", "predict"):
		s.Predicts = true // it still works
	case critical:
		s.Failed = true
	default:
		s.DegradedFor = max(v.now.Sub(since), time.Minute)
	}
}

// notItsFault are words of parts that suffer from something else.
var notItsFault = map[fleet.Kind][]string{
	fleet.PSU:  {"input", "ac lost", "ac-lost", "ac-fail", "line ", "brown-out", "power-safe", "redundan"},
	fleet.Fan:  {"redundan"},
	fleet.Disk: {"cable", "misconnected"},
}

// atWork are words of disks that are warned about for what is being done to
// them, or for counters that the model weighs itself.
var atWork = []string{"rebuild", "recover", "resync", "copyback", "copy back", "foreign", "erase", "erasing", "zeroing", "formatting", "initializ",
	"locked", "authenticat", "removal", "speed", "reallocated", "sectors", "media error", "uncorrect", "end-to-end", "spin retries"}

// tooHot reports that a part is in trouble for its temperature alone: it works.
func tooHot(c *fleet.Component) bool {
	if c.Latched {
		return false
	}
	return says(c.Native.Meaning(), "temperature", "overheat", "too hot") || c.Unit == fleet.Celsius && c.Reading != nil && c.Limits != nil && c.Limits.CritHigh != nil &&
		*c.Reading >= *c.Limits.CritHigh
}

// since is when a part's trouble began, as its findings remember; now, when
// nobody noted it yet.
func (v *Survey) since(c *fleet.Component) time.Time {
	first, key := v.now, c.Key()
	if v.state == nil {
		return first
	}
	for i := range v.state.Findings {
		f := &v.state.Findings[i]
		if f.Key == key && !f.Since.IsZero() && f.Since.Before(first) {
			first = f.Since
		}
	}
	return first
}

// memberInTrouble reports that a disk, volume or battery explains what a
// controller complains of.
func (v *Survey) memberInTrouble(of *fleet.Component) bool {
	if v.state == nil {
		return false
	}
	for i := range v.state.Components {
		c := &v.state.Components[i]
		switch c.Kind {
		case fleet.Disk, fleet.RAIDVolume, fleet.Battery:
			if c.Health.Worse(fleet.Unknown) && (of.Group == "" || c.Group == "" || c.Group == of.Group) {
				return true
			}
		}
	}
	return false
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// says reports whether a device's text contains one of the words.
func says(text string, words ...string) bool {
	if text == "" {
		return false
	}
	text = strings.ToLower(text)
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

func yes(s string) bool {
	switch s {
	case "yes", "true", "1", "read-only":
		return true
	}
	return false
}

// percent reads an attribute from 0 to 1000, or gives nil.
func percent(s string) *float64 {
	if s == "" {
		return nil
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(s, "%")), 64)
	if err != nil || !(f >= 0 && f <= 1000) {
		return nil
	}
	return &f
}

func sameSerial(identity, serial string) bool {
	return identity == "" || identity == serial || fleet.NormalSerial(serial) == "" || identity == fleet.NormalSerial(serial)
}
