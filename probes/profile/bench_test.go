package profile

import (
	"context"
	"fmt"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// rackServer is hardware of the size of a full recording.
func rackServer(disks int) Hardware {
	h := Hardware{Device: fleet.Device{Model: "PowerEdge R740xd", Serial: "BENCH01"}, RollUp: fleet.OK}
	add := func(c fleet.Component) { c.Health = fleet.OK; h.Components = append(h.Components, c) }
	for i := range disks {
		add(fleet.Component{Kind: fleet.Disk, Name: fmt.Sprintf("Disk.Bay.%d:Enclosure.Internal.0-1:RAID.Integrated.1-1", i), Vendor: "SEAGATE",
			Model: "ST600MM0006", Serial: fmt.Sprintf("S%07d", i), Firmware: "LS0A", CapacityBytes: ptr(int64(571776) << 20), PredictiveFailure: fleet.No,
			Manufactured: "2018-W20", Attributes: map[string]string{"media": "hdd", "bus": "sas"}})
		add(fleet.Component{Kind: fleet.RAIDVolume, Name: fmt.Sprintf("Disk.Virtual.%d:RAID.Integrated.1-1", i), CapacityBytes: ptr(int64(571776) << 20)})
	}
	for i := range 24 {
		add(fleet.Component{Kind: fleet.Memory, Name: fmt.Sprintf("DIMM.Socket.A%d", i), Vendor: "Samsung", Serial: fmt.Sprintf("M%07d", i), CapacityBytes: ptr(int64(32) << 30)})
	}
	for i := range 47 {
		add(fleet.Component{Kind: fleet.Voltage, Name: fmt.Sprintf("CPU1 rail %d PG", i)})
	}
	for i := range 14 {
		add(fleet.Component{Kind: fleet.Fan, Name: fmt.Sprintf("System Board Fan%dA", i), Reading: ptr(4080.0), Unit: fleet.RPM, Limits: &fleet.Limits{CritLow: ptr(480.0)}})
		add(fleet.Component{Kind: fleet.Temperature, Name: fmt.Sprintf("Temp %d", i), Reading: ptr(45.0), Unit: fleet.Celsius, Limits: &fleet.Limits{CritHigh: ptr(98.0)}})
	}
	for i := range 2 {
		add(fleet.Component{Kind: fleet.CPU, Name: fmt.Sprintf("CPU.Socket.%d", i+1), Attributes: map[string]string{"cores": "20"}})
		add(fleet.Component{Kind: fleet.PSU, Name: fmt.Sprintf("PSU.Slot.%d", i+1), Serial: fmt.Sprintf("P%07d", i)})
	}
	return h
}

func BenchmarkDecode(b *testing.B) {
	l := builtIn(b)
	rec := NewRecording(Encode(l.Find("dell-idrac"), rackServer(24)))
	ctx := context.Background()
	m, err := l.Match(ctx, rec)
	if err != nil {
		b.Fatal(err)
	}
	v, _, err := m.ReadInventory(ctx, rec)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	var r Reading
	for b.Loop() {
		r = m.DecodeStatus(v, testTime, fleet.BMC)
	}
	b.ReportMetric(float64(len(r.Components)), "components")
	b.ReportMetric(float64(v.Len()), "variables")
	b.ReportMetric(float64(m.Decode(v, testTime, fleet.BMC).Plan.Len()), "live")
}

// BenchmarkDecodeStatus is what a status read costs after its answers are in:
// of all that was read, one reading is another than before.
func BenchmarkDecodeStatus(b *testing.B) {
	for name, disks := range map[string]int{"dell-idrac": 8, "hpe-ilo": 4} {
		b.Run(name, func(b *testing.B) {
			l := builtIn(b)
			rec := NewRecording(Encode(l.Find(name), rackServer(disks)))
			ctx := context.Background()
			m, err := l.Match(ctx, rec)
			if err != nil {
				b.Fatal(err)
			}
			v, _, err := m.ReadInventory(ctx, rec)
			if err != nil {
				b.Fatal(err)
			}
			reading := sensor(b, m, m.Decode(v, testTime, fleet.BMC))
			b.ReportAllocs()
			b.ResetTimer()
			var r Reading
			degrees := int64(0)
			for b.Loop() {
				degrees++
				v.set(reading, snmp.Value{Type: snmp.Integer, Num: 20 + degrees%40})
				r = m.DecodeStatus(v, testTime, fleet.BMC)
			}
			b.ReportMetric(float64(len(r.Components)), "components")
		})
	}
}

// sensor is the cell of a temperature.
func sensor(b *testing.B, m Match, r Reading) cellAt {
	b.Helper()
	for _, p := range m.Profiles {
		for _, rule := range p.Components {
			for _, c := range r.Components {
				if rule.Kind == fleet.Temperature && c.Kind == fleet.Temperature && rule.Reading != nil && rule.Reading.Column != nil {
					return cellAt{rule.Reading.Column.col, c.Index}
				}
			}
		}
	}
	b.Fatal("no temperature")
	return cellAt{}
}

func BenchmarkLoadLibrary(b *testing.B) {
	for b.Loop() {
		if _, err := BuiltIn(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	p, h := builtIn(b).Find("dell-idrac"), rackServer(24)
	for b.Loop() {
		Encode(p, h)
	}
}
