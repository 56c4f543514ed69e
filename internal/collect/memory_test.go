package collect

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// fullRead is what a read of an ordinary server of 60 components says, each
// word of it in memory of its own, as an answer is.
func fullRead(server int, r fleet.Rhythm, at time.Time) fleet.Observation {
	text := func(format string, a ...any) string { return strings.Clone(fmt.Sprintf(format, a...)) }
	kinds := []fleet.Kind{fleet.Disk, fleet.Memory, fleet.Temperature, fleet.Voltage, fleet.Fan, fleet.Voltage}
	obs := fleet.Observation{Server: text("srv-%05d", server), Endpoint: fleet.Endpoint{Role: fleet.BMC, Address: text("10.0.%d.%d", server/250, server%250)},
		Rhythm: r, Time: at, SNMP: fleet.Answered, Device: fleet.Device{Vendor: text("Dell Inc."), Model: text("PowerEdge R640"), Serial: text("CH%05d", server)}}
	for i := range 60 {
		reading, high := 20+float64(i%9)+float64(at.Minute()*(i+7)%5), 75.0
		evidence := func(column int) fleet.Seen {
			return fleet.SeenOf(fleet.Evidence{OID: text("1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1.%d.%d", column, i), Value: text("%d", 3), Meaning: text("ok"), Time: at, Profile: text("dell-idrac"), Line: 62, Role: fleet.BMC})
		}
		c := fleet.Component{Kind: kinds[i%len(kinds)], Index: text("%d", i), Name: text("Part.Bay.%d:Enclosure.Internal.0-1", i), Health: fleet.OK, Native: evidence(4),
			Verdicts: []fleet.Verdict{{Health: fleet.OK, Seen: evidence(4)}}, Profile: fleet.ProfileOf("dell-idrac")}
		switch c.Kind {
		case fleet.Disk:
			c.Vendor, c.Model, c.Serial, c.PredictiveFailure = text("SEAGATE"), text("ST1200MM0099"), text("WF%08d", server*60+i), fleet.No
			c.Verdicts = append(c.Verdicts, fleet.Verdict{Health: fleet.OK, Seen: evidence(24)})
			c.Attributes = map[string]string{text("media"): text("hdd"), text("bus"): text("sas"), text("state"): text("online")}
		case fleet.Memory:
			c.Vendor, c.Part, c.Serial = text("Hynix"), text("HMA82GR7DJR8N-XN"), text("M%08d", server*60+i)
			c.Attributes = map[string]string{text("speed"): text("3200 MHz"), text("type"): text("DDR4")}
		default:
			c.Reading, c.Unit, c.Limits = &reading, fleet.Celsius, &fleet.Limits{CritHigh: &high}
		}
		obs.Components = append(obs.Components, c)
	}
	fleet.AssignSlots(obs.Components)
	return obs
}

// polled is a small fleet after an inventory and a few status reads.
func polled(servers, reads int) map[string]fleet.State {
	var commons fleet.Commons
	states := map[string]fleet.State{}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for read := range reads {
		rhythm := fleet.Status
		if read == 0 {
			rhythm = fleet.Inventory
		}
		for i := range servers {
			obs := fullRead(i, rhythm, at)
			prev := states[obs.Server]
			next := folded(&prev, fleet.Server{Name: obs.Server, Endpoints: []fleet.Endpoint{obs.Endpoint}}, &obs, health.Default(), at).next
			commons.Share(&prev, &next)
			states[obs.Server] = next
		}
		at = at.Add(time.Minute)
	}
	return states
}

// BenchmarkMemoryOfStates says what a server of 60 components takes between its
// reads, with the rings of its sensors full.
func BenchmarkMemoryOfStates(b *testing.B) {
	const servers, reads = 200, fleet.TrendLength + 4
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	for b.Loop() {
		before := heap()
		states := polled(servers, reads)
		b.ReportMetric(float64(heap()-before)/servers, "B/server")
		runtime.KeepAlive(states)
	}
}

// BenchmarkPoll is what the collector does with a status read of a server of 60
// components that says what it said before.
func BenchmarkPoll(b *testing.B) {
	var commons fleet.Commons
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	read := func(r fleet.Rhythm) fleet.Observation {
		obs := fullRead(1, r, at)
		obs.Ping = fleet.Ping{Reach: fleet.Answered, Sent: 3, Received: 3, Avg: time.Millisecond}
		return obs
	}
	obs := read(fleet.Inventory)
	srv := fleet.Server{Name: obs.Server, Endpoints: []fleet.Endpoint{obs.Endpoint}}
	var st fleet.State
	var seen []fleet.Component
	poll := func() {
		obs.Components = append(make([]fleet.Component, 0, len(seen)), seen...)
		next := folded(&st, srv, &obs, health.Default(), at).next
		commons.Share(&st, &next)
		st = next
	}
	seen = obs.Components
	poll()
	obs = read(fleet.Status)
	seen = obs.Components
	b.ReportAllocs()
	for b.Loop() {
		at = at.Add(time.Minute)
		obs.Time = at
		poll()
	}
}

// TestStatesAreSmall holds what a server may take, so that it does not grow
// unnoticed; most of it are the components themselves.
func TestStatesAreSmall(t *testing.T) {
	const servers, most = 100, 45 << 10
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	states := polled(servers, 3)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if got := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / servers; got > most {
		t.Errorf("a server of 60 components takes %d bytes, want at most %d", got, most)
	}
	runtime.KeepAlive(states)
}
