package ops

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/queue"
	"ironage/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

var (
	viewer = queue.Actor{Name: "vera", Role: queue.Viewer}
	tech   = queue.Actor{Name: "tom", Role: queue.Technician}
	eng    = queue.Actor{Name: "eva", Role: queue.Engineer}
)

// office is a desk over a real store, with a clock that tests move.
type office struct {
	t     *testing.T
	desk  *Desk
	store *store.Store
	now   time.Time
}

func newOffice(t *testing.T, servers ...fleet.Server) *office {
	t.Helper()
	o := &office{t: t, now: noon}
	clock := func() time.Time { return o.now }
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "ironage.db"), clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	o.store = s
	if len(servers) == 0 {
		servers = []fleet.Server{{Name: "box", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.1"}}}}
	}
	if err := s.ReplaceServers(t.Context(), servers); err != nil {
		t.Fatal(err)
	}
	p := health.Default()
	p.Verify = health.Verify{Reads: 3, After: time.Hour}
	o.desk = NewDesk(s, clock, WithPolicy(p), WithHolder("here"))
	o.refresh()
	return o
}

func (o *office) refresh() {
	o.t.Helper()
	if err := o.desk.Refresh(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
}

// read stores a state as a collector would.
func (o *office) read(cs ...fleet.Component) *fleet.State {
	o.t.Helper()
	st := fleet.State{Server: "box", Components: cs, Updated: o.now, Proofs: map[string]fleet.Proof{},
		Endpoints: []fleet.EndpointState{{Endpoint: fleet.Endpoint{Role: fleet.BMC, Address: "10.0.0.1"}, SNMP: fleet.Answered,
			Ping: fleet.Ping{Reach: fleet.Answered}, LastOK: o.now, LastFull: o.now, Interval: time.Minute}}}
	st.Findings = health.Assess(fleet.Server{Name: "box"}, &st, nil, health.Default().Rules, o.now)
	st.Health = health.Overall(&st)
	o.save(&st)
	return &st
}

func (o *office) save(st *fleet.State) {
	o.t.Helper()
	if err := o.store.SaveStates(o.t.Context(), []fleet.State{*st}, nil, nil); err != nil {
		o.t.Fatal(err)
	}
	o.refresh()
}

func (o *office) settle(st *fleet.State) {
	o.t.Helper()
	if err := o.desk.Settle(o.t.Context(), []fleet.State{*st}); err != nil {
		o.t.Fatal(err)
	}
	o.refresh()
}

func (o *office) findings() string {
	var out []string
	for _, f := range o.desk.View().Fleet.Find("box").State.Findings {
		s := f.Code + " " + f.Health.String()
		if f.Acknowledged {
			s += " acknowledged by " + f.Ack.By
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func disk(slot, serial string, h fleet.Health) fleet.Component {
	size := int64(4e12)
	return fleet.Component{Kind: fleet.Disk, Slot: slot, Name: slot, Serial: serial, Model: "MG04", Health: h, CapacityBytes: &size, Role: fleet.BMC,
		Place: "Bay " + slot, Native: fleet.SeenOf(fleet.Evidence{OID: "1.3.6.1.4.1.674", Value: "5", Meaning: h.String(), Time: noon})}
}

func TestViewFollowsTheStore(t *testing.T) {
	o := newOffice(t)
	if got := o.desk.View().Fleet.Count(fleet.Unknown); got != 1 {
		t.Fatalf("before the first read: got %d unknown, want 1", got)
	}
	first := o.desk.View()
	o.read(disk("1", "SN-1", fleet.Critical))
	if got := o.desk.View().Fleet.Find("box").State.Health; got != fleet.Critical {
		t.Errorf("health: got %s, want critical", got)
	}
	if got := first.Fleet.Find("box").State.Health; got != fleet.Unknown {
		t.Errorf("the earlier view changed: got %s", got)
	}
	o.now = o.now.Add(time.Minute)
	if err := o.store.ReplaceServers(t.Context(), []fleet.Server{{Name: "other"}}); err != nil {
		t.Fatal(err)
	}
	o.refresh()
	if f := o.desk.View().Fleet; f.Find("box") != nil || f.Find("other") == nil || f.Len() != 1 {
		t.Errorf("after the inventory changed: %d servers, box %v", f.Len(), f.Find("box"))
	}
}

// flaky is a store whose orders cannot be read for a while.
type flaky struct {
	*store.Store
	broken bool
}

func (f *flaky) OrdersSince(ctx context.Context, after int64) ([]queue.Order, int64, error) {
	if f.broken {
		return nil, 0, errors.New("disk error")
	}
	return f.Store.OrdersSince(ctx, after)
}

func TestHalfARefreshLosesNothing(t *testing.T) {
	o := newOffice(t)
	f := &flaky{Store: o.store, broken: true}
	o.desk.store = f
	st := fleet.State{Server: "box", Health: fleet.Critical, Updated: noon}
	if err := o.store.SaveStates(t.Context(), []fleet.State{st}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := o.desk.Refresh(t.Context()); err == nil {
		t.Fatal("a broken store was not noticed")
	}
	f.broken = false
	o.refresh()
	if got := o.desk.View().Fleet.Find("box").State.Health; got != fleet.Critical {
		t.Errorf("health after the store works again: got %s, want critical", got)
	}
}

func TestProposalIsFilledIn(t *testing.T) {
	critical := fleet.Server{Name: "box", Criticality: fleet.CriticalityCritical, Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.1"}}}
	psu := func(slot string, h fleet.Health) fleet.Component {
		return fleet.Component{Kind: fleet.PSU, Slot: slot, Name: slot, Serial: "PS-" + slot, Health: h}
	}
	worn := 85.0
	predictive, wearing := disk("1", "SN-1", fleet.Warning), disk("1", "SN-1", fleet.OK)
	predictive.PredictiveFailure, wearing.WearUsedPct = fleet.Yes, &worn
	for _, tc := range []struct {
		name   string
		server fleet.Server
		cs     []fleet.Component
		slot   string
		tier   queue.Tier
		reason queue.ReasonCode
	}{
		{"failed disk, volume alive", fleet.Server{}, []fleet.Component{disk("1", "SN-1", fleet.Critical)}, "disk/1", queue.P2, queue.ReasonFailed},
		{"failed disk of a critical server", critical, []fleet.Component{disk("1", "SN-1", fleet.Critical)}, "disk/1", queue.P1, queue.ReasonFailed},
		{"predictive", fleet.Server{}, []fleet.Component{predictive}, "disk/1", queue.P2, queue.ReasonPredictive},
		{"failed supply of two: nothing carries on if the other fails", fleet.Server{}, []fleet.Component{psu("1", fleet.Critical), psu("2", fleet.OK)}, "psu/1", queue.P1, queue.ReasonFailed},
		{"both supplies", fleet.Server{}, []fleet.Component{psu("1", fleet.Critical), psu("2", fleet.Critical)}, "psu/1", queue.P1, queue.ReasonFailed},
		{"nothing wrong, a person says so", fleet.Server{}, []fleet.Component{disk("1", "SN-1", fleet.OK)}, "disk/1", queue.P4, queue.ReasonManual},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := newOffice(t)
			if tc.server.Name != "" {
				o = newOffice(t, tc.server)
			}
			o.read(tc.cs...)
			got, err := o.desk.Propose(t.Context(), tech, queue.Proposal{Server: "box", Slot: tc.slot, Note: "look at it"})
			if err != nil {
				t.Fatal(err)
			}
			if got.Tier != tc.tier || got.Reasons[0].Code != tc.reason || got.Old.Serial == "" || got.ID == 0 || got.Kind == 0 {
				t.Errorf("got tier %s, reasons %+v, old %+v", got.Tier, got.Reasons, got.Old)
			}
			if tc.reason != queue.ReasonManual && got.Reasons[0].Text == "" {
				t.Error("a reason without words")
			}
			if tc.reason == queue.ReasonFailed && (got.P != 1 || got.Score <= 0 || !strings.HasPrefix(got.Explanation, "failed")) {
				t.Errorf("judgement: got P %v, score %v, %q", got.P, got.Score, got.Explanation)
			}
			if tc.reason == queue.ReasonPredictive && (got.P < 0.7 || !strings.Contains(got.Explanation, "floor")) {
				t.Errorf("judgement: got P %v, %q", got.P, got.Explanation)
			}
			if len(o.desk.View().Orders) != 1 {
				t.Error("the order is not in the view")
			}
			if _, err := o.desk.Propose(t.Context(), tech, queue.Proposal{Server: "box", Slot: tc.slot, Note: "again"}); !errors.As(err, new(*queue.Duplicate)) {
				t.Errorf("twice: got %v, want a duplicate", err)
			}
			if _, err := o.desk.Propose(t.Context(), viewer, queue.Proposal{Server: "box", Slot: tc.slot}); !errors.As(err, new(*queue.Refusal)) {
				t.Errorf("a viewer: got %v, want a refusal", err)
			}
		})
	}
}

func TestConflictNamesWhoWasFaster(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	o.read(disk("1", "SN-1", fleet.Critical))
	order, err := o.desk.Propose(ctx, tech, queue.Proposal{Server: "box", Slot: "disk/1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.desk.Move(ctx, eng, order.ID, order.Version, queue.Change{To: queue.Approved}); err != nil {
		t.Fatal(err)
	}
	_, err = o.desk.Move(ctx, tech, order.ID, order.Version, queue.Change{To: queue.Approved})
	var c *queue.Conflict
	if !errors.As(err, &c) || c.By != "eva" || c.Version != 2 || len(c.Since) != 1 {
		t.Errorf("got %v, want a conflict with eva's approval", err)
	}
	if _, err := o.desk.Note(ctx, tech, order.ID, 2, "the spare lies in room 2"); err != nil {
		t.Fatal(err)
	}
	if log, err := o.desk.OrderLog(ctx, order.ID); err != nil || len(log) != 3 {
		t.Errorf("log: got %d entries, %v", len(log), err)
	}
}

func TestNotices(t *testing.T) {
	o := newOffice(t)
	o.desk.SetNotice(Notice{Code: "ping", Health: fleet.Warning, Text: "no right to ping"})
	o.desk.SetNotice(Notice{Code: "config", Health: fleet.Critical, Text: "line 3"})
	if got := o.desk.View().Notices; len(got) != 2 || got[0].Code != "config" || got[0].Since.IsZero() {
		t.Errorf("got %+v", got)
	}
	o.desk.ClearNotice("config")
	o.refresh()
	if got := o.desk.View().Notices; len(got) != 1 || got[0].Code != "ping" {
		t.Errorf("after clearing: got %+v", got)
	}
}

func TestWhoCollects(t *testing.T) {
	o := newOffice(t)
	if _, _, err := o.store.AcquireLease(t.Context(), "here", 15*time.Second); err != nil {
		t.Fatal(err)
	}
	o.refresh()
	if c := o.desk.View().Collector; c.Owner != "here" || !c.Here {
		t.Errorf("got %+v", c)
	}
	o.now = o.now.Add(time.Minute)
	o.refresh()
	if c := o.desk.View().Collector; c.Owner != "" {
		t.Errorf("a lease that ran out: got %+v, want nobody", c)
	}
}

func TestReadNowTakesARoleAndAServer(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	if err := o.desk.ReadNow(ctx, viewer, "box"); err == nil {
		t.Error("a viewer may not")
	}
	if err := o.desk.ReadNow(ctx, tech, "nowhere"); !errors.Is(err, ErrNoServer) {
		t.Errorf("got %v, want no such server", err)
	}
	if err := o.desk.ReadNow(ctx, tech, "box"); err != nil {
		t.Error(err)
	}
	if got, err := o.store.TakeReadRequests(ctx); err != nil || len(got) != 1 || got[0].By != "tom" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestRunKeepsTheViewFresh(t *testing.T) {
	o := newOffice(t)
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	done := make(chan error, 1)
	o.desk.now = time.Now // Run waits in real time
	go func() { done <- o.desk.Run(ctx) }()
	views := o.desk.Watch(ctx)
	if v := <-views; v == nil {
		t.Fatal("no view at once")
	}
	st := fleet.State{Server: "box", Health: fleet.Warning, Updated: noon}
	if err := o.store.SaveStates(ctx, []fleet.State{st}, nil, nil); err != nil {
		t.Fatal(err)
	}
	for v := range views {
		if v.Fleet.Find("box").State.Health == fleet.Warning {
			break
		}
	}
	if ctx.Err() != nil {
		t.Error("the new state never came")
	}
	stop()
	for range views {
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestWatchIsNewestWinsAndAtMostFourASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := NewDesk(nil, time.Now)
		ctx, stop := context.WithCancel(t.Context())
		views := d.Watch(ctx)
		began, got := time.Now(), 0
		go func() {
			for i := range 1000 { // 100 views a second for 10 s
				d.publish(&View{Fleet: fleet.NewSnapshot(int64(i+1), time.Now(), nil)})
				pause(ctx, 10*time.Millisecond)
			}
			stop()
		}()
		last := int64(-1)
		for v := range views {
			if v.Fleet.Revision < last {
				t.Fatalf("revision %d after %d", v.Fleet.Revision, last)
			}
			last = v.Fleet.Revision
			got++
		}
		if took := time.Since(began); got > 4*int(took/time.Second)+2 || got < 30 {
			t.Errorf("got %d views in %v", got, took)
		}
	})
}
