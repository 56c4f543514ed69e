package queue

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
)

func codesOf(cs []Check) []string {
	var codes []string
	for _, c := range cs {
		codes = append(codes, c.Code)
	}
	return codes
}

func TestChecks(t *testing.T) {
	for _, c := range []struct {
		name  string
		facts Facts
		want  []string
	}{
		{"all is well", *fine, nil},
		{"nothing known", Facts{}, []string{CheckOnSite, CheckStale, CheckLocate}},
		{"15 minutes", Facts{Reachable: true, LastPoll: noon.Add(-15 * time.Minute), Located: true}, nil},
		{"older", Facts{Reachable: true, LastPoll: noon.Add(-15*time.Minute - time.Second), Located: true}, []string{CheckStale}},
		{"unreachable", Facts{LastPoll: noon, Located: true}, []string{CheckOnSite}},
		{"not located", Facts{Reachable: true, LastPoll: noon}, []string{CheckLocate}},
		{"last one works", Facts{Reachable: true, LastPoll: noon, Located: true, Working: true, LastOne: true}, []string{CheckLastOne}},
		{"last one failed", Facts{Reachable: true, LastPoll: noon, Located: true, LastOne: true}, nil},
		{"rebuild", Facts{Reachable: true, LastPoll: noon, Located: true, Rebuilding: "VD0"}, []string{CheckRebuilding}},
		{"two at once", Facts{Reachable: true, LastPoll: noon, Located: true, Others: []int64{7}}, []string{CheckSameServer}},
	} {
		if got := codesOf(Checks(in(Ready), c.facts, noon)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestStartAsksForConfirmations(t *testing.T) {
	c := Change{To: InProgress, Fields: fields("assignee", "minh"), Facts: &Facts{Located: true, LastPoll: noon, Others: []int64{7}}}
	r := refusal(t, in(Ready), c, technician)
	if got := codesOf(r.Confirm); !slices.Equal(got, []string{CheckOnSite, CheckSameServer}) || !strings.Contains(r.Error(), "to be confirmed first: on-site (no probe reaches srv") {
		t.Fatalf("got %v: %s", got, r)
	}
	c.Confirmed = []string{CheckOnSite}
	if r = refusal(t, in(Ready), c, technician); len(r.Confirm) != 1 {
		t.Errorf("got %v, want the other check", r.Confirm)
	}
	c.Confirmed = []string{CheckSameServer, CheckOnSite, CheckStale}
	_, e, err := Apply(in(Ready), c, technician, noon)
	if err != nil || !slices.Equal(e.Confirmed, []string{CheckOnSite, CheckSameServer}) {
		t.Errorf("got %v, %v, want what was asked and confirmed in the log", e.Confirmed, err)
	}
	c.Facts = nil
	c.Confirmed = nil
	if r = refusal(t, in(Ready), c, technician); len(r.Confirm) != 3 {
		t.Errorf("without facts got %v, want everything asked", r.Confirm)
	}
}

func snapshot(st fleet.State) *fleet.Snapshot {
	return fleet.NewSnapshot(1, noon, []fleet.Entry{{Server: fleet.Server{Name: "srv"}, State: st}})
}

// failing is a server with a volume and two disks of it.
func failing(disk fleet.Health, level string, volume fleet.Health) fleet.State {
	vd := fleet.Component{Kind: fleet.RAIDVolume, Slot: "VD0", Group: "0", Health: volume, Attributes: map[string]string{"raid_level": level, "members": "2"}}
	return fleet.State{Components: []fleet.Component{{Kind: fleet.Disk, Slot: "Bay 3", Group: "0", Health: disk},
		{Kind: fleet.Disk, Slot: "Bay 4", Group: "0", Health: fleet.OK}, vd}}
}

func TestFactsOf(t *testing.T) {
	answered := []fleet.EndpointState{{SNMP: fleet.Answered, LastOK: noon}}
	degraded := fleet.State{Endpoints: answered, Components: []fleet.Component{
		{Kind: fleet.Disk, Slot: "Bay 3", Health: fleet.OK}, {Kind: fleet.RAIDVolume, Slot: "VD0", Health: fleet.Warning}}}
	rebuild := fleet.State{Components: []fleet.Component{{Kind: fleet.Disk, Slot: "Bay 4", Native: fleet.SeenOf(fleet.Evidence{Meaning: "Rebuilding"})}}}
	silent := fleet.State{Endpoints: []fleet.EndpointState{{SNMP: fleet.Silent, Ping: fleet.Ping{Reach: fleet.Silent}, LastOK: noon.Add(-time.Hour)}}}
	for _, c := range []struct {
		name   string
		snap   *fleet.Snapshot
		orders []Order
		want   Facts
	}{
		{"no snapshot", nil, nil, Facts{Located: true}},
		{"unknown server", fleet.NewSnapshot(1, noon, nil), nil, Facts{Located: true}},
		{"degraded volume", snapshot(degraded), nil, Facts{Reachable: true, LastPoll: noon, Located: true, Working: true, LastOne: true}},
		{"failing disk of a degraded volume", snapshot(failing(fleet.Warning, "5", fleet.Warning)), nil, Facts{Located: true, Working: true, LastOne: true}},
		{"failed disk of a degraded volume", snapshot(failing(fleet.Critical, "5", fleet.Warning)), nil, Facts{Located: true, LastOne: true}},
		{"disk of a RAID 0", snapshot(failing(fleet.OK, "0", fleet.OK)), nil, Facts{Located: true, Working: true, LastOne: true}},
		{"disk of a RAID 1", snapshot(failing(fleet.OK, "1", fleet.OK)), nil, Facts{Located: true, Working: true}},
		{"rebuild", snapshot(rebuild), nil, Facts{Located: true, Rebuilding: "Bay 4"}},
		{"silent", snapshot(silent), nil, Facts{Located: true, LastPoll: noon.Add(-time.Hour)}},
		{"others", nil, []Order{in(InProgress), {ID: 7, Server: "srv", State: InProgress}, {ID: 8, Server: "other", State: InProgress}, {ID: 9, Server: "srv", State: Ready}},
			Facts{Located: true, Others: []int64{7}}},
	} {
		got := FactsOf(in(Ready), c.snap, c.orders)
		if !slices.Equal(got.Others, c.want.Others) {
			t.Errorf("%s: got others %v, want %v", c.name, got.Others, c.want.Others)
		}
		got.Others, c.want.Others = nil, nil
		if got.Reachable != c.want.Reachable || !got.LastPoll.Equal(c.want.LastPoll) || got.Located != c.want.Located ||
			got.Working != c.want.Working || got.LastOne != c.want.LastOne || got.Rebuilding != c.want.Rebuilding {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestLastPowerSupply(t *testing.T) {
	one := fleet.Component{Kind: fleet.PSU, Slot: "1", Health: fleet.OK}
	for _, c := range []struct {
		other fleet.Health
		want  bool
	}{{fleet.OK, false}, {fleet.Critical, true}, {fleet.Absent, true}} {
		st := fleet.State{Components: []fleet.Component{one, {Kind: fleet.PSU, Slot: "2", Health: c.other}}}
		if got := lastOne(&st, &st.Components[0]); got != c.want {
			t.Errorf("the other is %s: got %v, want %v", c.other, got, c.want)
		}
	}
}

func TestObserve(t *testing.T) {
	with := func(serial string) *fleet.State {
		return &fleet.State{Server: "srv", Updated: noon, Components: []fleet.Component{{Kind: fleet.Disk, Slot: "Bay 3", Serial: serial}}}
	}
	for _, c := range []struct {
		name  string
		order Order
		st    *fleet.State
		want  string // action and the state it leads to
	}{
		{"swap in progress", in(InProgress), with("NEW1"), "replaced replaced"},
		{"S3: swapped at once", in(Proposed), with("NEW1"), "replaced replaced"},
		{"same part", in(InProgress), with(" old1"), ""},
		{"placeholder", in(InProgress), with("N/A"), ""},
		{"slot empty", in(InProgress), &fleet.State{}, ""},
		{"nothing known", in(InProgress), nil, ""},
		{"S7: old part is back", in(Replaced), with("OLD1"), "reseat in_progress"},
		{"new part stays", in(Replaced), with("NEW1"), ""},
		{"serial learned later", in(InProgress, func(o *Order) { o.Old.Serial = "" }), with("NEW1"), ""},
		{"second attempt, same new part", in(InProgress, func(o *Order) { o.Attempt, o.New = 2, &Part{Serial: "NEW1"} }), with("NEW1"), ""},
		{"second attempt, third part", in(InProgress, func(o *Order) { o.Attempt, o.New = 2, &Part{Serial: "NEW1"} }), with("NEW2"), "replaced replaced"},
		{"deferred, not yet", in(Deferred), with("OLD1"), ""},
		{"deferred, date reached", in(Deferred, func(o *Order) { o.DeferredTill = "2026-01-01" }), nil, "resume ordered"},
		{"deferred and swapped", in(Deferred), with("NEW1"), "replaced replaced"},
		{"verified disk waits", in(Verified), with("NEW1"), ""},
		{"verified power supply", in(Verified, psu), nil, "close closed"},
		{"closed", in(Closed), with("NEW1"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			change, ok := Observe(c.order, c.st, noon)
			if !ok {
				if c.want != "" {
					t.Errorf("got nothing, want %s", c.want)
				}
				return
			}
			next, e, err := Apply(c.order, change, program, noon)
			if err != nil {
				t.Fatalf("%+v was refused: %v", change, err)
			}
			if got := e.Action + " " + string(next.State); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if e.Evidence == (fleet.Evidence{}) {
				t.Error("the entry carries no evidence")
			}
		})
	}
}

func TestSort(t *testing.T) {
	mk := func(id int64, s State, tr Tier, server, slot string, changed time.Time) Order {
		return Order{ID: id, State: s, Tier: tr, Server: server, Slot: slot, Changed: changed}
	}
	orders := []Order{
		mk(1, Closed, P1, "a", "disk/Bay 1", noon), mk(2, Proposed, P2, "a", "disk/Bay 10", noon), mk(3, Proposed, P2, "a", "disk/Bay 9", noon),
		mk(4, Verified, P3, "a", "x", noon), mk(5, Cancelled, P4, "a", "x", noon.Add(time.Hour)), mk(6, Ready, P1, "b", "x", noon), mk(7, Proposed, P2, "a10", "x", noon),
		mk(8, Proposed, P2, "a9", "x", noon),
	}
	Sort(orders)
	var got []int64
	for _, o := range orders {
		got = append(got, o.ID)
	}
	if want := []int64{6, 3, 2, 8, 7, 4, 5, 1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
