package probes_test

import (
	"context"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
	"ironage/probes"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

const oidDiskStatus snmp.OID = "1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1.24"

func pointer[T any](v T) *T { return &v }

// server is a small Dell server: two disks and two supplies.
func server() profile.Hardware {
	h := profile.Hardware{Device: fleet.Device{Model: "PowerEdge R640", Serial: "ABC1234"}, RollUp: fleet.OK}
	for _, bay := range []string{"0", "1"} {
		h.Components = append(h.Components,
			fleet.Component{Kind: fleet.Disk, Name: "Disk.Bay." + bay + ":Enclosure.Internal.0-1:RAID.Integrated.1-1", Serial: "S" + bay,
				Health: fleet.OK, PredictiveFailure: fleet.No, CapacityBytes: pointer(int64(480) << 30)},
			fleet.Component{Kind: fleet.PSU, Name: "PSU.Slot." + bay, Health: fleet.OK})
	}
	return h
}

type fixture struct {
	t      *testing.T
	lib    *profile.Library
	tree   *agent.Map
	agent  *agent.Agent
	prober *probes.Prober
	target probes.Target
}

// echo answers every ping.
type echo struct{ hosts atomic.Pointer[string] }

func (e *echo) Ping(_ context.Context, host string) fleet.Ping {
	e.hosts.Store(&host)
	return fleet.Ping{Reach: fleet.Answered, Sent: 1, Received: 1, Avg: time.Millisecond}
}

func newFixture(t *testing.T, ping probes.Pinger) *fixture {
	t.Helper()
	lib, err := profile.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, lib: lib, tree: agent.NewMap(profile.Encode(lib.Find("dell-idrac"), server()))}
	if f.agent, err = agent.Listen("127.0.0.1:0", "secret", f.tree); err != nil {
		t.Fatal(err)
	}
	hub, err := snmp.NewHub(1)
	if err != nil {
		t.Fatal(err)
	}
	f.prober = probes.New(lib, ping, time.Now).Over(hub)
	f.target = probes.Target{Server: "r640", Endpoint: fleet.Endpoint{Role: fleet.BMC, Address: f.agent.Addr()},
		Credential: snmp.Credential{Version: "2c", Community: "secret"}, Options: snmp.Options{Timeout: time.Second, Retries: -1}}
	t.Cleanup(func() {
		if err := f.prober.Close(); err != nil {
			t.Error(err)
		}
		if err := hub.Close(); err != nil {
			t.Error(err)
		}
		if err := f.agent.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func (f *fixture) read(r fleet.Rhythm) fleet.Observation {
	f.t.Helper()
	return f.prober.Read(context.Background(), f.target, r)
}

func health(o fleet.Observation, kind fleet.Kind, name string) fleet.Health {
	for _, c := range o.Components {
		if c.Kind == kind && strings.HasPrefix(c.Name, name) {
			return c.Health
		}
	}
	return fleet.Absent
}

func TestReadKeepsToTheRhythm(t *testing.T) {
	ping := &echo{}
	f := newFixture(t, ping)
	first := f.read(fleet.Status)
	if first.Rhythm != fleet.Inventory || first.SNMP != fleet.Answered || len(first.Errors) > 0 {
		t.Fatalf("first read: got %s %s %v, want an inventory", first.Rhythm, first.SNMP, first.Errors)
	}
	if first.Device.Serial != "ABC1234" || len(first.Components) != 4 || !slices.Equal(first.Profiles, []string{"dell-idrac"}) {
		t.Errorf("got %+v, %d components of %v", first.Device, len(first.Components), first.Profiles)
	}
	if first.Ping.Reach != fleet.Answered || *ping.hosts.Load() != "127.0.0.1" {
		t.Errorf("ping: got %+v of %q, want 127.0.0.1 answered", first.Ping, *ping.hosts.Load())
	}
	second := f.read(fleet.Status)
	if second.Rhythm != fleet.Status || second.Cost.PDUs >= first.Cost.PDUs || second.Cost.PDUs == 0 {
		t.Errorf("second read: got %s with %d PDUs after %d, want a cheaper status read", second.Rhythm, second.Cost.PDUs, first.Cost.PDUs)
	}
	f.tree.Set(oidDiskStatus.Append("1"), snmp.Value{Type: snmp.Integer, Num: 5})
	third := f.read(fleet.Status)
	if got := health(third, fleet.Disk, "Disk.Bay.0"); third.Rhythm != fleet.Status || got != fleet.Critical {
		t.Errorf("third read: got %s, disk %v, want a status read that sees the failure", third.Rhythm, got)
	}
	if c := third.Components[0]; !c.Native.Time().After(first.Time) {
		t.Errorf("evidence is of %v, want the status read's time, after %v", c.Native.Time(), first.Time)
	}
}

func TestPulledDiskMakesAnInventory(t *testing.T) {
	f := newFixture(t, nil)
	f.read(fleet.Inventory)
	h := server()
	h.Components = slices.DeleteFunc(h.Components, func(c fleet.Component) bool { return strings.HasPrefix(c.Name, "Disk.Bay.1") })
	f.tree.Replace(profile.Encode(f.lib.Find("dell-idrac"), h))
	o := f.read(fleet.Status)
	if o.Rhythm != fleet.Inventory || len(o.Components) != 3 || !o.Complete(fleet.Disk) {
		t.Errorf("got %s with %d components, want an inventory with 3", o.Rhythm, len(o.Components))
	}
}

func TestUnreadableTable(t *testing.T) {
	f := newFixture(t, nil)
	f.agent.Behave(agent.Behaviour{GenErr: []snmp.OID{oidDiskStatus}})
	o := f.read(fleet.Inventory)
	if o.SNMP != fleet.Answered || o.Complete(fleet.Disk) || !o.Complete(fleet.PSU) {
		t.Errorf("got %s, %+v, want disks unread and supplies read", o.SNMP, o.Errors)
	}
	if got := health(o, fleet.Disk, "Disk.Bay.0"); got == fleet.Critical {
		t.Errorf("disk: got %v from a column that was not read", got)
	}
}

func TestSilenceAndReturn(t *testing.T) {
	f := newFixture(t, nil)
	f.read(fleet.Inventory)
	f.agent.Behave(agent.Behaviour{Silent: true})
	o := f.read(fleet.Status)
	if o.SNMP != fleet.Silent || o.SNMPNote == "" || len(o.Components) != 0 {
		t.Errorf("got %s %q with %d components, want silence that says what to try", o.SNMP, o.SNMPNote, len(o.Components))
	}
	f.agent.Behave(agent.Behaviour{})
	if o = f.read(fleet.Status); o.SNMP != fleet.Answered || o.Rhythm != fleet.Status || len(o.Components) != 4 {
		t.Errorf("back: got %s %s with %d components, want a status read of 4", o.SNMP, o.Rhythm, len(o.Components))
	}
}

func TestWhatAnswersButSaysNothing(t *testing.T) {
	f := newFixture(t, nil)
	text := func(s string) snmp.Value { return snmp.Value{Type: snmp.OctetString, Octets: []byte(s)} }
	id := func(s string) snmp.Value { return snmp.Value{Type: snmp.ObjectID, Octets: []byte(s)} }
	f.tree.Replace([]snmp.Variable{{OID: "1.3.6.1.2.1.1.1.0", Value: text("Linux h 5.15 x")}, {OID: "1.3.6.1.2.1.1.2.0", Value: id("1.3.6.1.4.1.8072.3.2.10")}})
	if o := f.read(fleet.Inventory); !strings.Contains(o.SNMPNote, "view") || o.SNMP != fleet.Answered {
		t.Errorf("hidden by a view: got %s %q", o.SNMP, o.SNMPNote)
	}
	f.tree.Replace([]snmp.Variable{{OID: "1.3.6.1.2.1.1.2.0", Value: id("1.3.6.1.4.1.9.1.1")}})
	if o := f.read(fleet.Inventory); !strings.Contains(o.SNMPNote, "1.3.6.1.4.1.9.1.1") || len(o.Profiles) != 0 {
		t.Errorf("unknown family: got %q %v", o.SNMPNote, o.Profiles)
	}
	if o := f.read(fleet.Status); o.SNMP != fleet.Answered || o.Cost.PDUs == 0 {
		t.Errorf("status of an unknown family: got %s with %d PDUs, want that it was asked", o.SNMP, o.Cost.PDUs)
	}
}

func TestHostnamesThatDoNotResolve(t *testing.T) {
	f := newFixture(t, nil)
	f.target.Endpoint.Address = "no-such-host.invalid"
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	o := f.prober.Read(ctx, f.target, fleet.Inventory)
	if o.SNMP == fleet.Answered || o.SNMPNote == "" {
		t.Errorf("got %s %q", o.SNMP, o.SNMPNote)
	}
}

// pinger panics.
type pinger struct{}

func (pinger) Ping(context.Context, string) fleet.Ping { panic("no") }

func TestPanicsCostOneRead(t *testing.T) {
	f := newFixture(t, pinger{})
	if o := f.read(fleet.Inventory); o.SNMP != fleet.Answered || o.Ping.Reach != fleet.NotAsked {
		t.Errorf("got %s and ping %+v", o.SNMP, o.Ping)
	}
	broken := probes.New(nil, nil, time.Now)
	t.Cleanup(func() { _ = broken.Close() }) // it never opened anything that could fail to close
	if o := broken.Read(context.Background(), f.target, fleet.Inventory); len(o.Errors) != 1 {
		t.Errorf("errors: got %+v, want the panic", o.Errors)
	}
}

// TestManyAtOnce reads one endpoint from many goroutines.
func TestManyAtOnce(t *testing.T) {
	f := newFixture(t, &echo{})
	out := make(chan fleet.Observation)
	for range 8 {
		go func() { out <- f.read(fleet.Status) }()
	}
	for range 8 {
		if o := <-out; o.SNMP != fleet.Answered || len(o.Components) != 4 {
			t.Errorf("got %s with %d components", o.SNMP, len(o.Components))
		}
	}
}

// big is a server full of disks, with the sensors of a rack server.
func big(disks int) profile.Hardware {
	h := server()
	h.Components = nil
	for i := range disks {
		n := strconv.Itoa(i)
		h.Components = append(h.Components,
			fleet.Component{Kind: fleet.Disk, Name: "Disk.Bay." + n + ":Enclosure.Internal.0-1:RAID.Integrated.1-1", Serial: "S" + n,
				Model: "ST600MM0006", Health: fleet.OK, PredictiveFailure: fleet.No, CapacityBytes: pointer(int64(480) << 30)},
			fleet.Component{Kind: fleet.Memory, Name: "DIMM.Socket.A" + n, Serial: "M" + n, Health: fleet.OK, CapacityBytes: pointer(int64(32) << 30)},
			fleet.Component{Kind: fleet.Voltage, Name: "Rail " + n, Health: fleet.OK, Reading: pointer(12.0), Unit: fleet.Volt})
	}
	for i := range 8 {
		n := strconv.Itoa(i)
		h.Components = append(h.Components, fleet.Component{Kind: fleet.Fan, Name: "Fan " + n, Health: fleet.OK, Reading: pointer(4000.0), Unit: fleet.RPM},
			fleet.Component{Kind: fleet.Temperature, Name: "Temp " + n, Health: fleet.OK, Reading: pointer(40.0), Unit: fleet.Celsius})
	}
	return h
}

func BenchmarkStatusReadOfAnIDRAC(b *testing.B) {
	lib, err := profile.BuiltIn()
	if err != nil {
		b.Fatal(err)
	}
	a, err := agent.Listen(net.JoinHostPort("127.0.0.1", "0"), "secret", agent.NewMap(profile.Encode(lib.Find("dell-idrac"), big(24))))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = a.Close() }() // nothing waits for it
	p := probes.New(lib, nil, time.Now)
	defer func() { _ = p.Close() }()
	t := probes.Target{Server: "r740", Endpoint: fleet.Endpoint{Role: fleet.BMC, Address: a.Addr()}, Credential: snmp.Credential{Version: "2c", Community: "secret"}}
	full := p.Read(context.Background(), t, fleet.Inventory)
	var last fleet.Observation
	b.ResetTimer()
	for b.Loop() {
		if last = p.Read(context.Background(), t, fleet.Status); last.SNMP != fleet.Answered || last.Rhythm != fleet.Status {
			b.Fatalf("%s %s", last.SNMP, last.Rhythm)
		}
	}
	b.ReportMetric(float64(last.Cost.PDUs), "PDUs/read")
	b.ReportMetric(float64(last.Cost.Bytes), "bytes/read")
	b.ReportMetric(float64(last.Cost.Varbinds), "objects/read")
	b.ReportMetric(float64(full.Cost.PDUs), "PDUs/inventory")
}
