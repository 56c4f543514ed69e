package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
	"ironage/internal/store"
	"ironage/internal/store/storetest"
)

// benchFleet is n servers of 60 components each, as one poll at a time finds them.
func benchFleet(n int, at time.Time) []fleet.State {
	states := make([]fleet.State, n)
	for i := range states {
		st := fleet.State{Server: fmt.Sprintf("rack-a%d-%02d", i/40, i%40), Health: fleet.OK, Updated: at, Since: storetest.Noon,
			Endpoints: []fleet.EndpointState{{Endpoint: fleet.Endpoint{Role: fleet.BMC, Address: "10.0.0.7"}, SNMP: fleet.Answered, LastOK: at, LastTry: at, Interval: time.Minute}}}
		for k := range 60 {
			v := 20 + float64(k%10)
			ev := fleet.Evidence{OID: fmt.Sprintf("1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1.24.%d", k), Value: "3", Meaning: "ok", Time: at, Profile: "dell-idrac", Line: 120, Role: fleet.BMC}
			st.Components = append(st.Components, fleet.Component{Kind: fleet.Disk, Slot: fmt.Sprintf("Physical Disk 0:1:%d", k), Name: fmt.Sprintf("Physical Disk 0:1:%d", k),
				Vendor: "SEAGATE", Model: "ST1200MM0099", Serial: fmt.Sprintf("WFK%06d", i*60+k), Firmware: "ST31", Health: fleet.OK, Native: fleet.SeenOf(ev),
				Verdicts: []fleet.Verdict{{Health: fleet.OK, Seen: fleet.SeenOf(ev)}}, Reading: &v, Unit: fleet.Celsius})
		}
		states[i] = st
	}
	return states
}

func benchStore(b testing.TB) (*store.Store, string) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "ironage.db")
	s, err := store.Open(b.Context(), path, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s, path
}

// BenchmarkSaveStates writes a whole fleet after a sweep in which every
// reading's time changed: the most that a sweep can cost.
func BenchmarkSaveStates(b *testing.B) {
	s, path := benchStore(b)
	at := storetest.Noon
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		at = at.Add(time.Minute)
		states := benchFleet(1000, at)
		b.StartTimer()
		if err := s.SaveStates(b.Context(), states, nil, nil); err != nil {
			b.Fatal(err)
		}
	}
	if info, err := os.Stat(path); err == nil {
		b.ReportMetric(float64(info.Size())/1000, "B/server")
	}
}

// BenchmarkSaveStatesUnchanged writes a fleet of which nothing changed.
func BenchmarkSaveStatesUnchanged(b *testing.B) {
	s, _ := benchStore(b)
	states := benchFleet(1000, storetest.Noon)
	for b.Loop() {
		if err := s.SaveStates(b.Context(), states, nil, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSaveOne writes one server after its poll, with an event and three hours.
func BenchmarkSaveOne(b *testing.B) {
	s, _ := benchStore(b)
	at := storetest.Noon
	states := benchFleet(1, at)
	for b.Loop() {
		at = at.Add(time.Minute)
		states[0].Updated = at
		if err := s.SaveStates(b.Context(), states, []fleet.Event{{Time: at, Kind: fleet.EventHealth, Server: "a", Text: "x"}},
			[]fleet.HourValue{{Server: "a", Metric: "cpu", Hour: at, Count: 1}, {Server: "a", Metric: "rtt", Hour: at, Count: 1}, {Server: "a", Metric: "memory", Hour: at, Count: 1}}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStates reads what a console reads when it starts.
func BenchmarkStates(b *testing.B) {
	s, _ := benchStore(b)
	if err := s.SaveStates(b.Context(), benchFleet(1000, storetest.Noon), nil, nil); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if got, _, err := s.States(b.Context(), 0); err != nil || len(got) != 1000 {
			b.Fatal(len(got), err)
		}
	}
}

// BenchmarkDecision is one change of an order, on the disk when it returns.
func BenchmarkDecision(b *testing.B) {
	s, _ := benchStore(b)
	o, e, err := queue.Propose(storetest.Proposal("disk/1"), storetest.Lan, storetest.Noon)
	if err != nil {
		b.Fatal(err)
	}
	if o, err = s.CreateOrder(b.Context(), o, e); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		next, e, err := queue.Note(o, "still clicking", storetest.Lan, storetest.Noon)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.UpdateOrder(b.Context(), next, e, o.Version); err != nil {
			b.Fatal(err)
		}
		o = next
	}
}

// BenchmarkRevision is the question that every watcher asks four times a second.
func BenchmarkRevision(b *testing.B) {
	s, _ := benchStore(b)
	for b.Loop() {
		if _, err := s.Revision(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen is what a start costs on a database that is up to date.
func BenchmarkOpen(b *testing.B) {
	first, path := benchStore(b)
	if err := first.SaveStates(b.Context(), benchFleet(100, storetest.Noon), nil, nil); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := store.Open(b.Context(), path, time.Now)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInventory is what each console reads every minute though nothing seems
// to have changed: ten thousand servers, and the latest events.
func BenchmarkInventory(b *testing.B) {
	const servers, events = 10_000, 2000
	s, _ := benchStore(b)
	list := make([]fleet.Server, servers)
	for i := range list {
		list[i] = fleet.Server{Name: fmt.Sprintf("srv-%05d", i), Site: "hn", Room: "A", Rack: fmt.Sprint(i / 20), Position: 2 + i%20, Service: "web", InService: "2021-03-15",
			Expected: map[fleet.Kind]int{fleet.PSU: 2, fleet.Memory: 16}, Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: fmt.Sprintf("10.0.%d.%d", i/250, i%250)}}}
	}
	if err := s.ReplaceServers(b.Context(), list); err != nil {
		b.Fatal(err)
	}
	var news []fleet.Event
	for i := range events {
		news = append(news, fleet.Event{Time: storetest.Noon, Server: list[i].Name, Kind: fleet.EventHealth, Key: "disk/1", Text: "disk 1 has failed"})
	}
	if err := s.SaveStates(b.Context(), nil, news, nil); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if got, err := s.Servers(b.Context()); err != nil || len(got) != servers {
			b.Fatal(len(got), err)
		}
		if got, err := s.Events(b.Context(), fleet.EventQuery{Limit: events}); err != nil || len(got) != events {
			b.Fatal(len(got), err)
		}
	}
}
