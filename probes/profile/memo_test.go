package profile

import (
	"maps"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// straight is a match that decodes without remembering anything.
func straight(m Match) Match {
	m.Profiles = slices.Clone(m.Profiles)
	for i, p := range m.Profiles {
		own := *p
		own.memo = nil
		m.Profiles[i] = &own
	}
	return m
}

// devices are all recordings, and a device that each profile makes up.
func devices(t testing.TB) map[string]*Recording {
	t.Helper()
	out := recordings(t)
	for _, p := range builtIn(t).Profiles() {
		if r := NewRecording(Encode(p, rackServer(4))); len(r.vars) > 0 {
			out["made up by "+p.Name] = r
		}
	}
	return out
}

func anyValue(t *rapid.T) snmp.Value {
	texts := rapid.OneOf(rapid.SampledFrom([]string{"N/A", " NULL ", "Degraded", "failed", "12.5", "0xff", "é Ü", "  a  b ", "\x00\x01\xff", "inf", "1e999",
		"NOT\tAvailable", "Unknown\x00", "2019-05-06", "05/06/2018", "1234", "TH0529FG212334AF000PA02", "512 MB"}), rapid.String())
	v := snmp.Value{Type: rapid.SampledFrom([]snmp.Type{snmp.Integer, snmp.OctetString, snmp.Counter32, snmp.Gauge32, snmp.TimeTicks, snmp.Counter64,
		snmp.Opaque, snmp.ObjectID, snmp.IPAddress, snmp.Null, snmp.NoSuchObject, snmp.NoSuchInstance}).Draw(t, "type")}
	switch v.Type {
	case snmp.OctetString, snmp.ObjectID, snmp.IPAddress:
		v.Octets = []byte(texts.Draw(t, "octets"))
	case snmp.Counter64:
		v.Unsigned = rapid.Uint64().Draw(t, "unsigned")
	case snmp.Opaque:
		v.Float = rapid.Float64().Draw(t, "float")
	default:
		v.Num = rapid.OneOf(rapid.Int64Range(0, 12), rapid.Int64()).Draw(t, "number")
	}
	return v
}

// TestRememberingChangesNothing: whatever was read before, of this device or of
// others, and whatever cells change, a reading is what it is to a program that
// remembers nothing.
func TestRememberingChangesNothing(t *testing.T) {
	type device struct {
		m Match
		v *Vars
	}
	known := map[string]device{}
	for name, rec := range devices(t) {
		m, err := builtIn(t).Match(t.Context(), rec)
		if err != nil {
			t.Fatal(err)
		}
		v, _, err := m.ReadInventory(t.Context(), rec)
		if err != nil {
			t.Fatal(err)
		}
		v.Taken = testTime.Add(-time.Hour)
		known[name] = device{m, v}
	}
	names := slices.Sorted(maps.Keys(known))
	shared := NewShared()
	zones := []*time.Location{time.UTC, time.FixedZone("", 3600), time.Local}
	rapid.Check(t, func(t *rapid.T) {
		d := known[rapid.SampledFrom(names).Draw(t, "device")]
		v := shared.Pack(d.v).Unpack()
		columns := slices.Sorted(maps.Keys(v.base.at))
		for range rapid.IntRange(1, 3).Draw(t, "reads") {
			at := testTime.Add(time.Duration(rapid.IntRange(0, 1<<20).Draw(t, "minutes")) * time.Minute).In(rapid.SampledFrom(zones).Draw(t, "zone"))
			role := rapid.SampledFrom([]fleet.Role{fleet.BMC, fleet.OS}).Draw(t, "role")
			if got, want := d.m.DecodeStatus(v, at, role), straight(d.m).DecodeStatus(v, at, role); !reflect.DeepEqual(got, want) {
				t.Fatalf("status: got %+v, want %+v", got, want)
			}
			if got, want := d.m.Decode(v, at, role), straight(d.m).Decode(v, at, role); !reflect.DeepEqual(got, want) {
				t.Fatalf("inventory: got %+v, want %+v", got, want)
			}
			for range rapid.IntRange(0, 8).Draw(t, "changes") {
				col := rapid.SampledFrom(columns).Draw(t, "column")
				row := rapid.SampledFrom(v.of(col).t.names).Draw(t, "row")
				v.set(cellAt{col, row}, anyValue(t))
			}
		}
	})
}

// TestManyReadAtOnce: what is remembered is shared by all who read.
func TestManyReadAtOnce(t *testing.T) {
	m, v, want, _ := inventory(t, recording(t, "ilo-faults"))
	packed := NewShared().Pack(v)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 20 {
				if got := m.Decode(packed.Unpack(), testTime, fleet.BMC); !reflect.DeepEqual(got.Components, want.Components) {
					t.Errorf("got %+v, want %+v", got.Components, want.Components)
				}
			}
		})
	}
	all.Wait()
}

// TestNothingIsKeptThatIsLong: a device cannot fill the memory.
func TestNothingIsKeptThatIsLong(t *testing.T) {
	m := newMemo()
	long := make([]byte, maxRemembered+1)
	if m.text(long) != string(long) {
		t.Error("another text")
	}
	for i := range m.texts {
		if m.texts[i].Load() != nil {
			t.Fatal("a long text is kept")
		}
	}
	src := livingOf(recording(t, "ilo-faults"))
	match, v, _, _ := inventory(t, src)
	shared := newMemo()
	match = straight(match)
	for _, p := range match.Profiles {
		p.memo = shared
	}
	for _, c := range v.cols {
		for i := range c.values {
			if c.values[i].kind == snmp.OctetString || i%2 == 0 {
				c.values[i] = store(snmp.Value{Type: snmp.OctetString, Octets: long})
			}
		}
	}
	for range 3 {
		match.Decode(v, testTime, fleet.BMC)
	}
	for i := range shared.asked {
		if a := shared.asked[i].Load(); a != nil && len(a.raw.octets) > maxRemembered {
			t.Fatalf("a value of %d octets is kept", len(a.raw.octets))
		}
	}
	for i := range shared.attributes {
		if a := shared.attributes[i].Load(); a != nil && slices.ContainsFunc(a.values, func(s string) bool { return len(s) > maxRemembered }) {
			t.Fatal("a long attribute is kept")
		}
	}
}
