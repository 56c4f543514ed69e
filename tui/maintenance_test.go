package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/fleet"
	"ironage/internal/maintenance"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// windowView is handView with windows of maintenance: one that holds, two that
// come, one that was ended.
func windowView() *ops.View {
	v := handView()
	es := handFleet()
	until := threeAM.Add(2 * time.Hour)
	site := es[0].Server.Site
	for i := range es {
		if es[i].Server.Rack != "A07" {
			continue
		}
		es[i].Maintenance = &fleet.Maintenance{Window: 4, Reason: "new PDU", By: "minh", Until: until}
		for j := range es[i].State.Findings {
			es[i].State.Findings[j].Maintenance = true
		}
	}
	v.Fleet = fleet.NewSnapshot(8, before(time.Second), es)
	v.Windows = []maintenance.Window{
		{ID: 4, Version: 1, Scope: maintenance.Rack, Name: maintenance.RackPath(&es[0].Server), Reason: "new PDU", By: "minh", Made: before(26 * time.Hour), From: before(time.Hour), To: until},
		{ID: 5, Version: 1, Scope: maintenance.Server, Name: "hn-b02-11", Reason: "nâng cấp BIOS", By: "lan", Made: before(time.Hour), From: threeAM.Add(20 * time.Hour), To: threeAM.Add(21 * time.Hour)},
		{ID: 3, Version: 2, Scope: maintenance.Site, Name: site, Reason: "patches", By: "hoa", Made: before(90 * 24 * time.Hour), From: before(90 * 24 * time.Hour),
			Every: &maintenance.Rhythm{Weekdays: []time.Weekday{time.Saturday, time.Sunday}, At: 22 * 60, For: 4 * time.Hour, Zone: "Asia/Ho_Chi_Minh"}},
		{ID: 2, Version: 2, Scope: maintenance.Fleet, Reason: "network core", By: "hoa", Made: before(50 * time.Hour), From: before(49 * time.Hour), To: before(40 * time.Hour),
			Ended: before(45 * time.Hour), EndedBy: "lan"},
	}
	return judge(v)
}

func TestGoldenMaintenance(t *testing.T) {
	tests := []struct {
		name string
		view *ops.View
		keys []string
		all  bool
		with []func(*Config)
	}{
		{"list", windowView(), []string{"9"}, true, nil},
		{"nothing-yet", nil, []string{"9"}, false, nil},
		{"empty", handView(), []string{"9"}, false, nil},
		{"empty-viewer", handView(), []string{"9"}, false, []func(*Config){as(queue.Viewer)}},
		{"none-matching", windowView(), []string{"9", "/", "type:by:tuan", "enter"}, false, nil},
		{"end-asks", windowView(), []string{"9", "x"}, false, nil},
		{"announce", windowView(), []string{"9", "n"}, true, nil},
		{"announce-technician", windowView(), []string{"9", "n"}, false, []func(*Config){as(queue.Technician)}},
		{"change", windowView(), []string{"9", "j", "m"}, false, nil},
		{"overview", windowView(), nil, false, nil},
	}
	for _, x := range tests {
		for _, lang := range []string{"en", "vi"} {
			sizes, with := windows, x.with
			if !x.all {
				sizes = windows[:1]
			}
			if lang == "vi" {
				with = append([]func(*Config){inVietnamese}, with...)
			}
			for _, s := range sizes {
				t.Run(fmt.Sprintf("%s-%dx%d-%s", x.name, s[0], s[1], lang), func(t *testing.T) {
					c := newConsole(t, s[0], s[1], x.view, with...).press(x.keys...)
					checkFits(t, x.name, c.app.View().Content, s[0], s[1])
					golden.RequireEqual(t, c.screen())
				})
			}
		}
	}
}

func TestMaintenanceEndAsks(t *testing.T) {
	c := newConsole(t, 120, 40, windowView()).press("9", "x", "n")
	if got := c.desk.calls(); len(got) != 0 {
		t.Errorf("No: got %q, want nothing ended", got)
	}
	c = newConsole(t, 120, 40, windowView()).press("9", "x", "y")
	if got, want := c.desk.calls(), "end maintenance 4 v1 by lan, for good true"; len(got) != 1 || got[0] != want {
		t.Errorf("yes: got %q, want %q", got, want)
	}
	if c.line("maintenance of rack") == "" {
		t.Errorf("no feedback:\n%s", c.screen())
	}
}

func TestMaintenanceForm(t *testing.T) {
	c := newConsole(t, 120, 40, windowView())
	c.send(openMaintenanceMsg{scope: "rack", name: "A07"})
	if c.line("Announce maintenance of rack A07") == "" {
		t.Fatalf("the form names no rack:\n%s", c.screen())
	}
	c.press("type:pdu", "ctrl+s")
	if got := c.desk.calls(); len(got) != 1 || !strings.HasPrefix(got[0], `maintenance of rack A07 by lan: "pdu",  until 2026-03-13 20:04,  until 2026-03-13 22:04`) {
		t.Errorf("asked %q", got)
	}
	if c.line("maintenance of rack A07 has begun") == "" {
		t.Errorf("no feedback:\n%s", c.screen())
	}
}

func TestMaintenanceFormRefuses(t *testing.T) {
	c := newConsole(t, 120, 40, windowView())
	c.send(openMaintenanceMsg{scope: "server", name: "hn-a07-01"})
	c.press("type:x", "enter")
	for range 3 {
		c.press("backspace")
	}
	if c.press("type:12:99", "enter"); c.line("is no time") == "" {
		t.Errorf("a time that is none is taken:\n%s", c.screen())
	}
	c = newConsole(t, 120, 40, windowView(), as(queue.Technician))
	c.send(openMaintenanceMsg{scope: "site", name: "hanoi"})
	if c.line("maintenance of more than a rack is announced by an engineer") == "" {
		t.Errorf("a technician announces for a site:\n%s", c.screen())
	}
	c = newConsole(t, 120, 40, windowView(), as(queue.Viewer)).press("9", "n")
	if got := c.desk.calls(); len(got) != 0 || c.line("your role is viewer") == "" {
		t.Errorf("a viewer: %q\n%s", got, c.screen())
	}
}

func TestMaintenanceEnterLeadsOn(t *testing.T) {
	c := newConsole(t, 120, 40, windowView()).press("9", "j", "enter")
	if !strings.Contains(c.crumbs(), "hn-b02-11") {
		t.Errorf("got %q, want the server", c.crumbs())
	}
}

func TestMaintenanceOfTheRackOnScreen(t *testing.T) {
	c := newConsole(t, 120, 40, windowView()).press("7", "m")
	if c.line("Announce maintenance of rack") == "" {
		t.Errorf("m on a rack opens no form:\n%s", c.screen())
	}
}

// Who gives a recurring window another reason, from another time zone, does not
// move it by hours.
func TestMaintenanceChangeKeepsTheZone(t *testing.T) {
	c := newConsole(t, 120, 40, windowView())
	was := c.app.sh.view.Windows[2]
	rhythm := *was.Every
	rhythm.Zone = "Europe/Berlin"
	was.Every = &rhythm
	f, ok := newWindowChange(c.app.sh, was).(*windowForm)
	if !ok || f.form == nil {
		t.Fatal("no form")
	}
	got, err := f.window()
	if err != nil || got.Every == nil || got.Every.String() != rhythm.String() {
		t.Errorf("nothing was typed: %v, %v, want %v", got.Every, err, &rhythm)
	}
}
