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
	// Also is another place that reports the same serial number at the same
	// time ("srv-2 disk/Bay 4"): whose history is whose cannot be told.
	Also string `json:"also,omitempty"`
}

// PartID is what a part is known by wherever it sits: its kind and its serial
// number as NormalSerial writes it.
type PartID struct {
	Kind   Kind   `json:"kind"`
	Serial string `json:"serial"`
}

// DepartedPart is a part that left its place and sits nowhere that is known:
// what is remembered, should it come back.
type DepartedPart struct {
	PartID
	Server        string    `json:"server"` // where it sat last
	Slot          string    `json:"slot"`   // component key there
	Left          time.Time `json:"left"`
	Vendor        string    `json:"vendor,omitempty"`
	Model         string    `json:"model,omitempty"`
	Part          string    `json:"part,omitempty"`
	CapacityBytes *int64    `json:"capacity_bytes,omitempty"`
	// Life is the kind of life it had ("hdd", "ssd", "dimm", …), which the kind
	// alone does not tell; Firmware and Manufactured are what it said last. Parts
	// that left before these were kept have none.
	Life         string `json:"life,omitempty"`
	Firmware     string `json:"firmware,omitempty"`
	Manufactured string `json:"manufactured,omitempty"`
	// Since is the start of its life as it was known there, Source says by what.
	Since  Date       `json:"since,omitempty"`
	Source string     `json:"source,omitempty"`
	Record PartRecord `json:"record"`
}

// Carried is what the part brings along to another place.
func (d *DepartedPart) Carried() *Carried {
	return &Carried{Since: d.Since, Source: d.Source, Server: d.Server, Slot: d.Slot, Left: d.Left}
}

// Polls is what a collector writes in one transaction: states with the events
// that led there, hourly readings, and the parts that left or came back.
type Polls struct {
	States   []State
	Events   []Event
	Hours    []HourValue
	Departed []DepartedPart
	Returned []PartID // no longer departed
}

// Empty reports whether there is nothing to write.
func (p *Polls) Empty() bool {
	return len(p.States)+len(p.Events)+len(p.Hours)+len(p.Departed)+len(p.Returned) == 0
}

// Carried is what a part brings along from its earlier place.
type Carried struct {
	Since  Date      `json:"since,omitempty"`  // start of its life, as it was known there
	Source string    `json:"source,omitempty"` // ageing.Source of Since
	Server string    `json:"server"`
	Slot   string    `json:"slot"` // component key
	Left   time.Time `json:"left,omitzero"`
}
