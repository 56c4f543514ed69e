package profile

import (
	"context"
	"strings"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// TestRecognition: how each device introduces itself, and which profiles read
// it. What a management controller tells of its own small computer is never
// taken for the server's.
func TestRecognition(t *testing.T) {
	const (
		linux, windows = "1.3.6.1.4.1.8072.3.2.10", "1.3.6.1.4.1.311.1.1.3.1.2"
		ucdMemory      = "1.3.6.1.4.1.2021.4.5.0"
		omsaModel      = "1.3.6.1.4.1.674.10892.1.300.10.1.9.1"
		healthMIB      = "1.3.6.1.4.1.232.6.1.3.0"
		cmcStatus      = "1.3.6.1.4.1.674.10892.2.3.1.1.0"
		cmcSupply      = "1.3.6.1.4.1.674.10892.2.4.2.1.4.1.1"
		racName        = "1.3.6.1.4.1.674.10892.2.1.1.2.0"
		racType        = "1.3.6.1.4.1.674.10892.2.1.1.14.0"
		idracStatus    = "1.3.6.1.4.1.674.10892.5.2.1.0"
	)
	for _, c := range []struct {
		name, objectID, descr string
		answers               map[snmp.OID]any
		want                  string
	}{
		{"iDRAC with an empty sysDescr", "1.3.6.1.4.1.674.10892.5", "", nil, "dell-idrac"},
		{"iDRAC that answers the older scalars", "1.3.6.1.4.1.674.10892.5", "", map[snmp.OID]any{racName: "iDRAC7"}, "dell-idrac"},
		{"iDRAC under the older identity", "1.3.6.1.4.1.674.10892.2", "", map[snmp.OID]any{racName: "iDRAC7", idracStatus: 3}, "dell-idrac"},
		{"iDRAC that answers UCD objects", "1.3.6.1.4.1.674.10892.5", "", map[snmp.OID]any{ucdMemory: 512}, "dell-idrac"},
		{"iDRAC 6", "1.3.6.1.4.1.674.10892.2", "Linux rac 2.6.23.1 #1 armv5tejl", map[snmp.OID]any{racName: "iDRAC6", ucdMemory: 512}, "dell-drac"},
		{"CMC", "1.3.6.1.4.1.674.10892.2", "Dell Out-of-band SNMP Agent for Remote Access Controller", map[snmp.OID]any{racName: "CMC", cmcStatus: 3}, "dell-cmc"},
		{"CMC that tells only its type", "1.3.6.1.4.1.674.10892.2", "", map[snmp.OID]any{racName: "CMC", racType: 19}, "dell-cmc"},
		{"CMC of a recording made of two", "1.3.6.1.4.1.674.10892.5", "", map[snmp.OID]any{cmcStatus: 3, cmcSupply: 3}, "dell-cmc,dell-idrac"},
		{"iDRAC that answers the CMC's status", "1.3.6.1.4.1.674.10892.5", "", map[snmp.OID]any{cmcStatus: 3, racType: 17}, "dell-idrac"},
		{"Linux with OMSA", linux, "Linux db01 5.14.0", map[snmp.OID]any{omsaModel: "PowerEdge R730"}, "net-snmp,dell-omsa"},
		{"Windows with OMSA", windows, "Hardware: Intel64 Family 6 - Software: Windows Version 6.3", map[snmp.OID]any{omsaModel: "PowerEdge R730"}, "windows,dell-omsa"},
		{"iLO 4", "1.3.6.1.4.1.232.9.4.10", "Integrated Lights-Out 4 2.72 Oct 20 2019", map[snmp.OID]any{healthMIB: 2}, "hpe-ilo"},
		{"iLO 7 with reads switched off", "1.3.6.1.4.1.232.9.4.13", "", nil, "hpe-ilo"},
		{"iLO that answers UCD objects", "1.3.6.1.4.1.232.9.4.11", "Integrated Lights-Out 5 2.71 Jul 04 2022", map[snmp.OID]any{healthMIB: 2, ucdMemory: 512}, "hpe-ilo"},
		{"Linux with Insight agents", linux, "Linux old01 2.6.32", map[snmp.OID]any{healthMIB: 2}, "net-snmp,hpe-insight"},
		{"Insight agents without a product name", linux, "Linux blade 3.0", map[snmp.OID]any{"1.3.6.1.4.1.232.2.2.4.2.0": ""}, "net-snmp,hpe-insight"},
		{"Windows with Insight agents", windows, "Hardware: Intel64 Family 6 - Software: Windows Version 6.1", map[snmp.OID]any{healthMIB: 2}, "windows,hpe-insight"},
		{"Onboard Administrator", "1.3.6.1.4.1.11.5.7.1.2", "HP Onboard Administrator", map[snmp.OID]any{healthMIB: 2}, "hpe-oa"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDevice(snmp.OID(c.objectID), c.descr)
			for o, v := range c.answers {
				d.scalar(o, v)
			}
			m, err := builtIn(t).Match(context.Background(), NewRecording(d.vars))
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(m.Names(), ","); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestSimulatedDevicesAreRecognised: what a profile encodes introduces itself
// as that family, and as nothing else.
func TestSimulatedDevicesAreRecognised(t *testing.T) {
	l := builtIn(t)
	for _, c := range []struct{ profile, want string }{
		{"dell-idrac", "dell-idrac"}, {"dell-cmc", "dell-cmc"}, {"dell-drac", "dell-drac"}, {"dell-omsa", "net-snmp,dell-omsa"},
		{"hpe-ilo", "hpe-ilo"}, {"hpe-oa", "hpe-oa"}, {"hpe-insight", "net-snmp,hpe-insight"},
	} {
		h := Hardware{RollUp: fleet.Warning, Device: fleet.Device{Vendor: "Maker", Model: "Model 1", Serial: "TEST0001", Controller: "Controller 5", Firmware: "1.2", Hostname: "host", OS: "Linux 6.1"}}
		m, r := read(t, l, NewRecording(Encode(l.Find(c.profile), h)))
		if got := strings.Join(m.Names(), ","); got != c.want {
			t.Errorf("%s: got %q, want %q", c.profile, got, c.want)
		}
		if r.RollUp == nil || r.RollUp.Health != fleet.Warning || r.Device.Serial != "TEST0001" {
			t.Errorf("%s: got %+v and roll-up %+v", c.profile, r.Device, r.RollUp)
		}
	}
}
