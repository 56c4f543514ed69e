package profile

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
)

var testTime = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

// loaded parses the library once for all tests; a Library is never written to.
var loaded = sync.OnceValues(BuiltIn)

func builtIn(t testing.TB) *Library {
	t.Helper()
	l, err := loaded()
	if err != nil {
		t.Fatalf("the built-in library has problems:\n%v", err)
	}
	return l
}

// read matches, reads and decodes what src says.
func read(t testing.TB, l *Library, src Source) (Match, Reading) {
	t.Helper()
	ctx := context.Background()
	m, err := l.Match(ctx, src)
	if err != nil {
		t.Fatal(err)
	}
	v, errs, err := m.ReadInventory(ctx, src)
	if err != nil || len(errs) > 0 {
		t.Fatalf("reading: %v %v", errs, err)
	}
	r := m.Decode(v, testTime, fleet.BMC)
	if len(r.Errors) > 0 {
		t.Fatalf("decoding: %v", r.Errors)
	}
	return m, r
}

func ptr[T any](v T) *T { return &v }

// machine draws a machine of a family with the facts that the family can tell.
func machine(t *rapid.T, family string) Hardware {
	serial := rapid.StringMatching(`[A-Z0-9]{8,12}`)
	health := rapid.SampledFrom([]fleet.Health{fleet.OK, fleet.OK, fleet.OK, fleet.Warning, fleet.Critical})
	h := Hardware{RollUp: health.Draw(t, "roll-up")}
	n := rapid.IntRange(1, 12).Draw(t, "disks")
	for i := range n {
		c := fleet.Component{Kind: fleet.Disk, Model: "MODEL" + serial.Draw(t, "model"), Serial: serial.Draw(t, "serial"),
			Firmware: "FW01", Health: health.Draw(t, "health"), PredictiveFailure: fleet.No}
		c.CapacityBytes = ptr(int64(rapid.IntRange(1000, 16_000_000).Draw(t, "MiB")) << 20)
		switch family {
		case "dell-idrac":
			c.Name = fmt.Sprintf("Disk.Bay.%d:Enclosure.Internal.0-1:RAID.Integrated.1-1", i)
			c.Vendor = "SEAGATE"
			c.WearUsedPct = ptr(float64(rapid.IntRange(0, 100).Draw(t, "wear")))
			c.Manufactured = fmt.Sprintf("20%02d-W%02d", rapid.IntRange(10, 24).Draw(t, "year"), rapid.IntRange(1, 52).Draw(t, "week"))
		case "hpe-ilo":
			c.Name = fmt.Sprintf("Port=1I:Box=1:Bay=%d", i+1)
			c.PowerOnHours = ptr(float64(rapid.IntRange(1, 90000).Draw(t, "hours")))
			c.Reading, c.Unit = ptr(float64(rapid.IntRange(15, 60).Draw(t, "celsius"))), fleet.Celsius
		}
		if c.Health == fleet.Warning && rapid.Bool().Draw(t, "predictive") {
			c.PredictiveFailure = fleet.Yes
		}
		h.Components = append(h.Components, c)
	}
	for i := range rapid.IntRange(1, 8).Draw(t, "dimms") {
		c := fleet.Component{Kind: fleet.Memory, Health: health.Draw(t, "health"), Vendor: "Samsung", Serial: serial.Draw(t, "serial"),
			Part: "M393A" + serial.Draw(t, "part"), CapacityBytes: ptr(int64(16) << 30)}
		c.Name = map[string]string{"dell-idrac": fmt.Sprintf("DIMM.Socket.A%d", i+1), "hpe-ilo": fmt.Sprintf("PROC 1 DIMM %d", i+1)}[family]
		if c.Health == fleet.Critical {
			c.Health = fleet.OK
		}
		h.Components = append(h.Components, c)
	}
	for i := range 2 {
		c := fleet.Component{Kind: fleet.PSU, Health: health.Draw(t, "health"), Serial: serial.Draw(t, "serial"), Part: "0" + serial.Draw(t, "part")}
		c.Name = map[string]string{"dell-idrac": fmt.Sprintf("PSU.Slot.%d", i+1), "hpe-ilo": fmt.Sprintf("Bay %d", i+1)}[family]
		h.Components = append(h.Components, c)
		h.Components = append(h.Components, fleet.Component{Kind: fleet.Fan, Name: fmt.Sprintf("Fan %d", i+1), Health: health.Draw(t, "health")})
	}
	return h
}

// TestEncodeDecodes holds the simulator's promise: what a profile encodes, it
// decodes to the same.
func TestEncodeDecodes(t *testing.T) {
	l := builtIn(t)
	for _, family := range []string{"dell-idrac", "hpe-ilo"} {
		t.Run(family, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				h := machine(rt, family)
				_, got := read(t, l, NewRecording(Encode(l.Find(family), h)))
				if got.RollUp == nil || got.RollUp.Health != h.RollUp {
					rt.Fatalf("roll-up: got %v, want %v", got.RollUp, h.RollUp)
				}
				sameComponents(rt, got.Components, h.Components)
			})
		})
	}
}

func sameComponents(t *rapid.T, got, want []fleet.Component) {
	byKey := map[string]fleet.Component{}
	for _, c := range got {
		byKey[c.Kind.String()+"/"+c.Name] = c
	}
	if len(got) != len(want) {
		t.Fatalf("got %d components, want %d", len(got), len(want))
	}
	for _, w := range want {
		g, ok := byKey[w.Kind.String()+"/"+w.Name]
		if !ok {
			t.Fatalf("no %s %q among %d components", w.Kind, w.Name, len(got))
		}
		told := fleet.Component{Kind: g.Kind, Name: g.Name, Vendor: g.Vendor, Model: g.Model, Serial: g.Serial, Part: g.Part,
			Firmware: g.Firmware, CapacityBytes: g.CapacityBytes, Health: g.Health, WearUsedPct: g.WearUsedPct,
			PowerOnHours: g.PowerOnHours, Manufactured: g.Manufactured, Reading: g.Reading, Unit: g.Unit}
		if w.PredictiveFailure != 0 {
			told.PredictiveFailure = g.PredictiveFailure
		}
		if told.Vendor != "" && w.Vendor == "" {
			told.Vendor = ""
		}
		if told.Model != "" && w.Model == "" {
			told.Model = ""
		}
		if !reflect.DeepEqual(told, w) {
			t.Fatalf("%s %q:\n got %+v\nwant %+v\nverdicts %+v", w.Kind, w.Name, told, w, g.Verdicts)
		}
	}
}

func TestEncodeHost(t *testing.T) {
	l := builtIn(t)
	h := Hardware{Device: fleet.Device{Hostname: "app01", OS: "Linux 5.15.0-91"},
		Totals: fleet.Totals{MemoryBytes: ptr(int64(64) << 30), MemoryAvailableBytes: ptr(int64(20) << 30), MemoryUsedBytes: ptr(int64(44) << 30),
			SwapTotalBytes: ptr(int64(4) << 30), SwapUsedBytes: ptr(int64(1) << 30), LogicalCPUs: ptr(int64(4)),
			CPULoadPct: []float64{3, 99, 0, 12}, Load1: ptr(0.78), Load5: ptr(1.0), Load15: ptr(12.5), UptimeSeconds: ptr(int64(86400))},
		Components: []fleet.Component{{Kind: fleet.Disk, Name: "sda", CapacityBytes: ptr(int64(480) << 30)}},
		Filesystems: []fleet.Filesystem{{Mount: "/", Type: "fixed-disk", Index: "31", SizeBytes: ptr(int64(50) << 30), UsedBytes: ptr(int64(20) << 30)},
			{Mount: "/data", Type: "fixed-disk", Index: "32", SizeBytes: ptr(int64(90) << 40), UsedBytes: ptr(int64(64) << 40)}}}
	m, got := read(t, l, NewRecording(Encode(l.Find("net-snmp"), h)))
	if !reflect.DeepEqual(m.Names(), []string{"net-snmp"}) {
		t.Fatalf("profiles: got %v, want net-snmp", m.Names())
	}
	if got.Device != h.Device {
		t.Errorf("device: got %+v, want %+v", got.Device, h.Device)
	}
	if !reflect.DeepEqual(got.Totals, h.Totals) {
		t.Errorf("totals: got %+v, want %+v", got.Totals, h.Totals)
	}
	if len(got.Components) != 1 || got.Components[0].Name != "sda" || *got.Components[0].CapacityBytes != 480<<30 {
		t.Errorf("disks: got %+v, want sda", got.Components)
	}
	for i := range got.Filesystems {
		got.Filesystems[i].Evidence = fleet.Evidence{}
	}
	if !reflect.DeepEqual(got.Filesystems, h.Filesystems) {
		t.Errorf("file systems: got %+v, want %+v", got.Filesystems, h.Filesystems)
	}
}
