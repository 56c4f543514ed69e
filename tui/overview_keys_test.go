package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/ops"
)

func TestOverviewLeadsOn(t *testing.T) {
	for _, x := range []struct{ keys, want string }{
		{"tab enter", "Servers"}, {"tab tab enter", "Ageing"}, {"tab tab j j enter", "Overview › Risk of"}, {"tab tab j j j enter", "Servers"}, {"tab tab tab enter", "Queue"}, {"shift+tab j enter", "Servers"},
		{"j j j j j p", "Overview ›"}, {"j enter", "Overview › hn-b02-14"},
	} {
		c := newConsole(t, 120, 40, handView()).press(strings.Fields(x.keys)...)
		if got := c.crumbs(); !strings.HasPrefix(got, x.want) {
			t.Errorf("%s: got %q, want %q", x.keys, got, x.want)
		}
	}
	c := newConsole(t, 120, 40, handView()).press("tab", "enter")
	if c.line("health:critical  1 of 12 servers") == "" {
		t.Errorf("Enter on a health shows those servers:\n%s", c.screen())
	}
	c = newConsole(t, 120, 40, handView()).press("j", "p")
	if c.line("no replaceable part") == "" {
		t.Errorf("there is nothing to replace behind silence:\n%s", c.screen())
	}
}

func TestEscLeadsFromASidePanelToTheCauses(t *testing.T) {
	c := newConsole(t, 120, 40, handView()).press("tab", "tab", "esc", "enter")
	if got, want := c.crumbs(), "Overview › hn-a07-01"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSeveralWornDisksOnOneLine(t *testing.T) {
	v := handView()
	e := *v.Fleet.Find("hn-a07-04")
	e.State.Findings, e.State.Levels = nil, map[string]fleet.Level{}
	for i, pct := range []float64{87, 99, 91} {
		key := fmt.Sprintf("disk/Disk 0:1:%d", i+1)
		e.State.Findings = append(e.State.Findings, fleet.Finding{Code: "wear", Health: fleet.Warning, Key: key, Text: "worn", Since: before(time.Hour)})
		e.State.Levels["wear:"+key] = fleet.Level{Health: fleet.Warning, Value: pct}
	}
	v.Fleet = v.Fleet.With(8, threeAM, []fleet.Entry{e})
	c := newConsole(t, 160, 40, v)
	what := "3 disks have used 87–99 % of their endurance: Bay 1, 2, 3"
	if c.line(what) == "" {
		t.Fatalf("no line %q:\n%s", what, c.screen())
	}
	for !strings.Contains(c.line("▸ "), "3 disks") {
		c.press("j")
	}
	c.press("a", "ctrl+s")
	want := []string{"Bay 1", "Bay 2", "Bay 3"}
	if got := c.desk.calls(); len(got) != len(want) {
		t.Errorf("acknowledged %q, want each of %q", got, want)
	}
	if c.press("p"); c.line("3 parts stand behind") == "" || c.crumbs() != "Overview › hn-a07-04" {
		t.Errorf("p should open the server to choose one of them:\n%s", c.screen())
	}
}

func TestAGreetingKeepsToTheOverview(t *testing.T) {
	v := handView()
	v.Notices = []ops.Notice{{Code: "demo", Health: fleet.OK, Text: "simulated fleet", Since: threeAM}}
	c := newConsole(t, 120, 40, v)
	if c.line("simulated fleet") == "" || c.line("1 notice") != "" {
		t.Errorf("the Overview greets, and does not count the greeting as trouble:\n%s", c.screen())
	}
	v.Notices[0].Text = "simulated fleet; a second terminal joins with: ironage --config /tmp/ironage-demo-1780777558/ironage.yaml"
	if small := newConsole(t, 80, 24, v); small.line("/tmp/ironage-demo-1780777558/ironage.yaml") == "" {
		t.Errorf("what to type is cut off:\n%s", small.screen())
	}
	if c.press("enter"); c.line("simulated fleet") != "" {
		t.Errorf("the greeting follows to other screens:\n%s", c.screen())
	}
}

func TestWhatIsBeingDone(t *testing.T) {
	v := handView()
	e := *v.Fleet.Find("hn-a07-04")
	e.State.Findings = []fleet.Finding{
		{Code: "failed", Health: fleet.Warning, Key: "psu/PSU 1", Text: "no input power", Since: before(time.Hour), Acknowledged: true,
			Ack: &fleet.Ack{By: "hoa", At: before(20 * time.Minute), Note: "electrician on Monday"}},
		{Code: "degraded", Health: fleet.Warning, Key: "disk/Disk 0:1:3", Text: "slow", Since: before(time.Hour), Acknowledged: true},
		{Code: "hot", Health: fleet.Warning, Key: "disk/Disk 0:1:1", Text: "warm", Since: before(time.Hour), Maintenance: true},
	}
	v.Fleet = v.Fleet.With(8, threeAM, []fleet.Entry{e})
	c := newConsole(t, 120, 40, v)
	for what, want := range map[string]string{
		"PSU 1: no input power": "known: hoa 20m", "Bay 3: slow": "acknowledged", "Bay 1: warm": "maintenance",
		"Bay 0: disk predicts": "#12 ordered", "Bay 2: disk failed": "3h -",
	} {
		if got := c.line(what); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want …%s…", what, got, want)
		}
	}
}
