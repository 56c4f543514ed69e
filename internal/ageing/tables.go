package ageing

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Tables are the numbers of the risk model with their sources: data, not code.
// A row's or level's Source holds evidence codes, apart by blanks (see Evidence).
type Tables struct {
	// Version is stored with every estimate, so that a later correction of the
	// tables does not rewrite history.
	Version string `json:"version" yaml:"version"`
	// Kinds are the tables by life kind. A kind without one has no estimate.
	Kinds map[string]*KindTable `json:"kinds" yaml:"kinds"`
}

// KindTable is what is known about the failures of one kind of part.
type KindTable struct {
	// PerYear is the baseline: failures per part-year by completed years of
	// hazard age. The last value continues.
	PerYear []float64 `json:"per_year" yaml:"per_year"`
	Source  string    `json:"source" yaml:"source"`
	Note    string    `json:"note,omitempty" yaml:"note,omitempty"`
	// Signals, Trend and Curves multiply the baseline; Floors hold it up.
	Signals []Signal `json:"signals,omitempty" yaml:"signals,omitempty"`
	Trend   *Trend   `json:"trend,omitempty" yaml:"trend,omitempty"`
	Curves  []Curve  `json:"curves,omitempty" yaml:"curves,omitempty"`
	Floors  []Floor  `json:"floors,omitempty" yaml:"floors,omitempty"`
}

// Signal is something observed that multiplies the hazard. Signals of one
// family describe the same physical fault: only the largest of them counts.
type Signal struct {
	Family string `json:"family" yaml:"family"`
	// Input is one of the Input words, or the name of an error counter.
	Input string `json:"input" yaml:"input"`
	// Text follows the observed value where people read it: "2 pending".
	Text   string  `json:"text" yaml:"text"`
	Unit   string  `json:"unit,omitempty" yaml:"unit,omitempty"`
	Levels []Level `json:"levels,omitempty" yaml:"levels,omitempty"`
	// Event is the first time that the counter leaves zero.
	Event *Event `json:"event,omitempty" yaml:"event,omitempty"`
	// FromYears is the hazard age from which on the signal counts.
	FromYears float64 `json:"from_years,omitempty" yaml:"from_years,omitempty"`
	// Days is how long a dated observation counts, or over how long errors are summed.
	Days float64 `json:"days,omitempty" yaml:"days,omitempty"`
	Note string  `json:"note,omitempty" yaml:"note,omitempty"`
}

// Level is the factor of a signal from a value on.
type Level struct {
	From   float64 `json:"from" yaml:"from"`
	Factor float64 `json:"factor" yaml:"factor"`
	Source string  `json:"source" yaml:"source"`
}

// Event is the factor of a counter's first event, for a number of days.
type Event struct {
	Factor float64 `json:"factor" yaml:"factor"`
	Days   float64 `json:"days" yaml:"days"`
	Source string  `json:"source" yaml:"source"`
}

// Trend is the factor of a media counter that rose, by Rise or by Share of
// what it was, within Days; not while its first event counts.
type Trend struct {
	Rise   float64 `json:"rise" yaml:"rise"`
	Share  float64 `json:"share" yaml:"share"`
	Days   float64 `json:"days" yaml:"days"`
	Factor float64 `json:"factor" yaml:"factor"`
	Source string  `json:"source" yaml:"source"`
}

// Curve is a factor that doubles every so many degrees:
// 2^((input - Reference) / Doubling), kept within Min and Max.
type Curve struct {
	Family    string  `json:"family" yaml:"family"`
	Input     string  `json:"input" yaml:"input"`
	Text      string  `json:"text" yaml:"text"`
	Reference float64 `json:"reference" yaml:"reference"`
	Doubling  float64 `json:"doubling" yaml:"doubling"`
	Min       float64 `json:"min" yaml:"min"`
	Max       float64 `json:"max" yaml:"max"`
	Source    string  `json:"source" yaml:"source"`
}

// Floor is the least hazard per year once something was observed.
type Floor struct {
	Input   string  `json:"input" yaml:"input"`
	Text    string  `json:"text" yaml:"text"`
	PerYear float64 `json:"per_year" yaml:"per_year"`
	Source  string  `json:"source" yaml:"source"`
	// Days is how long a dated observation counts.
	Days float64 `json:"days,omitempty" yaml:"days,omitempty"`
	// AfterHours is how long the state must have lasted.
	AfterHours float64 `json:"after_hours,omitempty" yaml:"after_hours,omitempty"`
	// Below is the value under which it counts.
	Below float64 `json:"below,omitempty" yaml:"below,omitempty"`
}

// The inputs that tables can name, beside error counters.
const (
	InputTemperature = "temperature"        // the part's own, °C
	InputOverMaximum = "over_maximum"       // hotter than the part's own maximum
	InputInlet       = "inlet"              // air at the server's inlet, °C
	InputAir         = "air"                // air at the part, else inlet + InletRise
	InputWear        = "wear"               // per cent of the endurance used
	InputBatch       = "batch"              // another of the model failed in this server
	InputErrors      = "corrected_in_days"  // corrected errors within Days
	InputBurst       = "corrected_in_a_day" // most corrected errors within 24 hours, in the last Days
	InputThreshold   = "threshold_exceeded" // the device's own count of corrected errors was exceeded
	InputUncorrected = "uncorrected"        // an uncorrectable error, machine check or internal error
	InputThermalTrip = "thermal_trip"
	InputPredicts    = "predicts" // the device predicts the part's failure
	InputDegraded    = "degraded" // the device calls the part degraded
	InputReadOnly    = "read_only"
	InputSpareLow    = "spare_low"
	InputSpeed       = "speed" // per cent of the expected speed
)

// InletRise is how much warmer the air at a fan is taken to be than at the inlet.
const InletRise = 10.0

// counters are the error counters that signals may name.
var counters = []string{"reallocated", "pending", "uncorrectable", "offline_uncorrectable", "media_errors", "crc_errors", "command_timeouts"}

var (
	signalInputs = append([]string{InputTemperature, InputOverMaximum, InputWear, InputBatch, InputErrors, InputBurst,
		InputThreshold, InputThermalTrip}, counters...)
	curveInputs = []string{InputInlet, InputAir, InputTemperature}
	floorInputs = []string{InputPredicts, InputDegraded, InputReadOnly, InputSpareLow, InputSpeed, InputUncorrected}
)

// Check returns what is wrong with the tables, each line naming its place, or nil.
func (t *Tables) Check() error {
	c := checker{}
	c.want(t.Version != "", "version", "is missing: estimates are stored with it")
	for _, kind := range slices.Sorted(maps.Keys(t.Kinds)) {
		row := t.Kinds[kind]
		if row == nil {
			c.want(false, kind, "is empty")
			continue
		}
		c.want(slices.Contains(LifeKinds(), kind), kind, "is none of "+strings.Join(LifeKinds(), ", "))
		c.want(len(row.PerYear) > 0, kind, "has no baseline")
		c.source(kind, row.Source)
		for year, rate := range row.PerYear {
			c.want(finite(rate) && rate >= 0, fmt.Sprintf("%s, year %d", kind, year), "must be failures per year from 0 up")
		}
		c.rules(kind, row)
	}
	return errors.Join(c.errs...)
}

type checker struct{ errs []error }

func (c *checker) want(ok bool, where, what string) {
	if !ok {
		c.errs = append(c.errs, fmt.Errorf("risk table %s: %s", where, what))
	}
}

func (c *checker) source(where, codes string) {
	c.want(codes != "", where, "names no source")
	for _, code := range Codes(codes) {
		_, known := evidence[code]
		c.want(known, where, fmt.Sprintf("source %q is no evidence code", code))
	}
}

func (c *checker) input(where, input string, of []string) {
	c.want(slices.Contains(of, input), where, fmt.Sprintf("input %q is none of %s", input, strings.Join(of, ", ")))
}

func (c *checker) rules(kind string, row *KindTable) {
	hits := len(row.Signals) + len(row.Curves)
	if row.Trend != nil {
		hits += len(row.Signals) // each may rise
	}
	c.want(hits <= maxHits, kind, fmt.Sprintf("has too many rules: at most %d signals and curves, signals with a trend count twice", maxHits))
	for _, s := range row.Signals {
		where := kind + ", signal " + s.Input
		c.input(where, s.Input, signalInputs)
		c.want(s.Family != "" && s.Text != "", where, "needs a family and a text")
		c.want(len(s.Levels) > 0, where, "has no levels")
		for i, l := range s.Levels {
			c.want(i == 0 || l.From > s.Levels[i-1].From && l.Factor >= s.Levels[i-1].Factor, where, "levels must rise")
			c.factor(where, l.Factor, l.Source)
		}
		if s.Event != nil {
			c.factor(where+", first event", s.Event.Factor, s.Event.Source)
			c.want(s.Event.Days > 0, where, "a first event needs days")
		}
	}
	if t := row.Trend; t != nil {
		c.factor(kind+", trend", t.Factor, t.Source)
		c.want(t.Rise > 0 && t.Share > 0 && t.Days > 0, kind+", trend", "needs a rise, a share and days above 0")
	}
	for _, v := range row.Curves {
		where := kind + ", curve " + v.Input
		c.input(where, v.Input, curveInputs)
		c.factor(where, v.Min, v.Source)
		c.want(v.Doubling > 0 && v.Max >= v.Min, where, "needs a doubling above 0 and a maximum above its minimum")
	}
	c.want(len(row.Floors) <= maxFloors, kind, fmt.Sprintf("has more than %d floors", maxFloors))
	for _, f := range row.Floors {
		where := kind + ", floor " + f.Input
		c.input(where, f.Input, floorInputs)
		c.want(finite(f.PerYear) && f.PerYear > 0, where, "must be failures per year above 0")
		c.source(where, f.Source)
	}
}

func (c *checker) factor(where string, f float64, source string) {
	c.want(finite(f) && f >= 1, where, fmt.Sprintf("factor %v must be 1 or more", f))
	c.source(where, source)
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }
