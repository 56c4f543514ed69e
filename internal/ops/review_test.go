package ops

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/queue"
)

var lead = queue.Actor{Name: "lea", Role: queue.Lead}

// stage is an office whose server is polled each minute, the way a collector
// leaves its states behind.
type scene struct {
	*office
	st fleet.State
}

func newScene(t *testing.T, servers ...fleet.Server) *scene {
	t.Helper()
	s := &scene{office: newOffice(t, servers...)}
	s.st = fleet.State{Server: "box", Device: fleet.Device{Serial: "CHASSIS-1"}, Health: fleet.OK, Since: s.now, Proofs: map[string]fleet.Proof{}, Holds: map[string]fleet.Hold{},
		Pending: map[string]fleet.Pending{}, Gone: map[string]fleet.Gone{}, Swapped: map[string]time.Time{},
		Endpoints: []fleet.EndpointState{{Endpoint: fleet.Endpoint{Role: fleet.BMC, Address: "10.0.0.1"}, SNMP: fleet.Answered,
			Ping: fleet.Ping{Reach: fleet.Answered}, Interval: time.Minute}}}
	return s
}

// poll shows the parts a minute later, and lets the evidence do what it does.
func (s *scene) poll(cs ...fleet.Component) {
	s.t.Helper()
	s.now = s.now.Add(time.Minute)
	for i := range cs {
		cs[i].Native.Time = s.now
		s.prove(&cs[i])
	}
	s.st.Components = cs
	s.st.Updated, s.st.Endpoints[0].LastOK, s.st.Endpoints[0].LastFull = s.now, s.now, s.now
	s.settled()
}

// prove counts reads as the collector does for the slots that are watched.
func (s *scene) prove(c *fleet.Component) {
	s.t.Helper()
	ws, err := s.desk.Watched(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	key := c.Key()
	for _, w := range ws {
		if p, ok := s.st.Proofs[key]; w.Key == key && w.Server == s.st.Server && (!ok || w.Stated && p.Since.Before(w.Since)) {
			s.st.Proofs[key] = fleet.Proof{Since: w.Since}
		}
	}
	p, ok := s.st.Proofs[key]
	switch {
	case !ok || c.Attributes["progress_pct"] != "":
		return
	case c.Health == fleet.OK:
		p.Good, p.Bad = p.Good+1, 0
	case c.Health == fleet.Warning || c.Health == fleet.Critical:
		p.Good, p.Bad = 0, p.Bad+1
	}
	p.Last = s.now
	s.st.Proofs[key] = p
}

// silence is a poll without an answer: nothing of what is known changes.
func (s *scene) silence() {
	s.t.Helper()
	s.now = s.now.Add(time.Minute)
	s.settled()
}

func (s *scene) settled() {
	s.t.Helper()
	st := s.st
	st.Findings = health.Assess(fleet.Server{Name: st.Server}, &st, nil, health.Default().Rules, s.now)
	st.Health = health.Overall(&st)
	s.save(&st)
	s.settle(&st)
}

// swap is what two reads with another serial number leave behind.
func (s *scene) swap(slot, serial string, h fleet.Health) {
	s.t.Helper()
	s.st.Swapped["disk/"+slot], s.st.Proofs["disk/"+slot] = s.now, fleet.Proof{Since: s.now}
	s.poll(disk(slot, serial, h))
}

// only is the only order that there is.
func (s *scene) only() queue.Order {
	s.t.Helper()
	orders := s.desk.View().Orders
	if len(orders) != 1 {
		s.t.Fatalf("got %d orders, want one: %+v", len(orders), orders)
	}
	return orders[0]
}

func (s *scene) none(when string) {
	s.t.Helper()
	if n := len(s.desk.View().Orders); n != 0 {
		s.t.Fatalf("%s: got %d orders, want none", when, n)
	}
}

// move takes an order on, by a lead who confirms everything.
func (s *scene) move(o queue.Order, c queue.Change) queue.Order {
	s.t.Helper()
	c.Confirmed = []string{queue.CheckOnSite, queue.CheckStale, queue.CheckLocate, queue.CheckSameServer, queue.CheckLastOne, queue.CheckRebuilding}
	o, err := s.desk.Move(s.t.Context(), lead, o.ID, o.Version, c)
	if err != nil {
		s.t.Fatalf("%s: %v", c.Action, err)
	}
	return o
}

func (s *scene) start(o queue.Order) queue.Order {
	s.t.Helper()
	o = s.move(o, queue.Change{Action: "approve"})
	o = s.move(o, queue.Change{Action: "ready", Fields: map[string]string{"spare": "shelf 3"}})
	return s.move(o, queue.Change{Action: "start", Fields: map[string]string{"assignee": "tom"}})
}

func (s *scene) failed() queue.Order {
	s.t.Helper()
	s.poll(disk("1", "OLD-1", fleet.Critical))
	s.poll(disk("1", "OLD-1", fleet.Critical))
	return s.only()
}

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
	predicts := true
	worn := disk("1", "OLD-1", fleet.Warning)
	worn.PredictiveFailure = &predicts
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
		return fleet.Component{Kind: fleet.Fan, Slot: "1", Name: "Fan 1", Health: h, Native: fleet.Evidence{OID: "1.3", Meaning: h.String()}}
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

// The alarm is raised at the first poll that shows the wrong slot without its
// part, whichever way the device shows that.
func TestWrongPartAlarmAtTheNextPoll(t *testing.T) {
	good := disk("2", "GOOD-2", fleet.OK)
	ways := map[string]func(s *scene){
		"the row is gone": func(s *scene) {
			s.st.Pending["disk/2"] = fleet.Pending{What: fleet.EventVanished, Reads: 1, Since: s.now.Add(time.Minute)}
		},
		"the row says absent": func(s *scene) {
			s.st.Holds["disk/2"] = fleet.Hold{Health: fleet.Absent, Reads: 1, Since: s.now.Add(time.Minute)}
		},
		"another serial": func(s *scene) {
			s.st.Pending["disk/2"] = fleet.Pending{What: fleet.EventSerial, Value: "NEW-9", Reads: 1, Since: s.now.Add(time.Minute)}
		},
	}
	for name, pull := range ways {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.poll(disk("1", "OLD-1", fleet.Critical), good)
			s.poll(disk("1", "OLD-1", fleet.Critical), good)
			s.start(s.only())
			var o queue.Order
			s.poll(disk("1", "OLD-1", fleet.Critical), good)
			if o = s.only(); o.HasFlag(queue.FlagWrongPart) {
				t.Fatal("nothing was pulled: got the alarm")
			}
			pull(s)
			s.poll(disk("1", "OLD-1", fleet.Critical), good)
			if o = s.only(); !o.HasFlag(queue.FlagWrongPart) || o.State != queue.InProgress {
				t.Fatalf("got %s %v, want the alarm", o.State, o.Flags)
			}
			log, err := s.desk.OrderLog(t.Context(), o.ID)
			if err != nil {
				t.Fatal(err)
			}
			if e := log[len(log)-1]; e.Action != "alarm" || !strings.Contains(e.Reason, "GOOD-2") || !strings.Contains(e.Reason, "OLD-1") {
				t.Errorf("log: got %+v, want both serial numbers", e)
			}
			if ev := s.desk.View().Events[0]; ev.Health != fleet.Critical || !strings.Contains(ev.Text, "wrong part") {
				t.Errorf("history: got %+v", ev)
			}
			clear(s.st.Pending)
			clear(s.st.Holds)
			s.st.Swapped["disk/2"], s.st.FirstSeen = s.now, map[string]time.Time{"disk/2": s.now}
			s.poll(disk("1", "OLD-1", fleet.Critical), disk("2", "NEW-9", fleet.OK))
			if o = s.only(); !o.HasFlag(queue.FlagWrongPart) {
				t.Error("another part was fitted there: the alarm has gone")
			}
			clear(s.st.FirstSeen) // the disk that was there before is known for long
			s.poll(disk("1", "OLD-1", fleet.Critical), good)
			if o = s.only(); o.HasFlag(queue.FlagWrongPart) {
				t.Error("it is back in its slot: got the alarm still")
			}
		})
	}
}

// Two collectors that overlap make one order, and neither complains.
func TestTwoDesksAtOnce(t *testing.T) {
	s := newScene(t)
	clock := func() time.Time { return s.now }
	other := NewDesk(s.store, clock, WithHolder("there"))
	if err := other.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	both := func() {
		if err := other.Settle(t.Context(), []fleet.State{s.st}); err != nil {
			t.Error(err)
		}
	}
	for range 4 {
		s.poll(disk("1", "OLD-1", fleet.Critical))
		both()
	}
	o := s.only()
	s.st.Swapped["disk/1"], s.st.Proofs["disk/1"] = s.now, fleet.Proof{Since: s.now}
	s.poll(disk("1", "NEW-2", fleet.OK))
	both()
	if o = s.order(o.ID); o.State != queue.Replaced || o.Version != 2 {
		t.Errorf("got %s version %d, want replaced once", o.State, o.Version)
	}
}

// A person who proposes and one who moves are faster than the program.
func TestAPersonIsFaster(t *testing.T) {
	s := newScene(t)
	s.poll(disk("1", "OLD-1", fleet.Critical))
	if _, err := s.desk.Propose(t.Context(), tech, queue.Proposal{Server: "box", Slot: "disk/1", Note: "clicks"}); err != nil {
		t.Fatal(err)
	}
	s.poll(disk("1", "OLD-1", fleet.Critical))
	o := s.only()
	if o.CreatedBy != "tom" {
		t.Errorf("got %s, want tom's order and no other", o.CreatedBy)
	}
}

func TestRetiredRenamedAndBack(t *testing.T) {
	box := fleet.Server{Name: "box", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.1"}}}
	s := newScene(t, box)
	o := s.failed()
	inventory := func(list ...fleet.Server) queue.Order {
		t.Helper()
		if err := s.store.ReplaceServers(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		s.now = s.now.Add(2 * time.Minute)
		s.refresh()
		if err := s.desk.Settle(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		s.refresh()
		return s.order(o.ID)
	}
	if o = inventory(fleet.Server{Name: "crate", Serial: "chassis-1"}); !o.HasFlag(queue.FlagAssetRetired) || o.State != queue.Proposed {
		t.Fatalf("retired: got %s %v", o.State, o.Flags)
	}
	log, err := s.desk.OrderLog(t.Context(), o.ID)
	if err != nil {
		t.Fatal(err)
	}
	if e := log[len(log)-1]; !strings.Contains(e.Reason, "now called crate") {
		t.Errorf("log: got %q, want the new name", e.Reason)
	}
	if again := inventory(fleet.Server{Name: "crate", Serial: "chassis-1"}); again.Version != o.Version {
		t.Errorf("a second look: got version %d, want %d", again.Version, o.Version)
	}
	if o = inventory(box); o.HasFlag(queue.FlagAssetRetired) {
		t.Errorf("back in the inventory: got %v", o.Flags)
	}
}

// Firmware gives the slot another name. An order follows; of two, the older
// takes the reasons of the newer, which ends.
func TestRenamedSlotMergesOrders(t *testing.T) {
	s := newScene(t)
	first := s.failed()
	named := disk("Disk 0:1", "OLD-1", fleet.Critical)
	second, err := s.desk.Propose(t.Context(), tech, queue.Proposal{Server: "box", Slot: "disk/Disk 0:1", Kind: fleet.Disk,
		Old: queue.Part{Serial: "OLD-1"}, Note: "it clicks"})
	if err != nil {
		t.Fatal(err)
	}
	s.poll(named)
	first, second = s.order(first.ID), s.order(second.ID)
	if second.State != queue.Cancelled || second.MergedInto != first.ID {
		t.Fatalf("the newer: got %s, merged into %d", second.State, second.MergedInto)
	}
	if first.Slot != "disk/Disk 0:1" || !slices.ContainsFunc(first.Reasons, func(r queue.Reason) bool { return r.Code == queue.ReasonManual }) {
		t.Errorf("the older: got %s, reasons %+v", first.Slot, first.Reasons)
	}
	if _, err := s.desk.Propose(t.Context(), tech, queue.Proposal{Server: "box", Slot: "disk/Disk 0:1", Note: "again"}); !errors.As(err, new(*queue.Duplicate)) {
		t.Errorf("the new name: got %v, want it taken", err)
	}
	s.poll(named)
	s.poll(named)
	if n := len(s.desk.View().Orders); n != 2 {
		t.Errorf("got %d orders, want the two", n)
	}
}

func TestAPartThatWasRemovedForAFaultIsFollowed(t *testing.T) {
	s := newScene(t, fleet.Server{Name: "box"}, fleet.Server{Name: "other", Criticality: fleet.CriticalityCritical})
	o := s.failed()
	s.swap("1", "NEW-2", fleet.OK)
	found := fleet.State{Server: "other", Device: fleet.Device{Serial: "CH-2"}, Components: []fleet.Component{disk("7", "old-1", fleet.OK)}, Updated: s.now}
	s.save(&found)
	s.settle(&found)
	s.poll(disk("1", "NEW-2", fleet.OK))
	if o = s.order(o.ID); !o.HasFlag(queue.FlagPartReused) {
		t.Errorf("got %v, want the part to be found again", o.Flags)
	}
	orders := s.desk.View().Orders
	at := slices.IndexFunc(orders, func(o queue.Order) bool { return o.Server == "other" })
	if at < 0 || orders[at].Slot != "disk/7" || orders[at].Tier > queue.P2 || orders[at].Criticality != fleet.CriticalityCritical || orders[at].Place != "Bay 7" {
		t.Fatalf("got %+v, want a proposal where it sits now", orders)
	}
	s.poll(disk("1", "NEW-2", fleet.OK))
	if n := len(s.desk.View().Orders); n != 2 {
		t.Errorf("a second look: got %d orders, want two", n)
	}
}

func TestAgeIsOneOrderPerServerOnceADay(t *testing.T) {
	s := newScene(t, fleet.Server{Name: "box", InService: "2014-03-01", Rack: "A1", Position: 7})
	s.poll(disk("1", "SN-1", fleet.OK))
	o := s.only()
	if o.Slot != queue.ServerSlot || o.Tier != queue.P4 || o.Place != "A1 U7" || o.Old.Serial != "CHASSIS-1" ||
		!strings.Contains(o.Reasons[0].Text, "over age: disk Bay 1") {
		t.Fatalf("got %+v, want one order for the server that lists its disk", o)
	}
	s.move(o, queue.Change{Action: "reject", Reason: "it goes in spring"})
	for range 3 {
		s.now = s.now.AddDate(0, 0, 1)
		s.poll(disk("1", "SN-1", fleet.OK))
	}
	s.only() // quiet
}

func TestAgeItemsAreAsConfigured(t *testing.T) {
	for items, want := range map[queue.AgeItems]string{queue.AgePerPart: "disk/1", queue.AgeOff: ""} {
		s := newScene(t, fleet.Server{Name: "box", InService: "2014-03-01"})
		rules := queue.DefaultRules()
		rules.AgeItems = items
		s.desk.SetQueueRules(rules)
		s.poll(disk("1", "SN-1", fleet.OK), fleet.Component{Kind: fleet.Memory, Slot: "A1", Serial: "M-1", Health: fleet.OK})
		got := ""
		for _, o := range s.desk.View().Orders {
			got += o.Slot
		}
		if got != want {
			t.Errorf("%s: got orders for %q, want %q", items, got, want)
		}
	}
}

// A server that was replaced whole is proven by its own health, and covers the
// orders of its parts.
func TestAWholeServerIsReplaced(t *testing.T) {
	s := newScene(t, fleet.Server{Name: "box", InService: "2014-03-01"})
	s.failed1()
	s.st.Device.Serial, s.st.Since = "CHASSIS-2", s.now
	s.poll(disk("1", "SN-9", fleet.OK))
	whole, part := s.bySlot(queue.ServerSlot), s.bySlot("disk/1")
	if whole.State != queue.Replaced || part.State != queue.Proposed || part.Parent != whole.ID {
		t.Fatalf("got %s and %s (parent %d), want the server replaced and the disk's order left alone", whole.State, part.State, part.Parent)
	}
	s.now = s.now.Add(2 * time.Hour)
	s.poll(disk("1", "SN-9", fleet.OK))
	s.poll(disk("1", "SN-9", fleet.OK))
	if whole, part = s.bySlot(queue.ServerSlot), s.bySlot("disk/1"); whole.State != queue.Verified && whole.State != queue.Closed || !part.HasFlag(queue.FlagCovered) {
		t.Errorf("got %s and %v, want verified and covered", whole.State, part.Flags)
	}
}

// failed1 is failed where the server has an order of its own, too.
func (s *scene) failed1() {
	s.t.Helper()
	s.poll(disk("1", "OLD-1", fleet.Critical))
	s.poll(disk("1", "OLD-1", fleet.Critical))
	if n := len(s.desk.View().Orders); n != 2 {
		s.t.Fatalf("got %d orders, want the server's and the disk's", n)
	}
}

func (s *scene) bySlot(slot string) queue.Order {
	s.t.Helper()
	for _, o := range s.desk.View().Orders {
		if o.Slot == slot {
			return o
		}
	}
	s.t.Fatalf("no order for %s", slot)
	return queue.Order{}
}

func TestMaintenanceProposesNothingAcknowledgedDoes(t *testing.T) {
	s := newScene(t)
	s.st.Components = []fleet.Component{disk("1", "OLD-1", fleet.Critical)}
	for range 3 {
		s.now = s.now.Add(time.Minute)
		s.st.Components[0].Native.Time = s.now
		s.st.Findings = []fleet.Finding{{Code: health.Failed, Health: fleet.Critical, Key: "disk/1", Text: "it failed", Maintenance: true}}
		s.settle(&s.st)
	}
	s.none("in maintenance")
	s.st.Findings[0].Maintenance, s.st.Findings[0].Acknowledged = false, true
	s.now = s.now.Add(time.Minute)
	s.st.Components[0].Native.Time = s.now
	s.settle(&s.st)
	if o := s.only(); o.Reasons[0].Text != "it failed" {
		t.Errorf("got %q, want the finding's own words", o.Reasons[0].Text)
	}
}

// What the program remembers is gone after a restart; nothing is lost, and
// nothing is proposed twice.
func TestARestartForgetsNothing(t *testing.T) {
	s := newScene(t)
	s.poll(disk("1", "OLD-1", fleet.Critical))
	again := func() {
		s.desk = NewDesk(s.store, func() time.Time { return s.now }, WithHolder("here"))
		s.refresh()
	}
	again()
	s.poll(disk("1", "OLD-1", fleet.Critical))
	s.none("each process has seen it once")
	s.poll(disk("1", "OLD-1", fleet.Critical))
	o := s.only()
	again()
	s.poll(disk("1", "OLD-1", fleet.Critical))
	s.poll(disk("1", "OLD-1", fleet.Critical))
	if got := s.only(); got.Version != o.Version {
		t.Errorf("got version %d after the restart, want %d", got.Version, o.Version)
	}
}

// One server whose orders cannot be changed does not stop the others.
func TestOneServersTroubleIsItsOwn(t *testing.T) {
	s := newScene(t, fleet.Server{Name: "box"}, fleet.Server{Name: "other"})
	f := &refusing{Store: s.store, server: "box"}
	s.desk.store = f
	both := func() error {
		s.now = s.now.Add(time.Minute)
		var batch []fleet.State
		for _, name := range []string{"box", "other"} {
			c := disk("1", "SN-"+name, fleet.Critical)
			c.Native.Time = s.now
			batch = append(batch, fleet.State{Server: name, Components: []fleet.Component{c}, Updated: s.now})
		}
		return s.desk.Settle(t.Context(), batch)
	}
	if err := both(); err != nil {
		t.Fatal(err)
	}
	if err := both(); err == nil || !strings.Contains(err.Error(), "disk/1 of box") {
		t.Errorf("got %v, want box's trouble named", err)
	}
	s.refresh()
	if o := s.only(); o.Server != "other" {
		t.Errorf("got an order for %s, want other", o.Server)
	}
	f.server = ""
	if err := both(); err != nil {
		t.Fatal(err)
	}
	s.refresh()
	if n := len(s.desk.View().Orders); n != 2 {
		t.Errorf("after the trouble: got %d orders, want two", n)
	}
}
