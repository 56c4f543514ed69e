package tui

import (
	"os"
	"strings"
	"testing"

	"ironage/internal/ops"
)

// TestListPictures: what the manual shows of servers, services and ageing is
// what the console draws.
func TestListPictures(t *testing.T) {
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	tab := func(n int) []string { return append([]string{"5"}, strings.Fields(strings.Repeat("tab ", n))...) }
	for _, x := range []struct {
		name string
		view *ops.View
		rows int
		keys []string
	}{
		{"servers", handView(), 20, []string{"2"}},
		{"services", ageingView(), 15, []string{"6"}},
		{"ageing-overview", ageingView(), 30, tab(0)},
		{"ageing-over-age", ageingView(), 16, tab(1)},
		{"ageing-risk", ageingView(), 20, tab(2)},
		{"ageing-forecast", ageingView(), 16, tab(3)},
		{"ageing-budget", ageingView(), 16, tab(4)},
		{"ageing-batches", ageingView(), 12, tab(5)},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := newConsole(t, 100, x.rows, x.view).press(x.keys...)
			before, rest, ok := strings.Cut(doc, "<!-- picture: "+x.name+" -->\n```\n")
			shown, after, closed := strings.Cut(rest, "```\n")
			if !ok || !closed {
				t.Fatalf("the manual has no place for the picture %q", x.name)
			}
			if drawn := strings.TrimRight(c.screen(), "\n") + "\n"; drawn != shown {
				doc = before + "<!-- picture: " + x.name + " -->\n```\n" + drawn + "```\n" + after
				if !updating() {
					t.Errorf("the manual shows\n%s\nthe console draws\n%s\n(go test ./tui -run TestListPictures -update)", shown, drawn)
				}
			}
		})
	}
	if updating() && doc != string(text) {
		if err := os.WriteFile(manual, []byte(doc), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
