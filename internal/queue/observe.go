package queue

import (
	"fmt"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Observe says which change, if any, the program makes by itself now (T9, T10,
// T13, T14, T16), given what the confirmed reads say about o's server; st may
// be nil when nothing is known. The caller applies it as System. What takes
// counting polls (T11, T12) is not decided here.
func Observe(o Order, st *fleet.State, now time.Time) (Change, bool) {
	switch o.State {
	case Verified:
		if !o.DataBearing() {
			return Change{Action: "close", Evidence: fleet.Evidence{Meaning: "verified, and nothing to dispose of", Time: now}}, true
		}
		return Change{}, false
	case Closed, Rejected, Cancelled:
		return Change{}, false
	}
	if c, ok := observeSlot(&o, st); ok {
		return c, true
	}
	if o.State == Deferred && dayReached(o.DeferredTill, now) {
		return Change{Action: "resume", Evidence: fleet.Evidence{Value: string(o.DeferredTill), Meaning: "the date has come", Time: now}}, true
	}
	if o.State == Deferred && o.Tier < o.DeferredTier && (o.Tier == P1 || o.Tier == P2) {
		why := "its tier became " + string(o.Tier)
		return Change{Action: "resume", Reason: why, Evidence: fleet.Evidence{Value: string(o.Tier), Meaning: why, Time: now}}, true
	}
	return Change{}, false
}

// observeSlot compares the serial number in the slot with the one that the
// order knows. A place without a real serial number, before or now, proves
// nothing.
func observeSlot(o *Order, st *fleet.State) (Change, bool) {
	if st == nil || OtherMachine(*o, st) {
		return Change{}, false
	}
	seen, ev := inSlot(o, st)
	if seen == nil {
		return Change{}, false
	}
	is, old := fleet.NormalSerial(seen.Serial), fleet.NormalSerial(o.Old.Serial)
	if o.State == Replaced {
		if old == "" || is != old || o.BeforeSwap == "" {
			return Change{}, false
		}
		ev.Meaning = fmt.Sprintf("the old part is in %s again", o.Slot)
		return Change{Action: "reseat", New: seen, Evidence: ev}, true
	}
	before := fleet.NormalSerial(fitted(o).Serial)
	if before == "" || is == before {
		return Change{}, false
	}
	ev.Meaning = fmt.Sprintf("another part than %s is in %s", fitted(o).Serial, o.Slot)
	return Change{Action: "replaced", New: seen, Evidence: ev}, true
}

// inSlot is the part with a real serial number that sits in the order's slot,
// or nil: the machine itself for an order about a whole server.
func inSlot(o *Order, st *fleet.State) (*Part, fleet.Evidence) {
	if o.Slot == ServerSlot {
		d := &st.Device
		if fleet.NormalSerial(d.Serial) == "" {
			return nil, fleet.Evidence{}
		}
		return &Part{Vendor: d.Vendor, Model: d.Model, Serial: d.Serial}, fleet.Evidence{Value: d.Serial, Time: st.Updated}
	}
	c := st.Component(o.Slot)
	if c == nil || c.Identity() == "" {
		return nil, fleet.Evidence{}
	}
	part := &Part{Vendor: c.Vendor, Model: c.Model, PartNumber: c.Part, Serial: c.Serial, Firmware: c.Firmware}
	if c.CapacityBytes != nil {
		part.CapacityBytes = *c.CapacityBytes
	}
	ev := fleet.Evidence{Value: c.Serial, Time: c.Native.Time(), Role: c.Role, Profile: c.Profile.String()}
	if ev.Time.IsZero() {
		ev.Time = st.Updated
	}
	return part, ev
}

// OtherMachine reports whether what is read now is another machine than the one
// that the order is about: its parts say nothing about the order's.
func OtherMachine(o Order, st *fleet.State) bool {
	if o.Slot == ServerSlot {
		return false // another machine is what such an order waits for
	}
	was, is := fleet.NormalSerial(o.Chassis), fleet.NormalSerial(st.Device.Serial)
	return was != "" && is != "" && was != is
}

// EventOf is an order's log entry as the fleet's history shows it.
func EventOf(o Order, e Entry) fleet.Event {
	text := fmt.Sprintf("order %d, %s: %s by %s", o.ID, o.Slot, e.Action, e.Actor.Name)
	words := func(s State) string { return strings.ReplaceAll(string(s), "_", " ") }
	switch e.From {
	case e.To:
	case "":
		text = fmt.Sprintf("order %d, %s: %s by %s", o.ID, o.Slot, words(e.To), e.Actor.Name)
	default:
		text = fmt.Sprintf("order %d, %s: %s → %s by %s", o.ID, o.Slot, words(e.From), words(e.To), e.Actor.Name)
	}
	health := fleet.OK
	switch e.Action {
	case "fail-verification", "reseat":
		health = fleet.Warning
	case actAlarm:
		health = fleet.Critical
	}
	if e.Action == actAlarm || e.Action == actFlag || e.Action == actReason {
		text = fmt.Sprintf("order %d, %s: %s", o.ID, o.Slot, e.Reason)
		if e.Reason == "" {
			text = fmt.Sprintf("order %d, %s: %s", o.ID, o.Slot, e.Evidence.Meaning)
		}
	}
	return fleet.Event{Time: e.Time, Kind: fleet.EventQueue, Server: o.Server, Key: o.Slot, From: string(e.From), To: string(e.To),
		Health: health, Text: text, Evidence: e.Evidence}
}
