package ageing

import (
	"fmt"
	"math"
	"time"
)

// Units of the model: ages are days / 365.25, a year has 8766 hours.
const (
	DaysPerYear  = 365.25
	HoursPerYear = 8766.0
	// MaxHours is the most power-on hours that are believed (22.8 years).
	MaxHours = 200_000.0
	// differsBy is how many years two statements may differ before a flag says so.
	differsBy = 0.25
)

// Source says where the start of an age comes from; the words stand on screen.
type Source string

// The sources, best first (reference: the age clock, §1.2).
const (
	FromSwap            Source = "swap record"
	FromInventory       Source = "inventory"
	FromPurchase        Source = "purchased"
	FromServerInventory Source = "server, inventory"
	FromServerPurchase  Source = "server, purchased"
	FromManufacture     Source = "made"
	FromEstimate        Source = "estimated"
	FromPowerOn         Source = "power-on"
	FromFirstSeen       Source = "first seen"
)

// Confidence is how much an age can be relied on.
type Confidence string

// The confidences.
const (
	High   Confidence = "high"
	Medium Confidence = "medium"
	Low    Confidence = "low"
	None   Confidence = "none"
)

// Flags are remarks on an age or its part.
type Flags uint16

// The flags.
const (
	// OlderThanRecorded: power-on hours exceed the recorded date by more than a quarter of a year.
	OlderThanRecorded Flags = 1 << iota
	// DateConflict: a manufacture date lies after the part was first seen, or
	// the inventory gives two dates.
	DateConflict
	// BadDate: a date was given that cannot be true; the next source was used.
	BadDate
	// BadHours: power-on hours were given that cannot be true.
	BadHours
	// Untracked: the part has no serial number of its own, so a swap cannot be seen.
	Untracked
	// CounterReset: a counter or the power-on hours fell; the larger value holds.
	CounterReset
	// BadTemperature, BadCounter, BadWear: a value that cannot be was left out.
	BadTemperature
	BadCounter
	BadWear
)

var flagWords = [...]string{"older_than_recorded", "date_conflict", "bad_date", "bad_hours", "untracked",
	"counter_reset", "bad_temperature", "bad_counter", "bad_wear"}

// Has reports whether all of g are set.
func (f Flags) Has(g Flags) bool { return f&g == g }

// Words are the flags as words, nil for none.
func (f Flags) Words() []string {
	var out []string
	for i, w := range flagWords {
		if f.Has(1 << i) {
			out = append(out, w)
		}
	}
	return out
}

// Claim is one source's statement about when something began its life.
type Claim struct {
	Source    Source
	Since     time.Time
	Precision Precision
	// Raw is the statement as it was given: a date text or hours.
	Raw string
	// Bad says why the statement is not believed; empty: it is.
	Bad string
}

// Age is how long something has been in service, as far as the best source
// tells. The zero Age is unknown.
type Age struct {
	Known  bool
	Since  time.Time
	Days   int
	Years  float64
	Source Source
	// Precision is that of the date the age is counted from.
	Precision Precision
	// Approximate ages are printed with ~, lower bounds with >=.
	Approximate bool
	LowerBound  bool
	Confidence  Confidence
	// HazardYears is max(age, power-on hours): a refurbished part is old for
	// risk and young for the calendar.
	HazardYears float64
	Flags       Flags
	// Checks are the other sources' statements, best first; only ExplainAge and
	// OfServer tell them.
	Checks []Claim
}

// String prints the age with as much certainty as it has: "7.5 y", "~7 y",
// ">= 0.3 y" or "unknown".
func (a Age) String() string {
	switch {
	case !a.Known:
		return "unknown"
	case a.LowerBound:
		return fmt.Sprintf(">= %.1f y", a.Years)
	case a.Precision == Year:
		return fmt.Sprintf("~%.0f y", math.Floor(a.Years))
	case a.Approximate:
		return fmt.Sprintf("~%.1f y", a.Years)
	}
	return fmt.Sprintf("%.1f y", a.Years)
}

// Label is the age with its source: "~7.3 y (power-on)".
func (a Age) Label() string {
	if !a.Known {
		return "age unknown"
	}
	return fmt.Sprintf("%s (%s)", a, a.Source)
}

// Dated reports whether anything dates it. What is only known since it was first
// seen has an age, a lower bound, and no date: it was there before.
func (a Age) Dated() bool { return a.Known && a.Source != FromFirstSeen }

// OlderByHours reports that the power-on hours tell of a longer life than the
// calendar: a refurbished part. People should then see HazardYears too.
func (a Age) OlderByHours() bool { return a.HazardYears > a.Years+differsBy }

// Compare orders ages for sorting, youngest first; unknown ages come last
// whichever way the caller sorts, so it reports them apart.
func Compare(a, b Age) (order int, unknown bool) {
	if !a.Known || !b.Known {
		return 0, true
	}
	switch {
	case a.Years < b.Years:
		return -1, false
	case a.Years > b.Years:
		return 1, false
	}
	return 0, false
}

// standing is what a source is worth: printed with ~, printed with >=, how sure.
func standing(s Source) (approximate, lowerBound bool, c Confidence) {
	switch s {
	case FromSwap, FromInventory:
		return false, false, High
	case FromServerInventory, FromPurchase, FromServerPurchase:
		return false, false, Medium
	case FromManufacture, FromPowerOn, FromEstimate:
		return true, false, Medium
	}
	return false, true, Low
}
