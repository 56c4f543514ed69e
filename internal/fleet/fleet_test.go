package fleet

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func TestHealthWords(t *testing.T) {
	for _, h := range Healths {
		got, err := ParseHealth(h.String())
		if err != nil || got != h {
			t.Errorf("%s: got %s, %v", h, got, err)
		}
		b, err := json.Marshal(h)
		if err != nil || string(b) != `"`+h.String()+`"` {
			t.Errorf("%s as JSON: got %s, %v", h, b, err)
		}
	}
	var h Health
	if err := json.Unmarshal([]byte(`"fine"`), &h); err == nil {
		t.Error(`"fine" is no health: got no error`)
	}
	if got := Health(99).String(); got != "unknown" {
		t.Errorf("a health out of range: got %s, want unknown", got)
	}
}

func TestWorst(t *testing.T) {
	for _, x := range []struct {
		in   []Health
		want Health
	}{
		{nil, Absent}, {[]Health{Absent}, Absent}, {[]Health{OK, Absent}, OK}, {[]Health{OK, Unknown}, Unknown},
		{[]Health{Warning, Unknown}, Warning}, {[]Health{Critical, Warning}, Critical},
	} {
		if got := Worst(x.in...); got != x.want {
			t.Errorf("Worst(%v): got %s, want %s", x.in, got, x.want)
		}
	}
}

func TestNormalSerial(t *testing.T) {
	for _, x := range []struct{ in, want string }{
		{"  abc123 ", "ABC123"}, {"", ""}, {"   ", ""}, {"0000000", ""}, {"FFFF", ""}, {"xxxx", ""}, {"N/A", ""}, {"not  available", ""},
		{"To be filled by O.E.M.", ""}, {"7", ""}, {"6XXXXXX", "6XXXXXX"},
	} {
		if got := NormalSerial(x.in); got != x.want {
			t.Errorf("NormalSerial(%q): got %q, want %q", x.in, got, x.want)
		}
	}
}

// TestSlotsAreUnique: whatever the device calls its rows, two rows with
// different indices never share a key.
func TestSlotsAreUnique(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(t, "rows")
		cs := make([]Component, n)
		for i := range cs {
			cs[i] = Component{Kind: rapid.SampledFrom(Kinds[:3]).Draw(t, "kind"), Name: rapid.SampledFrom([]string{"", "cpu", "Bay 1"}).Draw(t, "name"),
				Index: string(rune('a' + i))}
		}
		AssignSlots(cs)
		seen := map[string]bool{}
		for i := range cs {
			if seen[cs[i].Key()] {
				t.Fatalf("two components have the key %s", cs[i].Key())
			}
			seen[cs[i].Key()] = true
		}
	})
}

// TestSlotsOfManyParts: how many parts there are makes no difference to what a
// slot is called.
func TestSlotsOfManyParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{0, 1, 30, 255, 256, 257, 700}).Draw(t, "parts")
		names := rapid.IntRange(1, 2*n+1).Draw(t, "names")
		cs := make([]Component, n)
		count := map[string]int{}
		base := func(c *Component) string { return c.Kind.String() + "/" + cmp.Or(c.Name, c.Index, "1") }
		for i := range cs {
			x := rapid.IntRange(0, names).Draw(t, "name")
			cs[i] = Component{Kind: Kinds[x%3], Index: strconv.Itoa(i)}
			if x > 0 {
				cs[i].Name = strconv.Itoa(x / 2)
			}
			if x%7 == 6 {
				cs[i].Index = ""
			}
			count[base(&cs[i])]++
		}
		AssignSlots(cs)
		for i := range cs {
			want := base(&cs[i])
			if count[want] > 1 && cs[i].Index != "" {
				want += " #" + cs[i].Index
			}
			if got := cs[i].Key(); got != want {
				t.Fatalf("part %d of %d: got %s, want %s", i, n, got, want)
			}
		}
	})
}

func TestSlotsKeepNames(t *testing.T) {
	cs := []Component{{Kind: Disk, Name: "Bay 1", Index: "0.1"}, {Kind: Temperature, Name: "cpu", Index: "1"}, {Kind: Temperature, Name: "cpu", Index: "2"}, {Kind: Fan, Index: "7"}}
	AssignSlots(cs)
	var got []string
	for i := range cs {
		got = append(got, cs[i].Key())
	}
	if want := []string{"disk/Bay 1", "temperature/cpu #1", "temperature/cpu #2", "fan/7"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestStale(t *testing.T) {
	e := EndpointState{Interval: time.Minute, LastOK: noon}
	for _, x := range []struct {
		after time.Duration
		want  bool
	}{{time.Minute, false}, {3 * time.Minute, false}, {3*time.Minute + time.Second, true},
		{-3 * time.Minute, false}, {-time.Hour, true}} { // read before the clock was set back
		if got := e.Stale(noon.Add(x.after)); got != x.want {
			t.Errorf("after %s: got stale=%v, want %v", x.after, got, x.want)
		}
	}
	never := EndpointState{Interval: time.Minute}
	if never.Stale(noon) {
		t.Error("an endpoint that was never read is unknown, not stale")
	}
}

func TestTrendIsARing(t *testing.T) {
	tr := TrendOf(Percent, nil, time.Time{})
	for i := range TrendLength + 5 {
		tr = tr.Add(float64(i), noon)
	}
	vals := tr.Values()
	if len(vals) != TrendLength || vals[0] != 5 || vals[TrendLength-1] != TrendLength+4 {
		t.Errorf("got %d values from %v to %v, want %d from 5 to %d", len(vals), vals[0], vals[len(vals)-1], TrendLength, TrendLength+4)
	}
}

func entry(name string, h Health) Entry {
	return Entry{Server: Server{Name: name}, State: State{Health: h}}
}

func TestSnapshot(t *testing.T) {
	a := NewSnapshot(1, noon, []Entry{entry("b", OK), entry("a", Critical), entry("c", OK)})
	b := a.With(2, noon, []Entry{entry("b", Warning)})
	c := b.With(3, noon, []Entry{entry("d", OK)}, "a")
	if a.Count(OK) != 2 || b.Count(OK) != 1 || b.Count(Warning) != 1 || c.Len() != 3 || c.Count(Critical) != 0 {
		t.Errorf("counts: a ok %d, b ok %d warning %d, c len %d critical %d", a.Count(OK), b.Count(OK), b.Count(Warning), c.Len(), c.Count(Critical))
	}
	if a.Find("b").State.Health != OK {
		t.Error("an older snapshot changed")
	}
	if a.Find("a") != b.Find("a") {
		t.Error("an unchanged entry is not shared")
	}
	var names []string
	for e := range c.All() {
		names = append(names, e.Server.Name)
	}
	if !slices.Equal(names, []string{"b", "c", "d"}) {
		t.Errorf("got %v, want sorted b c d", names)
	}
	if c.Find("nobody") != nil {
		t.Error("found a server that is not there")
	}
}

func TestComplete(t *testing.T) {
	o := Observation{SNMP: Answered, Errors: []ReadError{{What: "disks", Kinds: []Kind{Disk}}}}
	if o.Complete(Disk) || !o.Complete(PSU) {
		t.Errorf("got disk %v psu %v, want false true", o.Complete(Disk), o.Complete(PSU))
	}
	o.SNMP = Silent
	if o.Complete(PSU) {
		t.Error("a silent agent's read is never complete")
	}
}

func TestCompareNames(t *testing.T) {
	want := []string{"", "Bay 0", "Bay 1", "Bay 2", "Bay 10", "Bay 10a", "DIMM A1", "DIMM A2", "DIMM B1", "Đĩa 1"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, CompareNames)
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestBladesAreJoinedBySerial: a blade that is polled directly is the part
// that its chassis lists in a slot.
func TestBladesAreJoinedBySerial(t *testing.T) {
	enclosure := Entry{Server: Server{Name: "enc-1"}, State: State{Device: Device{Serial: "ENC0001"}, Components: []Component{
		{Kind: Chassis, Slot: "enclosure", Serial: "ENC0001"}, {Kind: Other, Slot: "Bay 3", Serial: " blade-77 "}, {Kind: PSU, Slot: "PS 1", Serial: "BLADE-78"}}}}
	blade := Entry{Server: Server{Name: "blade-a"}, State: State{Device: Device{Serial: "BLADE-77"}}}
	loose := Entry{Server: Server{Name: "loose", Serial: "BLADE-78"}}
	nameless := Entry{Server: Server{Name: "nameless", Serial: "N/A"}}
	s := NewSnapshot(1, noon, []Entry{enclosure, blade, loose, nameless})

	chassis, slot, ok := s.HousingOf(s.Find("blade-a"))
	if !ok || chassis.Server.Name != "enc-1" || slot.Slot != "Bay 3" {
		t.Errorf("blade-a: got %v %v %v, want bay 3 of enc-1", chassis, slot, ok)
	}
	for _, name := range []string{"loose", "nameless", "enc-1"} { // a supply holds no server, a placeholder is no identity, a chassis is not in itself
		if _, _, ok := s.HousingOf(s.Find(name)); ok {
			t.Errorf("%s: got a housing, want none", name)
		}
	}
	enc := s.Find("enc-1")
	if e := s.ServerIn(enc, &enc.State.Components[1]); e == nil || e.Server.Name != "blade-a" {
		t.Errorf("bay 3: got %v, want blade-a", e)
	}
	if e := s.ServerIn(enc, &enc.State.Components[0]); e != nil {
		t.Errorf("the enclosure's own row: got %s, want none", e.Server.Name)
	}
}

// TestComponentSize: components are half of what this program keeps, and most of
// what the garbage collector looks through: 10,000 servers have some 70 each, in
// one list. Go gives memory in sizes: a list of 70 takes 20,480 bytes as long as
// each takes 288, but 21,760 from 296 on. A word more is a word 700,000 times.
func TestComponentSize(t *testing.T) {
	if size := unsafe.Sizeof(Component{}); size != 280 {
		t.Errorf("a component takes %d bytes", size)
	}
}
