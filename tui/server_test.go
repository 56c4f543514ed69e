package tui

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// bubble runs a test whose commands wait for time (a form's cursor wants to
// blink): inside, waiting takes no time.
func bubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}

// atServer is a console that shows a server of workFleet.
func atServer(t testing.TB, w, h int, name string, orders ...queue.Order) *console {
	t.Helper()
	return atServerIn(t, lang.English, w, h, name, orders...)
}

// atServerIn is atServer in a language.
func atServerIn(t testing.TB, code lang.Code, w, h int, name string, orders ...queue.Order) *console {
	t.Helper()
	c := newConsole(t, w, h, workView(orders...), in(code))
	c.send(openServerMsg{server: name})
	return c
}

func TestServerCursorStartsAtTheWorst(t *testing.T) {
	c := atServer(t, 80, 24, "tdo-db-07")
	if got := c.line("▸"); !strings.Contains(got, "Bay 3") {
		t.Errorf("cursor: got line %q, want the failed disk in Bay 3", got)
	}
	for _, want := range []string{"Bay 5", "Virtual Disk 0", "PSU 2", "Bay 3"} {
		c.press("n")
		if got := c.line("▸"); !strings.Contains(got, want) {
			t.Errorf("next problem: got line %q, want %s", got, want)
		}
	}
}

func TestServerCursorOnTheAskedPart(t *testing.T) {
	c := newConsole(t, 80, 24, workView())
	c.send(openServerMsg{"tdo-db-07", "disk/Disk 5"})
	if got := c.screen(); !strings.Contains(got, "disk Bay 5") || !strings.Contains(got, dellOID+"31.6 = 1") {
		t.Errorf("opened at a part, got\n%s\nwant its evidence", got)
	}
	c.press("esc")
	if got := c.line("▸"); !strings.Contains(got, "Bay 5") {
		t.Errorf("after Esc: got line %q, want the list with the cursor on Bay 5", got)
	}
}

// TestBladesAndTheirChassis: each page names the other.
func TestBladesAndTheirChassis(t *testing.T) {
	bay := fleet.Component{Kind: fleet.Other, Slot: "Bay 3", Name: "Bay 3", Serial: "CZ3BLADE1", Health: fleet.OK}
	v := &ops.View{Fleet: fleet.NewSnapshot(1, threeAM, []fleet.Entry{
		{Server: fleet.Server{Name: "enc-1"}, State: fleet.State{Server: "enc-1", Health: fleet.OK, Components: []fleet.Component{bay}}},
		{Server: fleet.Server{Name: "blade-a"}, State: fleet.State{Server: "blade-a", Health: fleet.Warning, Device: fleet.Device{Serial: "cz3blade1"}}},
	})}
	c := newConsole(t, 120, 40, v)
	c.send(openServerMsg{"blade-a", ""})
	if got := c.screen(); !strings.Contains(got, "sits in Bay 3 of chassis enc-1") {
		t.Errorf("the blade's page: got\n%s", got)
	}
	c.send(openServerMsg{"enc-1", bay.Key()})
	if got := c.screen(); !strings.Contains(got, "The server in this slot: blade-a") {
		t.Errorf("the chassis's page: got\n%s", got)
	}
}

// TestServerOpensWhereTheFindingIs: a full file system is no part, and the
// cursor on the first disk would propose the wrong replacement.
func TestServerOpensWhereTheFindingIs(t *testing.T) {
	for key, want := range map[string]panel{"filesystem/srv/data": inFiles, "endpoint/bmc": inReads, "disk/Bay 3": inParts, "": inParts} {
		if got := panelOf(key); got != want {
			t.Errorf("%q: got panel %d, want %d", key, got, want)
		}
	}
}

// TestServerCursorStaysOnItsPart lets the rows change under the cursor.
func TestServerCursorStaysOnItsPart(t *testing.T) {
	c := atServer(t, 120, 40, "tdo-db-07")
	c.press("n", "n", "n") // PSU 2
	es := workFleet()
	es[0].State.Components = es[0].State.Components[4:] // the first disks are gone
	next := workView()
	next.Fleet = fleet.NewSnapshot(4, threeAM, es)
	c.send(viewMsg{next})
	if got := c.line("▸"); !strings.Contains(got, "PSU 2") {
		t.Errorf("after a new read: got line %q, want the cursor still on PSU 2", got)
	}
}

func TestServerFolds(t *testing.T) {
	c := atServer(t, 200, 60, "tdo-db-07")
	if strings.Contains(c.screen(), "Planar rail") {
		t.Error("discrete sensors are shown, want them folded")
	}
	c.press("G")
	if got := c.line("▸"); !strings.Contains(got, "9 sensors without a reading, all ok") {
		t.Fatalf("last line: got %q, want the fold of the discrete sensors", got)
	}
	c.press("enter")
	if !strings.Contains(c.screen(), "Planar rail 9") {
		t.Errorf("opened fold: got\n%s\nwant the sensors", c.screen())
	}
	c.press("enter")
	if strings.Contains(c.screen(), "Planar rail") {
		t.Error("closed fold still shows the sensors")
	}
}

// TestServerNeverActsOnDeviceText holds that a device's escape sequences are drawn as text.
func TestServerNeverActsOnDeviceText(t *testing.T) {
	for _, l := range strings.Split(atServer(t, 200, 60, "tdo-db-07").app.View().Content, "\n") {
		if strings.Contains(l, "\x1b[31m0A7") || strings.ContainsRune(l, '\u202e') {
			t.Errorf("device text reaches the terminal: %q", l)
		}
	}
}

func TestServerActions(t *testing.T) {
	order := failedDisk(17)
	tests := []struct {
		name string
		role queue.Role
		keys []string
		want string // on the screen
		call string // of the desk
	}{
		{"read now", queue.Technician, []string{"r"}, "reading again now", "read tdo-db-07 by lan"},
		{"viewer may not read now", queue.Viewer, []string{"r"}, "your role is viewer", ""},
		{"existing order instead of a second", queue.Engineer, []string{"p"}, "this slot already has open order #17 (proposed)", ""},
		{"open the order", queue.Viewer, []string{"o"}, "P2 #17 proposed", ""},
		{"no order to open", queue.Viewer, []string{"n", "o"}, "no open work order for disk Bay 5", ""},
		{"propose", queue.Technician, []string{"n", "p"}, "Propose a work order", ""},
		{"viewer may not propose", queue.Viewer, []string{"n", "p"}, "proposed by a technician; you are a viewer", ""},
		{"volumes are not replaced", queue.Engineer, []string{"n", "n", "p"}, "a RAID volume is not replaced", ""},
		{"viewer may not acknowledge", queue.Viewer, []string{"tab", "a"}, "acknowledged by a technician; you are a viewer", ""},
		{"copy the command", queue.Viewer, []string{"Y"}, "snmpget command copied", ""},
		{"nothing to copy", queue.Viewer, []string{"G", "Y"}, "nothing to copy", ""},
		{"no pager", queue.Viewer, []string{"v"}, "ironage server tdo-db-07 prints the same", ""},
		{"finding leads to its part", queue.Viewer, []string{"tab", "j", "enter"}, "✗ critical PSU 2", ""},
	}
	for _, x := range tests {
		bubble(t, x.name, func(t *testing.T) {
			c := newConsole(t, 80, 24, workView(order))
			c.app.sh.actor.Role = x.role
			c.send(openServerMsg{server: "tdo-db-07"})
			c.press(x.keys...)
			if got := c.screen(); !strings.Contains(got, x.want) {
				t.Errorf("got\n%s\nwant %q", got, x.want)
			}
			if got := strings.Join(c.desk.calls(), "; "); got != x.call {
				t.Errorf("desk was asked %q, want %q", got, x.call)
			}
		})
	}
}

func TestServerAcknowledge(t *testing.T) {
	bubble(t, "done only when the desk said so", func(t *testing.T) {
		c := atServer(t, 80, 24, "tdo-db-07").press("a", "a", "type:known, spare ordered")
		if len(c.desk.calls()) != 0 {
			t.Errorf("asked %v before Enter", c.desk.calls())
		}
		c.desk.err = errors.New("the disk under the database is full")
		c.press("enter", "enter")
		if got := c.screen(); !strings.Contains(got, "Not saved: the disk under the database is full") || !strings.Contains(got, "known, spare ordered") {
			t.Errorf("after a failure: got\n%s\nwant the reason and the text still there", got)
		}
		c.desk.err = nil
		c.press("enter", "enter")
		want := `ack tdo-db-07 disk/Disk 3 failed "known, spare ordered" by lan`
		if got := c.desk.calls(); len(got) != 2 || got[1] != want {
			t.Errorf("desk was asked %v, want %q twice", got, want)
		}
		if !strings.Contains(c.screen(), "acknowledged: disk Bay 3 has failed") {
			t.Errorf("got\n%s\nwant the success", c.screen())
		}
	})
	bubble(t, "until when", func(t *testing.T) {
		c := atServer(t, 80, 24, "tdo-db-07").press("a", "a", "type:x", "enter", "type:some day", "enter")
		if got := c.screen(); !strings.Contains(got, "some day") || len(c.desk.calls()) != 0 {
			t.Errorf("got\n%s\nwant the time refused, and no call", got)
		}
	})
	bubble(t, "esc leaves", func(t *testing.T) {
		c := atServer(t, 80, 24, "tdo-db-07").press("a", "a", "type:x", "esc")
		if got := c.screen(); !strings.Contains(got, "not acknowledged") || len(c.desk.calls()) != 0 {
			t.Errorf("got\n%s\nwant no acknowledgement", got)
		}
	})
}

func TestServerHistory(t *testing.T) {
	c := newConsole(t, 80, 24, workView())
	c.desk.err = errors.New("database is locked")
	c.send(openServerMsg{server: "tdo-db-07"})
	c.press("shift+tab")
	if !strings.Contains(c.screen(), "The history could not be read: database is locked") {
		t.Errorf("got\n%s\nwant the reason", c.screen())
	}
	// A newer event of this server has it read again.
	c.desk.err = nil
	next := workView()
	next.Events = append([]fleet.Event{{ID: 70, Time: threeAM, Server: "tdo-db-07", Health: fleet.OK, Text: "Bay 3: another disk: WFK0A003 → WFK9Z114"}}, next.Events...)
	c.desk.view = next
	c.send(viewMsg{next})
	if !strings.Contains(c.screen(), "another disk") {
		t.Errorf("got\n%s\nwant the new event", c.screen())
	}
}

func TestGroupHead(t *testing.T) {
	disk := func(h fleet.Health) *fleet.Component { return &fleet.Component{Kind: fleet.Disk, Health: h} }
	failed := disk(fleet.Critical)
	failed.Latched = true
	predictive := disk(fleet.Warning)
	predictive.PredictiveFailure = fleet.Yes
	tests := []struct {
		name     string
		cs       []*fleet.Component
		expected int
		want     string
	}{
		{"fine", []*fleet.Component{disk(fleet.OK), disk(fleet.OK)}, 0, "disks 2"},
		{"one", []*fleet.Component{disk(fleet.OK)}, 1, "disk 1"},
		{"empty slots do not count", []*fleet.Component{disk(fleet.OK), disk(fleet.OK), disk(fleet.Absent)}, 0, "disks 2"},
		{"in trouble", []*fleet.Component{failed, predictive, disk(fleet.OK), disk(fleet.Unknown)}, 0, "disks 4 (1 failed, 1 predictive, 1 unknown)"},
		{"fewer than expected", []*fleet.Component{disk(fleet.OK)}, 2, "disk 1 of 2 expected"},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			if got := groupHead(newConsole(t, 80, 24, nil).app.sh, fleet.Disk, x.cs, 0, x.expected); got != x.want {
				t.Errorf("got %q, want %q", got, x.want)
			}
		})
	}
}

// TestStaleIsSaid holds that an overdue server says so on every panel, also
// where evidence fills the window.
func TestStaleIsSaid(t *testing.T) {
	c := atServer(t, 80, 24, "noc-03")
	for range panels {
		if !strings.Contains(c.screen(), "STALE: bmc not read for 14m") {
			t.Errorf("got\n%s\nwant the page to say that it is stale", c.screen())
		}
		c.press("tab")
	}
	c.press("e")
	if !strings.Contains(c.screen(), "STALE: bmc not read for 14m") {
		t.Errorf("evidence: got\n%s\nwant it to say that it is stale", c.screen())
	}
}

// TestPagesFit draws B's screens themselves, without the App's last guard, at
// many sizes and in many positions.
func TestPagesFit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sizes := append([][2]int{{60, 1}, {60, 2}, {200, 3}, {80, 5}, {60, 10}, {61, 11}, {79, 17}, {109, 30}, {149, 33}, {151, 20}, {250, 80}}, windows...)
		o, log := orderedTo(t, queue.InProgress)
		c := newConsole(t, 80, 24, workView(o))
		c.desk.logs = map[int64][]queue.Entry{o.ID: log}
		sh := c.app.sh
		screens := []screen{newQueue(sh, ""), newQueue(sh, "rubbish:"), newQueue(sh, "tier:p1"), newOrder(sh, 17), newOrder(sh, 4711),
			newPropose(sh, "tdo-db-07", "disk/Disk 5"), newPropose(sh, "nobody", ""), newServer(sh, "nobody", "")}
		for _, e := range workFleet() {
			screens = append(screens, newServer(sh, e.Server.Name, ""))
		}
		for _, s := range screens {
			for _, k := range []string{"", "e", "j", "G", "tab", "tab", "tab", "l", "tab", "tab", "tab", "tab", "/", "enter", "x"} {
				if k != "" {
					s, _ = s.Update(keyPress(k))
				}
				for _, size := range sizes {
					checkFits(t, s.Title()+" after "+k, s.View(size[0], size[1]), size[0], size[1])
				}
			}
		}
	})
}

// TestPagesInASCII holds that every sign of ours has a counterpart in ASCII:
// a question mark stands only for what nobody knows.
func TestPagesInASCII(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		show := map[string]func(c *console){
			"server":   func(c *console) { c.send(openServerMsg{server: "tdo-db-07"}) },
			"evidence": func(c *console) { c.send(openServerMsg{"tdo-db-07", "disk/Disk 3"}) },
			"order":    func(c *console) { c.send(openOrderMsg{17}) },
			"log":      func(c *console) { c.send(openOrderMsg{17}); c.press("G") },
			"start":    func(c *console) { c.send(openOrderMsg{17}); c.press("S") },
			"propose":  func(c *console) { c.send(proposeMsg{"tdo-db-07", "disk/Disk 5"}) },
			"queue":    func(c *console) { c.press("3") },
			"files":    func(c *console) { c.send(openServerMsg{server: "tdo-db-07"}); c.press("tab", "tab", "tab") },
			"use":      func(c *console) { c.send(openServerMsg{server: "tdo-db-07"}); c.press("tab", "tab", "tab", "tab") },
			"charts": func(c *console) {
				c.send(openServerMsg{server: "tdo-db-07"})
				c.press("tab", "tab", "tab", "tab", "tab")
			},
		}
		for name, open := range show {
			for _, s := range windows {
				var drawn [2]string
				for i, ascii := range []bool{false, true} {
					o, log := orderedTo(t, queue.Ready)
					c := newConsole(t, s[0], s[1], workView(o))
					c.desk.logs = map[int64][]queue.Entry{o.ID: log}
					c.app.theme.ascii = ascii
					c.app.restyle()
					open(c)
					drawn[i] = c.screen()
				}
				if hasHigh(drawn[1]) {
					t.Errorf("%s at %v: other characters than ASCII", name, s)
				}
				if got, want := strings.Count(drawn[1], "?"), strings.Count(drawn[0], "?"); got != want {
					t.Errorf("%s at %v: got %d question marks in ASCII, want %d as with all signs:\n%s", name, s, got, want, drawn[1])
				}
			}
		}
	})
}

// TestServerUnsettled shows what was seen once and waits to be seen again, and
// parts that left their slots.
func TestServerUnsettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		es := workFleet()
		st := &es[0].State
		st.Gone = map[string]fleet.Gone{"disk/Disk 9": {Part: *st.Component("disk/Disk 9"), At: before(2 * time.Hour)}}
		st.Component("disk/Disk 9").Health = fleet.Absent
		st.Pending = map[string]fleet.Pending{"disk/Disk 3": {What: fleet.EventSerial, Value: "WFK9Z114", Reads: 1, Since: before(40 * time.Second)}}
		st.Holds = map[string]fleet.Hold{"disk/Disk 4": {Health: fleet.Critical, Reads: 1, Since: before(20 * time.Second), Evidence: seen(dellOID+"4.5", "3", "failed", 118)}}
		v := workView(failedDisk(17))
		v.Fleet = fleet.NewSnapshot(3, threeAM, es)
		c := newConsole(t, 120, 40, v)
		c.send(openServerMsg{server: "tdo-db-07"})
		for _, x := range []struct {
			keys []string
			want string
		}{
			{nil, "disks 11 of 12 expected (1 gone, 1 failed, 1 predictive)"},
			{nil, "▸ ✗ gone     Bay 9"},
			{nil, "It left this slot 2h ago (01:04:05) and nothing followed it."},
			{[]string{"n"}, "Another part seen 40s ago: serial WFK9Z114. A second whole read has to confirm it."},
			{[]string{"j"}, "Not confirmed yet: since 03:03:45 it reads critical (1 read, failed); the next reads decide."},
			{[]string{"g", "p"}, "disk Bay 9 of tdo-db-07"},
		} {
			if got := c.press(x.keys...).screen(); !strings.Contains(got, x.want) {
				t.Errorf("after %v: got\n%s\nwant %q", x.keys, got, x.want)
			}
		}
		c = newConsole(t, 80, 24, v)
		c.send(openOrderMsg{17})
		if got := c.screen(); !strings.Contains(got, "Another part seen 40s ago: serial WFK9Z114") {
			t.Errorf("order: got\n%s\nwant the new serial number that waits for a second read", got)
		}
	})
}
