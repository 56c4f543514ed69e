package tui

import (
	"flag"
	"os"
	"strings"
	"testing"
)

// manual is where the pictures of these pages stand, each in a block of its own
// after a line that names it.
const manual = "../docs/console.md"

// TestServerPictures: what the manual shows of a server's page is what the
// console draws.
func TestServerPictures(t *testing.T) {
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	for _, x := range []struct {
		name string
		rows int
		keys []string
	}{
		{"server", 34, nil},
		{"server-charts", 28, []string{"tab", "tab", "tab", "tab", "tab", "j", "j", "j", "l"}},
		{"server-files", 20, []string{"tab", "tab", "tab"}},
	} {
		bubble(t, x.name, func(t *testing.T) {
			c := atServer(t, 100, x.rows, "tdo-db-07", failedDisk(17)).press(x.keys...)
			before, rest, ok := strings.Cut(doc, "<!-- picture: "+x.name+" -->\n```\n")
			shown, after, closed := strings.Cut(rest, "```\n")
			if !ok || !closed {
				t.Fatalf("the manual has no place for the picture %q", x.name)
			}
			if drawn := c.screen(); drawn != shown {
				doc = before + "<!-- picture: " + x.name + " -->\n```\n" + drawn + "```\n" + after
				if !updating() {
					t.Errorf("the manual shows\n%s\nthe console draws\n%s\n(go test ./tui -run TestServerPictures -update)", shown, drawn)
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

// updating reports whether the pictures are to be written anew.
func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}
