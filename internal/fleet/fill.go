package fleet

import "time"

// Metrics that are neither a trend's name nor a component's key, as the store
// keeps their hours.
const (
	metricFilesystem = "filesystem/" // used bytes, by mount
	metricWear       = "wear/"       // used endurance in %, by component key
	metricErrors     = "errors/"     // sum of the error counters, by component key
)

// FilesystemMetric names the used bytes of a file system.
func FilesystemMetric(mount string) string { return metricFilesystem + mount }

// WearMetric names the used endurance of a component.
func WearMetric(key string) string { return metricWear + key }

// ErrorsMetric names the errors that a component has counted.
func ErrorsMetric(key string) string { return metricErrors + key }

// Errors is the sum of a component's error counters, as far as they count
// errors of its own making.
func (c *Component) Errors() float64 {
	sum := 0.0
	for name, v := range c.Counters {
		switch name {
		case "reallocated", "pending", "uncorrectable", "offline_uncorrectable", "media_errors", "corrected_errors",
			"uncorrected_errors", "machine_checks":
			if v > 0 {
				sum += v
			}
		}
	}
	return sum
}

// NoFill says why it cannot be told when a file system will be full.
type NoFill string

// The reasons.
const (
	FillShort     NoFill = "short"     // too little history
	FillOld       NoFill = "old"       // no readings of the last day
	FillSteady    NoFill = "steady"    // it does not grow
	FillScattered NoFill = "scattered" // it goes up and down more than it grows
	FillFar       NoFill = "far"       // not within a year
)

// Fill says when a file system will be full should it go on growing as it did,
// or why nobody can tell.
type Fill struct {
	// At is when it will be full; zero: no prediction, Why says why.
	At     time.Time `json:"at,omitzero"`
	Why    NoFill    `json:"why,omitempty"`
	PerDay float64   `json:"bytes_per_day,omitempty"`
	// History is how many hours the readings behind it cover.
	History int `json:"history_hours"`
	// Made is when it was worked out.
	Made time.Time `json:"made,omitzero"`
}

// DaysLeft is how many days of now are left, and whether that is known.
func (f Fill) DaysLeft(now time.Time) (float64, bool) {
	if f.At.IsZero() {
		return 0, false
	}
	return max(f.At.Sub(now).Hours()/24, 0), true
}
