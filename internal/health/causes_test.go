package health

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// entry makes a server in a rack; mutate changes it.
func entry(name, site, rack string, mutate func(e *fleet.Entry)) fleet.Entry {
	ep := answered(fleet.BMC)
	e := fleet.Entry{Server: fleet.Server{Name: name, Site: site, Rack: rack, Endpoints: []fleet.Endpoint{ep.Endpoint}},
		State: fleet.State{Server: name, Updated: noon, Components: parts(fleet.Disk, o), Endpoints: []fleet.EndpointState{ep}}}
	if mutate != nil {
		mutate(&e)
	}
	e.State.Findings = Assess(e.Server, &e.State, nil, Default().Rules, e.State.Updated)
	e.State.Health = Overall(&e.State)
	return e
}

func dark(since time.Duration) func(e *fleet.Entry) {
	return func(e *fleet.Entry) {
		ep := &e.State.Endpoints[0]
		ep.SNMP, ep.Ping.Reach, ep.Misses, ep.PingMisses = fleet.Silent, fleet.Silent, 3, 3
		e.State.Updated = noon.Add(since)
	}
}

func failing(h fleet.Health) func(e *fleet.Entry) {
	return func(e *fleet.Entry) { e.State.Components = parts(fleet.Disk, h, o) }
}

func causeLines(es []fleet.Entry, now time.Time) string {
	var b strings.Builder
	for _, c := range Causes(fleet.NewSnapshot(1, now, es), now) {
		fmt.Fprintf(&b, "%s %s%s %s %s x%d", c.Scope, c.Place, c.Server, c.Code, c.Health, len(c.Servers))
		if len(c.Consequences) > 0 {
			fmt.Fprintf(&b, " +%d", len(c.Consequences))
		}
		if c.Acknowledged {
			b.WriteString(" acknowledged")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestCauses(t *testing.T) {
	rack := func(site, name string, n int, mutate func(e *fleet.Entry)) []fleet.Entry {
		var out []fleet.Entry
		for i := range n {
			out = append(out, entry(fmt.Sprintf("%s-%s-%d", site, name, i), site, name, mutate))
		}
		return out
	}
	join := func(ess ...[]fleet.Entry) []fleet.Entry {
		var out []fleet.Entry
		for _, es := range ess {
			out = append(out, es...)
		}
		return out
	}
	soon := noon.Add(time.Minute)
	for _, tc := range []struct {
		name string
		es   []fleet.Entry
		now  time.Time
		want string
	}{
		{"nothing", join(rack("hn", "A", 3, nil)), soon, ""},
		{"critical, silent, warning", join(rack("hn", "A", 2, nil), rack("hn", "B", 1, failing(w)), rack("hn", "C", 1, dark(0)), rack("hn", "D", 1, failing(c))), soon,
			"server hn-D-0 failed critical x1\nserver hn-C-0 unreachable unknown x1\nserver hn-B-0 degraded warning x1\n"},
		{"a whole rack is one line", join(rack("hn", "A", 4, dark(0)), rack("hn", "B", 2, nil)), soon, "rack hn A unreachable unknown x4\n"},
		{"not while one of it answers", join(rack("hn", "A", 2, dark(0)), rack("hn", "A2", 0, nil), []fleet.Entry{entry("last", "hn", "A", nil)}), soon,
			"server hn-A-0 unreachable unknown x1\nserver hn-A-1 unreachable unknown x1\n"},
		{"two servers are no rack", join(rack("hn", "A", 2, dark(0)), rack("hn", "B", 1, nil)), soon,
			"server hn-A-0 unreachable unknown x1\nserver hn-A-1 unreachable unknown x1\n"},
		{"a whole site", join(rack("hn", "A", 3, dark(0)), rack("hn", "B", 1, dark(time.Minute)), rack("sg", "A", 2, nil)), noon.Add(2 * time.Minute), "site hn unreachable unknown x4\n"},
		{"the whole fleet", join(rack("hn", "A", 3, dark(0)), rack("sg", "B", 2, dark(0))), soon, "fleet  unreachable unknown x5\n"},
		{"a stale server", join(rack("hn", "A", 3, nil), rack("hn", "B", 1, func(e *fleet.Entry) { e.State.Endpoints[0].LastOK = noon.Add(-5 * time.Minute) })), noon,
			"server hn-B-0 stale unknown x1\n"},
		{"nobody collects", join(rack("hn", "A", 8, nil)), noon.Add(time.Hour), "fleet  stale unknown x8\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := causeLines(tc.es, tc.now); got != tc.want {
				t.Errorf("got\n%swant\n%s", got, tc.want)
			}
		})
	}
}

// TestForeignCollectorIsNoSilentOne: where the polls of another version are not
// seen, nobody is sent to look for a collector.
func TestForeignCollectorIsNoSilentOne(t *testing.T) {
	var es []fleet.Entry
	for i := range 8 {
		es = append(es, entry(fmt.Sprint("srv", i), "hn", "A", nil))
	}
	snap := fleet.NewSnapshot(1, noon, es)
	for foreign, want := range map[bool]string{
		false: "8 of 8 servers are not being read: is a collector running?",
		true:  "of 8 of 8 servers the latest reads are not seen: the collector is another version of ironage",
	} {
		w := Watch{Foreign: foreign}
		if got := w.Causes(snap, noon.Add(time.Hour)); len(got) != 1 || got[0].Code != Stale || got[0].Text != want {
			t.Errorf("foreign %v: got %+v, want %q", foreign, got, want)
		}
	}
}

func TestAcknowledgedCausesStayAndComeLast(t *testing.T) {
	a := entry("a", "hn", "A", failing(c))
	a.State.Findings[0].Acknowledged = true
	es := []fleet.Entry{a, entry("b", "hn", "A", failing(w)), entry("c", "hn", "A", func(e *fleet.Entry) {
		failing(w)(e)
		e.Server.Criticality = fleet.CriticalityCritical
	})}
	want := "server c degraded warning x1\nserver b degraded warning x1\nserver a failed critical x1 acknowledged\n"
	if got := causeLines(es, noon); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestOutagesOfDifferentTimesAreNotOne(t *testing.T) {
	var ms []Member
	for i := range 4 {
		ms = append(ms, Member{Name: fmt.Sprint(i), Site: "hn", Rack: "A", Silent: true, Since: noon.Add(time.Duration(i) * time.Hour)})
	}
	if got := Outages(ms, 5*time.Minute); len(got) != 0 {
		t.Errorf("servers that died hours apart: got %+v, want no outage", got)
	}
	long := append([]Member{{Name: "old", Site: "hn", Rack: "A", Silent: true, Since: noon.Add(-100 * time.Hour)}}, ms...)
	if got := Outages(long, 5*time.Hour); len(got) != 1 || len(got[0].Servers) != 4 {
		t.Errorf("one that died long ago: got %+v, want one outage of the other four", got)
	}
	if got := Outages(ms, 5*time.Hour); len(got) != 1 || len(got[0].Servers) != 4 || !got[0].Since.Equal(noon) {
		t.Errorf("got %+v, want one outage of four since noon", got)
	}
}

func TestJudgement(t *testing.T) {
	v := Verify{Reads: 10, After: 24 * time.Hour}
	d := part(fleet.Disk, "1", o)
	day := noon.Add(25 * time.Hour)
	for _, tc := range []struct {
		name string
		p    fleet.Proof
		cs   []fleet.Component
		now  time.Time
		want Judged
	}{
		{"enough reads and time", fleet.Proof{Since: noon, Good: 10}, nil, day, ProvenGood},
		{"too few reads", fleet.Proof{Since: noon, Good: 9}, nil, day, NotYet},
		{"too early", fleet.Proof{Since: noon, Good: 100}, nil, noon.Add(2 * time.Hour), NotYet},
		{"volume still degraded", fleet.Proof{Since: noon, Good: 10}, parts(fleet.RAIDVolume, w), day, NotYet},
		{"one bad read", fleet.Proof{Since: noon, Bad: 1}, nil, day, NotYet},
		{"two bad reads", fleet.Proof{Since: noon, Bad: 2}, nil, noon, ProvenBad},
	} {
		st := fleet.State{Components: append(tc.cs, d)}
		if got := Judgement(&d, tc.p, &st, v, tc.now); got != tc.want {
			t.Errorf("%s: got %v, want %v", tc.name, got, tc.want)
		}
	}
}
