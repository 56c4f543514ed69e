package store

import (
	"testing"

	"ironage/internal/fleet/change"
)

// TestMirrorIsNeverBehind: what another process wrote meanwhile, and a reader of
// this one saw, is not replaced by what this process wrote before it.
func TestMirrorIsNeverBehind(t *testing.T) {
	was, is := beat("a", 1), beat("a", 2)
	delta, ok := change.Make(&was, &is)
	if !ok {
		t.Fatal("no delta")
	}
	fresh := func() *mirror {
		m := &mirror{}
		m.reached(7)
		m.wrote(8, []saving{{state: &was, kept: &was, how: whole}})
		return m
	}
	m := fresh()
	m.overtake([]writtenRow{{"a", 10}})
	m.wrote(9, []saving{{state: &is, kept: &is, how: whole}})
	if e, ok := m.find("a"); ok {
		t.Errorf("got the state of revision %d, want its row read again", e.head)
	}
	if st, ok := m.latest("a"); !ok || st.Endpoints[0].Cost.Bytes != 1 {
		t.Errorf("got %+v, %v, want what was known before rather than nothing", st, ok)
	}
	if _, kept, _ := m.read("a", mirrored{head: 8, whole: 8, state: &was}, 9, 0); kept {
		t.Error("a row that was overtaken is kept")
	}
	if _, kept, _ := m.read("a", mirrored{head: 10, whole: 10, state: &is}, 10, 0); !kept || len(m.behind) != 0 {
		t.Errorf("the row itself is not kept, %d servers are behind", len(m.behind))
	}

	m = fresh()
	m.follow(9, pulse{"a", 8, delta})
	m.wrote(8, []saving{{state: &was, kept: &was, how: pulsed}})
	if e, ok := m.find("a"); !ok || e.head != 9 || e.state.Endpoints[0].Cost.Bytes != 2 {
		t.Errorf("got %+v, %v, want the later pulse to stay", e, ok)
	}
	m.follow(9, pulse{"a", 8, delta})
	if e, _ := m.find("a"); e.head != 9 || e.pulses != 1 {
		t.Errorf("a pulse that was followed already: got %+v", e)
	}
}

// TestOwnWriteIsNotRead: while this process writes, its readers get what was
// before, and then what it wrote, without decoding it.
func TestOwnWriteIsNotRead(t *testing.T) {
	was, is := beat("a", 1), beat("a", 2)
	m := &mirror{}
	m.reached(7)
	m.loaded(nil)
	m.wrote(8, []saving{{state: &was, kept: &was, how: whole}})
	for _, step := range []struct {
		name  string
		do    func()
		ok    bool
		seen  int64
		count int
	}{
		{"another process wrote", func() {}, false, 0, 0},
		{"its transaction ends", func() { m.commits(9) }, true, 8, 0},
		{"it ended", func() { m.wrote(9, []saving{{state: &is, kept: &is, how: whole}}); m.committed() }, true, 9, 1},
		{"it ended without being written", func() { m.seen, m.by["a"].head = 8, 8; m.commits(9); m.committed() }, false, 0, 0},
	} {
		step.do()
		if states, seen, ok := m.changed(8, 9); ok != step.ok || seen != step.seen || len(states) != step.count {
			t.Errorf("%s: got %d states up to %d, %v, want %d up to %d, %v", step.name, len(states), seen, ok, step.count, step.seen, step.ok)
		}
	}
}
