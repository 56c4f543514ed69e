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
