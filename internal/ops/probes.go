package ops

import (
	"cmp"
	"slices"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// Probe is one endpoint as the Probes overview lists it.
type Probe struct {
	Server  string
	State   fleet.EndpointState
	Trouble string // code of the finding, empty while it answers
	Overdue bool   // not read for longer than it should have been
	Why     string // in words: what happened and what to try
}

// Probes sums up how well the fleet can be asked. It comes from the view
// alone, so that every process can show it, whoever polls.
type Probes struct {
	// Never counts those that were not asked, too.
	Endpoints, Answering, Silent, Refused, Never int
	// Overdue endpoints answered before, but not for three intervals.
	Overdue int
	// PingNotPermitted is how many endpoints were judged by SNMP alone.
	PingNotPermitted int
	PDUs             int // of the latest reads together
	// List has every endpoint: those in trouble first, then the slowest.
	List []Probe
}

// ProbesOf sums up a view's endpoints.
func ProbesOf(v *View, now time.Time) Probes {
	var p Probes
	need := health.Reads{Detect: 1} // a list of probes shows the first miss
	for e := range v.Fleet.All() {
		for i := range e.State.Endpoints {
			p.add(e.Server.Name, &e.State.Endpoints[i], need, now)
		}
		for _, ep := range e.Server.Endpoints {
			if !slices.ContainsFunc(e.State.Endpoints, func(s fleet.EndpointState) bool { return s.Role == ep.Role }) {
				p.Endpoints++
				p.Never++
				p.List = append(p.List, Probe{Server: e.Server.Name, State: fleet.EndpointState{Endpoint: ep}})
			}
		}
	}
	slices.SortStableFunc(p.List, func(a, b Probe) int {
		if x := cmp.Compare(urgent(&b), urgent(&a)); x != 0 {
			return x
		}
		if x := cmp.Compare(b.State.Cost.Took, a.State.Cost.Took); x != 0 {
			return x
		}
		return cmp.Compare(a.Server, b.Server)
	})
	return p
}

func (p *Probes) add(server string, e *fleet.EndpointState, need health.Reads, now time.Time) {
	one := Probe{Server: server, State: *e, Trouble: health.Trouble(e, need), Overdue: e.Stale(now)}
	p.Endpoints++
	p.PDUs += e.Cost.PDUs
	if one.Trouble == "" && e.SNMP == fleet.NotAsked {
		one.Trouble = health.NotAsked
	}
	switch one.Trouble {
	case "":
		p.Answering++
	case health.NotAsked:
		p.Never++
		one.Why = health.TroubleText(e, one.Trouble)
	case health.Refused:
		p.Refused++
		one.Why = health.TroubleText(e, one.Trouble)
	default:
		p.Silent++
		one.Why = health.TroubleText(e, one.Trouble)
	}
	if one.Overdue {
		p.Overdue++
	}
	if e.Ping.Reach == fleet.NotPermitted {
		p.PingNotPermitted++
	}
	p.List = append(p.List, one)
}

func urgent(p *Probe) int {
	switch {
	case p.Trouble != "":
		return 2
	case p.Overdue:
		return 1
	}
	return 0
}
