package ageing

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// tablesCopy is the second copy of the tables: every number and source of the
// reference, §3.1 and §3.2. Whoever changes the tables must change it too, and
// raise the version.
const tablesCopy = `
version 1
battery: 0.02 0.05 0.1 0.2 0.3 0.4 [j ORA-BBU FIELD-BBU]
battery curve heat inlet: 25 / 12, 1-4 [ORA-BBU]
battery floor predicts 1.5: days 0 after 0 below 0 [j]
battery floor degraded 1.5: days 0 after 48 below 0 [j NIMH]
board: 0.004 [j]
capacitor: 0.005 0.005 0.005 0.005 0.005 0.01 0.01 0.02 [j]
capacitor floor predicts 1.5: days 0 after 0 below 0 [j]
capacitor floor degraded 1.5: days 0 after 0 below 0 [j]
cmos: 0.005 0.005 0.005 0.005 0.005 0.02 0.05 0.1 [j]
controller: 0.005 [j MS10]
controller floor predicts 1.5: days 0 after 0 below 0 [j]
controller floor degraded 1.5: days 0 after 0 below 0 [j]
cpu: 0.001 [SVCEX20]
cpu heat thermal_trip: from 0 y, 90 days
  1 x2 [j]
cpu floor uncorrected 0.361: days 90 after 0 below 0 [NIGHT11]
dimm: 0.0015 0.002 [DRAM09C DRAM09B]
dimm errors corrected_in_days: from 0 y, 30 days
  1 x5 [DRAM09E DELL22]
dimm errors corrected_in_a_day: from 0 y, 30 days
  25 x30 [SUN08 IBM-PFA DRAM09E]
dimm errors threshold_exceeded: from 0 y, 0 days
  1 x30 [SUN08 IBM-PFA DRAM09E]
dimm floor uncorrected 1.5: days 90 after 0 below 0 [SUN08]
fan: 0.0002 0.0007 0.0011 0.0016 0.002 0.0025 0.0029 0.0033 0.0038 0.0042 0.0047 [j FAN60]
fan curve heat air: 35 / 7.5, 1-10 [FAN60]
fan floor predicts 1.5: days 0 after 0 below 0 [j]
fan floor degraded 1.5: days 0 after 0 below 0 [j]
fan floor speed 1.5: days 0 after 0 below 70 [L10]
hdd: 0.013 0.013 0.015 0.018 0.022 0.027 0.032 0.037 0.04 0.042 0.043 [BB25]
hdd media reallocated: from 0 y, 0 days
  1 x1.1 [BBSMART]
  5 x3 [BBSMART]
  17 x9 [BBSMART]
  71 x14 [BBSMART]
  261 x22 [BBSMART]
  1101 x60 [BBSMART]
  first event x14 for 60 days [GOO07B]
hdd media pending: from 0 y, 0 days
  1 x13 [BBSMART]
  3 x25 [BBSMART]
  17 x37 [BBSMART]
  41 x60 [BBSMART]
  first event x16 for 60 days [GOO07B]
hdd media uncorrectable: from 0 y, 0 days
  1 x10 [BBSMART]
  4 x16 [BBSMART]
  21 x30 [BBSMART]
  36 x50 [BBSMART]
  first event x39 for 60 days [GOO07B]
hdd media media_errors: from 0 y, 0 days
  1 x10 [BBSMART]
  4 x16 [BBSMART]
  21 x30 [BBSMART]
  36 x50 [BBSMART]
  first event x39 for 60 days [GOO07B]
hdd media offline_uncorrectable: from 0 y, 0 days
  1 x28 [BBSMART]
  first event x39 for 60 days [GOO07B]
hdd transport crc_errors: from 0 y, 0 days
  2 x3 [BBSMART]
hdd transport command_timeouts: from 0 y, 0 days
  2 x3 [BBSMART]
hdd heat temperature: from 3 y, 0 days
  45 x1.3 [GOO07D SANK11 j]
  50 x1.6 [GOO07D SANK11 j]
hdd heat over_maximum: from 0 y, 0 days
  1 x2 [GOO07D SANK11 j]
hdd batch batch: from 0 y, 30 days
  1 x2 [WANG17 SG07 j]
hdd trend: 10 or 0.5 in 30 days x1.5 [j]
hdd floor predicts 1.5: days 0 after 0 below 0 [BBSMART]
nic: 0.002 [j]
psu: 0.004 0.004 0.004 0.004 0.004 0.006 0.008 0.012 0.016 0.02 [j TDK]
psu curve heat inlet: 25 / 10, 1-4 [TDK]
psu floor predicts 1.5: days 0 after 0 below 0 [j]
psu floor degraded 1.5: days 0 after 0 below 0 [j]
ssd: 0.01 0.01 0.01 0.01 0.01 0.012 0.015 0.02 [BBSSD j NTAP20R]
ssd wear wear: from 0 y, 0 days
  80 x1.5 [FLASH16 FB15F j]
  90 x3 [FLASH16 FB15F j]
  100 x6 [FLASH16 FB15F j]
ssd media uncorrectable: from 0 y, 0 days
  1 x5 [FLASH16 j]
ssd media media_errors: from 0 y, 0 days
  1 x5 [FLASH16 j]
ssd media reallocated: from 0 y, 0 days
  1 x1 [FLASH16]
ssd heat temperature: from 0 y, 0 days
  70 x1.5 [FB15F j]
ssd batch batch: from 0 y, 30 days
  1 x2 [WANG17 SG07 j]
ssd floor predicts 1.5: days 0 after 0 below 0 [BBSMART]
ssd floor spare_low 1.5: days 0 after 0 below 0 [BBSMART]
ssd floor read_only 1.5: days 0 after 0 below 0 [BBSMART]
cap 60 3 fleet 4 0.3 5
`

func TestTablesAreTheReference(t *testing.T) {
	want := strings.Split(strings.TrimSpace(tablesCopy), "\n")
	got := strings.Split(strings.TrimSpace(written(DefaultModel())), "\n")
	for i := range max(len(want), len(got)) {
		w, g := line(want, i), line(got, i)
		if w != g {
			t.Fatalf("line %d: the tables say %q, the copy says %q", i+1, g, w)
		}
	}
}

// TestEveryValueIsHeld changes every number and source of the tables, one at a
// time, and expects that TestTablesAreTheReference would see it.
func TestEveryValueIsHeld(t *testing.T) {
	m := DefaultModel()
	want, changed := written(m), 0
	var walk func(v reflect.Value, name string)
	try := func(v reflect.Value, name string, other reflect.Value) {
		before := reflect.New(v.Type()).Elem()
		before.Set(v)
		v.Set(other.Convert(v.Type()))
		if written(m) == want {
			t.Errorf("%s: a change goes unseen", name)
		}
		v.Set(before)
		changed++
	}
	walk = func(v reflect.Value, name string) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem(), name)
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if f := v.Type().Field(i).Name; f != "Note" && f != "Text" && f != "Unit" { // words, not values
					walk(v.Field(i), name+"."+f)
				}
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i), fmt.Sprintf("%s[%d]", name, i))
			}
		case reflect.Map:
			for _, k := range v.MapKeys() {
				walk(v.MapIndex(k), name+"."+k.String())
			}
		case reflect.Float64:
			try(v, name, reflect.ValueOf(v.Float()*1.01+0.001))
		case reflect.String:
			try(v, name, reflect.ValueOf(v.String()+"x"))
		}
	}
	walk(reflect.ValueOf(m).Elem(), "model")
	if changed < 300 {
		t.Errorf("only %d values were tried", changed)
	}
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "nothing"
}

// written is every value of a model, one rule per line.
func written(m *Model) string {
	var b strings.Builder
	fmt.Fprintf(&b, "version %s\n", m.Tables.Version)
	for _, kind := range slices.Sorted(maps.Keys(m.Tables.Kinds)) {
		k := m.Tables.Kinds[kind]
		fmt.Fprintf(&b, "%s: %s [%s]\n", kind, strings.Trim(fmt.Sprint(k.PerYear), "[]"), k.Source)
		for _, s := range k.Signals {
			fmt.Fprintf(&b, "%s %s %s: from %v y, %v days\n", kind, s.Family, s.Input, s.FromYears, s.Days)
			for _, l := range s.Levels {
				fmt.Fprintf(&b, "  %v x%v [%s]\n", l.From, l.Factor, l.Source)
			}
			if e := s.Event; e != nil {
				fmt.Fprintf(&b, "  first event x%v for %v days [%s]\n", e.Factor, e.Days, e.Source)
			}
		}
		if r := k.Trend; r != nil {
			fmt.Fprintf(&b, "%s trend: %v or %v in %v days x%v [%s]\n", kind, r.Rise, r.Share, r.Days, r.Factor, r.Source)
		}
		for _, c := range k.Curves {
			fmt.Fprintf(&b, "%s curve %s %s: %v / %v, %v-%v [%s]\n", kind, c.Family, c.Input, c.Reference, c.Doubling, c.Min, c.Max, c.Source)
		}
		for _, f := range k.Floors {
			fmt.Fprintf(&b, "%s floor %s %v: days %v after %v below %v [%s]\n", kind, f.Input, f.PerYear, f.Days, f.AfterHours, f.Below, f.Source)
		}
	}
	fmt.Fprintf(&b, "cap %v %v fleet %v %v %v\n", m.CapProduct, m.CapHazard, m.FleetK, m.FleetMin, m.FleetMax)
	return b.String()
}

func TestTablesCheck(t *testing.T) {
	if err := DefaultTables().Check(); err != nil {
		t.Errorf("the built-in tables: %v", err)
	}
	for _, x := range []struct {
		what   string
		change func(*Tables)
		want   string
	}{
		{"no version", func(t *Tables) { t.Version = "" }, "risk table version: is missing"},
		{"unknown kind", func(t *Tables) { t.Kinds["tape"] = &KindTable{PerYear: []float64{1}, Source: "j"} }, "risk table tape: is none of battery"},
		{"empty kind", func(t *Tables) { t.Kinds["hdd"] = nil }, "risk table hdd: is empty"},
		{"no baseline", func(t *Tables) { t.Kinds["nic"].PerYear = nil }, "risk table nic: has no baseline"},
		{"rate below zero", func(t *Tables) { t.Kinds["hdd"].PerYear[3] = -1 }, "risk table hdd, year 3: must be failures per year from 0 up"},
		{"no source", func(t *Tables) { t.Kinds["hdd"].Source = "" }, "risk table hdd: names no source"},
		{"unknown source", func(t *Tables) { t.Kinds["hdd"].Source = "BB26" }, `source "BB26" is no evidence code`},
		{"levels fall", func(t *Tables) { t.Kinds["hdd"].Signals[0].Levels[1].Factor = 1 }, "hdd, signal reallocated: levels must rise"},
		{"factor below one", func(t *Tables) { t.Kinds["hdd"].Signals[1].Levels[0].Factor = .5 }, "signal pending: factor 0.5 must be 1 or more"},
		{"too many rules", func(t *Tables) { t.Kinds["hdd"].Signals = append(t.Kinds["hdd"].Signals, t.Kinds["hdd"].Signals...) }, "hdd: has too many rules"},
		{"unknown input", func(t *Tables) { t.Kinds["cpu"].Signals[0].Input = "mood" }, `cpu, signal mood: input "mood" is none of`},
		{"event without days", func(t *Tables) { t.Kinds["hdd"].Signals[0].Event.Days = 0 }, "a first event needs days"},
		{"trend without days", func(t *Tables) { t.Kinds["hdd"].Trend.Days = 0 }, "hdd, trend: needs a rise"},
		{"curve that never doubles", func(t *Tables) { t.Kinds["psu"].Curves[0].Doubling = 0 }, "psu, curve inlet: needs a doubling above 0"},
		{"floor of zero", func(t *Tables) { t.Kinds["psu"].Floors[0].PerYear = 0 }, "psu, floor predicts: must be failures per year above 0"},
	} {
		tables := DefaultTables()
		x.change(tables)
		if err := tables.Check(); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: got %v, want an error with %q", x.what, err, x.want)
		}
	}
}

// TestTablesAsFile: the tables can be written to a file and read from one.
func TestTablesAsFile(t *testing.T) {
	want := written(DefaultModel())
	for _, x := range []struct {
		name  string
		write func(any) ([]byte, error)
		read  func([]byte, any) error
	}{
		{"JSON", json.Marshal, json.Unmarshal},
		{"YAML", yaml.Marshal, yaml.Unmarshal},
	} {
		text, err := x.write(DefaultTables())
		if err != nil {
			t.Fatalf("%s: %v", x.name, err)
		}
		m := DefaultModel()
		m.Tables = &Tables{}
		if err := x.read(text, m.Tables); err != nil || written(m) != want {
			t.Errorf("%s: got other tables back (%v)", x.name, err)
		}
	}
}

// TestEvidence: every code has a text, and every code that a table names is one.
func TestEvidence(t *testing.T) {
	codes := EvidenceCodes()
	if len(codes) != len(evidence) || !slices.IsSorted(codes) {
		t.Errorf("got %d codes, sorted %v", len(codes), slices.IsSorted(codes))
	}
	for _, code := range codes {
		if text, ok := Evidence(code); !ok || len(text) < 10 {
			t.Errorf("%s: got %q", code, text)
		}
	}
	if text, ok := Evidence("L10 NIMH"); !ok || text != evidence["L10"]+"; "+evidence["NIMH"] {
		t.Errorf("two codes: got %q", text)
	}
	for _, code := range []string{"XX99", "L10 XX99", ""} {
		if text, ok := Evidence(code); ok {
			t.Errorf("%q has a source: %q", code, text)
		}
	}
}

// TestTablesInTheManual: what the manual shows can be loaded.
func TestTablesInTheManual(t *testing.T) {
	manual, err := os.ReadFile("../../docs/ageing.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(manual), "```yaml\nversion:")
	text, _, _ = strings.Cut(text, "```")
	var own Tables
	if err := yaml.UnmarshalWithOptions([]byte("version:"+text), &own, yaml.Strict()); err != nil || !found {
		t.Fatalf("found %v: %v", found, err)
	}
	if err := own.Check(); err != nil || len(own.Kinds["psu"].Floors) != 2 {
		t.Errorf("got %+v, %v", own.Kinds["psu"], err)
	}
}
