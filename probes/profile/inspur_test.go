package profile

import (
	"reflect"
	"testing"

	"ironage/internal/fleet"
)

func TestInspur(t *testing.T) {
	m, r := read(t, builtIn(t), recording(t, "inspur"))
	if want := []string{"inspur"}; !reflect.DeepEqual(m.Names(), want) {
		t.Errorf("profiles: got %v, want %v", m.Names(), want)
	}
	if want := (fleet.Device{Vendor: "Inspur", Model: "NF5280M5", Serial: "219TEST01", Controller: "BMC", Hostname: "inspur-bmc"}); r.Device != want {
		t.Errorf("device: got %+v, want %+v", r.Device, want)
	}
	compare(t, r, []expected{
		{key: "disk/Disk0", health: fleet.OK, check: func(c fleet.Component) bool { return c.Model == "ST4000NM0035" && c.CapacityBytes != nil }},
		{key: "disk/Disk1", health: fleet.Warning, predictive: "true"},
		{key: "raid-volume/Logical disk 1", health: fleet.OK, check: func(c fleet.Component) bool { return c.Attributes["raid_level"] == "RAID 1" }},
		{key: "raid-volume/Logical disk 2", health: fleet.Warning},
		{key: "raid-controller/RAID0", health: fleet.OK},
		{key: "memory/DIMM0", health: fleet.OK, check: func(c fleet.Component) bool {
			return c.Serial == "3A2B0001" && c.Part == "M393TEST" && *c.CapacityBytes == 32<<30
		}},
		{key: "memory/DIMM1", health: fleet.Critical, check: func(c fleet.Component) bool { return c.Serial == "3A2B0002" }},
		{key: "memory/DIMM2", health: fleet.Absent},
		{key: "memory/DIMM3", health: fleet.Unknown, check: func(c fleet.Component) bool { return c.Serial == "3A2B0004" }},
		{key: "cpu/CPU0", health: fleet.OK, check: func(c fleet.Component) bool { return c.Attributes["cores"] == "12" }},
		{key: "cpu/CPU1", health: fleet.Absent},
		{key: "psu/PSU0", health: fleet.OK}, {key: "psu/PSU1", health: fleet.Critical},
		{key: "fan/FAN0", health: fleet.OK, check: func(c fleet.Component) bool { return *c.Reading == 5400 }},
		{key: "fan/FAN1", health: fleet.Warning, check: func(c fleet.Component) bool { return *c.Reading == 900 }},
		{key: "temperature/Inlet_Temp", health: fleet.OK},
		{key: "voltage/P12V", health: fleet.Unknown, meaning: "not a listed value: 9", check: func(c fleet.Component) bool { return c.Reading == nil && c.Attributes["reading"] == "12096" }},
		{key: "other/PCIE0", health: fleet.Unknown}, {key: "other/PCIE1", health: fleet.Absent},
	})
	if got := r.Totals; *got.MemoryBytes != 80<<30 || *got.CPUSockets != 1 || *got.CPUCores != 12 {
		t.Errorf("totals: got %+v, want 80 GiB, one socket, 12 cores", got)
	}
	if reported(r, fleet.NIC) {
		t.Error("network cards: got reported, want not reported")
	}
}
