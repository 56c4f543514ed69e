package fleet

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
	"unsafe"
)

func TestSeenIsWrittenAsEvidence(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 30, 0, 123456789, time.UTC)
	full := Evidence{OID: "1.3.6.1", Value: "<3>", Meaning: "ế & \"ok\"", Time: at, Profile: "dell-idrac", Line: 62, Role: BMC}
	moved := full
	moved.Time = at.In(time.FixedZone("", 7*3600))
	local := full
	local.Time = at.Local()
	for name, e := range map[string]Evidence{"nothing": {}, "no time": {OID: "1.3"}, "time only": {Time: at}, "full": full, "zone": moved, "local": local} {
		want, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		s := SeenOf(e)
		if got, err := json.Marshal(s); err != nil || string(got) != string(want) {
			t.Errorf("%s: got %s, %v, want %s", name, got, err, want)
		}
		var back Seen
		if err := json.Unmarshal(want, &back); err != nil || !back.Equal(s) {
			t.Errorf("%s: got %+v, %v, want %+v", name, back.Evidence(), err, e)
		}
		if again, err := json.Marshal(back); err != nil || string(again) != string(want) {
			t.Errorf("%s: written again: got %s, %v, want %s", name, again, err, want)
		}
		if got := s.Evidence(); !got.Time.Equal(e.Time) || s.IsZero() != (e == Evidence{}) {
			t.Errorf("%s: got %+v, want %+v", name, got, e)
		}
	}
	if got := SeenOf(full).Evidence(); !reflect.DeepEqual(got, full) {
		t.Errorf("got %+v, want %+v", got, full)
	}
}

func TestSeenIsNotWrittenTo(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC)
	s := SeenOf(Evidence{OID: "1.3.6.1", Value: "3", Meaning: "ok", Time: at, Role: BMC})
	later, os, word := s.At(at.Add(time.Hour)), s.By(OS), s.Meant("failed")
	if s.Meaning() != "ok" || s.Role() != BMC || !s.Time().Equal(at) {
		t.Errorf("what was kept changed: %+v", s.Evidence())
	}
	if later.Equal(s) || !later.Same(s) || later.said != s.said {
		t.Errorf("the same words at another time: got %+v", later.Evidence())
	}
	if os.Role() != OS || os.Same(s) || word.Meaning() != "failed" || word.OID() != s.OID() {
		t.Errorf("got %+v and %+v", os.Evidence(), word.Evidence())
	}
	if back := later.AtNanos(s.Nanos()); !back.Equal(s) {
		t.Errorf("got %+v, want %+v", back.Evidence(), s.Evidence())
	}
	if size := unsafe.Sizeof(s); size > 16 {
		t.Errorf("it takes %d bytes: a server has two hundred of them", size)
	}
}
