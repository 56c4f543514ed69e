package profile

import (
	"fmt"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// TestEveryEnumValue puts every value of every enum of every health source
// into a device and reads it back: the verdict must be the one that stands in
// the profile, and a value that no list holds must be neither ok nor lost.
func TestEveryEnumValue(t *testing.T) {
	l := builtIn(t)
	for _, p := range l.Profiles() {
		for _, rule := range p.Components {
			for n, s := range append(append([]*HealthSource{}, rule.Present...), rule.Health...) {
				name := fmt.Sprintf("%s/%s line %d", p.Name, rule.Kind, s.Line)
				for i := range s.Map.Values {
					v := &s.Map.Values[i]
					if raw, ok := enumSample(s.Map, v); ok {
						t.Run(name+"="+v.Key, func(t *testing.T) { reach(t, p, rule, n, s, raw, v) })
					}
				}
				if raw, ok := unlistedSample(s.Map); ok && s.Map.Kind == EnumNumber {
					t.Run(name+" unlisted", func(t *testing.T) { reach(t, p, rule, n, s, raw, s.Map.Default) })
				}
			}
		}
	}
}

// reach reads a device whose rule's n-th source says raw and whose others keep
// silent.
func reach(t *testing.T, p *Profile, rule *Rule, n int, s *HealthSource, raw snmp.Value, want *EnumValue) {
	e := &encoder{p: p, vars: map[cellAt]snmp.Value{}, rows: map[snmp.OID]int{}, taken: map[cellAt]bool{}}
	r := &encodedRow{encoder: e, entry: rule.Entry.Num, index: e.index(rule, &fleet.Component{})}
	name, asked := rule.sampleName()
	if !asked {
		name = "part 1"
	}
	r.text(rule.Name, name) // so that the row exists where the source is in a joined table
	if !r.raw(s, raw) || !r.require(rule.Keep) {
		t.Fatalf("the profile turned round cannot say this")
	}
	if rule.Published != nil {
		for _, o := range rule.Published.Answers {
			e.scalar(o.Num, numberValue(2))
		}
	}
	out := Match{Profiles: []*Profile{p}}.Decode(varsOf(p, e.variables()), testTime, fleet.BMC)
	if len(out.Errors) > 0 {
		t.Fatal(out.Errors)
	}
	var got []fleet.Component
	for _, c := range out.Components {
		if c.Kind == rule.Kind && c.Index == r.index {
			got = append(got, c)
		}
	}
	if rule.Skip != nil && len(got) == 0 {
		return // a row that says nothing else is no part
	}
	present := n < len(rule.Present)
	switch {
	case want.Skip:
		if len(got) != 0 {
			t.Fatalf("got %d components, want the row skipped", len(got))
		}
	case len(got) == 0:
		t.Fatal("the component is not there")
	case want.Silent:
		for _, v := range got[0].Verdicts {
			if v.Seen.Line() == s.Line && v.Seen.OID() == got[0].Native.OID() && !shared(rule, s) {
				t.Fatalf("got verdict %+v, want silence", v)
			}
		}
	case want.Health == fleet.Absent && present || got[0].Health == fleet.Absent:
		if got[0].Health != fleet.Absent {
			t.Fatalf("got %v, want absent", got[0].Health)
		}
	case !hasVerdict(got[0], s.Line, want.Health):
		t.Fatalf("got verdicts %+v, want %v (%s) from line %d", got[0].Verdicts, want.Health, want.Label, s.Line)
	}
}

// shared reports whether several sources read one column.
func shared(rule *Rule, s *HealthSource) bool {
	n := 0
	for _, o := range append(append([]*HealthSource{}, rule.Present...), rule.Health...) {
		if o.Column != nil && s.Column != nil && o.Column.col == s.Column.col {
			n++
		}
	}
	return n > 1
}

func hasVerdict(c fleet.Component, line int, h fleet.Health) bool {
	for _, v := range c.Verdicts {
		if v.Seen.Line() == line && v.Health == h {
			return true
		}
	}
	return false
}

// varsOf files variables as a reading of p would.
func varsOf(p *Profile, vars []snmp.Variable) *Vars {
	v := NewVars()
	for _, t := range p.needs.tables {
		v.columns(t.entry, t.columns, vars)
	}
	for _, x := range vars {
		if t := p.needs.of(x.OID); t != nil && t.isScript() {
			rows, err := t.script.parse(x.Value.Octets)
			if err != nil {
				panic(err)
			}
			v.fileScript(t, rows)
			continue
		}
		v.set(scalarAt(x.OID), x.Value)
	}
	return v
}

func TestEnumKinds(t *testing.T) {
	parse := func(src string) *Enum {
		d := &yamlReader{file: "test"}
		var e Enum
		e.fromYAML(d, d.parseYAML([]byte(src)))
		if len(d.problems) > 0 {
			t.Fatal(d.problems)
		}
		return &e
	}
	text := parse("kind: text\nNormal: ok\n~crit: critical\ndefault: unknown\n")
	bits := parse("kind: bits\n0: ok\n1: warning low\n2: {health: critical, label: replace, latched: true}\n\"!8\": absent\ndefault: unknown\n")
	octets := parse("kind: octets\n0: unknown\n2: critical critical\n4: warning minor\ndefault: ok\n")
	spans := parse("\">0\": warning some\n0: ok\n-5..-1: critical\ndefault: unknown\n")
	octet := func(b ...byte) cell { return cellOf(store(snmp.Value{Type: snmp.OctetString, Octets: b}), cellAt{}) }
	for _, c := range []struct {
		name  string
		enum  *Enum
		value cell
		want  fleet.Health
		label string
	}{
		{"text without case and blanks", text, textCell("  NORMAL "), fleet.OK, "ok"},
		{"text by expression", text, textCell("Non-Critical? no, Critical"), fleet.Critical, "critical"},
		{"text unlisted", text, textCell("Fine"), fleet.Unknown, "not a listed value: Fine"},
		{"no bit set, place empty", bits, numberCell(0), fleet.Absent, "absent"},
		{"worst of two bits", bits, numberCell(8 + 1 + 2), fleet.Critical, "low, replace"},
		{"bit nobody knows", bits, numberCell(8 + 16), fleet.Unknown, "not a listed value: 24"},
		{"octets", octets, octet(0x28), fleet.Critical, "critical, minor"},
		{"octets empty", octets, octet(), fleet.OK, "ok"},
		{"above", spans, numberCell(7), fleet.Warning, "some"},
		{"span", spans, numberCell(-3), fleet.Critical, "critical"},
		{"number in a text", spans, textCell("0"), fleet.OK, "ok"},
		{"no number", spans, textCell("x"), fleet.Unknown, "not a listed value: x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := c.enum.lookup(&c.value)
			if !ok || got.Health != c.want || got.Label != c.label {
				t.Errorf("got %v %q (%v), want %v %q", got.Health, got.Label, ok, c.want, c.label)
			}
		})
	}
}
