package tui

import (
	"runtime"
	"strings"
	"testing"
	"weak"

	"ironage/internal/fleet"
)

// TestPastIsLetGo goes to every screen and away again: what servers were while it
// was seen is not kept. A large fleet is read once a minute, and all that its
// states hold would be there twice.
func TestPastIsLetGo(t *testing.T) {
	const servers = 40
	c := newConsole(t, 120, 40, manyView(servers))
	show := func(keys ...string) (shown []weak.Pointer[fleet.Entry]) {
		c.desk.view = manyView(servers)
		c.send(viewMsg{c.desk.view})
		c.press(keys...)
		c.screen()
		for e := range c.desk.view.Fleet.All() {
			shown = append(shown, weak.Make(e))
		}
		return shown
	}
	for _, way := range []string{"1", "2", "2 w", "2 enter", "3", "4", "5", "5 tab", "5 tab", "5 tab", "5 tab", "5 tab", "6", "7", "7 enter", "8", "9", "0"} {
		past := show(strings.Fields(way)...)
		c.press("9")
		show()
		show()
		runtime.GC()
		kept := 0
		for _, p := range past {
			if p.Value() != nil {
				kept++
			}
		}
		if kept > 2 { // a server on whose page one was is one of those where one can go back to
			t.Errorf("after %q %d of %d servers are kept as they were", way, kept, servers)
		}
		c.press("6")
	}
}
