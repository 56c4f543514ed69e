package storetest

import (
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/store"
)

// pollOf is a server after its n-th poll. Everything that moves follows from n,
// so that a mixture of two polls shows. Now and then something happens that is
// more than a reading.
func pollOf(server string, n int) fleet.State {
	at := Noon.Add(time.Duration(n) * time.Minute)
	st := fleet.State{Server: server, Health: fleet.OK, Since: Noon, Updated: at,
		Endpoints: []fleet.EndpointState{{Endpoint: fleet.Endpoint{Role: fleet.BMC, Address: "10.0.0.7"}, SNMP: fleet.Answered, LastOK: at, LastTry: at,
			NextTry: at.Add(time.Minute + time.Duration(n)*time.Millisecond), Interval: time.Minute, Cost: fleet.Cost{PDUs: 4, Bytes: 5000 + n}}}}
	var values []float64
	for i := max(0, n-fleet.TrendLength+1); i <= n; i++ {
		values = append(values, float64(i%17))
	}
	st.Trends.Put(fleet.TrendRTT, fleet.TrendOf(0, values, at))
	for i := range 5 {
		v := float64(n) + float64(i)/4
		seen := fleet.SeenOf(fleet.Evidence{OID: fmt.Sprint("1.3.6.1.", i), Value: fmt.Sprint(v), Meaning: "ok", Time: at})
		st.Components = append(st.Components, fleet.Component{Kind: fleet.Temperature, Slot: fmt.Sprint("Sensor ", i), Health: fleet.OK, Native: seen,
			Verdicts: []fleet.Verdict{{Health: fleet.OK, Seen: seen}}, Reading: &v, Unit: fleet.Celsius})
	}
	if n%23 == 22 {
		st.Health, st.Since = fleet.Warning, at
		st.Findings = []fleet.Finding{{Code: "hot", Health: fleet.Warning, Key: "temperature/Sensor 0", Text: "hot", Since: at}}
	}
	return st
}

func pollsOf(servers, n int) []fleet.State {
	all := make([]fleet.State, servers)
	for i := range all {
		all[i] = pollOf(fmt.Sprint("srv-", i), n)
	}
	return all
}

func asText(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	must(t)(err)
	return string(b)
}

// isPoll checks that a state is that of one poll, and says of which.
func isPoll(t *testing.T, st *fleet.State) int {
	t.Helper()
	n := int(st.Updated.Sub(Noon) / time.Minute)
	want := pollOf(st.Server, n)
	if got, want := asText(t, st), asText(t, &want); got != want {
		t.Errorf("poll %d: got\n%s\nwant\n%s", n, got, want)
	}
	return n
}

// pulses: whoever reads gets the states as they were saved, whether it follows
// each write, comes to them late, or wrote them itself.
func pulses(t *testing.T, o Open) {
	const servers, polls = 7, 60
	writer, follower, ctx, ok := open(t, o, noon), open(t, o, noon), t.Context(), must(t)
	var seen int64
	for n := range polls {
		if n == polls/2 { // a collector that starts anew goes on
			writer = open(t, o, noon)
			_, _, err := writer.States(ctx, 0)
			ok(err)
		}
		ok(writer.SavePolls(ctx, fleet.Polls{States: pollsOf(servers, n)}))
		want := asText(t, pollsOf(servers, n))
		if n%3 == 0 {
			got, revision, err := follower.States(ctx, seen)
			ok(err)
			if g := asText(t, got); g != want || revision <= seen {
				t.Fatalf("poll %d, at revision %d: got\n%s\nwant\n%s", n, revision, g, want)
			}
			seen = revision
		}
		if n%7 == 0 {
			late := open(t, o, noon)
			some, err := late.StatesOf(ctx, []string{"srv-3"})
			if ok(err); len(some) != 1 || isPoll(t, &some[0]) != n {
				t.Errorf("poll %d: got %d states of srv-3", n, len(some))
			}
			got, _, err := late.States(ctx, 0)
			if ok(err); asText(t, got) != want {
				t.Errorf("poll %d: who comes late got\n%s\nwant\n%s", n, asText(t, got), want)
			}
		}
	}
	before, err := writer.Revision(ctx)
	ok(err)
	ok(writer.SavePolls(ctx, fleet.Polls{States: pollsOf(servers, polls-1)}))
	for _, s := range []*store.Store{writer, follower} {
		if got, _, err := s.States(ctx, before); err != nil || len(got) != 0 {
			t.Errorf("what is stored as it is: got %d states as changed, %v", len(got), err)
		}
	}
}

// twoCollectors: one that lost the lease and does not know it yet writes beside
// its successor. The last word stands, for everybody, and nothing is mixed.
func twoCollectors(t *testing.T, o Open) {
	a, b, reader, ctx, ok := open(t, o, noon), open(t, o, noon), open(t, o, noon), t.Context(), must(t)
	writers := []*store.Store{a, a, b, a, b, b, b, a, a, b}
	for n := range 50 {
		w := writers[n%len(writers)]
		poll := n
		if n%6 == 5 {
			poll = n - 3 // late: from a read of a while ago
		}
		ok(w.SavePolls(ctx, fleet.Polls{States: pollsOf(2, poll)}))
		for _, s := range []*store.Store{a, b, reader, open(t, o, noon)} {
			got, _, err := s.States(ctx, 0)
			ok(err)
			if len(got) != 2 || isPoll(t, &got[0]) != poll || isPoll(t, &got[1]) != poll {
				t.Fatalf("write %d: got %d states, the first as of %v, want both as of poll %d", n, len(got), got[0].Updated, poll)
			}
		}
	}
}

// beside: readers of this and of other processes, while polls are written.
func beside(t *testing.T, o Open) {
	const servers, polls = 6, 80
	writer, other, ctx := open(t, o, noon), open(t, o, noon), t.Context()
	var saved atomic.Int64
	saved.Store(-1)
	var group sync.WaitGroup
	done := make(chan struct{})
	for k, s := range []*store.Store{writer, writer, other, other} {
		group.Go(func() {
			newest, seen := map[string]int{}, int64(0)
			for {
				select {
				case <-done:
					return
				default:
				}
				least := int(saved.Load())
				var got []fleet.State
				var err error
				if k%2 == 0 {
					got, seen, err = s.States(ctx, seen)
				} else {
					got, err = s.StatesOf(ctx, []string{"srv-1", "srv-4"})
				}
				if err != nil {
					t.Error(err)
					return
				}
				for i := range got {
					newest[got[i].Server] = max(newest[got[i].Server], isPoll(t, &got[i]))
				}
				if least >= 0 && newest["srv-4"] < least {
					t.Errorf("reader %d: srv-4 as of poll %d, though %d was saved", k, newest["srv-4"], least)
					return
				}
			}
		})
	}
	for n := range polls {
		must(t)(writer.SavePolls(ctx, fleet.Polls{States: pollsOf(servers, n)}))
		saved.Store(int64(n))
	}
	close(done)
	group.Wait()
}
