package tui

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestEventPictures: what the manuals show of the Overview, Events and
// Maintenance is what the console draws.
func TestEventPictures(t *testing.T) {
	files := map[string]string{}
	for _, x := range []struct {
		file, name string
		rows       int
		with       func(*Config)
		keys       []string
	}{
		{manual, "overview", 28, lastHere(9 * time.Hour), nil},
		{manual, "events", 18, lastHere(0), []string{"4", "j", "j"}},
		{manual, "events-acknowledge", 16, lastHere(0), []string{"4", "j", "a"}},
		{manual, "maintenance", 16, lastHere(0), []string{"9"}},
		{"../docs/maintenance.md", "maintenance-announce", 34, lastHere(0), []string{"9", "n"}},
	} {
		if files[x.file] == "" {
			text, err := os.ReadFile(x.file)
			if err != nil {
				t.Fatal(err)
			}
			files[x.file] = string(text)
		}
		view := stormView()
		if strings.HasPrefix(x.name, "maintenance") {
			view = windowView()
		}
		drawn := newConsole(t, 100, x.rows, view, x.with).press(x.keys...).screen()
		before, rest, ok := strings.Cut(files[x.file], "<!-- picture: "+x.name+" -->\n```\n")
		shown, after, closed := strings.Cut(rest, "```\n")
		if !ok || !closed {
			t.Fatalf("%s has no place for the picture %q", x.file, x.name)
		}
		if drawn != shown && !updating() {
			t.Errorf("%s shows\n%s\nthe console draws\n%s\n(go test ./tui -run TestEventPictures -update)", x.file, shown, drawn)
		}
		files[x.file] = before + "<!-- picture: " + x.name + " -->\n```\n" + drawn + "```\n" + after
	}
	if !updating() {
		return
	}
	for path, text := range files {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
