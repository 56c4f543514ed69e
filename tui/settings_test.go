package tui

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/lang"
	"ironage/internal/queue"
)

// fakeSettings are settings that a test looks into; err fails every write.
type fakeSettings struct {
	mu     sync.Mutex // the program saves beside drawing
	values map[string]string
	notice string
	err    error
}

func (f *fakeSettings) Get(key string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.values[key]
}

func (f *fakeSettings) Notice() string { return f.notice }

func (f *fakeSettings) Names(prefix string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []string
	for _, k := range []string{"filter.night", "filter.old-disks"} {
		if f.values[k] != "" && strings.HasPrefix(k, prefix) {
			out = append(out, k)
		}
	}
	return out
}

func (f *fakeSettings) Set(key, value string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.values[key] = value
	}
	return f.err
}

// keeping opens a console with settings.
func keeping(f *fakeSettings) func(*Config) { return func(cfg *Config) { cfg.Settings = f } }

func nightSettings() *fakeSettings {
	return &fakeSettings{values: map[string]string{"filter.night": "servers health:critical", "filter.old-disks": "ageing over", "visit": "2026-03-13T17:00:00+07:00"}}
}

func TestGoldenSettings(t *testing.T) {
	for _, code := range lang.Codes() {
		for _, x := range []struct {
			name string
			keep *fakeSettings
			keys []string
		}{
			{"nothing-saved", &fakeSettings{values: map[string]string{}}, nil},
			{"saved", nightSettings(), []string{"j", "j", "j", "j"}},
			{"delete", nightSettings(), []string{"G", "x"}},
			{"not-kept", &fakeSettings{values: map[string]string{}, notice: "settings are not kept: neither XDG_STATE_HOME nor HOME is set"}, nil},
		} {
			for _, s := range windows[:2] {
				t.Run(fmt.Sprintf("%s-%s-%dx%d", x.name, code, s[0], s[1]), func(t *testing.T) {
					c := newConsole(t, s[0], s[1], handView(), in(code), keeping(x.keep)).press("0").press(x.keys...)
					checkFits(t, x.name, c.app.View().Content, s[0], s[1])
					golden.RequireEqual(t, c.screen())
				})
			}
		}
	}
}

// TestSettingsTakeEffect changes each setting and looks at once.
func TestSettingsTakeEffect(t *testing.T) {
	keep := nightSettings()
	c := newConsole(t, 120, 40, handView(), keeping(keep)).press("2", "0", "enter")
	if keep.values["theme"] != "dark" || c.app.theme.name != themeDark {
		t.Errorf("theme: kept %q, in force %q", keep.values["theme"], c.app.theme.name)
	}
	c.press("j", "enter")
	if keep.values["language"] != "vi" || c.line("Cài đặt") == "" {
		t.Errorf("language: kept %q:\n%s", keep.values["language"], c.screen())
	}
	if c.press("2"); c.line("nghiêm trọng hn-a07-01") == "" || c.line("critical hn-a07-01") != "" {
		t.Errorf("rows that were drawn before are still English:\n%s", c.screen())
	}
	c.press("0", "enter")
	if c.line("Settings") == "" || keep.values["language"] != "en" {
		t.Errorf("back to English: kept %q:\n%s", keep.values["language"], c.screen())
	}
	c.press("j", "enter", "j", "enter")
	if keep.values["mouse"] != "yes" || !c.app.mouse || keep.values["ascii"] != "yes" || hasHigh(c.app.View().Content) {
		t.Errorf("mouse %q, ascii %q", keep.values["mouse"], keep.values["ascii"])
	}
}

func TestSavedFilters(t *testing.T) {
	keep := nightSettings()
	c := newConsole(t, 120, 40, handView(), keeping(keep)).press(":", "type:filter night", "enter")
	if c.line("1 of 12 servers") == "" {
		t.Errorf("the saved filter is not in force:\n%s", c.screen())
	}
	c.press(":", "type:servers rack:C11", "enter", ":", "type:save filter c eleven", "enter")
	if got := keep.values["filter.c-eleven"]; got != "servers rack:C11" {
		t.Errorf("saved as %q", got)
	}
	c.press("0", "j", "j", "j", "j", "j", "x", "n")
	if keep.values["filter.night"] == "" {
		t.Error("deleted without a yes")
	}
	if c.press("x", "y"); keep.values["filter.night"] != "" || c.line("is deleted") == "" {
		t.Errorf("not deleted: %q\n%s", keep.values["filter.night"], c.screen())
	}
	if c.press("1", ":", "type:save filter x", "enter"); c.line("there is no filter to save here") == "" {
		t.Errorf("nothing to save:\n%s", c.screen())
	}
}

func TestSettingsThatCannotBeKept(t *testing.T) {
	c := newConsole(t, 120, 40, handView(), keeping(&fakeSettings{values: map[string]string{}, err: errors.New("settings are not kept: read-only file system")}))
	c.press("0", "enter")
	if c.app.theme.name != themeDark || c.line("settings are not kept: read-only file system") == "" {
		t.Errorf("it should count for now and be told:\n%s", c.screen())
	}
}

func TestLastVisit(t *testing.T) {
	keep := nightSettings()
	c := newConsole(t, 80, 24, handView(), keeping(keep))
	if want := time.Date(2026, 3, 13, 10, 0, 0, 0, time.UTC); !c.app.sh.prefs.before.Equal(want) {
		t.Errorf("last visit: got %v, want %v", c.app.sh.prefs.before, want)
	}
	if c.press("q"); keep.values["visit"] != threeAM.Format(time.RFC3339) {
		t.Errorf("kept %q", keep.values["visit"])
	}
}

// TestViewerSeesNoForbiddenKey: what a role forbids is neither offered nor
// silent.
func TestViewerSeesNoForbiddenKey(t *testing.T) {
	for _, at := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "0"} {
		c := newConsole(t, 200, 60, handView(), as(queue.Viewer)).press(at)
		for _, b := range allowed(c.app.sh, c.app.top().Keys()) {
			for _, f := range c.app.sh.keys.changing() {
				if sameKey(b, f) {
					t.Errorf("%s offers %s", c.crumbs(), b.Help().Desc)
				}
			}
		}
		c.press("r", "n", "y", "a", "p", "m", "e")
		if got := c.desk.calls(); len(got) != 0 {
			t.Errorf("%s: a viewer's keys asked %q", at, got)
		}
	}
	c := newConsole(t, 80, 24, handView(), as(queue.Viewer)).press("2", "r")
	if c.line("your role is viewer") == "" || strings.Contains(c.press("?").screen(), "read again now  ") {
		t.Errorf("not told why:\n%s", c.screen())
	}
	if c = newConsole(t, 80, 24, handView(), as(queue.Viewer)).press(":", "type:read all"); c.line("ask every server") != "" {
		t.Error("the palette offers what is forbidden")
	}
}
