package profile

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// living is a live agent over variables that may change between reads.
type living struct {
	vars   map[snmp.OID]snmp.Value
	walked int // tables
	asked  int // objects of Next
	lost   snmp.OID
}

func livingOf(r *Recording) *living {
	t := &living{vars: map[snmp.OID]snmp.Value{}}
	for _, v := range r.vars {
		t.vars[v.OID] = v.Value
	}
	return t
}

func (t *living) names() []snmp.OID { return slices.SortedFunc(maps.Keys(t.vars), snmp.OID.Compare) }

func (t *living) Get(_ context.Context, oids []snmp.OID) ([]snmp.Variable, error) {
	out := make([]snmp.Variable, len(oids))
	for i, o := range oids {
		out[i] = snmp.Variable{OID: o, Value: snmp.Value{Type: snmp.NoSuchInstance}}
		if v, ok := t.vars[o]; ok {
			out[i].Value = v
		}
	}
	return out, nil
}

func (t *living) Columns(_ context.Context, columns []snmp.OID) ([]snmp.Variable, error) {
	t.walked++
	names := t.names()
	var out []snmp.Variable
	for _, col := range columns {
		for _, o := range names {
			if o.Under(col) {
				out = append(out, snmp.Variable{OID: o, Value: t.vars[o]})
			}
		}
	}
	return out, nil
}

func (t *living) Next(_ context.Context, oids []snmp.OID, sizes []int) ([]snmp.Variable, error) {
	t.asked += len(oids)
	names := t.names()
	out := make([]snmp.Variable, len(oids))
	var err error
	for i, o := range oids {
		at, _ := slices.BinarySearchFunc(names, o, snmp.OID.Compare)
		if at < len(names) && names[at] == o {
			at++
		}
		switch {
		case o == t.lost:
			out[i].OID = o
			err = &snmp.Incomplete{Lost: []snmp.OID{o}, Cause: errors.New("genErr")}
		case at == len(names):
			out[i] = snmp.Variable{OID: o, Value: snmp.Value{Type: snmp.EndOfMibView}}
		default:
			out[i] = snmp.Variable{OID: names[at], Value: t.vars[names[at]]}
		}
	}
	if len(sizes) != len(oids) {
		return nil, errors.New("sizes do not belong to the objects")
	}
	return out, err
}

func recordings(t testing.TB) map[string]*Recording {
	t.Helper()
	files, err := filepath.Glob("testdata/*.snmprec")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings (%v)", err)
	}
	out := map[string]*Recording{}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".snmprec")
		out[name] = recording(t, name)
	}
	return out
}

// TestReadingAgainReadsTheSame, without a walk and without asking for more than
// an end of each table beyond what is there.
func TestReadingAgainReadsTheSame(t *testing.T) {
	for name, r := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			src := livingOf(r)
			m, v, want, _ := inventory(t, src)
			v = NewShared().Pack(v).Unpack()
			walked, tables := src.walked, len(m.needs().tables)
			again, errs, same, err := m.ReadInventoryAgain(t.Context(), src, v)
			if err != nil || !same || len(errs) > 0 {
				t.Fatalf("got same=%v, %v, %v", same, errs, err)
			}
			if src.walked != walked {
				t.Errorf("got %d tables walked again, want none", src.walked-walked)
			}
			once, most := src.asked, v.Len()+tables // the first time teaches what lies between the tables
			if _, _, same, err := m.ReadInventoryAgain(t.Context(), src, v); err != nil || !same || src.asked-once > most || src.walked != walked {
				t.Errorf("the second time: asked for %d objects, %d tables walked, want at most %d and none (%v, %v)", src.asked-once, src.walked-walked, most, same, err)
			}
			if got := m.Decode(again, testTime, fleet.BMC); !reflect.DeepEqual(got.Components, want.Components) || !reflect.DeepEqual(got.Findings, want.Findings) {
				t.Errorf("got another reading:\n%+v\nwant\n%+v", got.Components, want.Components)
			}
		})
	}
}

// TestReadingAgainSeesWhatChanged: whatever row comes, goes or changes, the
// reading is that of a walk.
func TestReadingAgainSeesWhatChanged(t *testing.T) {
	all := recordings(t)
	names := slices.Sorted(maps.Keys(all))
	matches := map[string]Match{}
	for name, r := range all {
		matches[name], _, _, _ = inventory(t, livingOf(r))
	}
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.SampledFrom(names).Draw(r, "recording")
		m, src := matches[name], livingOf(all[name])
		v, _, err := m.ReadInventory(t.Context(), src)
		if err != nil {
			r.Fatal(err)
		}
		cells := src.names()
		for range rapid.IntRange(1, 4).Draw(r, "changes") {
			o := rapid.SampledFrom(cells).Draw(r, "object")
			need, index := tableOf(m, o)
			if need == nil {
				continue
			}
			switch rapid.SampledFrom([]string{"gone", "new", "other", "swapped"}).Draw(r, "change") {
			case "swapped": // for a part with another name, that says what the old one did not
				for _, col := range need.columns {
					at := col.Append(index)
					if val, ok := src.vars[at]; ok && val.Type == snmp.OctetString {
						src.vars[at] = snmp.Value{Type: snmp.OctetString, Octets: append([]byte("X"), val.Octets...)}
						for _, empty := range need.columns {
							if _, ok := src.vars[empty.Append(index)]; !ok {
								src.vars[empty.Append(index)] = snmp.Value{Type: snmp.Integer, Num: 2}
							}
						}
					}
				}
			case "gone":
				for _, col := range need.columns {
					delete(src.vars, col.Append(index))
				}
			case "new":
				for _, col := range need.columns {
					if val, ok := src.vars[col.Append(index)]; ok {
						src.vars[col.Append(string(parentOf(snmp.OID("." + index)).Append("7777"))[1:])] = val
					}
				}
			case "other":
				if slices.ContainsFunc(need.fixed, func(col snmp.OID) bool { return o.Under(col) }) {
					continue // a sensor does not become one of another type
				}
				src.vars[o] = snmp.Value{Type: snmp.Integer, Num: 5}
			}
		}
		again, _, same, err := m.ReadInventoryAgain(t.Context(), src, v)
		if err != nil || !same {
			r.Fatalf("got same=%v, %v", same, err)
		}
		fresh, _, err := m.ReadInventory(t.Context(), src)
		if err != nil {
			r.Fatal(err)
		}
		got, want := m.Decode(again, testTime, fleet.BMC), m.Decode(fresh, testTime, fleet.BMC)
		if !reflect.DeepEqual(got.Components, want.Components) {
			r.Fatalf("got %d components, %d when walked, or others", len(got.Components), len(want.Components))
		}
	})
}

// TestReadingAgainSeesTheFirstRow: the first part of a kind shows at once, also
// where the device leaves out columns.
func TestReadingAgainSeesTheFirstRow(t *testing.T) {
	for name, r := range recordings(t) {
		m, _, _, _ := inventory(t, livingOf(r))
		agent, _ := apart(m.needs().tables)
		for _, need := range agent {
			src := livingOf(r)
			kept := maps.Clone(src.vars)
			maps.DeleteFunc(src.vars, func(o snmp.OID, _ snmp.Value) bool {
				return slices.ContainsFunc(need.columns, func(col snmp.OID) bool { return o.Under(col) })
			})
			before, _, err := m.ReadInventory(t.Context(), src)
			if err != nil {
				t.Fatal(err)
			}
			src.vars = kept
			again, _, _, err := m.ReadInventoryAgain(t.Context(), src, before)
			if err != nil {
				t.Fatal(err)
			}
			fresh, _, err := m.ReadInventory(t.Context(), src)
			if err != nil {
				t.Fatal(err)
			}
			if again.Len() != fresh.Len() {
				t.Errorf("%s: table %s was empty: got %d values, %d when walked", name, need.name, again.Len(), fresh.Len())
			}
		}
	}
}

// tableOf is the table that an object lies in, and its row there.
func tableOf(m Match, o snmp.OID) (*tableNeed, string) {
	for _, t := range m.needs().tables {
		for _, col := range t.columns {
			if o.Under(col) {
				return t, o.Index(col)
			}
		}
	}
	return nil, ""
}

func parentOf(o snmp.OID) snmp.OID { return o[:max(strings.LastIndexByte(string(o), '.'), 0)] }

func TestReadingAgainOfAnotherDevice(t *testing.T) {
	src := livingOf(recording(t, "idrac-faults"))
	m, v, _, _ := inventory(t, src)
	src.vars[sysObjectID] = snmp.Value{Type: snmp.ObjectID, Octets: []byte("1.3.6.1.4.1.232.9.4.11")}
	if _, _, same, err := m.ReadInventoryAgain(t.Context(), src, v); same || err != nil {
		t.Errorf("got same=%v, %v; want another device", same, err)
	}
}

func TestReadingAgainWalksWhereAnObjectIsLost(t *testing.T) {
	src := livingOf(recording(t, "idrac-faults"))
	m, v, want, _ := inventory(t, src)
	src.lost, src.walked = dellDiskStatus, 0 // asked for as what stands before the first row
	again, _, _, err := m.ReadInventoryAgain(t.Context(), src, v)
	if err != nil || src.walked != 1 {
		t.Fatalf("got %d tables walked, %v; want one", src.walked, err)
	}
	if got := m.Decode(again, testTime, fleet.BMC); !reflect.DeepEqual(got.Components, want.Components) {
		t.Errorf("got %+v, want %+v", got.Components, want.Components)
	}
}

// TestPackedVariablesAreTheSame, and two endpoints that share a shape do not
// disturb each other.
func TestPackedVariablesAreTheSame(t *testing.T) {
	shared := NewShared()
	for name, r := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			m, v, want, _ := inventory(t, livingOf(r))
			first, second := shared.Pack(v), shared.Pack(v)
			one := first.Unpack()
			if got := m.Decode(one, testTime, fleet.BMC); !reflect.DeepEqual(got, want) {
				t.Fatalf("got %+v, want %+v", got, want)
			}
			one.loosen()
			for col, c := range one.cols { // a row that only this endpoint has
				one.set(cellAt{col, "99.98"}, snmp.Value{Type: snmp.Integer, Num: 1})
				if c.t.shared {
					t.Fatal("a shared table was changed")
				}
			}
			had := one.Len()
			if three := shared.Pack(one).Unpack(); three.Len() != had || had != v.Len()+len(v.cols) {
				t.Errorf("got %d variables, packed %d, want %d", had, three.Len(), v.Len()+len(v.cols))
			}
			if got := m.Decode(second.Unpack(), testTime, fleet.BMC); !reflect.DeepEqual(got, want) {
				t.Errorf("the other endpoint: got %+v, want %+v", got, want)
			}
		})
	}
	if len(shared.shapes) == 0 {
		t.Error("no shape is shared")
	}
}
