package tui

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// crumbs is the first line up to the collector.
func (c *console) crumbs() string {
	line := strings.SplitN(c.screen(), "\n", 2)[0]
	parts := strings.Split(strings.TrimSpace(line), "  ")
	if len(parts) < 2 {
		return line
	}
	return strings.TrimSpace(parts[1])
}

func TestGoingAround(t *testing.T) {
	c := newConsole(t, 120, 40, handView())
	for _, x := range []struct{ keys, want string }{
		{"2", "Servers"}, {"4", "Events"}, {"1", "Overview"}, {"3", "Queue"}, {"esc", "Overview"}, {"esc", "Overview"},
		{"2 ?", "Servers › Keys"}, {"?", "Servers"}, {"? 4", "Events"}, {"backspace", "Overview"},
		{"enter", "Overview › hn-a07-01"}, {"esc", "Overview"}, {"2 j enter", "Servers › hn-a07-03"}, {"1", "Overview"},
	} {
		c.press(strings.Fields(x.keys)...)
		if got := c.crumbs(); got != x.want {
			t.Errorf("%s: got %q, want %q", x.keys, got, x.want)
		}
	}
	if c.press("2"); !strings.HasPrefix(c.line("▴ warning  hn-a07-03"), "▸") {
		t.Errorf("the list forgot its cursor:\n%s", c.screen())
	}
}

func TestPalette(t *testing.T) {
	for _, x := range []struct {
		keys []string
		want string
	}{
		{[]string{":", "type:serv", "enter"}, "Servers"},
		{[]string{":", "type:b02-12", "enter"}, "Overview › hn-b02-12"},
		{[]string{":", "type:hn-b02", "down", "down", "enter"}, "Overview › hn-b02-13"},
		{[]string{":", "type:#12", "enter"}, "Overview › #12"},
		{[]string{":", "type:zzz", "enter", "esc"}, "Overview"},
		{[]string{":", "type:q", "esc"}, "Overview"},
		{[]string{":", "type:servers health:critical", "enter"}, "Servers"},
	} {
		c := newConsole(t, 80, 24, handView()).press(x.keys...)
		if got := c.crumbs(); !strings.HasPrefix(got, x.want) {
			t.Errorf("%q: got %q, want %q", x.keys, got, x.want)
		}
	}
	c := newConsole(t, 80, 24, handView()).press(":", "type:servers health:critical", "enter")
	if c.line("hn-a07-02") != "" || c.line("hn-a07-01") == "" {
		t.Errorf("the palette's filter is not in force:\n%s", c.screen())
	}
	c = newConsole(t, 80, 24, handView()).press(":", "type:ove", "tab")
	if c.line(": overview") == "" {
		t.Errorf("Tab does not complete:\n%s", c.screen())
	}
}

func TestEscapeLeavesTheFilterFirst(t *testing.T) {
	c := newConsole(t, 80, 24, handView()).press("2", "/", "type:rack:A07", "enter", "esc")
	if c.crumbs() != "Servers" || c.line("hn-b02-11") == "" {
		t.Errorf("Esc should show all servers again:\n%s", c.screen())
	}
	if c.press("esc"); c.crumbs() != "Overview" {
		t.Errorf("the second Esc: got %q, want Overview", c.crumbs())
	}
	c.press("2", "/", "type:rack:A07", "esc")
	if c.line("hn-b02-11") == "" {
		t.Errorf("Esc while typing should give the filter up:\n%s", c.screen())
	}
	c.press("/", "type:he", "tab", "type:c", "tab")
	if c.line("health:critical") == "" {
		t.Errorf("Tab does not complete a filter:\n%s", c.screen())
	}
}

// quits reports whether a key leads to the end of the program.
func (c *console) quits(k string) bool {
	_, cmd := c.app.Update(keyPress(k))
	if cmd == nil {
		return false
	}
	_, ok := cmd().(tea.QuitMsg)
	return ok
}

// unsavedForm is a screen with something typed that is not saved.
type unsavedForm struct{ *help }

func (unsavedForm) Unsaved() bool { return true }

func (f unsavedForm) Update(tea.Msg) (screen, tea.Cmd) { return f, nil }

func TestQuit(t *testing.T) {
	c := newConsole(t, 80, 24, handView())
	if !c.quits("q") || !c.quits("ctrl+c") {
		t.Error("q and ^c quit without a question")
	}
	if c.press("2", "/"); c.quits("q") {
		t.Error("q is a letter while a filter is typed")
	}
	if !c.quits("ctrl+c") {
		t.Error("^c quits while a filter is typed")
	}
	c = newConsole(t, 80, 24, handView())
	c.app.push(unsavedForm{newHelp(c.app.sh, c.app.top()).(*help)})
	if c.quits("q") {
		t.Error("q with an unsaved form must ask first")
	}
	if c.line("not saved: press q again") == "" {
		t.Errorf("the question is not shown:\n%s", c.screen())
	}
	if c.press("j"); c.quits("ctrl+c") {
		t.Error("another key takes the question back")
	}
	if !c.quits("ctrl+c") {
		t.Error("the second ^c leaves")
	}
}

func TestAcknowledge(t *testing.T) {
	c := newConsole(t, 120, 40, handView()).press("a", "type:on", "enter", "enter")
	want := `ack hn-a07-01 disk/Disk 0:1:2 failed "on" by lan`
	if got := c.desk.calls(); len(got) != 1 || got[0] != want {
		t.Errorf("overview: got %q, want %q", got, want)
	}
	if c.line("hn-a07-01: acknowledged") == "" {
		t.Errorf("no feedback:\n%s", c.screen())
	}
	c = newConsole(t, 120, 40, handView()).press("4", "j", "a", "ctrl+s")
	if got, want := c.desk.calls(), `ack events [30] "" by lan`; len(got) != 1 || got[0] != want {
		t.Errorf("events: got %q, want %q", got, want)
	}
	c = newConsole(t, 120, 40, handView())
	c.desk.err = errors.New("the store is full")
	if c.press("a", "ctrl+s"); c.line("Not saved: hn-a07-01: the store is full (0 of 1 done)") == "" {
		t.Errorf("a failure must say so:\n%s", c.screen())
	}
	c = newConsole(t, 120, 40, handView()).press("a", "type:x", "esc")
	if got := c.desk.calls(); len(got) != 0 {
		t.Errorf("Esc: got %q, want nothing asked", got)
	}
	if c = newConsole(t, 120, 40, handView()).press("4", "j", "j", "j", "a"); c.line("already acknowledged by lan") == "" {
		t.Errorf("acknowledging twice:\n%s", c.screen())
	}
}

func TestAcknowledgeUntil(t *testing.T) {
	c := newConsole(t, 120, 40, handView()).press("a", "enter", "type:4h", "enter")
	want := `ack hn-a07-01 disk/Disk 0:1:2 failed "" until ` + threeAM.Add(4*time.Hour).UTC().Format("2006-01-02 15:04") + ` by lan`
	if got := c.desk.calls(); len(got) != 1 || got[0] != want {
		t.Errorf("got %q, want %q", got, want)
	}
	c = newConsole(t, 120, 40, handView()).press("4", "a", "enter", "type:so", "enter")
	if got := c.desk.calls(); len(got) != 0 || c.line(`"so" is no time`) == "" {
		t.Errorf("asked %q of a time that is none:\n%s", got, c.screen())
	}
}

func TestAcknowledgeMarked(t *testing.T) {
	c := newConsole(t, 120, 40, handView()).press("4", "space", "space", "j", "space", "a", "type:st", "ctrl+s")
	if got, want := c.desk.calls(), `ack events [31 30] "st" by lan`; len(got) != 1 || got[0] != want {
		t.Errorf("two new and a known one marked: got %q, want %q", got, want)
	}
	if c.press("space"); c.line("● 03:02:05") != "" {
		t.Error("what was acknowledged is still marked")
	}
	if c.press("esc"); c.crumbs() != "Events" {
		t.Errorf("Esc takes the marks away first: got %q", c.crumbs())
	}
}

func TestOnlyASCII(t *testing.T) {
	for env, want := range map[string]bool{
		"": false, "TERM=xterm-256color": false, "TERM=linux LANG=C.UTF-8": true, "TERM=dumb": true, "LANG=C": true,
		"LANG=vi_VN.UTF-8": false, "LANG=C LC_ALL=en_US.utf8": false, "LC_CTYPE=POSIX LANG=C.UTF-8": true,
	} {
		if got := onlyASCII(strings.Fields(env)); got != want {
			t.Errorf("%s: got %v, want %v", env, got, want)
		}
	}
}

func TestViewerIsRefused(t *testing.T) {
	c := newConsole(t, 80, 24, handView())
	c.app.sh.actor.Role = queue.Viewer
	for _, keys := range [][]string{{"1", "a"}, {"1", "p"}, {"4", "a"}} {
		c.app.said = sayMsg{}
		if c.press(keys...); c.line("your role is viewer") == "" {
			t.Errorf("%q: no refusal:\n%s", keys, c.screen())
		}
	}
	if got := c.desk.calls(); len(got) != 0 {
		t.Errorf("a viewer changed something: %q", got)
	}
	if c.press("1"); strings.Contains(c.screen(), "acknowledge") && !strings.Contains(c.screen(), "your role") {
		t.Error("a viewer is offered what is forbidden")
	}
}

func TestReadNow(t *testing.T) {
	c := newConsole(t, 80, 24, handView()).press("2", "r")
	if got, want := c.desk.calls(), []string{"read hn-a07-01 by lan"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCollectorText(t *testing.T) {
	for _, x := range []struct {
		c    ops.Collector
		want string
		fine bool
	}{
		{ops.Collector{Here: true, Heartbeat: threeAM}, "collecting here", true},
		{ops.Collector{Here: true, Heartbeat: before(5 * time.Minute)}, "collecting here, stuck 5m", false},
		{ops.Collector{Owner: "noc:1", Heartbeat: threeAM}, "viewer: collected by noc:1", true},
		{ops.Collector{Owner: "noc:1", Heartbeat: before(time.Hour)}, "collector noc:1 silent 1h", false},
		{ops.Collector{}, "nobody collects", false},
	} {
		if got, fine := collectorText(x.c, threeAM); got != x.want || fine != x.fine {
			t.Errorf("got %q %v, want %q %v", got, fine, x.want, x.fine)
		}
	}
}

func TestNewViewArrives(t *testing.T) {
	c := newConsole(t, 80, 24, nil)
	if c.line("waiting for the first answer") == "" {
		t.Errorf("nothing yet:\n%s", c.screen())
	}
	c.press("2")
	c.send(viewMsg{handView()})
	if c.line("hn-a07-01") == "" {
		t.Errorf("the view did not arrive:\n%s", c.screen())
	}
	v := handView()
	e := *v.Fleet.Find("hn-a07-01")
	e.State.Health, e.State.Findings = fleet.OK, nil
	v.Fleet = v.Fleet.With(8, threeAM, []fleet.Entry{e})
	c.send(viewMsg{v})
	if got := c.line("hn-a07-01"); !strings.Contains(got, "✓ ok") {
		t.Errorf("the next view did not arrive: %q", got)
	}
	c.send(feedEndedMsg{})
	if c.line("no longer refreshed") == "" {
		t.Errorf("the end of the feed is not told:\n%s", c.screen())
	}
}

func TestDigestsAreKept(t *testing.T) {
	v := handView()
	d := newDigests(ageing.DefaultPolicy(), nil)
	d.sync(v, threeAM)
	first := append([]*digest(nil), d.all...)
	e := *v.Fleet.Find("hn-b02-11")
	e.State.Health = fleet.OK
	next := judgeAfter(v, &ops.View{Fleet: v.Fleet.With(8, threeAM, []fleet.Entry{e}), Orders: v.Orders})
	d.sync(next, threeAM)
	for i := range first {
		if same := first[i] == d.all[i]; same == (first[i].name == "hn-b02-11") {
			t.Errorf("%s: kept %v", first[i].name, same)
		}
	}
	next = judgeAfter(next, &ops.View{Fleet: next.Fleet.With(9, threeAM, nil, "hn-a07-01"), Orders: v.Orders})
	d.sync(next, threeAM)
	if len(d.all) != len(first)-1 || d.byName["hn-a07-01"] != nil || d.byName["hn-b02-12"] != first[slices.IndexFunc(first, func(x *digest) bool { return x.name == "hn-b02-12" })] {
		t.Error("after a server went, the others' digests should be kept and its own gone")
	}
}

// TestAnyKeys presses whatever comes, in windows of any size, over a fleet with
// hostile texts: no control character gets out and nothing sticks out.
func TestAnyKeys(t *testing.T) {
	keys := []string{"1", "2", "3", "4", "j", "k", "g", "G", "enter", "esc", "tab", "shift+tab", "/", ":", "?", "a", "p", "r", "s", "R", "H", "A", "5", "6", "b", "x", "f", "v", "c", "t", "w", "y", "[", "]", "-", "7", "8", "9", "0", "o", "P",
		"ctrl+d", "ctrl+u", "pgup", "pgdown", "x", "space", "e", "backspace", "type:health:critical", "type:đĩa \u202e", "up", "down", "left", "right", "n"}
	rapid.Check(t, func(rt *rapid.T) {
		c := newConsole(t, 80, 24, rapid.SampledFrom([]*ops.View{handView(), ageingView()}).Draw(rt, "view"))
		var done []string
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			k := rapid.SampledFrom(keys).Draw(rt, "key")
			done = append(done, k)
			c.press(k)
			if rapid.Bool().Draw(rt, "resize") {
				c.send(tea.WindowSizeMsg{Width: rapid.IntRange(1, 220).Draw(rt, "w"), Height: rapid.IntRange(1, 70).Draw(rt, "h")})
			}
			drawn := c.app.View().Content
			if n := strings.Count(drawn, "\n") + 1; n > max(c.app.height, 1) {
				rt.Fatalf("%q at %d×%d: %d lines", done, c.app.width, c.app.height, n)
			}
			for l := range strings.SplitSeq(drawn, "\n") {
				if got := ansi.StringWidth(l); got > c.app.width {
					rt.Fatalf("%q: a line of %d cells in a window of %d: %q", done, got, c.app.width, ansi.Strip(l))
				}
			}
			if i := strings.IndexFunc(strings.ReplaceAll(ansi.Strip(drawn), "\n", ""), hostile); i >= 0 {
				rt.Fatalf("%q: a control character got out: %q", done, ansi.Strip(drawn)[i:])
			}
		}
	})
}

func TestFeedbackStaysBehind(t *testing.T) {
	c := newConsole(t, 80, 24, handView())
	now := threeAM
	c.app.sh.now = func() time.Time { return now }
	c.press("2", "r", "1")
	if c.line("reading again now") == "" {
		t.Errorf("fresh feedback should come along:\n%s", c.screen())
	}
	now = now.Add(4 * time.Second)
	if c.press("2"); c.line("reading again now") != "" {
		t.Errorf("old feedback should stay behind:\n%s", c.screen())
	}
}

func TestSlashOnTheOverviewFindsServers(t *testing.T) {
	c := newConsole(t, 80, 24, handView()).press("/", "type:hn-a07-03", "enter", "enter")
	if got, want := c.crumbs(), "Servers › hn-a07-03"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestUnknownIsNotUnread(t *testing.T) {
	e := *handView().Fleet.Find("hn-a07-02")
	e.State.Health, e.State.Findings = fleet.Unknown, nil
	v := &ops.View{Fleet: fleet.NewSnapshot(1, threeAM, []fleet.Entry{e}), Collector: ops.Collector{Here: true, Heartbeat: threeAM}}
	if c := newConsole(t, 100, 30, v); c.line("no server has been read") != "" || c.line("tells nothing of its hardware") == "" {
		t.Errorf("a server that answers was read:\n%s", c.screen())
	}
}
