package maintenance

import (
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC) // a Tuesday

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func once(from, to time.Time) Window {
	return Window{ID: 1, Scope: Fleet, Reason: "r", By: "lan", Made: noon, From: from, To: to}
}

func TestCovers(t *testing.T) {
	s := &fleet.Server{Name: "hn-a03-07", Site: "hanoi", Room: "dc1", Rack: "A03", Service: "TDOffice"}
	for _, c := range []struct {
		scope Scope
		name  string
		want  bool
	}{
		{Server, "hn-a03-07", true}, {Server, "hn-a03-0", false},
		{Rack, "hanoi/dc1/A03", true}, {Rack, "A03", false}, {Rack, "hanoi/dc2/A03", false},
		{Site, "hanoi", true}, {Site, "", false}, {Service, "TDOffice", true}, {Service, "mail", false}, {Fleet, "", true},
		{Scope("room"), "dc1", false},
	} {
		w := once(noon, noon.Add(time.Hour))
		w.Scope, w.Name = c.scope, c.name
		if got := w.Covers(s, noon); got != c.want {
			t.Errorf("%s %q: covers %v, want %v", c.scope, c.name, got, c.want)
		}
		if w.Covers(s, noon.Add(time.Hour)) {
			t.Errorf("%s %q: covers at its end", c.scope, c.name)
		}
	}
	bare := once(noon, noon.Add(time.Hour))
	for _, scope := range []Scope{Rack, Site, Service} {
		if bare.Scope = scope; bare.Covers(&fleet.Server{Name: "x"}, noon) {
			t.Errorf("a window of no %s covers a server without one", scope)
		}
	}
}

func TestOnce(t *testing.T) {
	w := once(noon.Add(time.Hour), noon.Add(3*time.Hour))
	for _, c := range []struct {
		at   time.Duration
		want Phase
	}{{0, Coming}, {time.Hour, Active}, {3*time.Hour - 1, Active}, {3 * time.Hour, Past}} {
		if got := w.Phase(noon.Add(c.at)); got != c.want {
			t.Errorf("at +%v: %v, want %v", c.at, got, c.want)
		}
	}
	ended, err := End(w, false, "minh", noon.Add(2*time.Hour))
	if err != nil || ended.Phase(noon.Add(2*time.Hour)) != Past || ended.EndedBy != "minh" || ended.Version != w.Version+1 {
		t.Errorf("ended early: %+v, %v", ended, err)
	}
	if o, ok := ended.Last(noon.Add(4 * time.Hour)); !ok || !o.To.Equal(noon.Add(2*time.Hour)) {
		t.Errorf("it was over at %v (%v), want when it was ended", o.To, ok)
	}
	if _, err := End(ended, false, "lan", noon.Add(3*time.Hour)); err == nil {
		t.Error("a window that is over can be ended")
	}
}

func TestEndedBeforeItBegan(t *testing.T) {
	w := once(noon.Add(time.Hour), noon.Add(3*time.Hour))
	ended, err := End(w, false, "minh", noon)
	if err != nil || ended.Phase(noon.Add(2*time.Hour)) != Past {
		t.Fatalf("%+v, %v, want it past", ended, err)
	}
	if o, ok := ended.Last(noon.Add(5 * time.Hour)); ok {
		t.Errorf("it held %+v, want never", o)
	}
}

func weekly(zone string, at int, long time.Duration, days ...time.Weekday) Window {
	return Window{ID: 2, Scope: Fleet, Reason: "r", From: noon, Every: &Rhythm{Weekdays: days, At: at, For: long, Zone: zone}}
}

func TestRecurring(t *testing.T) {
	w := weekly("Asia/Ho_Chi_Minh", 22*60, 4*time.Hour, time.Saturday)
	want := time.Date(2026, 3, 14, 22, 0, 0, 0, zone(t, "Asia/Ho_Chi_Minh"))
	o, ok := w.Next(noon)
	if !ok || !o.From.Equal(want) || o.To.Sub(o.From) != 4*time.Hour {
		t.Fatalf("next is %+v (%v), want from %v for 4h", o, ok, want)
	}
	if got := w.Phase(want.Add(3 * time.Hour)); got != Active { // on Sunday morning
		t.Errorf("past midnight it is %v, want active", got)
	}
	if o, _ := w.Next(want); !o.From.Equal(want.AddDate(0, 0, 7)) {
		t.Errorf("the one after is at %v, want a week later", o.From)
	}
	cut, err := End(w, false, "lan", want.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if got := cut.Phase(want.Add(2 * time.Hour)); got != Coming {
		t.Errorf("after its occurrence was ended it is %v, want coming", got)
	}
	if o, ok := cut.Next(want.Add(2 * time.Hour)); !ok || !o.From.Equal(want.AddDate(0, 0, 7)) {
		t.Errorf("next is %v (%v), want a week later", o.From, ok)
	}
	over, err := End(cut, true, "lan", want.Add(3*time.Hour))
	if err != nil || over.Phase(want.AddDate(0, 0, 7)) != Past {
		t.Errorf("ended for good it is %v (%v), want past", over.Phase(want.AddDate(0, 0, 7)), err)
	}
	if _, err := End(w, false, "lan", noon); err == nil {
		t.Error("one occurrence of a window that is not active can be ended")
	}
}

func TestRecurringIsBounded(t *testing.T) {
	w := weekly("", 22*60, time.Hour, time.Tuesday, time.Thursday)
	w.To = noon.AddDate(0, 0, 3)
	thursday := time.Date(2026, 3, 12, 22, 0, 0, 0, time.UTC)
	if o, ok := w.Next(noon.Add(11 * time.Hour)); !ok || !o.From.Equal(thursday) {
		t.Errorf("next is %v (%v), want Thursday", o.From, ok)
	}
	if o, ok := w.Next(thursday); ok {
		t.Errorf("after its end it comes at %v, want never", o.From)
	}
	w.From = noon.AddDate(0, 0, 2)
	if o, _ := w.Next(noon); !o.From.Equal(thursday) {
		t.Errorf("next is %v, want none before its beginning", o.From)
	}
}

func TestMonthDay(t *testing.T) {
	w := Window{Scope: Fleet, From: noon, Every: &Rhythm{MonthDay: 31, At: 60, For: time.Hour}}
	var got []string
	at := noon
	for range 4 {
		o, ok := w.Next(at)
		if !ok {
			t.Fatal("there is no next one")
		}
		got, at = append(got, o.From.Format("01-02 15:04")), o.From
	}
	if s := strings.Join(got, ", "); s != "03-31 01:00, 04-30 01:00, 05-31 01:00, 06-30 01:00" {
		t.Errorf("got %s, want the last day of each month", s)
	}
}

func TestChangeOfTheClock(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	spring := time.Date(2026, 3, 28, 12, 0, 0, 0, berlin)
	w := weekly("Europe/Berlin", 2*60+30, 2*time.Hour, time.Sunday)
	w.From = spring
	if o, _ := w.Next(spring); o.From.UTC().Format("01-02 15:04") != "03-29 01:00" || o.To.Sub(o.From) != 2*time.Hour {
		t.Errorf("an hour that is left out begins at %v, want at the change (01:00 UTC) for 2h", o.From.UTC())
	}
	autumn := time.Date(2026, 10, 24, 12, 0, 0, 0, berlin)
	w.From = autumn
	if o, _ := w.Next(autumn); o.From.UTC().Format("01-02 15:04") != "10-25 00:30" {
		t.Errorf("an hour that comes twice begins at %v, want at its first (00:30 UTC)", o.From.UTC())
	}
}

func TestOverlaps(t *testing.T) {
	s := &fleet.Server{Name: "a", Site: "hanoi"}
	a, b := once(noon, noon.Add(time.Hour)), once(noon, noon.Add(2*time.Hour))
	a.Scope, a.Name, b.ID = Site, "hanoi", 7
	if w, ok := Covering(RunningAt([]Window{a, b}, noon), s); !ok || w.ID != 7 {
		t.Errorf("covered by %d (%v), want the one that lasts longest", w.ID, ok)
	}
	if _, ok := Covering(RunningAt([]Window{a, b}, noon.Add(3*time.Hour)), s); ok {
		t.Error("covered after both are over")
	}
}

func TestSort(t *testing.T) {
	at := func(id int64, from, to int) Window {
		w := once(noon.Add(time.Duration(from)*time.Hour), noon.Add(time.Duration(to)*time.Hour))
		w.ID = id
		return w
	}
	ws := []Window{at(1, -5, -4), at(2, 5, 6), at(3, -1, 4), at(4, -3, -2), at(5, 2, 3), at(6, -1, 1)}
	Sort(ws, noon)
	var ids []int64
	for _, w := range ws {
		ids = append(ids, w.ID)
	}
	if want := [...]int64{6, 3, 5, 2, 4, 1}; [6]int64(ids) != want {
		t.Errorf("sorted %v, want %v", ids, want)
	}
}

// A change to summer time at midnight leaves out the first hour of a day: what
// begins in it begins at the change, not months before.
func TestMidnightLeftOut(t *testing.T) {
	for _, c := range []struct{ zone, day string }{{"America/Havana", "2026-03-08"}, {"Atlantic/Azores", "2026-03-29"}, {"America/Santiago", "2026-09-06"}} {
		loc := zone(t, c.zone)
		day, _ := time.Parse(time.DateOnly, c.day)
		got := wall(day, 30, loc)
		if y, m, d := got.Date(); time.Date(y, m, d, 0, 0, 0, 0, time.UTC) != day || got.Hour() > 1 {
			t.Errorf("%s: 00:30 of %s is %v", c.zone, c.day, got)
		}
	}
}
