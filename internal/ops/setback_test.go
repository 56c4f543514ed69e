package ops

import (
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// TestAClockSetBackStopsNoProposal: the first of the two reads was dated ahead.
func TestAClockSetBackStopsNoProposal(t *testing.T) {
	s := newScene(t)
	s.poll(disk("1", "OLD-1", fleet.Critical))
	s.now = s.now.Add(-48 * time.Hour)
	s.poll(disk("1", "OLD-1", fleet.Critical))
	if o := s.only(); o.State != queue.Proposed {
		t.Errorf("got %s, want it proposed", o.State)
	}
}

// TestAClockSetBackStopsNoSweep: nothing is read, and the last sweep was dated ahead.
func TestAClockSetBackStopsNoSweep(t *testing.T) {
	r := reviewer{swept: noon}
	for ahead, want := range map[time.Duration]bool{-48 * time.Hour: true, 0: false, sweepEvery - 1: false, sweepEvery: true} {
		if got := r.sweeps(noon.Add(ahead)); got != want {
			t.Errorf("%s later: got %v, want %v", ahead, got, want)
		}
	}
	s := sight{aged: noon.AddDate(1, 0, 0).Truncate(24 * time.Hour)}
	if !s.agedBefore(noon) {
		t.Error("its age was looked at next year: it is not looked at today")
	}
}
