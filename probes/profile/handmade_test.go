package profile

import (
	"fmt"
	"slices"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// handmade is a device written by hand, table by table.
type handmade struct{ vars []snmp.Variable }

// cells are the columns of one row.
type cells map[int]any

func newDevice(objectID snmp.OID, descr string) *handmade {
	d := &handmade{}
	return d.scalar(sysObjectID, objectID).scalar(sysDescr, descr)
}

func (d *handmade) scalar(o snmp.OID, v any) *handmade {
	x := snmp.Variable{OID: o}
	switch v := v.(type) {
	case int:
		x.Value = snmp.Value{Type: snmp.Integer, Num: int64(v)}
	case string:
		x.Value = textValue(v)
	case []byte:
		x.Value = snmp.Value{Type: snmp.OctetString, Octets: v}
	case snmp.OID:
		x.Value = snmp.Value{Type: snmp.ObjectID, Octets: []byte(v)}
	default:
		panic(fmt.Sprintf("a %T is no value of a test", v))
	}
	d.vars = append(d.vars, x)
	return d
}

func (d *handmade) row(entry snmp.OID, index string, row cells) *handmade {
	for col, v := range row {
		d.scalar(entry.Append(fmt.Sprint(col)).Append(index), v)
	}
	return d
}

func (d *handmade) read(t *testing.T, profiles ...string) Reading {
	t.Helper()
	m, r := read(t, builtIn(t), NewRecording(d.vars))
	if got := m.Names(); !slices.Equal(got, profiles) {
		t.Fatalf("profiles: got %v, want %v", got, profiles)
	}
	return r
}

// parts compares what a technician would ask about each part: "health (meaning)".
func parts(t *testing.T, r Reading, want map[string]string) {
	t.Helper()
	seen := map[string]bool{}
	for _, c := range r.Components {
		seen[c.Key()] = true
		got := c.Health.String()
		if c.Native.Meaning() != "" && c.Native.Meaning() != got {
			got += " (" + c.Native.Meaning() + ")"
		}
		if w, ok := want[c.Key()]; !ok || got != w {
			t.Errorf("%s: got %q, want %q", c.Key(), got, w)
		}
	}
	for key := range want {
		if !seen[key] {
			t.Errorf("%s: missing", key)
		}
	}
}

func part(t *testing.T, r Reading, key string) fleet.Component {
	t.Helper()
	for _, c := range r.Components {
		if c.Key() == key {
			return c
		}
	}
	t.Fatalf("%s: missing", key)
	return fleet.Component{}
}

// findings are the texts of the findings.
func findings(r Reading) []string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, f.Health.String()+": "+f.Text)
	}
	slices.Sort(out)
	return out
}
