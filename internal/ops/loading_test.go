package ops

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/queue"
)

// pieces is a store whose states come one piece at a time, when a test says so.
type pieces struct {
	*benchStore
	next    chan error // one for each piece: nil delivers it
	free    bool       // deliver without being told
	written atomic.Int64
}

func (p *pieces) Outline(context.Context) ([]fleet.State, int64, error) {
	out := make([]fleet.State, len(p.states))
	for i := range p.states {
		st := &p.states[i]
		out[i] = fleet.State{Server: st.Server, Health: st.Health, Updated: st.Updated}
	}
	return out, 1, nil
}

func (p *pieces) StatesOf(ctx context.Context, servers []string) ([]fleet.State, error) {
	if !p.free {
		select {
		case err := <-p.next:
			if err != nil {
				return nil, err
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	var out []fleet.State
	for i := range p.states {
		if slices.Contains(servers, p.states[i].Server) {
			out = append(out, p.states[i])
		}
	}
	return out, nil
}

func (p *pieces) Watch(ctx context.Context, _ time.Duration) <-chan int64 {
	out := make(chan int64)
	context.AfterFunc(ctx, func() { close(out) })
	return out
}

func (p *pieces) OrdersSince(context.Context, int64) ([]queue.Order, int64, error) {
	return nil, 0, nil
}

func (p *pieces) CreateOrder(_ context.Context, o queue.Order, _ queue.Entry) (queue.Order, error) {
	p.written.Add(1)
	return o, nil
}

// partly is a desk over a fleet of which a part was read.
func partly(t *testing.T, servers int) (*Desk, *pieces) {
	t.Helper()
	p := &pieces{benchStore: benchFleet(servers, 4), next: make(chan error), free: true}
	p.changed = nil
	d := NewDesk(p, func() time.Time { return noon }, WithQueue(queue.Rules{RecoverReads: 10, AgeItems: queue.AgeOff}))
	if err := d.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.free = false
	return d, p
}

// A large fleet is shown at once: every server with its health, the worst whole.
func TestBeginShowsEveryServer(t *testing.T) {
	const servers = 200 // every 25th has a failed disk
	d, _ := partly(t, servers)
	v := d.View()
	if v.Loading != (Loading{loadedAtOnce, servers}) || !v.Loading.Going() || v.Fleet.Len() != servers {
		t.Fatalf("got %d servers, %+v read", v.Fleet.Len(), v.Loading)
	}
	if got := v.Fleet.Count(fleet.Critical); got != servers/25 {
		t.Errorf("got %d critical servers, want %d", got, servers/25)
	}
	unread := 0
	for e := range v.Fleet.All() {
		switch {
		case !e.BeingRead:
			continue
		case e.State.Health == fleet.Critical:
			t.Errorf("%s is critical and was not read first", e.Server.Name)
		case e.State.Server != e.Server.Name, !e.State.Updated.Equal(noon), len(e.State.Components) > 0:
			t.Errorf("got %+v of a server that is being read", e.State)
		}
		unread++
	}
	if unread != servers-loadedAtOnce || len(v.Outlook.Servers) != 0 {
		t.Errorf("%d servers are being read, and %d judged", unread, len(v.Outlook.Servers))
	}
}

// Nothing acts on a part of what is known; when the whole is known it does.
func TestNothingIsDecidedWhileLoading(t *testing.T) {
	d, p := partly(t, 200)
	settle := func(d *Desk) int64 {
		t.Helper()
		for i := range 3 { // a failure is believed when two reads show it
			for j := range p.states {
				for k := range p.states[j].Components {
					c := &p.states[j].Components[k]
					c.Native = c.Native.At(noon.Add(time.Duration(i) * time.Minute))
				}
			}
			if err := d.Settle(t.Context(), p.states); err != nil {
				t.Fatal(err)
			}
		}
		return p.written.Load()
	}
	if got := settle(d); got != 0 {
		t.Errorf("%d orders were proposed of a part of the fleet", got)
	}
	if _, err := d.Propose(t.Context(), eng, queue.Proposal{Server: "srv-0000", Slot: "disk/3"}); !errors.Is(err, ErrLoading) {
		t.Errorf("a proposal: %v", err)
	}
	if _, err := d.Move(t.Context(), eng, 1, 1, queue.Change{Action: "approve"}); !errors.Is(err, ErrLoading) {
		t.Errorf("an approval: %v", err)
	}
	if err := d.AckFinding(t.Context(), eng, "srv-0001", "disk/3", health.Failed, "known", time.Time{}); !errors.Is(err, ErrLoading) {
		t.Errorf("an acknowledgement of what was not read: %v", err)
	}
	whole := NewDesk(p, func() time.Time { return noon }, WithQueue(queue.Rules{RecoverReads: 10, AgeItems: queue.AgeOff}))
	if err := whole.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := settle(whole); got < 200/25 {
		t.Errorf("of the whole fleet %d orders were proposed, want one for each failed disk at least", got)
	}
}

// Run reads the rest in pieces, goes on after failures, and ends with the view
// that a desk has that read everything at once.
func TestRunReadsTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const servers = 600
		d, p := partly(t, servers)
		p.next = make(chan error) // of this bubble
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		ended := make(chan error)
		go func() { ended <- d.Run(ctx) }()
		views := d.Watch(ctx)
		deliver := func(err error) {
			select {
			case p.next <- err:
			case <-time.After(time.Hour):
				t.Fatal("nobody reads")
			}
		}
		deliver(errors.New("the disk reported an error"))
		for seen := false; !seen; {
			seen = slices.ContainsFunc((<-views).Notices, func(n Notice) bool { return n.Code == "read" })
		}
		go func() {
			for {
				select {
				case p.next <- nil:
				case <-ctx.Done():
					return
				}
			}
		}()
		last := Loading{}
		for v := range views {
			if !v.Loading.Going() {
				break
			}
			if v.Loading.Done < last.Done || v.Loading.Total != servers || v.Fleet.Len() != servers {
				t.Fatalf("after %+v: %+v of %d servers", last, v.Loading, v.Fleet.Len())
			}
			if len(v.Outlook.Servers) > 0 {
				t.Fatalf("%d servers were judged at %+v", len(v.Outlook.Servers), v.Loading)
			}
			last = v.Loading
		}
		v := d.View()
		if len(v.Outlook.Servers) != servers || slices.ContainsFunc(v.Notices, func(n Notice) bool { return n.Code == "read" }) {
			t.Errorf("at last: %d servers judged, notices %+v", len(v.Outlook.Servers), v.Notices)
		}
		for i := range p.states {
			e := v.Fleet.Find(p.states[i].Server)
			if e.BeingRead || len(e.State.Components) != 4 || e.State.Health != p.states[i].Health {
				t.Fatalf("%s: got %+v", e.Server.Name, e.State.Health)
			}
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// Two that read at the same time begin at different ends, the worst first.
func TestReadingOrder(t *testing.T) {
	got := readingOrder([]fleet.State{{Server: "a", Health: fleet.OK}, {Server: "b", Health: fleet.Warning}, {Server: "c"},
		{Server: "d", Health: fleet.Critical}, {Server: "e", Health: fleet.Absent}, {Server: "f", Health: fleet.Critical}})
	if want := []string{"f", "d", "b", "e", "c", "a"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
