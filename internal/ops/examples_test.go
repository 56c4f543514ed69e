package ops

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// TestS1Flapping: critical in poll 1, ok in poll 2, critical in polls 3 and 4.
func TestS1Flapping(t *testing.T) {
	s := newScene(t)
	s.poll(disk("1", "OLD-1", fleet.Critical))
	s.none("after poll 1")
	// One healthy read does not make a failed disk healthy, but it ends the count.
	s.now = s.now.Add(time.Minute)
	s.st.Holds["disk/1"] = fleet.Hold{Health: fleet.OK, Reads: 1, Since: s.now, Evidence: fleet.Evidence{Time: s.now}}
	s.settled()
	s.none("after poll 2")
	delete(s.st.Holds, "disk/1")
	s.poll(disk("1", "OLD-1", fleet.Critical))
	s.none("after poll 3")
	s.poll(disk("1", "OLD-1", fleet.Critical))
	o := s.only()
	if o.State != queue.Proposed || o.CreatedBy != "ironage" || o.Reasons[0].Code != queue.ReasonFailed || o.Reasons[0].Evidence.OID == "" ||
		o.Place != "Bay 1" || o.Old.Serial != "OLD-1" || o.P != 1 || o.Chassis != "CHASSIS-1" || !strings.HasPrefix(o.Explanation, "failed") {
		t.Errorf("got %+v, want a proposal with place, part and evidence", o)
	}
	log, err := s.desk.OrderLog(t.Context(), o.ID)
	if err != nil || len(log) != 1 || log[0].Actor.Role != queue.System || log[0].Actor.Origin != "probe" || log[0].Evidence.OID == "" {
		t.Errorf("log: got %+v, %v", log, err)
	}
}

// TestS2Timeout: critical, timeout, critical.
func TestS2Timeout(t *testing.T) {
	s := newScene(t)
	s.poll(disk("1", "OLD-1", fleet.Critical))
	for range 5 {
		s.silence()
	}
	s.none("after a read and five timeouts")
	s.poll(disk("1", "OLD-1", fleet.Critical))
	s.only()
}

// What hysteresis holds back counts as the first of the two reads.
func TestAnUnconfirmedFaultCounts(t *testing.T) {
	s := newScene(t)
	s.poll(disk("1", "OLD-1", fleet.OK))
	s.now = s.now.Add(time.Minute)
	s.st.Holds["disk/1"] = fleet.Hold{Health: fleet.Critical, Reads: 1, Since: s.now, Evidence: fleet.Evidence{Time: s.now}}
	s.settled()
	s.none("after one read")
	delete(s.st.Holds, "disk/1")
	s.poll(disk("1", "OLD-1", fleet.Critical))
	s.only()
}

// TestS3S5 and S4: an unplanned swap, then the proof takes reads and time.
func TestS3UnplannedSwapS4S5Proof(t *testing.T) {
	s := newScene(t)
	s.failed()
	s.swap("1", "NEW-2", fleet.OK)
	o := s.only()
	if o.State != queue.Replaced || !o.HasFlag(queue.FlagUnplannedSwap) {
		t.Fatalf("S3: got %s %v", o.State, o.Flags)
	}
	rebuilding := disk("1", "NEW-2", fleet.OK)
	rebuilding.Attributes = map[string]string{"progress_pct": "40"}
	for range 6 {
		s.poll(rebuilding)
	}
	for range 12 {
		s.poll(disk("1", "NEW-2", fleet.OK))
	}
	if o = s.only(); o.State != queue.Replaced {
		t.Fatalf("S5: got %s before its time", o.State)
	}
	s.now = s.now.Add(time.Hour)
	s.poll(disk("1", "NEW-2", fleet.OK))
	if o = s.only(); o.State != queue.Verified {
		t.Fatalf("S4: got %s, want verified", o.State)
	}
	s.poll(disk("1", "NEW-2", fleet.OK))
	if o = s.only(); o.State != queue.Verified || queue.Disposals(s.desk.View().Orders)[0].Settled {
		t.Errorf("got %s, want it to wait for the disposition", o.State)
	}
}

// TestS6S7: a new part that fails, and an old one that is back.
func TestS6BadNewPartS7Reseat(t *testing.T) {
	s := newScene(t)
	s.start(s.failed())
	s.swap("1", "NEW-2", fleet.Critical)
	s.poll(disk("1", "NEW-2", fleet.Critical))
	s.poll(disk("1", "NEW-2", fleet.Critical))
	o := s.only()
	if o.State != queue.InProgress || !o.HasFlag(queue.FlagVerificationFailed) || o.Attempt != 2 {
		t.Errorf("S6: got %s %v attempt %d", o.State, o.Flags, o.Attempt)
	}
	s = newScene(t)
	s.start(s.failed())
	s.swap("1", "NEW-2", fleet.OK)
	s.swap("1", "OLD-1", fleet.Critical)
	if o = s.only(); o.State != queue.InProgress || !o.HasFlag(queue.FlagReseat) || o.New != nil {
		t.Errorf("S7: got %s %v, new %+v", o.State, o.Flags, o.New)
	}
}

// TestS8Recovered: healthy for ten polls without a swap.
func TestS8Recovered(t *testing.T) {
	s := newScene(t)
	s.failed()
	for range 9 {
		s.poll(disk("1", "OLD-1", fleet.OK))
	}
	if o := s.only(); o.HasFlag(queue.FlagRecovered) {
		t.Error("after nine polls: got recovered")
	}
	s.poll(disk("1", "OLD-1", fleet.OK))
	if o := s.only(); !o.HasFlag(queue.FlagRecovered) || o.State != queue.Proposed || o.Reasons[0].StillTrue {
		t.Errorf("after ten polls: got %s %v", o.State, o.Flags)
	}
}

// TestS9 holds what nobody may do, whoever asks.
func TestS9NoShortCut(t *testing.T) {
	s := newScene(t)
	o := s.move(s.failed(), queue.Change{Action: "approve"})
	if _, err := s.desk.Move(t.Context(), tech, o.ID, o.Version, queue.Change{To: queue.Closed}); !errors.As(err, new(*queue.Refusal)) {
		t.Errorf("got %v, want a refusal", err)
	}
}

// TestS10Deferred: a predictive failure brings an order back before its date.
func TestS10Deferred(t *testing.T) {
	s := newScene(t)
	s.poll(disk("1", "OLD-1", fleet.OK))
	o, err := s.desk.Propose(t.Context(), tech, queue.Proposal{Server: "box", Slot: "disk/1", Note: "old", Tier: queue.P4})
	if err != nil {
		t.Fatal(err)
	}
	o = s.move(o, queue.Change{Action: "approve"})
	s.move(o, queue.Change{Action: "defer", Reason: "change freeze", Fields: map[string]string{"until": "2026-03-01"}})
	worn := disk("1", "OLD-1", fleet.Warning)
	worn.PredictiveFailure = fleet.Yes
	s.poll(worn)
	s.poll(worn)
	if o = s.only(); o.State != queue.Approved || o.Tier > queue.P2 || !slices.ContainsFunc(o.Reasons, func(r queue.Reason) bool { return r.Code == queue.ReasonPredictive }) {
		t.Errorf("got %s %s %+v, want approved again", o.State, o.Tier, o.Reasons)
	}
}

// A deferred order comes back on its date although its server is silent, or is
// no longer read at all.
func TestDeferredComesBackByTheClock(t *testing.T) {
	s := newScene(t)
	s.move(s.failed(), queue.Change{Action: "defer", Reason: "freeze", Fields: map[string]string{"until": "2026-01-10"}})
	s.now = s.now.Add(24 * time.Hour)
	settle := func() {
		if err := s.desk.Settle(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		s.refresh()
	}
	if settle(); s.only().State != queue.Deferred {
		t.Errorf("too early: got %s", s.only().State)
	}
	s.now = s.now.AddDate(0, 0, 9)
	if settle(); s.only().State != queue.Proposed {
		t.Errorf("on the date: got %s, want proposed", s.only().State)
	}
}

// TestS11Untracked: a fan without a serial number, whose swap a technician
// states a few minutes after it was proposed. What was read before does not
// count against the new fan.
func TestS11Untracked(t *testing.T) {
	s := newScene(t)
	fan := func(h fleet.Health) fleet.Component {
		return fleet.Component{Kind: fleet.Fan, Slot: "1", Name: "Fan 1", Health: h, Native: fleet.SeenOf(fleet.Evidence{OID: "1.3", Meaning: h.String()})}
	}
	other := fleet.Component{Kind: fleet.Fan, Slot: "2", Name: "Fan 2", Health: fleet.OK}
	for range 5 {
		s.poll(fan(fleet.Critical), other)
	}
	o := s.only()
	if !o.Untracked || o.Kind != fleet.Fan {
		t.Fatalf("got %+v, want an untracked fan", o)
	}
	o = s.start(o)
	o = s.move(o, queue.Change{Action: "replaced", Reason: "new fan", Fields: map[string]string{"swapped_at": s.now.Format("2006-01-02 15:04")}})
	s.poll(fan(fleet.OK), other)
	if o = s.order(o.ID); o.State != queue.Replaced {
		t.Fatalf("got %s, want replaced: the reads before the swap were about the old fan", o.State)
	}
	s.poll(fan(fleet.OK), other)
	s.now = s.now.Add(2 * time.Hour)
	s.poll(fan(fleet.OK), other)
	s.poll(fan(fleet.OK), other)
	if o = s.order(o.ID); o.State != queue.Closed || o.VerifiedAt.IsZero() {
		t.Errorf("got %s, want verified and closed: a fan holds no data", o.State)
	}
}

// TestS12Quiet: rejected for one reason, proposed again at once for another.
func TestS12Quiet(t *testing.T) {
	s := newScene(t)
	worn := func(errors float64) fleet.Component {
		c := disk("1", "OLD-1", fleet.OK)
		pct := 85.0
		c.WearUsedPct, c.Attributes, c.Counters = &pct, map[string]string{"media": "ssd"}, map[string]float64{"media_errors": errors}
		return c
	}
	s.poll(worn(0))
	s.poll(worn(0))
	o := s.only()
	if o.Reasons[0].Code != queue.ReasonWear {
		t.Fatalf("got %+v, want wear", o.Reasons)
	}
	s.move(o, queue.Change{Action: "reject", Reason: "hardly used"})
	s.now = s.now.AddDate(0, 0, 14)
	s.poll(worn(0))
	s.poll(worn(0))
	s.only() // it stays quiet
	s.poll(worn(7))
	s.poll(worn(7))
	if n := len(s.desk.View().Orders); n != 2 {
		t.Errorf("a new reason: got %d orders, want a second one", n)
	}
}
