package probes

import (
	"context"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// moody shows a disk to walks and denies it to Get, as agents do whose rows
// come and go.
type moody struct{ *profile.Recording }

func (m moody) Get(ctx context.Context, oids []snmp.OID) ([]snmp.Variable, error) {
	out, err := m.Recording.Get(ctx, oids)
	for i := range out {
		if strings.Contains(string(out[i].OID), ".20.130.4.1.") {
			out[i].Value = snmp.Value{Type: snmp.NoSuchInstance}
		}
	}
	return out, err
}

// TestFlappingAgent: a device whose rows come and go is not walked in full at
// every status read.
func TestFlappingAgent(t *testing.T) {
	lib, err := profile.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	p, m := New(lib, nil, time.Now), &memory{}
	src := moody{profile.NewRecording(profile.Encode(lib.Find("dell-idrac"), profile.Hardware{Components: []fleet.Component{
		{Kind: fleet.Disk, Name: "Disk.Bay.0:Enclosure.Internal.0-1:RAID.Integrated.1-1", Health: fleet.OK}}}))}
	full, said := 0, 0
	for range 30 {
		obs := fleet.Observation{Rhythm: fleet.Status}
		errs, err := p.ask(t.Context(), src, m, &obs)
		if err != nil {
			t.Fatal(err)
		}
		if obs.Rhythm == fleet.Inventory {
			full++
			m.plan = p.shared.Plan(m.match.Decode(m.vars, p.now(), fleet.BMC).Plan, m.vars)
		}
		said += len(errs)
	}
	if full < 3 || full > 7 || said != 30-full {
		t.Errorf("got %d inventories in 30 reads and %d reports, want 3 to 7 and a report for each of the others", full, said)
	}
}
