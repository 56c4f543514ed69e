package ops

import (
	"fmt"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// inProgress takes an order from proposal to work.
func (o *office) inProgress(slot string) queue.Order {
	o.t.Helper()
	order, err := o.desk.Propose(o.t.Context(), tech, queue.Proposal{Server: "box", Slot: slot, Note: "failing"})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, c := range []queue.Change{
		{Action: "approve"},
		{Action: "ready", Fields: map[string]string{"spare": "shelf 3"}},
		{Action: "start", Fields: map[string]string{"assignee": "tom"}, Confirmed: []string{queue.CheckOnSite, queue.CheckStale, queue.CheckLocate,
			queue.CheckSameServer, queue.CheckLastOne, queue.CheckRebuilding}},
	} {
		if order, err = o.desk.Move(o.t.Context(), queue.Actor{Name: "lea", Role: queue.Lead}, order.ID, order.Version, c); err != nil {
			o.t.Fatal(err)
		}
	}
	return order
}

func (o *office) order(id int64) queue.Order {
	o.t.Helper()
	order, err := o.desk.Order(o.t.Context(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return order
}

func TestEvidenceMovesTheQueue(t *testing.T) {
	o := newOffice(t)
	o.settle(o.read(disk("1", "OLD-1", fleet.Critical)))
	order := o.inProgress("disk/1")
	if w, err := o.desk.Watched(t.Context()); err != nil || len(w) != 1 || !w[0].Hurry {
		t.Errorf("watched while in progress: got %+v, %v", w, err)
	}
	st := o.read(disk("1", "NEW-2", fleet.OK))
	st.Proofs["disk/1"] = fleet.Proof{Since: o.now, Good: 1, Last: o.now}
	o.settle(st)
	order = o.order(order.ID)
	if order.State != queue.Replaced || order.New == nil || order.New.Serial != "NEW-2" {
		t.Fatalf("after the swap: got %s, new part %+v", order.State, order.New)
	}
	o.now = o.now.Add(30 * time.Minute)
	st.Proofs["disk/1"] = fleet.Proof{Since: noon, Good: 30, Last: o.now}
	o.settle(st)
	if got := o.order(order.ID).State; got != queue.Replaced {
		t.Errorf("enough reads, too early: got %s", got)
	}
	o.now = o.now.Add(31 * time.Minute)
	o.settle(st)
	order = o.order(order.ID)
	if order.State != queue.Verified {
		t.Fatalf("after an hour: got %s, want verified", order.State)
	}
	log, err := o.desk.OrderLog(t.Context(), order.ID)
	if err != nil {
		t.Fatal(err)
	}
	if e := log[len(log)-1]; e.Actor.Role != queue.System || e.Evidence.Meaning == "" {
		t.Errorf("the program's entry: got %+v, want an actor and evidence", e)
	}
}

func TestNewPartThatFailsGoesBackToWork(t *testing.T) {
	o := newOffice(t)
	o.read(disk("1", "OLD-1", fleet.Critical))
	order := o.inProgress("disk/1")
	st := o.read(disk("1", "NEW-2", fleet.Critical))
	o.settle(st)
	st.Proofs["disk/1"] = fleet.Proof{Since: o.now, Bad: 2, Last: o.now}
	o.settle(st)
	if got := o.order(order.ID); got.State != queue.InProgress || got.Attempt != 2 {
		t.Errorf("got %s, attempt %d; want in_progress, 2", got.State, got.Attempt)
	}
}

// Another machine at the server's address is no proof that a part was swapped.
func TestAnotherMachineMovesNoOrder(t *testing.T) {
	o := newOffice(t)
	st := o.read(disk("1", "SN-1", fleet.Critical))
	st.Device.Serial = "CHASSIS-A"
	o.save(st)
	order, err := o.desk.Propose(t.Context(), tech, queue.Proposal{Server: "box", Slot: "disk/1"})
	if err != nil {
		t.Fatal(err)
	}
	other := o.read(disk("1", "SN-9", fleet.OK))
	other.Device.Serial = "CHASSIS-B"
	o.settle(other)
	if got := o.order(order.ID); got.State != queue.Proposed {
		t.Errorf("another machine: got %s, want proposed", got.State)
	}
	other.Device.Serial = "CHASSIS-A" // the machine is back, with a new disk
	o.settle(other)
	if got := o.order(order.ID); got.State != queue.Replaced {
		t.Errorf("the same machine: got %s, want replaced", got.State)
	}
}

func TestUnplannedSwap(t *testing.T) {
	o := newOffice(t)
	o.read(disk("1", "OLD-1", fleet.Critical))
	order, err := o.desk.Propose(t.Context(), tech, queue.Proposal{Server: "box", Slot: "disk/1"})
	if err != nil {
		t.Fatal(err)
	}
	o.settle(o.read(disk("1", "NEW-2", fleet.OK)))
	if got := o.order(order.ID); got.State != queue.Replaced || fmt.Sprint(got.Flags) != "[unplanned_swap]" {
		t.Errorf("got %s %v, want replaced [unplanned_swap]", got.State, got.Flags)
	}
}
