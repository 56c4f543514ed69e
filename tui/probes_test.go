package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/ops"
)

func TestGoldenProbes(t *testing.T) {
	tests := []struct {
		name string
		view *ops.View
		keys []string
		all  bool
	}{
		{"probes", probedView(), []string{"8"}, true},
		{"probes-partial", probedView(), []string{"8", "j", "j", "j", "j", "j", "j"}, false},
		{"probes-slowest", probedView(), []string{"8", "T"}, false},
		{"probes-filtered", probedView(), []string{"8", "/", "type:problem:partial-read,profile", "enter"}, false},
		{"probes-none-matching", probedView(), []string{"8", "/", "type:rack:Z*", "enter"}, false},
		{"probes-nothing-yet", nil, []string{"8"}, false},
		{"probes-empty", emptyView(), []string{"8"}, false},
	}
	for _, x := range tests {
		sizes := windows
		if !x.all {
			sizes = windows[:1]
		}
		for _, code := range lang.Codes() {
			for _, s := range sizes {
				t.Run(fmt.Sprintf("%s-%dx%d-%s", x.name, s[0], s[1], code), func(t *testing.T) {
					c := newConsole(t, s[0], s[1], x.view, in(code)).press(x.keys...)
					checkFits(t, x.name, c.app.View().Content, s[0], s[1])
					golden.RequireEqual(t, c.screen())
				})
			}
		}
	}
}

// What keeps a server in the dark comes first, with what to do about it.
func TestProbesCauses(t *testing.T) {
	c := newConsole(t, 120, 40, probedView()).press("8")
	s := c.screen()
	if !strings.Contains(c.line("▸"), "credentials") || !strings.Contains(s, "ironage doctor hn-a07-01") {
		t.Errorf("wrong credentials do not come first, with the command:\n%s", s)
	}
	for _, want := range []string{"1 credentials", "partial read", "no profile", "time-outs", "behind", "slow", "p99", "no right to ping 1"} {
		if !strings.Contains(s, want) {
			t.Errorf("%q is not said:\n%s", want, s)
		}
	}
	if got := c.app.top().(copier).Copy(); got != "ironage doctor hn-a07-01" {
		t.Errorf("copied %q", got)
	}
	c.press("r")
	if got := c.desk.calls(); len(got) != 1 || got[0] != "read hn-a07-01 by lan" {
		t.Errorf("asked %v", got)
	}
	c.press("enter")
	if got := c.app.top().Title(); !strings.Contains(got, "hn-a07-01") {
		t.Errorf("enter opened %q", got)
	}
}

func TestProbesFit(t *testing.T) {
	sizes := append([][2]int{{60, 10}, {61, 11}, {79, 17}, {110, 30}, {250, 80}}, windows...)
	for name, v := range map[string]*ops.View{"probed": probedView(), "none": nil, "empty": emptyView(), "trouble": troubledView()} {
		for _, code := range lang.Codes() {
			c := newConsole(t, 80, 24, v, in(code)).press("8")
			for _, key := range []string{"j", "T", "/"} {
				c.press(key)
				for _, size := range sizes {
					checkFits(t, name+" "+string(code)+" after "+key, c.app.top().View(size[0], size[1]), size[0], size[1])
				}
			}
		}
	}
}

func BenchmarkProbes(b *testing.B) {
	c := newConsole(b, 200, 50, manyView(10_000)).press("8")
	b.Run("key to drawn view", func(b *testing.B) {
		for b.Loop() {
			c.press("j")
			_ = c.app.View()
		}
	})
	b.Run("snapshot", func(b *testing.B) {
		v := c.app.sh.view
		changed := *v.Fleet.At(100)
		for b.Loop() {
			next := *v
			changed.State.Updated = changed.State.Updated.Add(1)
			next.Fleet = v.Fleet.With(v.Fleet.Revision+1, threeAM, []fleet.Entry{changed})
			c.send(viewMsg{&next})
			_ = c.app.View()
		}
	})
}
