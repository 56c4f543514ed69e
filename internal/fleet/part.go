package fleet

import "time"

// PartNote is what people wrote down about one part: a line of the inventory.
// Serial or kind and slot say which part is meant.
type PartNote struct {
	Kind        Kind   `json:"kind,omitempty"`
	Slot        string `json:"slot,omitempty"`
	Serial      string `json:"serial,omitempty"`
	Part        string `json:"part,omitempty"` // part number
	Vendor      string `json:"vendor,omitempty"`
	Model       string `json:"model,omitempty"`
	AssetTag    string `json:"asset_tag,omitempty"`
	InService   Date   `json:"in_service,omitempty"`
	Purchased   Date   `json:"purchased,omitempty"`
	WarrantyEnd Date   `json:"warranty_end,omitempty"`
	Notes       string `json:"notes,omitempty"`
}

// PartRecord is what is remembered of the part in a slot: it begins with the
// part and goes with it when it moves, so a successor inherits nothing.
type PartRecord struct {
	// Serial is the part's identity; empty for a part without one, which is
	// known by its slot alone.
	Serial string `json:"serial,omitempty"`
	// FirstSeen is when its serial was first read, wherever that was.
	FirstSeen time.Time `json:"first_seen,omitzero"`
	// Fitted is when it was seen to come into its present slot; zero when it
	// was there at the first read.
	Fitted time.Time `json:"fitted,omitzero"`
	// Carried is the start of its life as it was known where it sat before.
	Carried *Carried `json:"carried,omitempty"`
	// Hours is the most power-on hours that it ever reported.
	Hours float64 `json:"hours,omitempty"`
	// Reset means that a counter or its hours once fell: the controller forgot.
	Reset bool `json:"reset,omitempty"`
	// Trails are its error counters, by name.
	Trails map[string]Trail `json:"trails,omitempty"`
}

// Carried is what a part brings along from its earlier place.
type Carried struct {
	Since  Date      `json:"since,omitempty"`  // start of its life, as it was known there
	Source string    `json:"source,omitempty"` // ageing.Source of Since
	Server string    `json:"server"`
	Slot   string    `json:"slot"` // component key
	Left   time.Time `json:"left,omitzero"`
}

// Trail is how an error counter of one part grew while it was watched.
type Trail struct {
	// Base is the value at the first read, at BaseAt: what led to it has no date.
	Base   float64   `json:"base"`
	BaseAt time.Time `json:"base_at"`
	// Steps are the later values, oldest first, one per change and at most TrailLength.
	Steps []Step `json:"steps,omitempty"`
	// FirstRise is when the counter was first seen to leave zero. It stays zero
	// for a counter that was above zero when it was first read.
	FirstRise time.Time `json:"first_rise,omitzero"`
}

// Step is a counter's value from At on.
type Step struct {
	At    time.Time `json:"at"`
	Value float64   `json:"value"`
}

// TrailLength is how many changes a Trail keeps; older ones merge into the oldest.
const TrailLength = 64

// Value is the counter's latest value.
func (t Trail) Value() float64 {
	if n := len(t.Steps); n > 0 {
		return t.Steps[n-1].Value
	}
	return t.Base
}

// Rise is how much the counter grew since then, as far as it was watched.
func (t Trail) Rise(since time.Time) float64 {
	before := t.Base
	for _, s := range t.Steps {
		if !s.At.After(since) {
			before = s.Value
		}
	}
	return max(0, t.Value()-before)
}

// Add returns the trail with a value read at that time. A value that fell is a
// counter that began anew: it becomes the base, and reset is true.
func (t Trail) Add(v float64, at time.Time) (next Trail, reset bool) {
	switch last := t.Value(); {
	case t.BaseAt.IsZero(), v < last:
		return Trail{Base: v, BaseAt: at, FirstRise: t.FirstRise}, !t.BaseAt.IsZero()
	case v == last:
		return t, false
	case last == 0 && t.FirstRise.IsZero():
		t.FirstRise = at
	}
	steps := append(make([]Step, 0, len(t.Steps)+1), t.Steps...)
	if len(steps) >= TrailLength {
		steps = append(steps[:1], steps[2:]...)
	}
	t.Steps = append(steps, Step{at, v})
	return t, false
}
