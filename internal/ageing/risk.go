package ageing

import (
	"time"

	"ironage/internal/fleet"
)

// Subject is everything that the risk model knows about one part. Zero values
// mean "not known" and never make the estimate better.
type Subject struct {
	Kind string // life kind: "hdd", "ssd", "dimm", …
	Age  Age
	// Failed means that the part has failed: a fact, not an estimate.
	Failed bool
	// Predicts means that the device predicts the part's failure.
	Predicts bool
	// DegradedFor is how long the device has called the part degraded; 0: it does not.
	DegradedFor time.Duration
	// ReadOnly and SpareLow are an SSD's last words.
	ReadOnly, SpareLow bool
	WearPct            *float64
	// Trails are the part's error counters with how they grew; Counters are
	// their latest values, for those that are not followed yet.
	Trails   map[string]fleet.Trail
	Counters map[string]float64
	// Errors of memory modules and processors.
	ThresholdExceeded bool      // the device reports that its correctable threshold was exceeded
	Uncorrected       time.Time // when the latest uncorrectable error, machine check or internal error was seen
	ThermalTrip       time.Time
	// Temperatures in degrees Celsius: the part's own, its own maximum, and the air's.
	Celsius, MaxCelsius, InletCelsius, AirCelsius *float64
	// SpeedPct is a fan's speed in per cent of what the device expects.
	SpeedPct *float64
	// BatchFailure is when another disk of the same model last failed in the same server.
	BatchFailure time.Time
	// Fleet is what this installation has learnt about the model; the zero value: nothing.
	Fleet FleetFactor
	// Live means that the device reports the part's health or errors at all.
	Live bool
	Now  time.Time
}

// FleetFactor is how often a model failed here against what was expected (reference §3.3).
type FleetFactor struct {
	Failures int
	Expected float64
}

// Factor is one thing that moved an estimate, with the source of its size.
type Factor struct {
	Family string  `json:"family"` // "media", "trend", "heat", "batch", "fleet", …
	Signal string  `json:"signal"` // "pending sectors"
	Seen   string  `json:"seen"`   // "2"
	Value  float64 `json:"value"`  // the factor, or for a floor or cap its rate per year
	Source string  `json:"source"` // evidence code, "BBSMART", or "j" for a judgement
	Note   string  `json:"note,omitempty"`
}

// Risk is the estimate for one part over a horizon, with everything that led
// to it: Baseline × the product of Factors, capped and floored, is H.
type Risk struct {
	// Known is false for kinds that have no estimate: "no data", never zero.
	Known    bool    `json:"known"`
	Failed   bool    `json:"failed,omitempty"`
	Years    float64 `json:"years"` // horizon
	Baseline float64 `json:"baseline"`
	// BaselineSource is the evidence code of the table's row.
	BaselineSource string   `json:"baseline_source,omitempty"`
	Kind           string   `json:"kind"`
	HazardYears    float64  `json:"hazard_years"`
	AgeYears       float64  `json:"age_years"`
	AgeLabel       string   `json:"age,omitempty"`
	Factors        []Factor `json:"factors,omitempty"`
	Unused         []Factor `json:"unused,omitempty"` // seen, but weaker than another of its family
	Product        float64  `json:"product"`
	// Limits are the caps and floors that took effect, in the order of their
	// application: "cap product", "floor", "cap hazard".
	Limits []Factor `json:"limits,omitempty"`
	H      float64  `json:"h"`
	P      float64  `json:"p"`
	// AtLeast means that the age is a lower bound, so the risk is one too.
	AtLeast    bool       `json:"at_least,omitempty"`
	Confidence Confidence `json:"confidence"`
	Flags      []string   `json:"flags,omitempty"` // what was not believed: "bad_temperature", …
	Version    string     `json:"version"`         // of the tables
}
