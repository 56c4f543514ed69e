package fleet

import "time"

// EventKind says what changed.
type EventKind string

// The kinds of events.
const (
	EventHealth      EventKind = "health"      // a component's or server's health
	EventSerial      EventKind = "serial"      // another part sits in the slot
	EventFirmware    EventKind = "firmware"    // firmware of a part or controller
	EventCapacity    EventKind = "capacity"    // capacity of a part
	EventAppeared    EventKind = "appeared"    // a part that was not there before
	EventVanished    EventKind = "vanished"    // a part that was there is not, in complete reads
	EventMoved       EventKind = "part-moved"  // a part that is known from another place; its history came along
	EventDuplicate   EventKind = "part-twice"  // two servers report the same serial number at once
	EventSilent      EventKind = "silent"      // ping answers, SNMP does not
	EventUnreachable EventKind = "unreachable" // neither answers
	EventBack        EventKind = "back"        // answers again
	EventRefused     EventKind = "refused"     // credentials or security level
	EventSite        EventKind = "site"        // a whole rack or site went silent, or came back
	EventQueue       EventKind = "queue"       // a person moved a work order
	EventCollector   EventKind = "collector"   // a collector started, took over or failed
	// EventNotification is what a device said unasked (an SNMP trap or inform),
	// or the hourly account of those that nobody could be found for.
	EventNotification EventKind = "notification"
	// EventMaintenance is a window of maintenance that was made, began or ended.
	EventMaintenance EventKind = "maintenance"
)

// Event is one change, as history keeps it.
type Event struct {
	ID     int64     `json:"id"`
	Time   time.Time `json:"time"`
	Kind   EventKind `json:"kind"`
	Server string    `json:"server,omitempty"`
	Key    string    `json:"component,omitempty"` // component key, empty for the server as a whole
	From   string    `json:"from,omitempty"`
	To     string    `json:"to,omitempty"`
	// Health is how worrying the new state is: a recovery is ok.
	Health   Health   `json:"health"`
	Text     string   `json:"text"`
	Evidence Evidence `json:"evidence,omitzero"`
	Ack      *Ack     `json:"ack,omitempty"`
}

// Ack is a person's word that a finding or event is known.
type Ack struct {
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Note string    `json:"note,omitempty"`
	// Until is when it ends by itself; zero: when the finding gets worse.
	Until time.Time `json:"until,omitzero"`
}

// Lapsed reports whether the time until which it was given is over.
func (a *Ack) Lapsed(now time.Time) bool { return !a.Until.IsZero() && !now.Before(a.Until) }

// Maintenance is the window that covers a server now.
type Maintenance struct {
	Window int64     `json:"window"`
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	Until  time.Time `json:"until"`
}
