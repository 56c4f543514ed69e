package packed

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/fleet/fleettest"
)

func text(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func packed(t testing.TB, st *fleet.State) []byte {
	t.Helper()
	doc, ok := Append(nil, st)
	if !ok {
		t.Fatal("not packed")
	}
	return doc
}

// states are some that say everything, nothing, and the same in other ways.
func states() map[string]*fleet.State {
	all, leaves := fleettest.State(nil)
	differ := map[int]int{}
	for i := range leaves {
		differ[i] = i % 3
	}
	other, _ := fleettest.State(differ)
	empty := &fleet.State{Components: []fleet.Component{}, Endpoints: []fleet.EndpointState{{}}, Trends: fleet.KeyedOf(map[string]fleet.Trend{"rtt": {}, "cpu": fleet.TrendOf(0, []float64{}, time.Time{})})}
	zero, minus := 0.0, math.Copysign(0, -1)
	empty.Totals.Load1, empty.Totals.Load5 = &zero, &minus
	return map[string]*fleet.State{"everything": all, "something else": other, "nothing": {}, "hardly anything": empty}
}

// TestRoundTrip: what is read is what was packed, by the way of the same ironage
// and by that of another, whose description is not its own.
func TestRoundTrip(t *testing.T) {
	for name, st := range states() {
		want, doc := text(t, st), packed(t, st)
		var got fleet.State
		if err := Read(doc, &got); err != nil || text(t, &got) != want {
			t.Errorf("%s: %v, got\n%s\nwant\n%s", name, err, text(t, &got), want)
		}
		if (got.Components == nil) != (st.Components == nil) {
			t.Errorf("%s: an empty list and none are not told apart", name)
		}
		b, err := asJSON(doc)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var other fleet.State
		if err := json.Unmarshal(b, &other); err != nil || text(t, &other) != want {
			t.Errorf("%s as JSON: %v, got\n%s\nwant\n%s", name, err, text(t, &other), want)
		}
		if again := packed(t, &got); string(again) != string(doc) {
			t.Errorf("%s is not packed alike again", name)
		}
	}
}

// laterState is a state of another ironage: without some fields, with others.
type laterState struct {
	fleet.Device
	Server     string            `json:"server"`
	Mood       map[string][]bool `json:"mood"`
	Health     fleet.Health      `json:"health"`
	Components []laterComponent  `json:"components"`
	Hidden     string            `json:"-"`
	Updated    time.Time         `json:"updated"`
}

type laterComponent struct {
	Colour *string           `json:"colour,omitempty"`
	Slot   string            `json:"slot"`
	Native fleet.Seen        `json:"native"`
	Limits map[string]*int64 `json:"other_limits"`
}

// TestOtherFields: a document of an ironage whose states have other fields is
// read as JSON would be.
func TestOtherFields(t *testing.T) {
	var later laterState
	fleettest.Fill(&later, nil)
	var c compiler
	p := c.plan(reflect.TypeFor[laterState]())
	e := encoder{texts: map[string]uint64{}, seen: map[said]uint64{}}
	e.out = append([]byte{version}, c.description()...)
	p.encode(&e, reflect.ValueOf(&later).Elem())
	var got, want fleet.State
	if err := Read(e.out, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(text(t, &later)), &want); err != nil {
		t.Fatal(err)
	}
	if g, w := text(t, &got), text(t, &want); g != w || got.Components[1].Native.OID() == "" || !strings.Contains(w, later.Server) {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

// TestLeftToJSON: what JSON changes or refuses is left to it.
func TestLeftToJSON(t *testing.T) {
	nan := math.NaN()
	for name, st := range map[string]*fleet.State{
		"not a number": {Totals: fleet.Totals{Load1: &nan}},
		"no text":      {Device: fleet.Device{Model: "R\xff640"}},
		"no date":      {Updated: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)},
		"odd zone":     {Updated: fleettest.Start.In(time.FixedZone("", 61))},
		"too much":     {NotReported: make([]fleet.Kind, mostItems+1)},
	} {
		if _, ok := Append(nil, st); ok {
			t.Errorf("%s was packed", name)
		}
	}
}

// TestDamage: cut and changed documents are refused or say something else, and
// never more than that.
func TestDamage(t *testing.T) {
	all, _ := fleettest.State(nil)
	doc := packed(t, all)
	_, head := own()
	for n := range doc {
		var got fleet.State
		if err := Read(doc[:n], &got); err == nil {
			t.Fatalf("%d of %d bytes were read as a state", n, len(doc))
		}
	}
	for n := len(head); n < len(doc); n++ {
		for _, bit := range []byte{1, 0x80} {
			changed := append([]byte(nil), doc...)
			changed[n] ^= bit
			var got fleet.State
			_ = Read(changed, &got) // either is right
		}
	}
	var got fleet.State
	if err := Read(append(doc, 0), &got); err == nil {
		t.Error("a document with something behind it was read")
	}
}

func FuzzRead(f *testing.F) {
	for _, st := range states() {
		f.Add(packed(f, st))
	}
	var c compiler
	c.plan(reflect.TypeFor[laterState]())
	f.Add(append([]byte{version}, c.description()...))
	f.Fuzz(func(t *testing.T, doc []byte) {
		var got fleet.State
		if Read(doc, &got) != nil {
			return
		}
		if _, err := json.Marshal(&got); err != nil {
			t.Errorf("what was read cannot be written: %v", err)
		}
	})
}
