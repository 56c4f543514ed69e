package queue

import (
	"testing"
	"time"

	"ironage/internal/fleet"
)

// walked is an order that went its whole way, with its log.
func walked(days ...int) (Order, []Entry) {
	o := Order{ID: 1, State: Verified, Kind: fleet.Disk, Created: noon, Reasons: []Reason{{Code: ReasonFailed, FirstSeen: noon.Add(-time.Hour)}}}
	states := []State{Approved, Ordered, Ready, InProgress, Replaced, Verified}
	actions := []string{"approve", "order", "receive", "start", "replaced", "verify"}
	from, at := Proposed, noon
	var log []Entry
	for i, d := range days {
		at = at.AddDate(0, 0, d)
		log = append(log, Entry{Time: at, Action: actions[i], From: from, To: states[i]})
		if states[i] == Replaced {
			o.SwappedAt = at
		}
		from = states[i]
	}
	o.State = from
	return o, log
}

func TestMilestones(t *testing.T) {
	o, log := walked(1, 2, 30, 1, 0, 1)
	m := MilestonesOf(&o, log, noon.AddDate(1, 0, 0))
	if m.Waiting[Ordered] != 30*24*time.Hour || m.Waiting[Proposed] != 24*time.Hour || !m.Proven.Equal(noon.AddDate(0, 0, 35)) {
		t.Fatalf("got %+v", m)
	}
	want := map[string]time.Duration{"fault → proposed": time.Hour, "proposed → approved": 24 * time.Hour, "approved → part on hand": 32 * 24 * time.Hour,
		"part on hand → swapped": 24 * time.Hour, "swapped → verified": 24 * time.Hour, "fault → verified": 35*24*time.Hour + time.Hour}
	for _, f := range Figures([]Milestones{m}) {
		if f.Orders != 1 || f.Median != want[f.Stage] || f.P90 != f.Median {
			t.Errorf("%s: got %+v, want %s", f.Stage, f, want[f.Stage])
		}
	}
	if b := BlockedTime([]Milestones{m}); b[0].State != Ordered || b[0].Total != 30*24*time.Hour {
		t.Errorf("longest wait: got %+v, want ordered", b[0])
	}
}

func TestFiguresOfMany(t *testing.T) {
	var ms []Milestones
	for d := 1; d <= 10; d++ {
		o, log := walked(d)
		ms = append(ms, MilestonesOf(&o, log, noon.AddDate(0, 1, 0)))
	}
	f := Figures(ms)[1]
	if f.Orders != 10 || f.Median != 5*24*time.Hour || f.P90 != 9*24*time.Hour || f.Longest != 10*24*time.Hour {
		t.Errorf("got %+v", f)
	}
	if f := Figures(ms)[4]; f.Orders != 0 || f.Median != 0 {
		t.Errorf("a stage that nobody went through: got %+v", f)
	}
}

func TestDeferralsAreTold(t *testing.T) {
	o := Order{Created: noon, State: Deferred}
	m := MilestonesOf(&o, []Entry{{Time: noon.Add(time.Hour), From: Proposed, To: Deferred, Action: "defer", Reason: "change freeze"}}, noon.Add(49*time.Hour))
	b := BlockedTime([]Milestones{m})
	if b[0].State != Deferred || b[0].Total != 48*time.Hour || len(b[0].Reasons) != 1 || b[0].Reasons[0] != "change freeze" {
		t.Errorf("got %+v", b)
	}
}

func trip(id int64, rack string, position int, part string) Trip {
	return Trip{Order: Order{ID: id, Kind: fleet.Disk, Server: rack + "-srv"}, Site: "S", Room: "R1", Rack: rack, Position: position, Bring: part}
}

func TestPickList(t *testing.T) {
	groups, loads := PickList([]Trip{trip(1, "A10", 3, "X"), trip(2, "A2", 5, "X"), trip(3, "A2", 20, "Y"), trip(4, "A10", 30, "")})
	if len(groups) != 2 || groups[0].Rack != "A2" || groups[0].Trips[0].Order.ID != 3 || groups[1].Trips[0].Order.ID != 4 {
		t.Errorf("got %+v, want A2 before A10, top unit first", groups)
	}
	if len(loads) != 3 || loads[0].Part != "X" || loads[0].Count != 2 || len(loads[0].Orders) != 2 || loads[2].Part != "disk, part number not known" {
		t.Errorf("got %+v, want two X, one Y, one unknown", loads)
	}
}

func TestDisposals(t *testing.T) {
	d := Disposals([]Order{
		{ID: 1, Kind: fleet.Disk, State: Closed, Disposition: &Disposition{Method: "destroyed", By: "lan", At: noon, Certificate: "C-1"}},
		{ID: 2, Kind: fleet.Disk, State: Verified}, {ID: 3, Kind: fleet.PSU, State: Closed}, {ID: 4, Kind: fleet.Disk, State: Proposed}, {ID: 5, Kind: fleet.Disk, State: Replaced},
	})
	if len(d) != 3 || d[0].Order != 5 || d[1].Order != 2 || d[1].Method != "" || d[2].Certificate != "C-1" || !d[2].Settled {
		t.Errorf("got %+v, want those that wait first", d)
	}
}
