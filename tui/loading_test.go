package tui

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/fleet"
	"ironage/internal/ops"
)

// partlyView is handView while it is being read: these servers are there.
func partlyView(read ...string) *ops.View {
	v, es := handView(), handFleet()
	for i := range es {
		if st := &es[i].State; !slices.Contains(read, es[i].Server.Name) && len(st.Components) > 0 {
			es[i].State, es[i].BeingRead = fleet.State{Server: st.Server, Health: st.Health, Updated: st.Updated}, true
		}
	}
	v.Fleet, v.Outlook, v.Loading = fleet.NewSnapshot(7, before(0), es), nil, ops.Loading{Done: len(read), Total: len(es)}
	return v
}

// TestGoldenLoading: what a person sees while a large fleet is being read.
func TestGoldenLoading(t *testing.T) {
	for _, x := range []struct {
		name string
		keys []string
		with []func(*Config)
	}{
		{"overview", nil, nil},
		{"overview-vi", nil, []func(*Config){inVietnamese}},
		{"servers", []string{"2"}, nil},
		{"ageing-vi", []string{"5"}, []func(*Config){inVietnamese}},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := newConsole(t, 120, 40, partlyView("hn-a07-01", "hn-a07-03"), x.with...).press(x.keys...)
			checkFits(t, x.name, c.app.View().Content, 120, 40)
			golden.RequireEqual(t, c.screen())
		})
	}
}

// TestStoryLargeFleet: the counts are right at once; what was not read is said
// to be read, not to be unknown; screens that need the whole wait and come by
// themselves.
func TestStoryLargeFleet(t *testing.T) {
	c := newConsole(t, 120, 40, partlyView("hn-a07-01"))
	says := func(want ...string) {
		t.Helper()
		for _, text := range want {
			if !strings.Contains(c.screen(), text) {
				t.Errorf("%q is missing in\n%s", text, c.screen())
			}
		}
	}
	never := func(wrong ...string) {
		t.Helper()
		for _, text := range wrong {
			if strings.Contains(strings.ToLower(c.screen()), text) {
				t.Errorf("%q is said of a fleet that is being read:\n%s", text, c.screen())
			}
		}
	}
	wrong := []string{"never read", "not read yet", "no finding", "no hardware", "not asked", "publishes no"}
	whole := newConsole(t, 120, 40, handView())
	counts := whole.app.counts(false)
	if got := c.app.counts(false); got != counts {
		t.Errorf("got %q, want %q from the start", got, counts)
	}
	says("reading what is known: 1 of", "so far", "being read")
	never(wrong...)
	c.press("2")
	says("being read")
	for line := range strings.Lines(c.screen()) {
		if strings.Contains(line, "being read") && (strings.Contains(line, "never") || strings.Contains(line, "not asked")) {
			t.Errorf("of a server that is being read: %s", line)
		}
	}
	never(slices.DeleteFunc(slices.Clone(wrong), func(w string) bool { return w == "not read yet" })...) // one server was never read
	for _, k := range []string{"3", "5", "6", "7", "8"} {
		c.press(k, "j", "enter")
		says("This screen needs the whole fleet", "reading what is known: 1 of")
		never(wrong...)
	}
	c.press("1", "p") // the worst is there, but not what it is judged by
	says(ops.ErrLoading.Error())
	if got := c.desk.calls(); len(got) > 0 {
		t.Errorf("the desk was asked %q", got)
	}
	c.press("2", "/").press("type:hn-b02-11", "enter", "enter")
	says("hn-b02-11", "This screen needs the whole fleet")
	c.send(viewMsg{partlyView("hn-a07-01", "hn-b02-11")}) // the next piece
	says("PSU 2", "reading what is known: 2 of")
	c.press("5")
	says("This screen needs the whole fleet")
	c.send(viewMsg{handView()})
	if got := c.screen(); strings.Contains(got, "reading what is known") || strings.Contains(got, "needs the whole fleet") {
		t.Errorf("after the last piece:\n%s", got)
	}
	c.app.said = sayMsg{} // of long ago
	whole.press("5")
	if got, want := c.screen(), whole.screen(); got != want {
		t.Errorf("a console that began early shows\n%s\nwant\n%s", got, want)
	}
}
