package ops

import (
	"testing"
	"time"

	"ironage/internal/fleet"
)

func TestProbesOf(t *testing.T) {
	ep := func(misses int, snmp, ping fleet.Reach, took time.Duration, ago time.Duration) fleet.State {
		return fleet.State{Endpoints: []fleet.EndpointState{{Endpoint: fleet.Endpoint{Role: fleet.BMC, Address: "a"}, SNMP: snmp,
			Ping: fleet.Ping{Reach: ping}, Misses: misses, LastOK: noon.Add(-ago), Interval: time.Minute, Cost: fleet.Cost{Took: took, PDUs: 2}}}}
	}
	srv := func(name string) fleet.Server {
		return fleet.Server{Name: name, Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "a"}}}
	}
	v := &View{Fleet: fleet.NewSnapshot(1, noon, []fleet.Entry{
		{Server: srv("fine"), State: ep(0, fleet.Answered, fleet.NotPermitted, time.Second, time.Minute)},
		{Server: srv("slow"), State: ep(0, fleet.Answered, fleet.Answered, 9*time.Second, time.Minute)},
		{Server: srv("late"), State: ep(0, fleet.Answered, fleet.Answered, time.Second, time.Hour)},
		{Server: srv("dead"), State: ep(1, fleet.Silent, fleet.Silent, 0, time.Hour)},
		{Server: srv("shut"), State: ep(5, fleet.Refused, fleet.Answered, 0, time.Hour)},
		{Server: srv("unasked"), State: ep(0, fleet.NotAsked, fleet.Answered, 0, time.Minute)},
		{Server: srv("new")},
	})}
	p := ProbesOf(v, noon)
	if p.Endpoints != 7 || p.Answering != 3 || p.Silent != 1 || p.Refused != 1 || p.Never != 2 || p.Overdue != 3 || p.PingNotPermitted != 1 || p.PDUs != 12 {
		t.Errorf("got %+v", p)
	}
	order := ""
	for _, x := range p.List {
		order += x.Server + " "
	}
	if want := "dead shut unasked late slow fine new "; order != want {
		t.Errorf("order: got %q, want %q", order, want)
	}
	if p.List[0].Why == "" {
		t.Error("a silent endpoint without words")
	}
}
