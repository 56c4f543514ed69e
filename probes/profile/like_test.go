package profile

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// held are all values, by their objects.
func held(v *Vars) map[snmp.OID]snmp.Value {
	v.loosen()
	out := map[snmp.OID]snmp.Value{}
	for col, c := range v.cols {
		for row, x := range c.values {
			if x.exists() {
				out[cellAt{col, c.t.names[row]}.oid()] = x.value()
			}
		}
	}
	return out
}

// disturb makes another device of one: rows, cells, columns and tables come and
// go, and so does what nobody reads beside them.
func disturb(r *rapid.T, m Match, src *living, label string) {
	columns := m.family().columns
	for range rapid.IntRange(0, 6).Draw(r, label) {
		c := rapid.SampledFrom(columns).Draw(r, "column")
		row := strconv.Itoa(rapid.IntRange(0, 12).Draw(r, "row"))
		number := snmp.Value{Type: snmp.Integer, Num: int64(rapid.IntRange(0, 9).Draw(r, "value"))}
		switch rapid.SampledFrom([]string{"cell", "no cell", "no column", "column", "no table", "noise", "no row", "text"}).Draw(r, "change") {
		case "cell":
			src.vars[c.oid.Append(row)] = number
		case "text":
			src.vars[c.oid.Append(row)] = snmp.Value{Type: snmp.OctetString, Octets: []byte("part " + row)}
		case "no cell":
			delete(src.vars, c.oid.Append(row))
		case "no row":
			for _, col := range c.table.columns {
				delete(src.vars, col.Append(row))
			}
		case "no column":
			maps.DeleteFunc(src.vars, func(o snmp.OID, _ snmp.Value) bool { return o.Under(c.oid) })
		case "no table":
			maps.DeleteFunc(src.vars, func(o snmp.OID, _ snmp.Value) bool { return o.Under(c.table.entry) })
		case "column":
			for n := range 3 {
				src.vars[c.oid.Append("1."+strconv.Itoa(n))] = number
			}
		case "noise":
			for n := range rapid.IntRange(1, 3).Draw(r, "rows") {
				src.vars[parentOf(c.oid).Append(row+"."+strconv.Itoa(n))] = number
			}
		}
	}
}

// TestReadingLikeAnotherReadsWhatAWalkReads: whatever the template had, a device
// read by it holds exactly what a walk of it gives, and so it does when what lies
// between the columns was learned from others.
func TestReadingLikeAnotherReadsWhatAWalkReads(t *testing.T) {
	all := recordings(t)
	names := slices.Sorted(maps.Keys(all))
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.SampledFrom(names).Draw(r, "recording")
		first := livingOf(all[name])
		m, _, _, _ := inventory(t, first)
		m.kin = newKin(m.Profiles) // nobody has taught it anything
		disturb(r, m, first, "changes of the template")
		v, _, err := m.ReadInventory(t.Context(), first)
		if err != nil {
			r.Fatal(err)
		}
		shared := NewShared()
		like := shared.Shape(v)
		for range 3 {
			src := livingOf(all[name])
			disturb(r, m, src, "changes of the device")
			walked, errs, err := m.ReadInventory(t.Context(), src)
			if err != nil || len(errs) > 0 {
				r.Fatal(errs, err)
			}
			had, _, err := m.ReadInventory(t.Context(), src)
			if err != nil {
				r.Fatal(err)
			}
			got, errs, err := m.ReadInventoryLike(t.Context(), src, like, had)
			if err != nil || len(errs) > 0 {
				r.Fatal(errs, err)
			}
			is, want := m.Decode(got, testTime, fleet.BMC), m.Decode(walked, testTime, fleet.BMC)
			if a, b := held(got), held(walked); !reflect.DeepEqual(a, b) {
				for o := range b {
					if !reflect.DeepEqual(a[o], b[o]) {
						r.Errorf("%s: got %v, want %v", o, a[o], b[o])
					}
				}
				r.Fatalf("got %d values, %d when walked", len(a), len(b))
			}
			if !reflect.DeepEqual(is, want) {
				r.Fatalf("got another reading:\n%+v\nwant\n%+v", is, want)
			}
		}
	})
}

// TestReadingLikeItself walks nothing, and once it is known what lies between
// the columns, asks little more than what there is.
func TestReadingLikeItself(t *testing.T) {
	for name, rec := range recordings(t) {
		src := livingOf(rec)
		m, v, _, _ := inventory(t, src)
		m.kin = newKin(m.Profiles)
		had, cells := v, v.Len()
		like := NewShared().Shape(v)
		for range 2 {
			src.asked, src.walked = 0, 0
			got, _, err := m.ReadInventoryLike(t.Context(), src, like, had)
			if err != nil {
				t.Fatal(err)
			}
			if got.base != like.of {
				t.Errorf("%s: what was read does not share the shape it was read by", name)
			}
		}
		if most := cells + len(m.family().columns)/2 + 4; src.walked > 0 || src.asked > most {
			t.Errorf("%s: %d tables walked and %d objects asked for, want none and at most %d for %d cells", name, src.walked, src.asked, most, cells)
		}
	}
}
