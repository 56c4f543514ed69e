package health_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// TestWatchSaysWhatCausesSays holds that going on from the snapshot before leads
// to what looking at everything leads to: servers that change, fall silent
// together, answer again, grow old, come and go.
func TestWatchSaysWhatCausesSays(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)
	r := rand.New(rand.NewPCG(1, 2))
	entry := func(i int) fleet.Entry {
		e := fleet.Entry{Server: fleet.Server{Name: fmt.Sprintf("srv-%02d", i), Site: "hn1", Rack: fmt.Sprintf("A%d", i/6), Criticality: fleet.CriticalityHigh}}
		ep := fleet.Endpoint{Role: fleet.BMC}
		e.Server.Endpoints = []fleet.Endpoint{ep}
		e.State.Server = e.Server.Name
		e.State.Endpoints = []fleet.EndpointState{{Endpoint: ep, LastOK: now.Add(-time.Duration(r.IntN(400)) * time.Second), Interval: time.Minute}}
		switch r.IntN(3) {
		case 0:
			e.State.Findings = []fleet.Finding{{Code: health.Unreachable, Health: fleet.Unknown, Since: now.Add(-time.Duration(r.IntN(60)) * time.Second)}}
		case 1:
			e.State.Findings = []fleet.Finding{{Code: health.Failed, Key: "disk/1", Health: fleet.Critical, Text: "disk failed", Since: now, Acknowledged: r.IntN(2) == 0}}
		}
		return e
	}
	var w health.Watch
	snap := fleet.NewSnapshot(1, now, nil)
	outages := 0
	for round := range 200 {
		var changed []fleet.Entry
		for i := range 12 + round/50 {
			if round == 0 || r.IntN(6) == 0 {
				e := entry(i)
				if i < 6 && round%3 == 0 { // the first rack is dark now and then
					e.State.Findings = []fleet.Finding{{Code: health.Unreachable, Health: fleet.Unknown, Since: now}}
				}
				changed = append(changed, e)
			}
		}
		snap = snap.With(int64(round+2), now, changed)
		now = now.Add(time.Duration(r.IntN(30)-5) * time.Second)
		want := health.Causes(snap, now)
		if got := w.Causes(snap, now); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("round %d: got\n%+v, want\n%+v", round, got, want)
		}
		for _, c := range want {
			if c.Scope == "rack" {
				outages++
			}
		}
		for i := range snap.Len() {
			if st := &snap.At(i).State; st.Fresh().Has(now) == st.Stale(now) {
				t.Fatalf("round %d: %s is stale %v, and fresh from %v until %v at %v", round, st.Server, st.Stale(now), st.Fresh().From, st.Fresh().Until, now)
			}
		}
	}
	if outages == 0 {
		t.Error("no outage was ever there: the test tests too little")
	}
}

// TestWatchWaitsForTheWholeFleet: while servers are being read from the store a
// rack may look dark that is part of a dark site; that it is said comes with the
// last of them.
func TestWatchWaitsForTheWholeFleet(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)
	entry := func(i int) fleet.Entry {
		e := fleet.Entry{Server: fleet.Server{Name: fmt.Sprintf("srv-%02d", i), Site: "hn1", Rack: fmt.Sprintf("A%d", i/6), Endpoints: []fleet.Endpoint{{Role: fleet.BMC}}}}
		e.State = fleet.State{Server: e.Server.Name, Endpoints: []fleet.EndpointState{{Endpoint: e.Server.Endpoints[0], Interval: time.Minute}},
			Findings: []fleet.Finding{{Code: health.Unreachable, Health: fleet.Unknown, Since: now}}}
		return e
	}
	var entries []fleet.Entry
	for i := range 12 {
		e := entry(i)
		if i >= 6 { // the second rack was not read yet
			e.State, e.BeingRead = fleet.State{Server: e.Server.Name}, true
		}
		entries = append(entries, e)
	}
	var w health.Watch
	outages := func(snap *fleet.Snapshot) (scopes []string) {
		for _, c := range w.Causes(snap, now) {
			if c.Scope != "server" {
				scopes = append(scopes, c.Scope)
			}
		}
		return scopes
	}
	snap := fleet.NewSnapshot(1, now, entries)
	if got := outages(snap); len(got) > 0 {
		t.Errorf("of half the fleet it is said: %v", got)
	}
	var rest []fleet.Entry
	for i := 6; i < 12; i++ {
		rest = append(rest, entry(i))
	}
	if got := outages(snap.With(2, now, rest)); !reflect.DeepEqual(got, []string{"fleet"}) {
		t.Errorf("of the whole fleet: got %v, want one outage", got)
	}
}
