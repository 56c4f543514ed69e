package tui

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/lang"
)

// suffixOf tells the pictures in other languages than English apart.
func suffixOf(code lang.Code) string {
	if code == lang.English {
		return ""
	}
	return "-" + string(code)
}

// TestGoldenServer shows a server's page: failing, healthy, stale, never read,
// and its panels.
func TestGoldenServer(t *testing.T) {
	tests := []struct {
		name, server string
		keys         []string
		all          bool
	}{
		{"failing", "tdo-db-07", nil, true},
		{"healthy", "noc-02", nil, true},
		{"stale", "noc-03", nil, true},
		{"never-read", "noc-04", nil, true},
		{"gone", "no-such-server", nil, false},
		{"evidence", "tdo-db-07", []string{"e"}, true},
		{"evidence-scrolled", "tdo-db-07", []string{"e", "ctrl+d", "ctrl+d"}, false},
		{"evidence-stale", "noc-03", []string{"enter"}, false},
		{"evidence-sensor", "tdo-db-07", []string{"G", "k", "enter"}, false},
		{"folds-open", "tdo-db-07", []string{"G", "enter", "k", "k"}, false},
		{"findings", "tdo-db-07", []string{"tab", "j"}, true},
		{"findings-empty", "noc-02", []string{"tab"}, false},
		{"findings-never-read", "noc-04", []string{"tab"}, false},
		{"missing", "tdo-db-07", []string{"tab", "tab"}, true},
		{"missing-nothing", "noc-02", []string{"tab", "tab"}, false},
		{"missing-never-read", "noc-04", []string{"tab", "tab"}, false},
		{"file-systems", "tdo-db-07", []string{"tab", "tab", "tab"}, true},
		{"file-systems-none", "noc-02", []string{"tab", "tab", "tab"}, false},
		{"use", "tdo-db-07", []string{"tab", "tab", "tab", "tab"}, true},
		{"use-none", "noc-02", []string{"tab", "tab", "tab", "tab"}, false},
		{"charts", "tdo-db-07", []string{"tab", "tab", "tab", "tab", "tab"}, true},
		{"charts-month", "tdo-db-07", []string{"tab", "tab", "tab", "tab", "tab", "l", "j"}, true},
		{"charts-hour", "tdo-db-07", []string{"tab", "tab", "tab", "tab", "tab", "h"}, false},
		{"charts-none", "noc-02", []string{"tab", "tab", "tab", "tab", "tab"}, false},
		{"charts-never-read", "noc-04", []string{"tab", "tab", "tab", "tab", "tab"}, false},
		{"reads", "tdo-db-07", []string{"shift+tab", "shift+tab"}, true},
		{"events", "tdo-db-07", []string{"shift+tab"}, true},
		{"events-parts", "tdo-db-07", []string{"shift+tab", "c", "c"}, false},
		{"events-none", "noc-02", []string{"shift+tab"}, false},
		{"acknowledge", "tdo-db-07", []string{"a", "a", "type:spare is on its way"}, true},
	}
	for _, x := range tests {
		sizes := windows
		if !x.all {
			sizes = windows[:1]
		}
		for _, s := range sizes {
			for _, code := range lang.Codes() {
				bubble(t, fmt.Sprintf("%s-%dx%d%s", x.name, s[0], s[1], suffixOf(code)), func(t *testing.T) {
					c := atServerIn(t, code, s[0], s[1], x.server, failedDisk(17)).press(x.keys...)
					checkFits(t, x.name, c.app.View().Content, s[0], s[1])
					golden.RequireEqual(t, c.screen())
				})
			}
		}
	}
}
