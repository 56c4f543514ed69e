// Package storetest is the contract of the store as one suite of tests, run by
// every database that the store supports. It must not know which one it is.
package storetest

import (
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
		{"an outline comes before the states", outline},
		{"states that did not change are not written", unchanged},
		{"states of huge texts are cut", huge},
		{"polls are stored exactly", pulses},
		{"two collectors at once mix nothing", twoCollectors},
		{"readers beside a writer see what was saved", beside},
		{"events are queried and acknowledged", events},
		{"findings are acknowledged and withdrawn", findings},
		{"acknowledgements end once, and say so", acksEnd},
		{"windows keep number, version and log", windows},
		{"windows are told once", windowsTold},
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
		{"marks move with what they mark", marks},
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
			Native: fleet.SeenOf(fleet.Evidence{OID: "1.3.6.1", Value: "3", Meaning: "ok", Time: at})}}}
}

func states(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	ok(s.SaveStates(ctx, []fleet.State{state("a", fleet.OK, Noon), state("b", fleet.Warning, Noon)}, nil, nil))
	got, first, err := s.States(ctx, 0)
	ok(err)
	if len(got) != 2 || got[1].Health != fleet.Warning || got[1].Components[0].Native.OID() != "1.3.6.1" || !got[1].Updated.Equal(Noon) {
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
	var many []fleet.HourValue // three of each
	for i := range 60 {
		v := float64(i)
		many = append(many, fleet.HourValue{Server: "b", Metric: fmt.Sprint("fan ", i/3), Hour: Noon, Min: v, Avg: v, Max: v, Count: 2})
	}
	ok(s.SaveStates(ctx, nil, nil, many))
	for i := 0; i < 60; i += 3 {
		got, err := s.Readings(ctx, "b", fmt.Sprint("fan ", i/3), Noon)
		ok(err)
		if v := float64(i); len(got) != 1 || got[0].Min != v || got[0].Avg != v+1 || got[0].Max != v+2 || got[0].Count != 6 {
			t.Errorf("of many: got %+v, want one from %v to %v", got, v, v+2)
		}
	}
	ok(s.ForgetReadings(ctx, Noon.Add(time.Hour)))
	if got, err = s.Readings(ctx, "a", "cpu", time.Time{}); err != nil || len(got) != 1 {
		t.Errorf("after forgetting got %d hours, %v, want 1", len(got), err)
	}
}
