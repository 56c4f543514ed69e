package probes_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/sim/agent"
	"ironage/probes"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

const (
	oidUpTime     snmp.OID = "1.3.6.1.2.1.1.3.0"
	oidDiskSerial snmp.OID = "1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1.7"
)

func ticks(n int64) snmp.Value { return snmp.Value{Type: snmp.TimeTicks, Num: n} }

// TestARestartMakesAnInventory, of everything: an agent that has just started may
// have other rows under the same numbers.
func TestARestartMakesAnInventory(t *testing.T) {
	f := newFixture(t, nil)
	f.tree.Set(oidUpTime, ticks(5000))
	f.read(fleet.Inventory)
	for _, step := range []struct {
		up   int64
		want fleet.Rhythm
	}{{6000, fleet.Status}, {6000, fleet.Status}, {900, fleet.Inventory}, {1000, fleet.Status}, {2000, fleet.Status}} {
		f.tree.Set(oidUpTime, ticks(step.up))
		if o := f.read(fleet.Status); o.Rhythm != step.want || o.SNMP != fleet.Answered || len(o.Components) != 4 || len(o.Errors) > 0 {
			t.Errorf("up for %d: got %s %s with %d components, %v; want a read of rhythm %s", step.up, o.Rhythm, o.SNMP, len(o.Components), o.Errors, step.want)
		}
	}
}

// TestARestartBetweenTwoReads shows, although the agent has run for longer now than
// when it was read before: not for as long as that is ago. An agent whose time
// stands still is read whole once for it, and not at every read.
func TestARestartBetweenTwoReads(t *testing.T) {
	f := newFixture(t, nil)
	now := time.Now()
	f.prober = probes.New(f.lib, nil, func() time.Time { return now })
	for i, step := range []struct {
		later time.Duration
		up    int64 // seconds
		want  fleet.Rhythm
	}{
		{0, 40, fleet.Inventory}, {10 * time.Minute, 120, fleet.Inventory}, {5 * time.Minute, 420, fleet.Status}, {30 * time.Minute, 600, fleet.Inventory},
		{5 * time.Minute, 600, fleet.Status}, {5 * time.Minute, 600, fleet.Status}, {time.Hour, 600, fleet.Status},
	} {
		now = now.Add(step.later)
		f.tree.Set(oidUpTime, ticks(100*step.up))
		if o := f.read(fleet.Status); o.Rhythm != step.want || len(o.Components) != 4 || len(o.Errors) > 0 {
			t.Errorf("%d, %v later, up for %d s: got %s with %d components, %v; want a read of rhythm %s", i, step.later, step.up, o.Rhythm, len(o.Components), o.Errors, step.want)
		}
	}
}

// TestAClockThatGoesBackIsNoFault: an agent whose time goes to and fro is read
// whole now and then, and nothing is said against what it answers.
func TestAClockThatGoesBackIsNoFault(t *testing.T) {
	f := newFixture(t, nil)
	full := 0
	for i := range 40 {
		f.tree.Set(oidUpTime, ticks(int64(5000-100*i)))
		o := f.read(fleet.Status)
		if len(o.Errors) > 0 || len(o.Components) != 4 {
			t.Fatalf("got %d components, %v", len(o.Components), o.Errors)
		}
		if o.Rhythm == fleet.Inventory {
			full++
		}
	}
	if full < 4 || full > 10 {
		t.Errorf("got %d inventories in 40 reads, want the first few and then each tenth", full)
	}
}

// TestDisksThatChangePlaces are seen by a status read, although all objects that
// it asks for are still there: the numbers are the same, the disks are not.
func TestDisksThatChangePlaces(t *testing.T) {
	f := newFixture(t, nil)
	f.read(fleet.Inventory)
	serial := func(s string) snmp.Value { return snmp.Value{Type: snmp.OctetString, Octets: []byte(s)} }
	f.tree.Set(oidDiskSerial.Append("1"), serial("S1"))
	f.tree.Set(oidDiskSerial.Append("2"), serial("S0"))
	f.tree.Set(oidDiskStatus.Append("1"), snmp.Value{Type: snmp.Integer, Num: 5})
	o := f.read(fleet.Status)
	if o.Rhythm != fleet.Inventory {
		t.Errorf("got a %s read, want an inventory", o.Rhythm)
	}
	for _, c := range o.Components {
		if c.Kind == fleet.Disk && (c.Serial == "S1") != (c.Health == fleet.Critical) {
			t.Errorf("disk %s is %v, want S1 to be the one that failed", c.Serial, c.Health)
		}
	}
	if o := f.read(fleet.Status); o.Rhythm != fleet.Status {
		t.Errorf("the next read: got %s, want a status read", o.Rhythm)
	}
}

// TestTheSecondOfAKindIsReadByTheFirst: with fewer messages, to the same
// components; and a third one that has more is still read whole.
func TestTheSecondOfAKindIsReadByTheFirst(t *testing.T) {
	f := newFixture(t, nil)
	more := server()
	more.Components = append(more.Components, fleet.Component{Kind: fleet.Disk, Name: "Disk.Bay.7:Enclosure.Internal.0-1:RAID.Integrated.1-1", Serial: "S7", Health: fleet.OK},
		fleet.Component{Kind: fleet.Fan, Name: "System Board Fan1A", Health: fleet.OK})
	first := f.read(fleet.Inventory)
	costs := []int{first.Cost.PDUs}
	for _, h := range []profile.Hardware{server(), server(), more} {
		a, err := agent.Listen("127.0.0.1:0", "secret", agent.NewMap(profile.Encode(f.lib.Find("dell-idrac"), h)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		})
		x := f.target
		x.Endpoint.Address = a.Addr()
		o := f.prober.Read(t.Context(), x, fleet.Inventory)
		alone := probes.New(f.lib, nil, time.Now)
		want := alone.Read(t.Context(), x, fleet.Inventory)
		if err := alone.Close(); err != nil {
			t.Error(err)
		}
		if len(o.Components) != len(h.Components) || len(o.Errors) > 0 || !slices.EqualFunc(o.Components, want.Components, func(a, b fleet.Component) bool {
			return a.Key() == b.Key() && a.Health == b.Health && a.Serial == b.Serial
		}) {
			t.Errorf("got %d components, %v; want the %d that are there", len(o.Components), o.Errors, len(h.Components))
		}
		costs = append(costs, o.Cost.PDUs)
	}
	if costs[2] >= costs[0] || costs[2] > costs[1] {
		t.Errorf("got %v messages, want fewer for those whose kind is known", costs)
	}
}

// TestManyOfAKindAtOnce: two go ahead, and the others are read by what those had.
func TestManyOfAKindAtOnce(t *testing.T) {
	f := newFixture(t, nil)
	const devices = 12
	targets := make([]probes.Target, devices)
	for i := range targets {
		a, err := agent.Listen("127.0.0.1:0", "secret", agent.NewMap(profile.Encode(f.lib.Find("dell-idrac"), server())))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		})
		targets[i] = f.target
		targets[i].Endpoint.Address = a.Addr()
	}
	seen := make([]fleet.Observation, devices)
	var all sync.WaitGroup
	for i := range targets {
		all.Go(func() { seen[i] = f.prober.Read(t.Context(), targets[i], fleet.Inventory) })
	}
	all.Wait()
	sum, most := 0, 0
	for _, o := range seen {
		if o.SNMP != fleet.Answered || len(o.Components) != 4 || len(o.Errors) > 0 {
			t.Errorf("got %s with %d components, %v", o.SNMP, len(o.Components), o.Errors)
		}
		sum, most = sum+o.Cost.PDUs, max(most, o.Cost.PDUs)
	}
	if most*devices <= sum {
		t.Errorf("all took %d messages, want fewer for those who came after the first", most)
	}
}

// TestAnotherServerBehindTheAddress: a name that was moved, or a swapped node. It
// has the rows of the one before, and has run for longer.
func TestAnotherServerBehindTheAddress(t *testing.T) {
	f := newFixture(t, nil)
	is := func(name, serial string, up int64) {
		h := server()
		h.Device.Hostname, h.Device.Serial = name, serial
		for i := range h.Components {
			h.Components[i].Serial = ""
		}
		f.tree.Replace(profile.Encode(f.lib.Find("dell-idrac"), h))
		f.tree.Set(oidUpTime, ticks(up))
	}
	is("a", "AAA1111", 5000)
	f.read(fleet.Inventory)
	for i, rhythm := range []fleet.Rhythm{fleet.Status, fleet.Inventory} {
		serial := []string{"BBB2222", "CCC3333"}[i]
		is(serial, serial, int64(9000+1000*i))
		o := f.read(rhythm)
		if o.Rhythm != fleet.Inventory || o.Device.Serial != serial || o.Device.Hostname != serial || len(o.Components) != 4 || len(o.Errors) > 0 {
			t.Errorf("a %s read: got a read of rhythm %s of %+v with %d components, %v; want all of %s", rhythm, o.Rhythm, o.Device, len(o.Components), o.Errors, serial)
		}
		if o := f.read(fleet.Status); o.Rhythm != fleet.Status || o.Device.Serial != serial {
			t.Errorf("the next read: got %s of %+v, want a status read of %s", o.Rhythm, o.Device, serial)
		}
	}
}
