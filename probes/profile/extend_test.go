package profile

import (
	"slices"
	"strings"
	"testing"

	"ironage/internal/fleet"
)

const stranger = `
profile: stranger
role: os
extends: hpe-ilo
bases: {mine: 1.3.6.1.4.1.99999}
match: {any: [{object_id: mine}]}
enums:
  condition: {2: ok fine, default: unknown}
components:
  - kind: fan
    entry: mine.1
    health: [{column: 2, map: condition}]
    name: 3
totals:
  cpu_cores: mine.2.0
`

func parsed(t *testing.T, text string) *Profile {
	t.Helper()
	ps, problems := Parse("test.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return ps[0]
}

func TestExtends(t *testing.T) {
	p, base := parsed(t, stranger), builtIn(t).Find("hpe-ilo")
	if got, want := len(p.Components), len(base.Components)+1; got != want {
		t.Errorf("rules: got %d, want %d", got, want)
	}
	if len(p.Faults) != len(base.Faults) || len(p.Summaries) != len(base.Summaries) || len(p.RollUp) != len(base.RollUp) {
		t.Error("faults, summaries and roll-up come along")
	}
	if p.Filesystems != nil || len(p.Replaces) > 0 || p.Device.Model != nil {
		t.Error("file systems, what is replaced and identity are a profile's own")
	}
	if p.Totals["cpu_cores"].Sum != "" || p.Totals["memory_bytes"].Sum != "capacity" {
		t.Error("of totals of one name, its own holds")
	}
	d := newDevice("1.3.6.1.4.1.99999", "").row(hpe.Append("6.2.9.3.1"), "0.1", cells{3: 3, 4: 2}).row("1.3.6.1.4.1.99999.1", "1", cells{2: 2, 3: "Fan A"})
	r := Match{Profiles: []*Profile{p}}.Decode(varsOf(p, d.vars), testTime, fleet.OS)
	psu, fan := part(t, r, "psu/Bay 1"), part(t, r, "fan/Fan A")
	if psu.Native.Meaning() != "fine" {
		t.Errorf("of enums of one name, its own holds: got %q", psu.Native.Meaning())
	}
	if psu.Native.Profile() != "hpe-ilo" || psu.Profile != fleet.ProfileOf("stranger") || fan.Native.Profile() != "stranger" {
		t.Errorf("evidence names the file of the rule: got %s and %s", psu.Native.Profile(), fan.Native.Profile())
	}
}

func TestExtendsTake(t *testing.T) {
	p := parsed(t, strings.Replace(stranger, "extends: hpe-ilo", "extends: dell-idrac\ntake: [storage]", 1))
	if len(p.Summaries)+len(p.Faults)+len(p.RollUp) > 0 {
		t.Error("parts of a profile say nothing of the whole device")
	}
	disks := slices.ContainsFunc(p.Components, func(r *Rule) bool { return r.Kind == fleet.Disk })
	modules := slices.ContainsFunc(p.Components, func(r *Rule) bool { return r.Kind == fleet.Memory })
	if !disks || modules {
		t.Errorf("disks %v, modules %v: want the storage rules alone", disks, modules)
	}
}

func TestExtendsProblems(t *testing.T) {
	for _, c := range []struct{ name, from, to, want string }{
		{"misspelt", "hpe-ilo", "hpe-lio", `there is no built-in profile "hpe-lio" to extend; did you mean "hpe-ilo"?`},
		{"chain", "hpe-ilo", "hpe-insight", `"hpe-insight" extends another profile itself; extend "hpe-ilo"`},
		{"a path", "hpe-ilo", "../../load", `there is no built-in profile "../../load" to extend`},
	} {
		t.Run(c.name, func(t *testing.T) {
			problems := Lint("test.yaml", []byte(strings.Replace(stranger, c.from, c.to, 1)))
			if len(problems) == 0 || !strings.Contains(problems.Error(), c.want) {
				t.Errorf("got %v, want %s", problems, c.want)
			}
		})
	}
}
