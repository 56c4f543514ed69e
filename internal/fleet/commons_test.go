package fleet

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unsafe"
)

func worded(n int, at time.Time) *State {
	s := &State{Server: fmt.Sprintf("srv-%d", n), Updated: at, Holds: map[string]Hold{}, Device: Device{Model: strings.Repeat("R640", 1)}}
	for i := range 3 {
		ev := SeenOf(Evidence{OID: fmt.Sprintf("1.3.6.1.%d", i), Value: fmt.Sprint(3), Time: at, Profile: "dell-idrac", Role: BMC})
		reading, limit, capacity := 20.5, 75.0, int64(480)
		s.Components = append(s.Components, Component{Kind: Disk, Slot: fmt.Sprintf("Bay %d", i), Serial: fmt.Sprintf("S%d-%d", n, i), Native: ev,
			Verdicts: []Verdict{{Health: OK, Seen: ev}}, Reading: &reading, PredictiveFailure: No, CapacityBytes: &capacity,
			Limits: &Limits{WarnHigh: &limit}, Attributes: map[string]string{"media": "ssd", "bus": "sata"}})
	}
	return s
}

func document(t *testing.T, s *State) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestShareSaysTheSame: a shared state says what it said, and so does the one before it.
func TestShareSaysTheSame(t *testing.T) {
	var c Commons
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	prev, next, other := worded(1, at), worded(1, at.Add(time.Minute)), worded(2, at)
	next.Components[1].Attributes["media"] = "hdd"
	next.Components[2], next.Components[0] = next.Components[0], next.Components[2]
	next.Components[0].Verdicts = prev.Components[0].Verdicts // held back
	want := []string{document(t, prev), document(t, next), document(t, other)}
	c.Share(&State{}, prev)
	c.Share(prev, next)
	c.Share(&State{}, other)
	for i, s := range []*State{prev, next, other} {
		if got := document(t, s); got != want[i] {
			t.Errorf("state %d says\n%s\nwant\n%s", i, got, want[i])
		}
	}
	a, b := &prev.Components[1], &other.Components[1]
	if a.Limits != b.Limits || a.Reading != b.Reading || a.CapacityBytes != b.CapacityBytes || a.PredictiveFailure != b.PredictiveFailure {
		t.Error("equal values of two servers are not shared")
	}
	if unsafe.StringData(a.Native.OID()) != unsafe.StringData(b.Native.OID()) || unsafe.StringData(a.Serial) == unsafe.StringData(b.Serial) {
		t.Error("equal texts of two servers are not shared, or others are")
	}
	if prev.Holds != nil {
		t.Error("an empty map was kept")
	}
}

// TestShareForgets: what nobody says any more is not kept for ever.
func TestShareForgets(t *testing.T) {
	var c Commons
	for i := range 3 * mostCommon {
		c.text(fmt.Sprint(i))
		c.text("always")
	}
	if n := len(c.texts.young) + len(c.texts.old); n > 2*mostCommon {
		t.Errorf("%d texts are kept, want at most %d", n, 2*mostCommon)
	}
	if _, ok := c.texts.find("always"); !ok {
		t.Error("what is asked for all the time was forgotten")
	}
}
