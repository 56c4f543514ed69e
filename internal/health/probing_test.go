package health_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

var probedAt = time.Date(2026, 3, 14, 3, 4, 5, 0, time.UTC)

// probed is an endpoint that answers as it should, and then as change says.
func probed(change func(*fleet.EndpointState)) fleet.EndpointState {
	e := fleet.EndpointState{Endpoint: fleet.Endpoint{Role: fleet.BMC, Address: "10.1.0.7", Credential: "bmc"}, SNMP: fleet.Answered,
		Ping: fleet.Ping{Reach: fleet.Answered, Sent: 3, Received: 3, Avg: time.Millisecond}, Interval: time.Minute,
		LastOK: probedAt.Add(-10 * time.Second), LastTry: probedAt.Add(-10 * time.Second), NextTry: probedAt.Add(50 * time.Second),
		LastFull: probedAt.Add(-time.Hour), Profiles: []string{"dell-idrac"},
		Cost: fleet.Cost{PDUs: 10, Varbinds: 100, Bytes: 5000, Took: 200 * time.Millisecond}}
	if change != nil {
		change(&e)
	}
	return e
}

func lookAt(states ...fleet.EndpointState) health.Probing {
	var entries []fleet.Entry
	for i, s := range states {
		name := string(rune('a' + i))
		entries = append(entries, fleet.Entry{Server: fleet.Server{Name: name, Endpoints: []fleet.Endpoint{s.Endpoint}},
			State: fleet.State{Server: name, Endpoints: []fleet.EndpointState{s}}})
	}
	return health.LookAtProbes(fleet.NewSnapshot(1, probedAt, entries).All(), probedAt)
}

func TestProbeProblems(t *testing.T) {
	silent := func(ping fleet.Reach) func(*fleet.EndpointState) {
		return func(e *fleet.EndpointState) {
			e.SNMP, e.Misses, e.PingMisses, e.Ping = fleet.Silent, 3, 3, fleet.Ping{Reach: ping}
		}
	}
	tests := []struct {
		name     string
		change   func(*fleet.EndpointState)
		want     []string
		why, do  string
		answered bool
	}{
		{name: "well"},
		{"wrong credentials", func(e *fleet.EndpointState) {
			e.SNMP, e.Misses, e.Note = fleet.Refused, 1, "the passphrase is wrong"
		}, []string{health.Refused}, "the passphrase is wrong", "ironage doctor a", false},
		{"silent", silent(fleet.Answered), []string{health.AgentSilent}, "answers ping but not SNMP", "ironage check 10.1.0.7", false},
		{"gone", silent(fleet.Silent), []string{health.Unreachable}, "neither ping nor SNMP", "power", false},
		{"no secret", func(e *fleet.EndpointState) {
			e.SNMP, e.Note, e.Misses, e.LastOK = fleet.NotAsked, "the secret env:X is not set", 1, time.Time{}
		}, []string{health.NotAsked}, "env:X", "secret of credential bmc", false},
		{"partial", func(e *fleet.EndpointState) {
			e.Errors = []fleet.ReadError{{What: "dell-idrac table disk", Text: "no answer to 3 requests"}, {What: "x"}}
		}, []string{health.ProbePartial}, "dell-idrac table disk: no answer to 3 requests (and 1 more)", "polling.timeout", true},
		{"no profile", func(e *fleet.EndpointState) { e.Profiles = nil }, []string{health.ProbeProfile}, "no profile fits", "ironage profile which 10.1.0.7", true},
		{"stranger", func(e *fleet.EndpointState) { e.Note = "no family's profile fits it" }, []string{health.ProbeProfile}, "no family's", "ironage record 10.1.0.7", true},
		{"time-outs and partial", func(e *fleet.EndpointState) {
			e.Cost.Retries, e.Unread = 4, []fleet.ReadError{{What: "t", Text: "cut"}}
		},
			[]string{health.ProbePartial, health.ProbeTimeout}, "t: cut", "polling.timeout", true},
		{"time-outs", func(e *fleet.EndpointState) { e.Cost.Retries = 4 }, []string{health.ProbeTimeout}, "4 of 14 requests", "ironage doctor a", true},
		{"behind", func(e *fleet.EndpointState) { e.NextTry = probedAt.Add(-2 * time.Minute) }, []string{health.ProbeBehind}, "was read 10s ago and should be read every 1m0s", "polling.concurrency", true},
		{"never read", func(e *fleet.EndpointState) { e.NextTry, e.LastOK = probedAt.Add(-2*time.Minute), time.Time{} }, []string{health.ProbeBehind}, "should have been read 2m0s ago", "polling.concurrency", true},
		{"stale", func(e *fleet.EndpointState) { e.LastOK = probedAt.Add(-5 * time.Minute) }, []string{health.ProbeBehind}, "was read 5m0s ago", "polling.concurrency", true},
		{"slow", func(e *fleet.EndpointState) { e.Cost.Took = 9 * time.Second }, []string{health.ProbeSlow}, "took 9s", "busy", true},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			p := lookAt(probed(x.change), probed(nil), probed(nil), probed(nil))
			i := slices.IndexFunc(p.List, func(p health.Probe) bool { return p.Server == "a" })
			got := p.List[i]
			why, do := got.Why(probedAt), got.Do()
			if !slices.Equal(got.Problems, x.want) || !strings.Contains(why, x.why) || !strings.Contains(do, x.do) {
				t.Errorf("got %v: %q, %q; want %v: %q, %q", got.Problems, why, do, x.want, x.why, x.do)
			}
			if len(x.want) > 0 && i != 0 {
				t.Errorf("the problem stands at line %d", i)
			}
			if x.want == nil && (why != "" || do != "" || p.Counts[""] != 4) {
				t.Errorf("nothing is wrong, but it says %q, %q (%v)", why, do, p.Counts)
			}
		})
	}
}

func TestProbeSpread(t *testing.T) {
	var all []fleet.EndpointState
	for i := range 100 {
		all = append(all, probed(func(e *fleet.EndpointState) { e.Cost.Took = time.Duration(i+1) * time.Millisecond }))
	}
	p := lookAt(append(all, probed(func(e *fleet.EndpointState) { e.SNMP, e.Misses, e.Cost.Took = fleet.Silent, 1, time.Hour }))...)
	want := health.Spread{P50: 50 * time.Millisecond, P90: 90 * time.Millisecond, P99: 99 * time.Millisecond, Max: 100 * time.Millisecond, N: 100}
	if p.Read != want {
		t.Errorf("got %+v, want %+v: those that do not answer have no latency", p.Read, want)
	}
	if p.PDUs != 1010 || p.Varbinds != 10100 || p.Bytes != 505000 {
		t.Errorf("got %d PDUs, %d varbinds, %d bytes", p.PDUs, p.Varbinds, p.Bytes)
	}
}

func TestProbesNeverAsked(t *testing.T) {
	s := fleet.NewSnapshot(1, probedAt, []fleet.Entry{{Server: fleet.Server{Name: "new one", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "h"}}}}})
	p := health.LookAtProbes(s.All(), probedAt)
	if len(p.List) != 1 || p.Never != 1 || p.List[0].Problem() != "" || p.Read.N != 0 {
		t.Errorf("got %+v", p)
	}
}
