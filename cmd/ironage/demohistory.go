package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
	"ironage/internal/sim"
	"ironage/internal/store"
)

// remembered is how many exchanges of the past the demo's database holds: enough
// to learn from, and written in a moment.
const remembered = 80

// writeDemoHistory puts into a new database what it would hold had it been
// there for as long as the fleet's people watch: since when each part is known,
// and the closed work orders of the parts that were changed.
func writeDemoHistory(ctx context.Context, st *store.Store, h sim.History) error {
	var states []fleet.State
	for _, name := range slices.Sorted(maps.Keys(h.Seen)) {
		st := fleet.State{Server: name, FirstSeen: h.Seen[name], Swapped: map[string]time.Time{}}
		for _, x := range h.Exchanges {
			if x.Server == name {
				st.Swapped[x.Key] = x.At.UTC().Truncate(time.Second)
			}
		}
		states = append(states, st)
	}
	for some := range slices.Chunk(states, 500) {
		if err := st.SaveStates(ctx, some, nil, nil); err != nil {
			return fmt.Errorf("demo: the parts' past: %w", err)
		}
	}
	exchanges := h.Exchanges[max(0, len(h.Exchanges)-remembered):]
	var steps []pastStep
	for i := range exchanges {
		steps = append(steps, stepsOf(i, &exchanges[i])...)
	}
	// The log is written in the order in which things happened.
	slices.SortStableFunc(steps, func(a, b pastStep) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.order, b.order)) })
	orders := make([]queue.Order, len(exchanges))
	for _, s := range steps {
		if err := s.write(ctx, st, &orders[s.order]); err != nil {
			return fmt.Errorf("demo: past orders: %w", err)
		}
	}
	return nil
}

// writeDemoReadings puts the readings of the past month into a new database,
// some machines at a time.
func writeDemoReadings(ctx context.Context, st *store.Store, machines [][]fleet.HourValue) error {
	for some := range slices.Chunk(machines, 20) {
		if err := st.SaveStates(ctx, nil, nil, slices.Concat(some...)); err != nil {
			return fmt.Errorf("demo: past readings: %w", err)
		}
	}
	return nil
}

// pastStep is one thing that somebody did to an order.
type pastStep struct {
	order   int
	at      time.Time
	by      queue.Actor
	propose *queue.Proposal // nil: change
	change  queue.Change
}

// The people of the demo's past.
var (
	pastTechnician = queue.Actor{Name: "lan", Origin: "local", Role: queue.Technician}
	pastEngineer   = queue.Actor{Name: "duc", Origin: "local", Role: queue.Engineer}
	pastProgram    = queue.Actor{Name: "ironage", Role: queue.System}
)

// stepsOf is the life of a work order for an exchange, from the failure to the
// old part's end. What holds no data is closed by the program.
func stepsOf(n int, x *sim.Exchange) []pastStep {
	at := x.At.UTC().Truncate(time.Second)
	waited, approved, ready, proven := pastPace(n)
	failed := at.Add(-waited)
	evidence := fleet.Evidence{Value: x.Old.Serial, Meaning: "failed", Time: failed}
	everything := []string{queue.CheckOnSite, queue.CheckStale, queue.CheckLocate, queue.CheckSameServer, queue.CheckLastOne, queue.CheckRebuilding}
	last := pastStep{order: n, at: at.Add(30 * time.Hour), by: pastProgram, change: queue.Change{Action: "close", Evidence: evidence}}
	if x.Old.Kind == fleet.Disk {
		last.by, last.change = pastTechnician, queue.Change{Action: "close", Fields: map[string]string{"disposition": "destroyed", "disposed_by": "lan"}}
	}
	return []pastStep{
		{order: n, at: failed, by: pastTechnician, propose: &queue.Proposal{Server: x.Server, Slot: x.Key, Kind: x.Old.Kind, Place: x.Old.Place, Old: queuePart(&x.Old),
			Criticality: x.Criticality, Reasons: []queue.Reason{{Code: queue.ReasonFailed, Text: "the controller has failed the part", FirstSeen: failed, LastSeen: failed, Evidence: evidence}}}},
		{order: n, at: failed.Add(approved), by: pastEngineer, change: queue.Change{Action: "approve"}},
		{order: n, at: failed.Add(ready), by: pastTechnician, change: queue.Change{Action: "ready", Fields: map[string]string{"spare": "Kho A, kệ 2"}}},
		{order: n, at: at.Add(-10 * time.Minute), by: pastTechnician, change: queue.Change{Action: "start", Confirmed: everything,
			Fields: map[string]string{"assignee": "lan", "change_ref": fmt.Sprintf("TD-%d", 2400+n)}}},
		{order: n, at: at, by: pastProgram, change: queue.Change{Action: "replaced", New: ptrTo(queuePart(&x.New)),
			Evidence: fleet.Evidence{Value: x.New.Serial, Meaning: "another serial number in two reads", Time: at}}},
		{order: n, at: at.Add(proven), by: pastEngineer, change: queue.Change{Action: "verify", Reason: "healthy for a day, the array is whole"}},
		last,
	}
}

// pastPace is how long the people took for the nth order, no two alike as in
// life: from the failure to the swap, the approval and the spare, and from the
// swap to the proof. An order is settled within the days that lie between two
// failures of one slot.
func pastPace(n int) (waited, approved, ready, proven time.Duration) {
	waited = 9*time.Hour + time.Duration(n*1009%41*60)*time.Minute
	approved = 10*time.Minute + time.Duration(n*613%180)*time.Minute
	ready = approved + time.Duration(n*389%71+10)*(waited-approved)/100
	return waited, approved, ready, 24*time.Hour + time.Duration(n*211%290)*time.Minute
}

func ptrTo[T any](v T) *T { return &v }

func queuePart(c *fleet.Component) queue.Part {
	p := queue.Part{Vendor: c.Vendor, Model: c.Model, PartNumber: c.Part, Serial: c.Serial, Firmware: c.Firmware}
	if c.CapacityBytes != nil {
		p.CapacityBytes = *c.CapacityBytes
	}
	return p
}

// write does the step to its order.
func (s *pastStep) write(ctx context.Context, st *store.Store, o *queue.Order) error {
	if s.propose != nil {
		made, e, err := queue.Propose(*s.propose, s.by, s.at)
		if err == nil {
			*o, err = st.CreateOrder(ctx, made, e)
		}
		return err
	}
	next, e, err := queue.Apply(*o, s.change, s.by, s.at)
	if err != nil {
		return err
	}
	read := o.Version
	*o = next
	return st.UpdateOrder(ctx, next, e, read)
}
