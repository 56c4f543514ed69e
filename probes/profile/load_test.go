package profile

import (
	"strings"
	"testing"
	"testing/fstest"
)

const goodProfile = `profile: acme
title: Acme servers
role: bmc
bases:
  acme: 1.3.6.1.4.1.99999
match:
  any:
    - object_id: acme
device:
  vendor: Acme
  serial: acme.1.1.0
components:
  - kind: disk
    entry: acme.2.1
    health:
      - {column: 3, map: state}
    name: "Bay {2}"
enums:
  state:
    1: ok
    2: critical failed
    default: unknown
`

func TestLintAcceptsTheLibrary(t *testing.T) {
	builtIn(t)
	if ps := Lint("acme.yaml", []byte(goodProfile)); len(ps) > 0 {
		t.Fatalf("a good profile has problems:\n%v", ps)
	}
}

// TestLint holds what a person who mistypes is told: where, what, and what to
// write instead.
func TestLint(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"unknown key", "title:", "titel:", `acme.yaml:2:1: unknown key "titel"; did you mean "title"?`},
		{"unknown nested key", "    name:", "    namw:", `acme.yaml:17:5: unknown key "namw"; did you mean "name"?`},
		{"bad role", "role: bmc", "role: bcm", `role "bcm" is neither bmc nor os`},
		{"bad OID", "entry: acme.2.1", "entry: acmee.2.1", `acme.yaml:14:12: "acmee.2.1" is no OID: write numbers with dots, or a base and the rest; did you mean "acme"?`},
		{"bad base", "acme: 1.3.6.1.4.1.99999", "acme: 1.3.x", `acme.yaml:5:9: base "acme": "1.3.x" is no OID`},
		{"no health word", "1: ok", "1: okay", `acme.yaml:20:8: "okay" is no health; did you mean "ok"?`},
		{"no default", "    default: unknown\n", "", `acme.yaml:20:5: the enum has no default; write "default: unknown"`},
		{"unknown enum", "map: state", "map: sate", `acme.yaml:16:26: there is no enum "sate"; did you mean "state"?`},
		{"unused enum", "map: state", "map: {1: ok, default: unknown}", `nothing uses the enum "state"`},
		{"unknown kind", "kind: disk", "kind: disc", `acme.yaml:13:5: "disc" is no kind of component; did you mean "disk"?`},
		{"two origins", "{column: 3,", "{column: 3, oid: acme.1.0,", `give exactly one of column, oid, text, first, of, find (there are 2)`},
		{"bad template", `"Bay {2}"`, `"Bay {2"`, `bad template "Bay {2": cells stand in braces`},
		{"unknown join", `"Bay {2}"`, `"Bay {fru.2}"`, `there is no join "fru"`},
		{"cell without rows", "acme.1.1.0", "{column: 4}", `there are no rows here, so "4" means nothing; give an OID`},
		{"unknown decoder", `"Bay {2}"`, `{column: 2, decode: nubmer}`, `there is no decoder "nubmer"; did you mean "number"?`},
		{"unknown unit", `name: "Bay {2}"`, `capacity: {column: 2, unit: mib}`, `unknown unit "mib"; did you mean "MiB"?`},
		{"bad expression", `name: "Bay {2}"`, `name: {column: 2, match: "("}`, `bad regular expression`},
		{"join circle", `name: "Bay {2}"`, `join: {a: {entry: acme.3, where: {1: b.1}}, b: {entry: acme.4, where: {1: a.1}}}`, `acme.yaml:17:16: the joins run in a circle through "a"; let one of them compare with a column of the rule's own table`},
		{"key of the whole twice", "title: Acme servers", "title: x\nrole: os", `acme.yaml:4:1: "role" stands here twice (first in line 3); keep one`},
		{"enum value twice", "2: critical failed", "1: critical failed", `acme.yaml:21:5: "1" stands here twice (first in line 20)`},
		{"inline twice", "{column: 3, map: state}", "{column: 3, map: state, column: 4}", `acme.yaml:16:33: "column" stands here twice`},
		{"far from any key", "    name:", "    zzzzzzzzz:", `unknown key "zzzzzzzzz"; expected one of kind, entry`},
		{"role twice", `name: "Bay {2}"`, "name: a\n    name: b", `acme.yaml:18:5: "name" stands here twice (first in line 17); keep one, or write a list, of which the first that has a value counts: name: [7, 9]`},
		{"match nothing", "    - object_id: acme", "    - {}", `the clause states nothing; give object_id`},
		{"unknown total", "enums:", "totals:\n  memory: acme.1.0\nenums:", `unknown total "memory"`},
		{"unknown function", "enums:", "compute: [host-memry]\nenums:", `compute: there is no function "host-memry"; did you mean "host-memory"?`},
		{"no YAML", "role: bmc", "role: [bmc", `this is not YAML`},
		{"list for a value", "title: Acme servers", "title: [a]", `expected a single value`},
		{"anchor", "title: Acme servers", "title: &a Acme servers", `anchors, aliases and tags are not used`},
		{"source without map", "{column: 3, map: state}", "{column: 3}", `a health source needs "map:"`},
		{"bad condition", `name: "Bay {2}"`, "keep: 3\n    name: a", `expected a condition such as`},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := strings.Replace(goodProfile, c.old, c.new, 1)
			if src == goodProfile {
				t.Fatal("the case changes nothing")
			}
			got := Lint("acme.yaml", []byte(src)).Error()
			if !strings.Contains(got, c.want) {
				t.Errorf("got:\n%s\nwant: %s", got, c.want)
			}
		})
	}
}

func TestLintTellsEverything(t *testing.T) {
	src := strings.NewReplacer("role: bmc", "role: x", "kind: disk", "kind: y", "1: ok", "1: fine", "title", "tilte").Replace(goodProfile)
	if got := Lint("acme.yaml", []byte(src)); len(got) != 4 {
		t.Errorf("got %d problems, want all 4:\n%v", len(got), got)
	}
}

func TestLibrary(t *testing.T) {
	load := func(files map[string]string) (*Library, error) {
		fsys := fstest.MapFS{}
		for name, text := range files {
			fsys[name] = &fstest.MapFile{Data: []byte(text)}
		}
		return Load(fsys)
	}
	t.Run("one name in two files", func(t *testing.T) {
		_, err := load(map[string]string{"a.yaml": goodProfile, "b.yaml": goodProfile})
		if err == nil || !strings.Contains(err.Error(), `the profile "acme" stands in a.yaml already`) {
			t.Errorf("got %v, want that acme stands in two files", err)
		}
	})
	t.Run("own profiles override", func(t *testing.T) {
		own, err := load(map[string]string{"mine.yaml": strings.Replace(goodProfile, "profile: acme", "profile: dell-idrac", 1)})
		if err != nil {
			t.Fatal(err)
		}
		l := builtIn(t).With(own)
		if p := l.Find("dell-idrac"); p == nil || p.Title != "Acme servers" {
			t.Errorf("dell-idrac: got %+v, want the user's own", p)
		}
		if l.Find("hpe-ilo") == nil || len(l.Profiles()) != len(builtIn(t).Profiles()) {
			t.Errorf("got %d profiles, want the others unchanged", len(l.Profiles()))
		}
	})
	t.Run("a base with two values", func(t *testing.T) {
		l, err := load(map[string]string{"a.yaml": strings.Replace(goodProfile, "acme: 1.3.6.1.4.1.99999", "acme: [1.3.6.1.4.1.99999, 1.3.6.1.4.1.88888]", 1)})
		if err != nil {
			t.Fatal(err)
		}
		src, err := ReadRecording(strings.NewReader("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.88888.7\n1.3.6.1.4.1.88888.1.1.0|4|S1\n1.3.6.1.4.1.88888.2.1.3.1|2|2\n1.3.6.1.4.1.88888.2.1.2.1|2|4\n"))
		if err != nil {
			t.Fatal(err)
		}
		m, r := read(t, l, src)
		if len(m.Names()) != 1 || r.Device.Serial != "S1" || len(r.Components) != 1 || r.Components[0].Name != "Bay 4" {
			t.Errorf("got %v %+v %+v, want the second root read", m.Names(), r.Device, r.Components)
		}
	})
}

func FuzzLint(f *testing.F) {
	f.Add(goodProfile)
	f.Add("profile: x\ncomponents:\n  - {kind: disk, entry: 1.3, health: [{column: 1, map: {\">0\": ok, default: none}}]}\n")
	f.Add("a: &b [*b]\n")
	f.Add("components: [{name: [[[[[[1]]]]]]}]")
	f.Fuzz(func(t *testing.T, src string) {
		ps, problems := Parse("fuzz.yaml", []byte(src))
		if len(ps) == 0 && len(problems) == 0 {
			t.Fatal("neither a profile nor a problem")
		}
		for _, p := range problems {
			if p.Line < 1 || p.Text == "" {
				t.Fatalf("a problem without place or text: %+v", p)
			}
		}
	})
}
