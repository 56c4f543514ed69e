package ops

import (
	"strings"
	"testing"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/queue"
)

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
		s.st.Components[0].Native = s.st.Components[0].Native.At(s.now)
		s.st.Findings = []fleet.Finding{{Code: health.Failed, Health: fleet.Critical, Key: "disk/1", Text: "it failed", Maintenance: true}}
		s.settle(&s.st)
	}
	s.none("in maintenance")
	s.st.Findings[0].Maintenance, s.st.Findings[0].Acknowledged = false, true
	s.now = s.now.Add(time.Minute)
	s.st.Components[0].Native = s.st.Components[0].Native.At(s.now)
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
			c.Native = c.Native.At(s.now)
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

func TestOneReadAndTheNeighboursAreNoReason(t *testing.T) {
	c := disk("1", "SN-1", fleet.OK)
	key := c.Key()
	seen := sight{reads: map[signal]counted{{key, ageing.ReasonMediaErrors}: {reads: 2}, {key, ageing.ReasonBatch}: {reads: 5}, {key, ageing.ReasonWear}: {reads: 1}}}
	for _, x := range []struct {
		codes []ageing.Reason
		dates bool
		want  int
	}{
		{[]ageing.Reason{ageing.ReasonMediaErrors}, false, 1},
		{[]ageing.Reason{ageing.ReasonMediaErrors, ageing.ReasonBatch, ageing.ReasonAge}, false, 3},
		{[]ageing.Reason{ageing.ReasonMediaErrors, ageing.ReasonWear}, false, 1}, // wear was seen once
		{[]ageing.Reason{ageing.ReasonWear, ageing.ReasonAge}, true, 0},          // the next read says
		{[]ageing.Reason{ageing.ReasonBatch}, false, 0},
		{[]ageing.Reason{ageing.ReasonAge}, false, 0},
		{[]ageing.Reason{ageing.ReasonAge}, true, 1},
	} {
		if got := seen.trust(&c, x.codes, x.dates); len(got) != x.want {
			t.Errorf("%v, dates %t: got %v, want %d of them", x.codes, x.dates, got, x.want)
		}
	}
}

// What is looked at once a day is not lost to a full disk.
func TestAgeIsSaidAgainAfterTrouble(t *testing.T) {
	s := newScene(t, fleet.Server{Name: "box", InService: "2014-03-01"})
	f := &refusing{Store: s.store, server: "box"}
	s.desk.store = f
	s.st.Components, s.st.Updated = []fleet.Component{disk("1", "SN-1", fleet.OK)}, s.now
	if err := s.desk.Settle(t.Context(), []fleet.State{s.st}); err == nil {
		t.Fatal("the store refused: got no error")
	}
	f.server = ""
	s.poll(disk("1", "SN-1", fleet.OK))
	if o := s.only(); o.Slot != queue.ServerSlot {
		t.Errorf("got %s, want the server's order", o.Slot)
	}
}
