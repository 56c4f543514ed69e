package collect

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// worn is a disk that has run so many hours and counts so many pending sectors.
func worn(name, serial string, hours, pending float64) fleet.Component {
	c := disk(name, serial, fleet.OK)
	c.PowerOnHours, c.Counters = &hours, map[string]float64{"pending": pending}
	return c
}

func empty(name string) fleet.Component { return disk(name, "", fleet.Absent) }

// brief prints what is remembered in a slot: serial, hours, the counter's base
// and rise, where it came from.
func brief(st *fleet.State, key string) string {
	rec, ok := st.Parts.Find(key)
	if !ok {
		return "nothing"
	}
	t := rec.Trails["pending"]
	out := fmt.Sprintf("%s %gh %g+%g", strings.TrimSuffix(rec.Serial, "-1"), rec.Hours, t.Base, t.Rise(time.Time{}))
	if rec.Reset {
		out += " reset"
	}
	if rec.Carried != nil {
		out += " from " + rec.Carried.Slot
	}
	return out
}

func (s *story) remembers(key, wanted string) {
	s.t.Helper()
	want(s.t, "record of "+key, brief(&s.st, key), wanted)
}

func TestRecordGrowsWithItsPart(t *testing.T) {
	s := newStory(t, box)
	s.full(worn("1", "A", 1000, 0))
	s.remembers("disk/1", "A 1000h 0+0")
	first := s.now
	s.status(worn("1", "A", 1001, 3))
	s.remembers("disk/1", "A 1001h 0+3")
	if rec := s.st.Parts.Get("disk/1"); !rec.Trails["pending"].FirstRise.Equal(s.now) || !rec.FirstSeen.Equal(first) || !rec.Fitted.IsZero() {
		t.Errorf("got %+v, want it to rise at %v, seen since %v, fitted nobody knows when", rec, s.now, first)
	}
	for range 5 {
		before := fmt.Sprint(s.st.Parts)
		s.status(worn("1", "A", 1001, 3))
		if now := fmt.Sprint(s.st.Parts); now != before {
			t.Fatalf("a read that says nothing new changed the record: %s → %s", before, now)
		}
	}
}

func TestSuccessorInheritsNothing(t *testing.T) {
	s := newStory(t, box)
	s.full(worn("1", "A", 50000, 9))
	s.status(worn("1", "A", 50001, 12))
	s.full(worn("1", "B", 7, 0))
	s.remembers("disk/1", "A 50001h 9+3") // one read proves nothing
	since := s.now
	s.status(worn("1", "B", 7, 1)) // whose counter that is stays open
	s.remembers("disk/1", "A 50001h 9+3")
	s.full(worn("1", "B", 8, 1))
	s.remembers("disk/1", "B 8h 1+0")
	if rec := s.st.Parts.Get("disk/1"); !rec.Fitted.Equal(since) || !rec.FirstSeen.Equal(since) {
		t.Errorf("got %+v, want it fitted and seen since %v", rec, since)
	}
}

func TestRecordsOfPlaceholders(t *testing.T) {
	s := newStory(t, box)
	s.full(worn("1", "", 100, 1), worn("2", "B", 100, 1))
	s.remembers("disk/1", " 100h 1+0") // without a serial number the slot is who it is
	s.status(worn("1", "", 101, 2), worn("2", "B", 101, 2))
	s.full(worn("1", "A", 101, 4), worn("2", "N/A", 101, 4))
	s.remembers("disk/1", "A 101h 1+3") // firmware learned to read it
	s.remembers("disk/2", "B 101h 1+3") // firmware forgot
	s.full(worn("1", "A", 101, 4))
	s.full(worn("1", "A", 101, 4))
	s.remembers("disk/2", "B 101h 1+3") // it may come back
	s.full(worn("1", "A", 101, 4), worn("2", "B", 101, 6))
	s.remembers("disk/2", "B 101h 1+5")
}

func TestRecordsOfPartsThatMoveWithin(t *testing.T) {
	two := []fleet.Component{worn("1", "A", 40000, 5), worn("2", "B", 100, 0)}
	for _, c := range []struct {
		name string
		then func(s *story)
		one  string
		two  string
	}{
		{"crosswise", func(s *story) {
			s.full(worn("1", "B", 101, 0), worn("2", "A", 40001, 6))
			s.full(worn("1", "B", 101, 0), worn("2", "A", 40001, 6))
		}, "B 101h 0+0 from disk/2", "A 40001h 5+1 from disk/1"},
		{"into a slot that was empty", func(s *story) {
			s.full(empty("1"), worn("2", "B", 100, 0), worn("3", "A", 40001, 6))
			s.full(empty("1"), worn("2", "B", 100, 0), worn("3", "A", 40001, 7))
		}, "nothing", "B 100h 0+0"},
		{"another one in its place", func(s *story) {
			s.full(worn("1", "C", 1, 0), worn("2", "B", 100, 0), worn("3", "A", 40001, 6))
			s.full(worn("1", "C", 1, 0), worn("2", "B", 100, 0), worn("3", "A", 40001, 7))
		}, "C 1h 0+0", "B 100h 0+0"},
		{"renamed by firmware", func(s *story) { s.full(worn("Bay 1", "A", 40001, 5), worn("2", "B", 100, 0)) }, "nothing", "B 100h 0+0"},
		{"gone, and back in another slot", func(s *story) {
			s.full(empty("1"), worn("2", "B", 100, 0))
			s.full(empty("1"), worn("2", "B", 100, 0))
			s.remembers("disk/1", "A 40000h 5+0")
			s.full(empty("1"), worn("2", "B", 100, 0), worn("3", "A", 40001, 7))
		}, "nothing", "B 100h 0+0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStory(t, box)
			s.full(two...)
			c.then(s)
			s.remembers("disk/1", c.one)
			s.remembers("disk/2", c.two)
			for _, key := range []string{"disk/3", "disk/Bay 1"} {
				if rec, ok := s.st.Parts.Find(key); ok && (rec.Trails["pending"].Base != 5 || rec.Hours != 40001) {
					t.Errorf("%s: got %s, want the history of A", key, brief(&s.st, key))
				}
			}
			found := 0
			for _, rec := range s.st.Parts.All() {
				if rec.Serial == "A-1" {
					found++
				}
			}
			if found != 1 {
				t.Errorf("A has %d records, want 1: %v", found, s.st.Parts)
			}
		})
	}
}

func TestCarriedSaysWhereThePartWas(t *testing.T) {
	srv := box
	srv.InService = "2018-06"
	s := newStory(t, srv)
	psu := func(name, serial string) fleet.Component {
		return fleet.Component{Kind: fleet.PSU, Name: name, Slot: name, Serial: serial, Health: fleet.OK}
	}
	s.full(psu("1", "AAA-1"), psu("2", "BBB-1"))
	s.full(psu("1", "BBB-1"), psu("2", "AAA-1"))
	s.full(psu("1", "BBB-1"), psu("2", "AAA-1"))
	got := s.st.Parts.Get("psu/2").Carried
	if got == nil || got.Since != "2018-06" || got.Source != "server, inventory" || got.Server != "box" || got.Slot != "psu/1" || !got.Left.Equal(s.now) {
		t.Errorf("got %+v, want 2018-06 by the server's inventory, from box psu/1 at %v", got, s.now)
	}
}

func TestCountersThatFall(t *testing.T) {
	s := newStory(t, box)
	s.full(worn("1", "A", 50000, 9))
	s.status(worn("1", "A", 50001, 12))
	s.status(worn("1", "A", 3, 0)) // perhaps another part: only an inventory tells
	s.remembers("disk/1", "A 50001h 9+3")
	if !s.st.Endpoints[0].WantFull {
		t.Error("a counter that fell asks for no inventory")
	}
	s.full(worn("1", "A", 3, 0)) // it is the same
	s.remembers("disk/1", "A 50001h 0+0 reset")
	s.status(worn("1", "A", 3, 5))
	s.status(worn("1", "A", 3, 2)) // known to forget
	s.remembers("disk/1", "A 50001h 2+0 reset")
	if s.st.Endpoints[0].WantFull {
		t.Error("a part that is known to forget asks for inventories again and again")
	}
	s.status(worn("1", "A", 300000, 2)) // nobody ran for 34 years
	s.remembers("disk/1", "A 50001h 2+0 reset")
}

func TestTrailsAreBounded(t *testing.T) {
	s := newStory(t, box)
	c := worn("1", "A", 1, 1)
	for i := range 100 {
		c.Counters[fmt.Sprintf("vendor_%02d", i)] = float64(i)
	}
	c.Counters[strings.Repeat("x", 100)] = 1
	c.Counters["media_errors"] = 2
	s.full(c)
	got := s.st.Parts.Get("disk/1").Trails
	if len(got) != mostTrails {
		t.Errorf("got %d trails, want %d", len(got), mostTrails)
	}
	for _, name := range []string{"pending", "media_errors", "vendor_13"} {
		if _, ok := got[name]; !ok {
			t.Errorf("no trail of %s: %v", name, got)
		}
	}
	s.full(c)
	if len(s.st.Parts.Get("disk/1").Trails) != mostTrails {
		t.Errorf("after another read: got %d trails, want %d", len(s.st.Parts.Get("disk/1").Trails), mostTrails)
	}
}

func TestAnotherMachineTakesNoHistoryAlong(t *testing.T) {
	s := newStory(t, box)
	read := func(chassis string, cs ...fleet.Component) {
		s.fold(fleet.Observation{Rhythm: fleet.Inventory, SNMP: fleet.Answered, Device: fleet.Device{Serial: chassis}, Components: cs})
	}
	fan := fleet.Component{Kind: fleet.Fan, Name: "1", Slot: "1", Health: fleet.OK}
	read("CH1", worn("1", "A", 40000, 5), worn("2", "B", 40000, 5), fan)
	seen := s.st.Parts.Get("fan/1").FirstSeen
	read("CH2", worn("1", "A", 40000, 5), worn("2", "C", 1, 0), fan)
	read("CH2", worn("1", "A", 40000, 6), worn("2", "C", 1, 0), fan)
	s.remembers("disk/1", "A 40000h 5+1") // a new board, the same disk
	s.remembers("disk/2", "C 1h 0+0")
	if got := s.st.Parts.Get("fan/1").FirstSeen; got.Equal(seen) {
		t.Error("a fan without a serial number is taken for the fan of the machine before")
	}
}
