// Package storetest is the contract of the store as one suite of tests, run by
// every database that the store supports. It must not know which one it is.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
	"ironage/internal/store"
)

// Open opens the same database again, as another process would: each handle
// has its own connections. now may be set back by a test.
type Open func(now func() time.Time) (*store.Store, error)

// Noon is when the tests begin.
var Noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// People of the tests.
var (
	Lan  = queue.Actor{Name: "lan", Origin: "local", Role: queue.Lead}
	Minh = queue.Actor{Name: "minh", Origin: "ssh 10.0.0.7", Role: queue.Technician}
)

// Run runs the suite; fresh makes an empty database and returns how to open it.
func Run(t *testing.T, fresh func(t *testing.T) Open) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Open)
	}{
		{"inventory is replaced whole", inventory},
		{"states carry revisions", states},
		{"states that did not change are not written", unchanged},
		{"states of huge texts are cut", huge},
		{"events are queried and acknowledged", events},
		{"findings are acknowledged and withdrawn", findings},
		{"hours are merged", hours},
		{"departed parts are kept until they come back", departed},
		{"departed parts are forgotten within bounds", forgotten},
		{"orders keep number, version and log", orders},
		{"a place has one open order", duplicates},
		{"an order follows the name of its slot", renamed},
		{"orders are told since an entry of the log", since},
		{"spares follow the orders that keep them", spares},
		{"a stale version is a conflict", conflict},
		{"one of two writers wins", race},
		{"order and log never disagree", mismatch},
		{"the lease has one holder", lease},
		{"a clock set back frees no live lease for ever", clockBack},
		{"read requests are taken once", requests},
		{"another process's writes are noticed", watch},
		{"a cancelled context is refused or served, never both", cancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, fresh(t)) })
	}
}

// clock is a clock that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: Noon} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func open(t *testing.T, o Open, now func() time.Time) *store.Store {
	t.Helper()
	s, err := o(now)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func noon() time.Time { return Noon }

// must returns a function that fails the test on an error.
func must(t *testing.T) func(error) {
	return func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

func inventory(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	first := []fleet.Server{{Name: "b", Rack: "R2"}, {Name: "a", Rack: "R1", InService: "2018-05", Expected: map[fleet.Kind]int{fleet.PSU: 2}}}
	ok(s.ReplaceServers(ctx, first))
	got, err := s.Servers(ctx)
	ok(err)
	if len(got) != 2 || got[0].Name != "a" || got[0].InService != "2018-05" || got[0].Expected[fleet.PSU] != 2 || got[1].Rack != "R2" {
		t.Errorf("got %+v, want a and b as saved", got)
	}
	ok(s.ReplaceServers(ctx, []fleet.Server{{Name: "c"}}))
	got, err = s.Servers(ctx)
	ok(err)
	if len(got) != 1 || got[0].Name != "c" {
		t.Errorf("after replacing got %+v, want only c", got)
	}
}

func state(server string, health fleet.Health, at time.Time) fleet.State {
	return fleet.State{Server: server, Health: health, Since: at, Updated: at,
		Components: []fleet.Component{{Kind: fleet.Disk, Slot: "Bay 1", Serial: "S1", Health: health,
			Native: fleet.Evidence{OID: "1.3.6.1", Value: "3", Meaning: "ok", Time: at}}}}
}

func states(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	ok(s.SaveStates(ctx, []fleet.State{state("a", fleet.OK, Noon), state("b", fleet.Warning, Noon)}, nil, nil))
	got, first, err := s.States(ctx, 0)
	ok(err)
	if len(got) != 2 || got[1].Health != fleet.Warning || got[1].Components[0].Native.OID != "1.3.6.1" || !got[1].Updated.Equal(Noon) {
		t.Errorf("got %+v, want a and b as saved", got)
	}
	ok(s.SaveStates(ctx, []fleet.State{state("b", fleet.Critical, Noon)}, nil, nil))
	got, second, err := s.States(ctx, first)
	ok(err)
	if len(got) != 1 || got[0].Server != "b" || got[0].Health != fleet.Critical || second <= first {
		t.Errorf("since %d got %d states at revision %d, want only b at a later one", first, len(got), second)
	}
	if got, _, err = s.States(ctx, second); err != nil || len(got) != 0 {
		t.Errorf("since the newest got %d states, %v, want none", len(got), err)
	}
}

func unchanged(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	ok(s.SaveStates(ctx, []fleet.State{state("a", fleet.OK, Noon)}, nil, nil))
	revision, err := s.Revision(ctx)
	ok(err)
	ok(s.SaveStates(ctx, []fleet.State{state("a", fleet.OK, Noon), state("b", fleet.OK, Noon)}, nil, nil))
	got, _, err := s.States(ctx, revision)
	ok(err)
	if len(got) != 1 || got[0].Server != "b" {
		t.Errorf("got %d states since %d, want only the new one", len(got), revision)
	}
	before, err := s.Revision(ctx)
	ok(err)
	ok(s.SaveStates(ctx, nil, nil, nil))
	if after, err := s.Revision(ctx); err != nil || after != before {
		t.Errorf("saving nothing moved the revision from %d to %d, %v", before, after, err)
	}
}

func huge(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	st := state("a", fleet.OK, Noon)
	st.Components[0].Name = strings.Repeat("x\x1b[2J", 1<<18)
	ok(s.SaveStates(ctx, []fleet.State{st}, []fleet.Event{{Time: Noon, Server: "a", Text: strings.Repeat("ế", 1<<18)}}, nil))
	got, _, err := s.States(ctx, 0)
	ok(err)
	if len(got) != 1 || len(got[0].Components) != 1 || len(got[0].Components[0].Name) > 1024 || got[0].Components[0].Serial != "S1" {
		t.Errorf("got a name of %d bytes, want it cut and the rest kept", len(got[0].Components[0].Name))
	}
	es, err := s.Events(ctx, fleet.EventQuery{})
	ok(err)
	if len(es) != 1 || len(es[0].Text) > 8192 || strings.Contains(es[0].Text, "\ufffd") {
		t.Errorf("got a text of %d bytes, want it cut between characters", len(es[0].Text))
	}
}

func events(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	var es []fleet.Event
	for i := range 10 {
		e := fleet.Event{Time: Noon.Add(time.Duration(i) * time.Minute), Kind: fleet.EventHealth, Server: "a", Health: fleet.Warning, Text: fmt.Sprint(i)}
		if i%2 == 1 {
			e.Kind, e.Server = fleet.EventSerial, "b"
		}
		es = append(es, e)
	}
	ok(s.SaveStates(ctx, nil, es, nil))
	all, err := s.Events(ctx, fleet.EventQuery{})
	ok(err)
	if len(all) != 10 || all[0].Text != "9" || all[0].ID <= all[9].ID || !all[9].Time.Equal(Noon) {
		t.Fatalf("got %d events beginning with %+v, want 10, newest first", len(all), all[0])
	}
	ok(s.Acknowledge(ctx, []int64{all[0].ID, all[1].ID}, fleet.Ack{By: "lan", At: Noon, Note: "seen"}))
	ok(s.Acknowledge(ctx, []int64{all[0].ID}, fleet.Ack{By: "minh", At: Noon}))
	for _, c := range []struct {
		name string
		q    fleet.EventQuery
		want string
	}{
		{"server", fleet.EventQuery{Server: "b"}, "9 7 5 3 1"},
		{"kinds", fleet.EventQuery{Kinds: []fleet.EventKind{fleet.EventSerial, fleet.EventQueue}, Limit: 2}, "9 7"},
		{"since", fleet.EventQuery{Since: Noon.Add(8 * time.Minute)}, "9 8"},
		{"page", fleet.EventQuery{Before: all[7].ID}, "1 0"},
		{"after", fleet.EventQuery{After: all[2].ID}, "9 8"},
		{"unseen of a", fleet.EventQuery{Server: "a", Unseen: true}, "6 4 2 0"},
	} {
		got, err := s.Events(ctx, c.q)
		ok(err)
		var texts []string
		for _, e := range got {
			texts = append(texts, e.Text)
		}
		if g := strings.Join(texts, " "); g != c.want {
			t.Errorf("%s: got %q, want %q", c.name, g, c.want)
		}
	}
	got, err := s.Events(ctx, fleet.EventQuery{Limit: 1})
	ok(err)
	if a := got[0].Ack; a == nil || a.By != "lan" || a.Note != "seen" || !a.At.Equal(Noon) {
		t.Errorf("got ack %+v, want the first word, by lan", a)
	}
}

func findings(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	ok(s.AckFinding(ctx, "a", "disk/Bay 1", "failed", fleet.Ack{By: "minh", At: Noon}))
	ok(s.AckFinding(ctx, "a", "disk/Bay 1", "failed", fleet.Ack{By: "lan", At: Noon, Note: "spare ordered"}))
	ok(s.AckFinding(ctx, "a", "", "over-age", fleet.Ack{By: "lan", At: Noon}))
	got, err := s.FindingAcks(ctx)
	ok(err)
	if len(got) != 2 || got[0].Key != "" || got[1].By != "lan" || got[1].Note != "spare ordered" {
		t.Errorf("got %+v, want two, the later word standing", got)
	}
	ok(s.UnackFinding(ctx, "a", "", "over-age", fleet.Ack{By: "lan", At: noon()}))
	ok(s.UnackFinding(ctx, "a", "", "over-age", fleet.Ack{By: "lan", At: noon()}))
	if got, err = s.FindingAcks(ctx); err != nil || len(got) != 1 {
		t.Errorf("after withdrawing got %+v, %v, want one", got, err)
	}
}

func hours(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	h := fleet.HourValue{Server: "a", Metric: "cpu", Hour: Noon, Min: 10, Avg: 20, Max: 30, Count: 3}
	ok(s.SaveStates(ctx, nil, nil, []fleet.HourValue{h}))
	ok(s.SaveStates(ctx, nil, nil, []fleet.HourValue{
		{Server: "a", Metric: "cpu", Hour: Noon.Add(59 * time.Minute), Min: 5, Avg: 60, Max: 25, Count: 1},
		{Server: "a", Metric: "cpu", Hour: Noon.Add(time.Hour), Min: 1, Avg: 1, Max: 1, Count: 1},
		{Server: "a", Metric: "cpu", Hour: Noon, Count: 0},
		{Server: "a", Metric: "cpu", Hour: Noon, Avg: math.NaN(), Count: 1},
		{Server: "a", Metric: "rtt", Hour: Noon, Min: 1, Avg: 1, Max: 1, Count: 1},
	}))
	got, err := s.Readings(ctx, "a", "cpu", Noon)
	ok(err)
	if len(got) != 2 {
		t.Fatalf("got %d hours, want 2", len(got))
	}
	want := fleet.HourValue{Server: "a", Metric: "cpu", Hour: Noon, Min: 5, Avg: 30, Max: 30, Count: 4}
	if got[0] != want {
		t.Errorf("got %+v, want %+v", got[0], want)
	}
	ok(s.ForgetReadings(ctx, Noon.Add(time.Hour)))
	if got, err = s.Readings(ctx, "a", "cpu", time.Time{}); err != nil || len(got) != 1 {
		t.Errorf("after forgetting got %d hours, %v, want 1", len(got), err)
	}
}

// Proposal is an ordinary one, for slot.
func Proposal(slot string) queue.Proposal {
	return queue.Proposal{Server: "a", Slot: slot, Kind: fleet.Disk, Old: queue.Part{Serial: "OLD1"}, Note: "clicks",
		Reasons: []queue.Reason{{Code: queue.ReasonManual, Text: "clicks"}}, Tier: queue.P2}
}

func propose(t *testing.T, s *store.Store, slot string) queue.Order {
	t.Helper()
	o, e, err := queue.Propose(Proposal(slot), Minh, Noon)
	if err != nil {
		t.Fatal(err)
	}
	if o, err = s.CreateOrder(t.Context(), o, e); err != nil {
		t.Fatal(err)
	}
	return o
}

// change applies c to o and stores it.
func change(ctx context.Context, s *store.Store, o queue.Order, c queue.Change, at time.Time) (queue.Order, error) {
	next, e, err := queue.Apply(o, c, Lan, at)
	if err != nil {
		return o, err
	}
	return next, s.UpdateOrder(ctx, next, e, o.Version)
}

func orders(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	one := propose(t, s, "disk/Bay 1")
	two, err := change(ctx, s, one, queue.Change{Action: "approve", Fields: map[string]string{"part_number": "400-X"}}, Noon.Add(time.Minute))
	ok(err)
	got, err := s.Order(ctx, one.ID)
	ok(err)
	if got.State != queue.Approved || got.Version != 2 || got.FitPart != "400-X" || got.Approver != "lan" || got.ID != two.ID || !got.Created.Equal(Noon) {
		t.Errorf("got %+v, want approved, version 2", got)
	}
	log, err := s.OrderLog(ctx, one.ID)
	ok(err)
	if len(log) != 2 || log[0].Action != "propose" || log[1].From != queue.Proposed || log[1].To != queue.Approved ||
		log[1].Actor != Lan || log[1].Seq <= log[0].Seq || log[1].Fields["part_number"] != [2]string{"", "400-X"} || log[0].Order != one.ID {
		t.Errorf("got log %+v, want propose and approve with who and what", log)
	}
	_, err = change(ctx, s, got, queue.Change{Action: "cancel", Reason: "server retired"}, Noon)
	ok(err)
	next := propose(t, s, "disk/Bay 1")
	if next.ID <= one.ID {
		t.Errorf("got number %d after %d, want a new one", next.ID, one.ID)
	}
	all, err := s.Orders(ctx)
	ok(err)
	if len(all) != 2 || all[0].ID != next.ID || all[1].State != queue.Cancelled {
		t.Errorf("got %+v, want the open one first", all)
	}
	if _, err = s.Order(ctx, 999); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want not found", err)
	}
	if _, err = s.OrderLog(ctx, 999); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want not found", err)
	}
	es, err := s.Events(ctx, fleet.EventQuery{Kinds: []fleet.EventKind{fleet.EventQueue}})
	ok(err)
	if len(es) != 4 || es[3].Key != "disk/Bay 1" || !strings.Contains(es[2].Text, "proposed → approved by lan") {
		t.Errorf("got %d queue events, want one per change: %+v", len(es), es)
	}
}

func duplicates(t *testing.T, o Open) {
	s, ctx := open(t, o, noon), t.Context()
	first := propose(t, s, "disk/Bay 1")
	propose(t, s, "disk/Bay 2")
	again, e, err := queue.Propose(Proposal("disk/Bay 1"), Minh, Noon)
	must(t)(err)
	_, err = s.CreateOrder(ctx, again, e)
	var dup *queue.Duplicate
	if !errors.As(err, &dup) || dup.Order.ID != first.ID {
		t.Fatalf("got %v, want a duplicate of order %d", err, first.ID)
	}
	if all, err := s.Orders(ctx); err != nil || len(all) != 2 {
		t.Errorf("got %d orders, %v, want 2", len(all), err)
	}
}

func conflict(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	one := propose(t, s, "disk/Bay 1")
	_, err := change(ctx, s, one, queue.Change{Action: "approve"}, Noon.Add(time.Minute))
	ok(err)
	_, err = change(ctx, s, one, queue.Change{Action: "reject", Reason: "no"}, Noon.Add(time.Hour))
	var c *queue.Conflict
	if !errors.As(err, &c) {
		t.Fatalf("got %v, want a conflict", err)
	}
	if c.By != "lan" || !c.At.Equal(Noon.Add(time.Minute)) || c.Version != 2 || c.Order.State != queue.Approved || len(c.Since) != 1 {
		t.Errorf("got %+v, want lan's approval", c)
	}
	if got, want := c.Error(), fmt.Sprintf("order %d was changed by lan at 2026-01-01 12:01 UTC (proposed → approved)", one.ID); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if log, err := s.OrderLog(ctx, one.ID); err != nil || len(log) != 2 {
		t.Errorf("got %d log entries, %v, want 2: a conflict writes nothing", len(log), err)
	}
}

// race has two handles, as two processes have, change one order at once.
func race(t *testing.T, o Open) {
	a, b, ctx := open(t, o, noon), open(t, o, noon), t.Context()
	for round := range 10 {
		order := propose(t, a, fmt.Sprintf("disk/Bay %d", round))
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, s := range []*store.Store{a, b} {
			wg.Go(func() {
				_, errs[i] = change(ctx, s, order, queue.Change{Action: []string{"approve", "cancel"}[i], Reason: "race"}, Noon)
			})
		}
		wg.Wait()
		var won, lost int
		for _, err := range errs {
			var c *queue.Conflict
			switch {
			case err == nil:
				won++
			case errors.As(err, &c):
				lost++
			default:
				t.Errorf("round %d: got %v, want nil or a conflict", round, err)
			}
		}
		if won != 1 || lost != 1 {
			t.Errorf("round %d: got %d winners and %d conflicts, want one of each", round, won, lost)
		}
	}
}

func mismatch(t *testing.T, o Open) {
	s, ctx := open(t, o, noon), t.Context()
	one := propose(t, s, "disk/Bay 1")
	next, e, err := queue.Apply(one, queue.Change{Action: "approve"}, Lan, Noon)
	must(t)(err)
	e.Version = 7
	if err := s.UpdateOrder(ctx, next, e, one.Version); err == nil {
		t.Error("got no error for a log entry of another version")
	}
	if err := s.UpdateOrder(ctx, one, queue.Entry{Version: 1}, one.Version); err == nil {
		t.Error("got no error for a version that did not grow")
	}
	if got, err := s.Order(ctx, one.ID); err != nil || got.Version != 1 {
		t.Errorf("got version %d, %v, want 1", got.Version, err)
	}
}
