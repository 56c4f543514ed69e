package profile

import (
	"slices"
	"testing"

	"ironage/internal/fleet"
)

func TestILOMFaults(t *testing.T) {
	m, r := read(t, builtIn(t), recording(t, "ilom-faults"))
	if got := m.Names(); !slices.Equal(got, []string{"oracle-ilom"}) {
		t.Fatalf("profiles: got %v, want oracle-ilom", got)
	}
	if want := (fleet.Device{Vendor: "Oracle", Model: "SPARC T5-2", Serial: "AKTEST001", Controller: "ILOM", Firmware: "3.2.4.1"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	compare(t, r, []expected{
		{key: "disk//SYS/HDD0/DRIVE", health: fleet.OK, check: described("", "", "", "DTEST040", "")},
		{key: "disk//SYS/HDD1", health: fleet.Critical, meaning: "critical", check: described("HDD1", "", "", "DTEST041", "")},
		{key: "disk//SYS/HDD2", health: fleet.Absent, meaning: "empty slot"},
		{key: "disk//SYS/HDD3", health: fleet.Unknown, meaning: "indeterminate"},
		{key: "memory//SYS/MB/P0/D0", health: fleet.OK, meaning: "cleared", check: func(c fleet.Component) bool { return c.Manufactured == "" && c.Place == "P0/D0" }},
		{key: "memory//SYS/MB/P0/D1", health: fleet.Warning, meaning: "minor", check: func(c fleet.Component) bool {
			return c.Manufactured == "2013-02-01" && c.Vendor == "Samsung" && c.Model == "M393TEST"
		}},
		{key: "memory//SYS/MB/P0/D2", health: fleet.Absent, meaning: "disabled"},
		{key: "memory//SYS/MB/P0/D3", health: fleet.Unknown, meaning: "its states are not reliable"},
		{key: "cpu//SYS/MB/CM0/CMP", health: fleet.OK},
		{key: "psu//SYS/PS0", health: fleet.OK},
		{key: "psu//SYS/PS1", health: fleet.Critical, meaning: "major"},
		{key: "fan//SYS/FM0", health: fleet.OK},
		// Only the lower limits are switched on; the others hold noise.
		{key: "fan//SYS/FM0/TACH", health: fleet.OK, check: reads(5400, fleet.RPM, 500, 1000, 0, 0)},
		{key: "temperature//SYS/MB/T_AMB", health: fleet.Warning, meaning: "above the warning limit 45", check: reads(46.5, fleet.Celsius, 0, 0, 45, 55)},
		{key: "temperature//SYS/MB/T_OLD", health: fleet.Absent},
		{key: "voltage//SYS/MB/V_12V0", health: fleet.Warning, meaning: "warning", check: reads(11.8, fleet.Volt, 10.2, 10.8, 13.2, 13.8)},
		{key: "power//SYS/VPS", health: fleet.OK, check: reads(640, fleet.Watt)},
		{key: "chassis//SYS", health: fleet.OK},
		{key: "other//SYS/MB", health: fleet.OK, check: func(c fleet.Component) bool { return c.Manufactured == "2013-05-14" && c.Serial == "MBTEST001" }},
		{key: "other//SYS/MB/STATE", health: fleet.Warning, meaning: "not acceptable", check: func(c fleet.Component) bool { return c.Attributes["state"] == "Degraded" }},
		{key: "other//SYS/PS0/PRSNT", health: fleet.OK, check: func(c fleet.Component) bool { return c.Attributes["state"] == "Present" }},
		{key: "other//SYS/SERVICE", health: fleet.Warning, meaning: "lit"},
	})
}

// TestILOMUnexpectedState: a sensor of two states that is not as expected, and
// no alarm about it.
func TestILOMUnexpectedState(t *testing.T) {
	vars := slices.DeleteFunc(recording(t, "ilom-faults").Variables(), underAny("1.3.6.1.4.1.42.2.70.101.1.1.7.1.1"))
	vars = append(vars, number32("1.3.6.1.4.1.42.2.70.101.1.1.7.1.1.63", 2))
	_, r := read(t, builtIn(t), NewRecording(vars))
	for _, c := range r.Components {
		if c.Name == "/SYS/PS0/PRSNT" && (c.Health != fleet.Warning || c.Attributes["state"] != "Absent") {
			t.Errorf("got %v %v, want a warning: Absent", c.Health, c.Attributes)
		}
	}
}
