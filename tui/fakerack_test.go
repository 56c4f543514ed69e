package tui

import (
	"fmt"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/ops"
	"ironage/internal/racks"
)

// rackFleet is the hand-written fleet in racks where everything occurs: servers
// of two units, one on the rear, a conflict, a chassis with blades, one beyond
// its rack, and some whose place nobody wrote down.
func rackFleet() []fleet.Entry {
	es := handFleet()
	for i, inlet := range []float64{22, 24, 28, 33, 36, 25, 24, 23, 21, 24} {
		es[i].State.Components = append(es[i].State.Components, fleet.Component{Kind: fleet.Temperature, Name: "System Board Inlet Temp", Slot: "inlet",
			Reading: num(inlet), Unit: fleet.Celsius, Health: fleet.OK})
	}
	es[0].Server.Height = 2
	es[1].Server.Position = 4
	es[2].Server.Position, es[2].Server.Face = 10, "front"
	es[3].Server.Position, es[3].Server.Face = 10, "rear"
	es[4].Server.Height = 2 // reaches the unit of es[5]
	es[11].Server.Position = 0
	enc := handServer("hn-c11-enc", "C11", 1, "PowerEdge M1000e", "operations centre", "2014")
	enc.Server.Height = 10
	for i := range 3 {
		name := fmt.Sprintf("hn-blade-%d", i+1)
		b := handServer(name, "", 0, "PowerEdge M640", "operations centre", "2019")
		enc.State.Components = append(enc.State.Components, fleet.Component{Kind: fleet.Chassis, Name: fmt.Sprintf("Slot %d", 2*i+1), Slot: name, Serial: b.State.Device.Serial, Health: fleet.OK})
		es = append(es, b)
	}
	high, nowhere := handServer("hn-c11-45", "C11", 45, "PowerEdge R640", "TDOffice", "2021"), handServer("hn-kho-01", "", 0, "PowerEdge R640", "", "2021")
	return append(es, enc, high, nowhere)
}

// rackSpecs are what is written down about those racks; D01 is empty.
func rackSpecs() []racks.Spec {
	id := func(name string) racks.ID { return racks.ID{Site: "hanoi", Room: "dc1", Name: name} }
	return []racks.Spec{{ID: id("C11"), Height: 24}, {ID: racks.ID{Site: "hanoi", Room: "dc2", Name: "D01"}, Height: 42}}
}

// inRacks opens a console that knows about the racks themselves.
func inRacks(cfg *Config) { cfg.Racks = rackSpecs() }

func rackView() *ops.View {
	v := handView()
	v.Fleet = fleet.NewSnapshot(7, before(time.Second), rackFleet())
	return judge(v)
}

// noRacksView is a fleet of which nobody knows where it stands.
func noRacksView() *ops.View {
	es := handFleet()
	for i := range es {
		es[i].Server.Rack, es[i].Server.Position = "", 0
	}
	return judge(&ops.View{Fleet: fleet.NewSnapshot(7, threeAM, es), Collector: ops.Collector{Here: true, Heartbeat: threeAM}})
}

// probedView is a fleet of which each way of being hard to ask occurs.
func probedView() *ops.View {
	v := handView()
	es := handFleet()
	ep := func(i int) *fleet.EndpointState { return &es[i].State.Endpoints[0] }
	ep(0).SNMP, ep(0).Misses, ep(0).Note, ep(0).Credential = fleet.Refused, 4, "the agent knows the user, but the passphrase is wrong", "bmc"
	ep(1).Errors = []fleet.ReadError{{What: "dell-idrac table disk", Text: "no answer to 3 requests", Kinds: []fleet.Kind{fleet.Disk}}}
	ep(2).Profiles = nil
	ep(3).Cost.Retries, ep(3).Cost.Took = 7, 4200*time.Millisecond
	ep(4).NextTry = before(3 * time.Minute)
	ep(6).Cost.Took = 9 * time.Second
	ep(8).Ping = fleet.Ping{Reach: fleet.NotPermitted}
	for i := range 12 {
		ep(11).Cost.Took += time.Duration(i) * 10 * time.Millisecond
	}
	es[11].State.Trends.Put(fleet.TrendRTT, fleet.TrendOf(0, []float64{0.2, 0.3, 0.2, 0.9, 0.4}, before(time.Minute)))
	v.Fleet = fleet.NewSnapshot(7, before(time.Second), es)
	return judge(v)
}
