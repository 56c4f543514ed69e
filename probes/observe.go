package probes

import (
	"context"
	"fmt"
	"strings"

	"ironage/internal/fleet"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// fill moves a reading into an observation.
func fill(obs *fleet.Observation, m profile.Match, r profile.Reading) {
	obs.Device, obs.RollUp, obs.Components, obs.Totals = r.Device, r.RollUp, r.Components, r.Totals
	obs.Filesystems, obs.Findings, obs.NotReported = r.Filesystems, r.Findings, r.NotReported
	obs.Profiles = m.Names()
	obs.Errors = append(obs.Errors, r.Errors...)
	if obs.Device.Hostname == "" && obs.Endpoint.Role == fleet.OS {
		obs.Device.Hostname = strings.TrimSpace(m.Name)
	}
	switch {
	case len(m.Profiles) == 0:
		obs.SNMPNote = fmt.Sprintf("the agent answers, but no profile fits it (sysObjectID %s); record it with \"ironage record HOST\", and docs/profiles.md tells how to make a profile of that", orNone(m.ObjectID))
	case len(r.Components) == 0 && len(r.Filesystems) == 0 && r.Totals.MemoryBytes == nil:
		obs.SNMPNote = fmt.Sprintf("the agent answers, but shows nothing that %s reads; "+
			"a view that hides it is the usual cause (Debian's and Ubuntu's default shows the system group only)", strings.Join(obs.Profiles, ", "))
	case m.Stranger():
		obs.SNMPNote = fmt.Sprintf("no family's profile fits it (sysObjectID %s), so it is read by what any device may publish (%s); "+
			"record it with \"ironage record HOST\", and docs/profiles.md tells how to make a profile of that", orNone(m.ObjectID), strings.Join(obs.Profiles, ", "))
	}
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// Observe reads from a source that is no live agent, such as a recording.
func (p *Prober) Observe(ctx context.Context, src profile.Source, t Target) fleet.Observation {
	obs := fleet.Observation{Server: t.Server, Endpoint: t.Endpoint, Rhythm: fleet.Inventory,
		Ping: fleet.Ping{Reach: fleet.NotAsked}, SNMP: fleet.Answered}
	m := &memory{}
	errs, err := p.ask(ctx, src, m, &obs)
	obs.Time = p.now()
	if err != nil {
		obs.SNMP, obs.SNMPNote = snmp.Reach(err)
		return obs
	}
	obs.Errors = errs
	fill(&obs, m.match, m.match.Decode(m.vars, obs.Time, settleRole(&obs, m.match)))
	return obs
}
