package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/fleet"
	"ironage/internal/ops"
)

// stormView is handView after a night: a site that could not be reached, and a
// server of which much changed at once.
func stormView() *ops.View {
	v := handView()
	site := v.Fleet.At(0).Server.Site
	var es []fleet.Event
	id := int64(100)
	add := func(e fleet.Event) {
		e.ID = id
		id--
		es = append(es, e)
	}
	n := 0
	for e := range v.Fleet.All() {
		if e.Server.Site == site && n < 6 {
			add(fleet.Event{Time: before(time.Minute + time.Duration(n)*20*time.Second), Kind: fleet.EventUnreachable, Server: e.Server.Name, Health: fleet.Unknown, Text: "answers neither ping nor SNMP"})
			n++
		}
	}
	for i := range 5 {
		h, text := fleet.Warning, fmt.Sprintf("Bay %d: ok → warning: predicts its own failure", i)
		if i == 3 {
			h, text = fleet.Critical, "Bay 3: ok → critical: failed"
		}
		add(fleet.Event{Time: before(time.Hour + time.Duration(i)*time.Minute), Kind: fleet.EventHealth, Server: "hn-a07-01", Key: fmt.Sprintf("disk/Bay %d", i), Health: h, Text: text,
			Ack: map[bool]*fleet.Ack{true: {By: "minh", At: before(30 * time.Minute), Until: threeAM.Add(3 * time.Hour)}}[i == 0]})
	}
	v.Events = append(es, v.Events...)
	return v
}

func TestGoldenEvents(t *testing.T) {
	tests := []struct {
		name string
		keys []string
		all  bool
	}{
		{"storm", []string{"4"}, true},
		{"storm-open", []string{"4", "enter"}, false},
		{"storm-acknowledge", []string{"4", "j", "a"}, false},
		{"by-health", []string{"4", "H"}, false},
	}
	for _, x := range tests {
		for _, lang := range []string{"en", "vi"} {
			sizes := windows
			if !x.all {
				sizes = windows[:1]
			}
			var with []func(*Config)
			if lang == "vi" {
				with = append(with, inVietnamese)
			}
			for _, s := range sizes {
				t.Run(fmt.Sprintf("%s-%dx%d-%s", x.name, s[0], s[1], lang), func(t *testing.T) {
					c := newConsole(t, s[0], s[1], stormView(), with...).press(x.keys...)
					checkFits(t, x.name, c.app.View().Content, s[0], s[1])
					golden.RequireEqual(t, c.screen())
				})
			}
		}
	}
}

func TestStormsAreOneLine(t *testing.T) {
	c := newConsole(t, 120, 40, stormView()).press("4")
	list := c.app.top().(*eventList)
	if n := len(list.table.rows); n != 2+6 {
		t.Fatalf("%d lines, want 2 storms and 6 events:\n%s", n, c.screen())
	}
	if r := list.table.rows[1]; r.health() != fleet.Critical || !strings.Contains(r.text, "Bay 3") || r.known {
		t.Errorf("the storm says %q, %v, known %v; want the worst of it", r.text, r.health(), r.known)
	}
	c.press("j", "enter")
	if n := len(list.table.rows); n != 2+6+5 {
		t.Errorf("%d lines after Enter, want its events under it", n)
	}
	if c.press("H"); list.table.rows[0].all == nil || list.table.rows[1].head != list.table.rows[0] {
		t.Error("sorted by health, its events no longer stand under their storm")
	}
	c.press("esc")
	if n := len(list.table.rows); n != 2+6 {
		t.Errorf("%d lines after Esc, want it folded", n)
	}
}

func TestStormIsAcknowledgedWhole(t *testing.T) {
	c := newConsole(t, 120, 40, stormView()).press("4", "j", "a", "ctrl+s")
	if got, want := c.desk.calls(), `ack events [90 91 92 93] "" by lan`; len(got) != 1 || got[0] != want {
		t.Errorf("got %q, want %q: all of it that nobody knew", got, want)
	}
}

func TestFewEventsAreNoStorm(t *testing.T) {
	sh := newConsole(t, 80, 24, handView()).app.sh
	var es []*fleet.Event
	for i := range 8 { // eight, but far apart
		es = append(es, &fleet.Event{ID: int64(100 - i), Time: before(time.Duration(i) * 10 * time.Minute), Kind: fleet.EventHealth, Server: "x", Text: "t"})
	}
	for i := range 8 { // what people did is told one by one
		es = append(es, &fleet.Event{ID: int64(50 - i), Time: before(2 * time.Hour), Kind: fleet.EventQueue, Server: "x", Text: "t"})
	}
	if rows := foldEvents(sh, es, nil); len(rows) != 16 {
		t.Errorf("%d lines, want 16", len(rows))
	}
}
