package queue

import (
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// TestWhatTheProbesDoNotSeeKeepsTheTier: that somebody heard the disk click, or
// that it was removed for a fault elsewhere, is not outweighed by its age.
func TestWhatTheProbesDoNotSeeKeepsTheTier(t *testing.T) {
	for _, c := range []struct {
		name string
		own  Reason
		tier Tier
	}{
		{"a person's reason", Reason{Code: ReasonManual, Text: "it clicks", StillTrue: true}, P3},
		{"removed for a fault", Reason{Code: ReasonFailed, Text: "removed elsewhere", Evidence: atRead, StillTrue: true}, P2},
		{"no longer so", Reason{Code: ReasonFailed, Text: "removed elsewhere", Evidence: atRead}, P4},
	} {
		o := openDisk(func(o *Order) { o.Tier, o.Reasons = min(c.tier, P3), []Reason{c.own} })
		old := failedDisk()
		old.Tier, old.Reasons = P4, []Reason{{Code: ReasonAge, Text: "8 years", StillTrue: true}}
		orders := review(t, stage(&fleet.State{}, []Cause{old}, o))
		if got := orders[0]; got.Tier != c.tier || !got.hasReason(ReasonAge) {
			t.Errorf("%s: got %s with %s, want %s with the age beside it", c.name, got.Tier, reasonsText(&got), c.tier)
		}
	}
}

// TestAServersOrderTakesItsPartsIn: the order for the disk was there first.
func TestAServersOrderTakesItsPartsIn(t *testing.T) {
	whole := openDisk(func(o *Order) { o.ID, o.Slot, o.Kind, o.Tier = 2, ServerSlot, fleet.Chassis, P4 })
	orders := review(t, stage(nil, nil, openDisk(nil), whole))
	if orders[0].Parent != 2 || orders[1].Parent != 0 {
		t.Fatalf("got parents %d and %d, want the disk's order in that of the server", orders[0].Parent, orders[1].Parent)
	}
	orders[1].State = Verified
	if orders = review(t, stage(nil, nil, orders...)); !orders[0].HasFlag(FlagCovered) || orders[0].State != Proposed {
		t.Errorf("got %s %v, want proposed and covered", orders[0].State, orders[0].Flags)
	}
}

// TestASecondSwapStatedByHand: the part that did not work leaves nothing of its
// own to the next one.
func TestASecondSwapStatedByHand(t *testing.T) {
	o := in(InProgress)
	o.Untracked, o.Attempt, o.FitPart = true, 2, "FAN-2"
	o.New = &Part{Model: "BAD", PartNumber: "FAN-1", Serial: "BAD-1"}
	c := Change{Action: "replaced", Reason: "the second one", Fields: fields("swapped_at", "2026-01-01 11:00")}
	got, _, err := Apply(o, c, technician, noon)
	if err != nil || *got.New != (Part{PartNumber: "FAN-2"}) {
		t.Fatalf("got %+v, %v, want no serial number of the first", got.New, err)
	}
	c.Fields["new_serial"] = "GOOD-2"
	if got, _, err = Apply(o, c, technician, noon); err != nil || *got.New != (Part{PartNumber: "FAN-2", Serial: "GOOD-2"}) {
		t.Errorf("got %+v, %v", got.New, err)
	}
}

func TestASwapBeforeTheFaultIsRefused(t *testing.T) {
	o := in(InProgress)
	o.Untracked, o.Reasons = true, []Reason{{Code: ReasonFailed, FirstSeen: noon.Add(-48 * time.Hour), StillTrue: true}}
	for at, refused := range map[string]bool{"2025-01-01 11:00": true, "2025-12-30 10:59": true, "2025-12-30 11:30": false, "2026-01-01 11:00": false} {
		c := Change{Action: "replaced", Reason: "swapped", Fields: fields("swapped_at", at)}
		_, _, err := Apply(o, c, technician, noon)
		if (err != nil) != refused || refused && !strings.Contains(err.Error(), "first seen at 2025-12-30 12:00") {
			t.Errorf("%s: got %v", at, err)
		}
	}
}

// TestTheAlarmEndsWithTheRightSwap: the wrong disk went back while the right one
// was out, so that no read showed both in place.
func TestTheAlarmEndsWithTheRightSwap(t *testing.T) {
	o := openDisk(func(o *Order) {
		o.State, o.BeforeSwap, o.StartedAt, o.SwappedAt = Replaced, InProgress, noon.Add(-time.Hour), noon.Add(-time.Minute)
		o.New, o.Flags = &Part{Serial: "NEW1"}, []string{FlagWrongPart}
	})
	st := &fleet.State{Components: []fleet.Component{diskIn("Bay 3", "NEW1", fleet.OK)},
		Gone: map[string]fleet.Gone{"disk/Bay 4": {Part: diskIn("Bay 4", "GOOD4", fleet.OK), At: noon.Add(-30 * time.Minute)}}}
	if orders := review(t, stage(st, nil, o)); !orders[0].HasFlag(FlagWrongPart) {
		t.Error("the wrong disk is still out: the alarm has gone")
	}
	st.Gone, st.Components = nil, append(st.Components, diskIn("Bay 4", "GOOD4", fleet.OK))
	if orders := review(t, stage(st, nil, o)); orders[0].HasFlag(FlagWrongPart) || orders[0].State != Replaced {
		t.Errorf("got %s %v, want the alarm over", orders[0].State, orders[0].Flags)
	}
}

// TestS10EvenWhenInterrupted: the program ended between the new tier and its
// consequence, or a person set the tier.
func TestS10EvenWhenInterrupted(t *testing.T) {
	o, _, err := Apply(openDisk(func(o *Order) { o.Tier = P3 }), Change{Action: "defer", Reason: "freeze", Fields: fields("until", "2026-03-01")}, lead, noon)
	if err != nil {
		t.Fatal(err)
	}
	if c, ok := Observe(o, nil, noon); ok {
		t.Fatalf("as urgent as before: got %+v", c)
	}
	o.Tier = P2
	c, ok := Observe(o, nil, noon)
	if !ok || c.Action != "resume" {
		t.Fatalf("got %+v, want it back", c)
	}
	if o, _, err = Apply(o, c, Actor{Name: "ironage", Role: System}, noon); err != nil || o.State != Proposed || o.DeferredTier != "" {
		t.Fatalf("got %s, %v, want proposed", o.State, err)
	}
	if o, _, err = Apply(o, Change{Action: "defer", Reason: "all the same", Fields: fields("until", "2026-03-01")}, lead, noon); err != nil {
		t.Fatal(err)
	}
	if c, ok := Observe(o, nil, noon); ok {
		t.Errorf("deferred although it is urgent: got %+v, want that left alone", c)
	}
}
