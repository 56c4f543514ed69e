package ops

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

func TestOutlookFollowsTheView(t *testing.T) {
	o := newOffice(t, fleet.Server{Name: "box", InService: "2018-06-15", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.1"}}})
	if v := o.desk.View(); v.Outlook == nil || v.Outlook.Server("box") == nil || v.Outlook.Server("box").Band != ageing.BandFarOver {
		t.Fatalf("before the first read: got %+v", v.Outlook)
	}
	sick := disk("1", "SN-1", fleet.OK)
	sick.Counters = map[string]float64{"pending": 30}
	o.read(sick, disk("2", "SN-2", fleet.OK))
	f := o.desk.View().Outlook
	if got := f.Ranking(outlook.Slice{}, 1); len(got) != 1 || got[0].Key != "disk/1" || got[0].Reasons[0] != ageing.ReasonMediaErrors {
		t.Fatalf("ranking: got %+v", got)
	}
	o.refresh()
	if o.desk.View().Outlook != f {
		t.Error("nothing changed, and everything was judged again")
	}

	// A proposal carries the judgement and its reason.
	order, err := o.desk.Propose(t.Context(), tech, queue.Proposal{Server: "box", Slot: "disk/1"})
	if err != nil {
		t.Fatal(err)
	}
	if order.Reasons[0].Code != queue.ReasonMediaErrors || order.Reasons[0].Text == "" || order.P < 0.5 || order.Score <= 0 || order.Explanation == "" {
		t.Errorf("order: got %+v", order)
	}
	if _, err := o.desk.Move(t.Context(), eng, order.ID, order.Version, queue.Change{Action: "approve"}); err != nil {
		t.Fatal(err)
	}
	if in := o.desk.View().Outlook.Inputs; !in.Approved[outlook.Place{Server: "box", Key: "disk/1"}] || !in.Queued[outlook.Place{Server: "box", Key: "disk/1"}] {
		t.Errorf("inputs: got %+v", in)
	}

	// Another policy holds from the next view on.
	set := outlook.DefaultSettings()
	set.Life.Life["server"] = 20
	o.desk.SetRules(health.Default(), set)
	o.refresh()
	if got := o.desk.View().Outlook.Server("box").Band; got != ageing.BandOK {
		t.Errorf("with a life of 20 years: got %v", got)
	}
	o.now = noon.AddDate(0, 0, 1)
	days := o.desk.View().Outlook.Server("box").Age.Days
	o.refresh()
	if got := o.desk.View().Outlook.Server("box").Age.Days; got != days+1 {
		t.Errorf("a day later: got %d days, want %d", got, days+1)
	}
}

// What failed is learnt from orders that proved it; age alone proves nothing.
func TestFailuresComeFromProvenOrders(t *testing.T) {
	seen := noon.AddDate(0, -2, 0)
	order := func(state queue.State, reasons ...queue.Reason) queue.Order {
		return queue.Order{Server: "box", Slot: "disk/1", Kind: fleet.Disk, State: state, Created: noon.AddDate(0, -1, 0), Reasons: reasons, Tier: queue.P2,
			Old: queue.Part{Model: "MG04", PartNumber: "0X1", Serial: "SN-1", Firmware: "F1"}}
	}
	failed, aged := queue.Reason{Code: queue.ReasonFailed, FirstSeen: seen}, queue.Reason{Code: queue.ReasonAge, FirstSeen: seen.AddDate(-1, 0, 0)}
	worn := disk("1", "SN-2", fleet.OK)
	worn.Attributes = map[string]string{"media": "ssd"}
	snap := fleet.NewSnapshot(1, noon, []fleet.Entry{{Server: fleet.Server{Name: "box"}, State: fleet.State{Server: "box", Components: []fleet.Component{worn}}}})
	for _, x := range []struct {
		name     string
		order    queue.Order
		failures int
		at       time.Time
	}{
		{"verified", order(queue.Verified, aged, failed), 1, seen},
		{"closed", order(queue.Closed, failed), 1, seen},
		{"age alone", order(queue.Verified, aged), 0, time.Time{}},
		{"a person said so", order(queue.Verified, queue.Reason{Code: queue.ReasonManual}), 1, noon.AddDate(0, -1, 0)},
		{"not proven yet", order(queue.Replaced, failed), 0, time.Time{}},
		{"rejected", order(queue.Rejected, failed), 0, time.Time{}},
	} {
		in := inputsOf(&View{Fleet: snap, Orders: []queue.Order{x.order}}, nil)
		if len(in.Failures) != x.failures {
			t.Errorf("%s: got %+v", x.name, in.Failures)
			continue
		}
		if x.failures == 1 {
			want := ageing.Failure{Kind: "ssd", Model: "MG04", Part: "0X1", Firmware: "F1", Server: "box", Key: "disk/1", Serial: "SN-1", At: x.at}
			if in.Failures[0] != want {
				t.Errorf("%s: got %+v, want %+v", x.name, in.Failures[0], want)
			}
		}
		if again := inputsOf(&View{Fleet: snap, Orders: []queue.Order{x.order}}, in); again != in {
			t.Errorf("%s: nothing changed, and the inputs are new", x.name)
		}
	}
	ready := inputsOf(&View{Fleet: snap, Orders: []queue.Order{order(queue.Ready, failed)}}, nil)
	if at := (outlook.Place{Server: "box", Key: "disk/1"}); !ready.Reserved[at] || ready.Approved[at] || !ready.Queued[at] {
		t.Errorf("ready: got %+v", ready)
	}
}

// A large fleet is shown before it is judged.
func TestViewComesBeforeALargeOutlook(t *testing.T) {
	store := benchFleet(judgedAtOnce+1, 2)
	var d *Desk
	early := false
	clock := func() time.Time {
		if d != nil {
			if v := d.View(); v.Fleet.Len() > 0 && len(v.Outlook.Servers) == 0 {
				early = true
			}
		}
		return noon
	}
	d = NewDesk(store, clock)
	if err := d.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !early {
		t.Error("nobody saw the fleet before it was judged")
	}
	if got := len(d.View().Outlook.Servers); got != judgedAtOnce+1 {
		t.Errorf("at last: got %d servers judged", got)
	}
}

// Screens ask while the next view is made and the rules change.
func TestOutlookIsSharedSafely(t *testing.T) {
	s := benchFleet(40, 6)
	s.changed = slices.Clone(s.changed)
	d := NewDesk(s, func() time.Time { return noon })
	if err := d.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for ctx.Err() == nil {
				f := d.View().Outlook
				if len(f.Ranking(outlook.Slice{}, 5)) != 5 || len(f.Forecast(outlook.Slice{})) == 0 || len(f.Budget(outlook.Slice{}).Lines) == 0 {
					t.Error("a view without an outlook")
				}
				f.Forecast(outlook.Slice{Site: "hn"})
				f.Explain("srv-0001", "disk/3")
				f.Batches()
				f.Services()
			}
		})
	}
	for i := range 30 {
		for j := range s.changed {
			parts := slices.Clone(s.changed[j].Components) // the view has the others
			for k := range parts {
				parts[k].Part = fmt.Sprintf("part %d", i)
			}
			s.changed[j].Components = parts
		}
		if i%10 == 9 {
			d.SetRules(health.Default(), outlook.DefaultSettings())
		}
		if err := d.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	wg.Wait()
}
