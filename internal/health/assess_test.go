package health

import (
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
)

func answered(role fleet.Role) fleet.EndpointState {
	return fleet.EndpointState{Endpoint: fleet.Endpoint{Role: role, Address: "10.0.0.1"}, SNMP: fleet.Answered,
		Ping: fleet.Ping{Reach: fleet.Answered}, LastOK: noon, LastTry: noon, LastFull: noon, Interval: time.Minute}
}

// lines prints findings compactly: "critical failed disk/1", consequences indented.
func lines(fs []fleet.Finding) string {
	var b strings.Builder
	for _, f := range fs {
		if f.ConsequenceOf != "" {
			b.WriteString("  ")
		}
		b.WriteString(f.Health.String() + " " + f.Code + " " + f.Key + "\n")
	}
	return b.String()
}

func TestAssess(t *testing.T) {
	predictive := part(fleet.Disk, "3", w)
	predictive.PredictiveFailure = fleet.Yes
	group := func(c fleet.Component, g string) fleet.Component { c.Group = g; return c }
	rebuilding := part(fleet.RAIDVolume, "0", w)
	rebuilding.Native = rebuilding.Native.Meant("rebuilding")
	shadow := part(fleet.Disk, "sda", c)
	shadow.Serial = "S1"
	twin := part(fleet.Disk, "1", o)
	twin.Serial = "S1"
	for _, tc := range []struct {
		name  string
		srv   fleet.Server
		st    fleet.State
		want  string
		worst fleet.Health
	}{
		{"a healthy server has no findings", fleet.Server{}, fleet.State{Components: parts(fleet.Disk, o, o)}, "", o},
		{"disk, volume, controller and roll-up are one cause", fleet.Server{},
			fleet.State{Components: []fleet.Component{part(fleet.Disk, "1", c), part(fleet.Disk, "2", o), part(fleet.RAIDVolume, "0", w),
				part(fleet.RAIDController, "RAID", w)}, RollUp: own(c)},
			"critical failed disk/1\n  warning degraded raid-volume/0\n  warning degraded raid-controller/RAID\n", c},
		{"a volume of another controller is its own cause", fleet.Server{},
			fleet.State{Components: []fleet.Component{group(part(fleet.Disk, "1", c), "A"), group(part(fleet.RAIDVolume, "0", w), "B")}},
			"critical failed disk/1\nwarning degraded raid-volume/0\n", c},
		{"nothing serious hides under something mild", fleet.Server{},
			fleet.State{Components: []fleet.Component{predictive, part(fleet.RAIDVolume, "0", c)}},
			"critical failed raid-volume/0\nwarning predictive disk/3\n", c},
		{"rebuild after a failed disk", fleet.Server{}, fleet.State{Components: []fleet.Component{part(fleet.Disk, "1", c), rebuilding}},
			"critical failed disk/1\n  warning rebuilding raid-volume/0\n", c},
		{"a covered power supply explains the device's status", fleet.Server{},
			fleet.State{Components: parts(fleet.PSU, c, o), RollUp: own(c)}, "warning failed psu/1\n", w},
		{"roll-up critical while every part reads ok", fleet.Server{}, fleet.State{Components: parts(fleet.Disk, o), RollUp: own(c)},
			"critical rollup-disagrees \n", c},
		{"roll-up critical, worst part a warning", fleet.Server{}, fleet.State{Components: []fleet.Component{predictive}, RollUp: own(c)},
			"critical rollup-disagrees \nwarning predictive disk/3\n", c},
		{"fewer than expected", fleet.Server{Expected: map[fleet.Kind]int{fleet.PSU: 2, fleet.Memory: 8}},
			fleet.State{Components: append(parts(fleet.PSU, o, a), parts(fleet.Memory, o, o, o, o, o, o, o, o)...)},
			"warning missing-part psu\n", w},
		{"a kind that is not reported is not missing", fleet.Server{Expected: map[fleet.Kind]int{fleet.Disk: 2}},
			fleet.State{Components: parts(fleet.Fan, o), NotReported: []fleet.Kind{fleet.Disk}}, "", o},
		{"a part that left its slot", fleet.Server{}, fleet.State{Components: parts(fleet.Disk, o),
			Gone: map[string]fleet.Gone{"disk/9": {Part: part(fleet.Disk, "9", o), At: noon}}}, "warning vanished disk/9\n", w},
		{"is not missed when all that should be are there", fleet.Server{Expected: map[fleet.Kind]int{fleet.Disk: 1}},
			fleet.State{Components: parts(fleet.Disk, o), Gone: map[string]fleet.Gone{"disk/9": {Part: part(fleet.Disk, "9", o), At: noon}}}, "", o},
		{"the two endpoints disagree", fleet.Server{}, fleet.State{Components: []fleet.Component{twin}, Shadowed: []fleet.Component{shadow}},
			"critical sources-disagree disk/1\n", c},
		{"unknown parts", fleet.Server{}, fleet.State{Components: parts(fleet.Disk, u, o)}, "unknown unknown-part disk/1\n", u},
		{"no hardware objects", fleet.Server{}, fleet.State{}, "unknown no-hardware \n", u},
		{"levels", fleet.Server{}, fleet.State{Components: parts(fleet.Disk, o), Levels: map[string]fleet.Level{
			"filesystem:/var": {Health: c, Value: 97}, "wear:disk/1": {Health: w, Value: 83}, "from-the-future:x": {Health: c}}},
			"critical filesystem-full filesystem//var\nwarning wear disk/1\n", c},
		{"a listed fault that names the failed part", fleet.Server{}, fleet.State{
			Components: []fleet.Component{part(fleet.Fan, "Fan 3B", c), part(fleet.Fan, "Fan 4", c)},
			Faults:     []fleet.Finding{{Code: Fault, Health: c, Text: "FQXSPFA0003: fan 3b has failed"}, {Code: Fault, Health: w, Text: "battery low"}}},
			"critical failed fan/Fan 3B\ncritical failed fan/Fan 4\n  critical fault \nwarning fault \n", c},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.st.Endpoints = []fleet.EndpointState{answered(fleet.BMC)}
			tc.st.Findings = Assess(tc.srv, &tc.st, nil, Default().Rules, noon)
			if got := lines(tc.st.Findings); got != tc.want {
				t.Errorf("findings:\ngot\n%swant\n%s", got, tc.want)
			}
			if got := Overall(&tc.st); got != tc.worst {
				t.Errorf("health: got %s, want %s", got, tc.worst)
			}
		})
	}
}

func TestReach(t *testing.T) {
	need := Reads{Detect: 2, Recover: 2}
	silent := func(misses int, ping fleet.Reach, snmp fleet.Reach) fleet.EndpointState {
		e := answered(fleet.BMC)
		e.SNMP, e.Ping.Reach, e.Misses, e.PingMisses = snmp, ping, misses, misses
		return e
	}
	never := silent(1, fleet.Silent, fleet.Silent)
	never.LastOK = time.Time{}
	for _, tc := range []struct {
		name string
		e    fleet.EndpointState
		want string
	}{
		{"answers", answered(fleet.BMC), ""},
		{"one miss is no trouble", silent(1, fleet.Silent, fleet.Silent), ""},
		{"both silent", silent(2, fleet.Silent, fleet.Silent), Unreachable},
		{"ping answers", silent(2, fleet.Answered, fleet.Silent), AgentSilent},
		{"ping not permitted: judged by SNMP alone", silent(2, fleet.NotPermitted, fleet.Silent), AgentSilent},
		{"refused", silent(2, fleet.Answered, fleet.Refused), Refused},
		{"not SNMP", silent(3, fleet.Answered, fleet.Garbled), Garbled},
		{"no address", silent(3, fleet.Unresolved, fleet.Unresolved), Unresolved},
		{"never answered: at once", never, Unreachable},
	} {
		if got := Trouble(&tc.e, need); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}

// A silent server keeps what was last known and becomes unknown, or stays as
// bad as it was: a timeout is no evidence of anything.
func TestSilenceIsNoEvidence(t *testing.T) {
	for _, tc := range []struct{ part, want fleet.Health }{{o, u}, {w, w}, {c, c}} {
		e := answered(fleet.BMC)
		e.SNMP, e.Ping.Reach, e.Misses, e.PingMisses = fleet.Silent, fleet.Silent, 2, 2
		st := fleet.State{Components: parts(fleet.Disk, tc.part), Endpoints: []fleet.EndpointState{e}}
		st.Findings = Assess(fleet.Server{}, &st, nil, Default().Rules, noon)
		if got := Overall(&st); got != tc.want {
			t.Errorf("disk %s, server silent: got %s, want %s", tc.part, got, tc.want)
		}
	}
}

func TestFindingsKeepTheirSinceUntilTheyGetWorse(t *testing.T) {
	st := fleet.State{Components: parts(fleet.Disk, w), Endpoints: []fleet.EndpointState{answered(fleet.BMC)}}
	first := Assess(fleet.Server{}, &st, nil, Default().Rules, noon)
	later := Assess(fleet.Server{}, &st, first, Default().Rules, noon.Add(time.Hour))
	if got := later[0].Since; !got.Equal(noon) {
		t.Errorf("since: got %v, want %v", got, noon)
	}
}

func TestPolicyOverrides(t *testing.T) {
	p := Default()
	p.Services = map[string]Rules{"TDOffice": {Reads: Reads{Detect: 3}, Limits: map[Measure]Limit{FilesystemUsed: {Warn: 70, Crit: 80}}}}
	p.Servers = map[string]Rules{"db1": {Kinds: map[fleet.Kind]Reads{fleet.Disk: {Detect: 1}}, Limits: map[Measure]Limit{MemoryUsed: {Off: true}}}}
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	r := p.For(fleet.Server{Name: "db1", Service: "TDOffice"})
	if got, want := r.ReadsFor(fleet.Disk), (Reads{1, 2}); got != want {
		t.Errorf("disk reads: got %+v, want %+v", got, want)
	}
	if got, want := r.ReadsFor(fleet.Fan), (Reads{3, 2}); got != want {
		t.Errorf("fan reads: got %+v, want %+v", got, want)
	}
	if r.Limits[FilesystemUsed].Warn != 70 || !r.Limits[MemoryUsed].Off || r.Limits[Wear].Warn != 80 {
		t.Errorf("limits: got %+v", r.Limits)
	}
	if got := p.For(fleet.Server{Name: "other"}).Limits[FilesystemUsed].Warn; got != 85 {
		t.Errorf("another server: got %v, want 85", got)
	}
	p.Limits[Wear] = Limit{Warn: 100, Crit: 80}
	if err := p.Check(); err == nil || !strings.Contains(err.Error(), "limit wear") {
		t.Errorf("falling thresholds: got %v", err)
	}
}
