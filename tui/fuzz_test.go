package tui

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

// poison is what a device, a file or a colleague may put behind any text: codes
// that clear the screen, rename the window, fill the clipboard, turn letters
// round, hide, or are wider than they look.
const poison = "\x1b[2J\x1b]0;owned\x07\x1bP1;2q\x1b\\\u009b31m\u202e\u200b\u2066\x00\r\n\t\x7f\xff服务器e\u0301\u0301\u0301\u0301\u0301👍🏾🇻🇳\u3164"

// poisoned puts poison behind every text of a value; words of ours, which have
// types of their own, stay.
func poisoned(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			poisoned(v.Elem())
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[fleet.Seen]() {
			kept := v.Addr().Interface().(*fleet.Seen)
			ev := kept.Evidence()
			poisoned(reflect.ValueOf(&ev))
			*kept = fleet.SeenOf(ev)
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				poisoned(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poisoned(v.Index(i))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			if e := v.MapIndex(k); e.Type() == reflect.TypeFor[string]() {
				v.SetMapIndex(k, reflect.ValueOf(e.String()+poison))
			}
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.CanSet() && v.String() != "" {
			v.SetString(v.String() + poison)
		}
	}
}

// hostileView is a fleet, its orders and its events, of which every text is poisoned.
func hostileView(t testing.TB) *ops.View {
	t.Helper()
	v := ageingView()
	var es []fleet.Entry
	for i := range v.Fleet.Len() {
		e := *v.Fleet.At(i)
		poisoned(reflect.ValueOf(&e).Elem())
		es = append(es, e)
	}
	out := &ops.View{Fleet: fleet.NewSnapshot(9, threeAM, es), Orders: append([]queue.Order{}, queueView(t).Orders...), Events: v.Events, Collector: v.Collector,
		Notices: troubledView().Notices}
	out.Orders = append(out.Orders, v.Orders...)
	poisoned(reflect.ValueOf(&out.Orders))
	poisoned(reflect.ValueOf(&out.Events))
	poisoned(reflect.ValueOf(&out.Notices))
	poisoned(reflect.ValueOf(&out.Collector))
	return judge(out)
}

var ownCodes = regexp.MustCompile(`\x1b\[[0-9;:]*m`)

// checkHarmless fails when what is drawn holds more than text, line ends and
// styles, or does not fit its window.
func checkHarmless(t testing.TB, c *console, w, h int, after string) {
	t.Helper()
	drawn := c.app.View()
	checkFits(t, after, drawn.Content, w, h)
	for _, text := range []string{ownCodes.ReplaceAllString(drawn.Content, ""), drawn.WindowTitle} {
		for i, r := range text {
			if r == '\n' || r == '\u034f' {
				continue
			}
			if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == utf8.RuneError || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
				line := text[max(strings.LastIndexByte(text[:i], '\n'), 0):]
				line, _, _ = strings.Cut(line[min(1, len(line)):], "\n")
				t.Fatalf("after %s at %d×%d: %U left the console: %q", after, w, h, r, line)
			}
		}
	}
	if c.app.theme.ascii && hasHigh(drawn.Content) {
		t.Fatalf("after %s: the ASCII theme draws other characters:\n%s", after, ansi.Strip(drawn.Content))
	}
}

// fuzzKeys are what may be pressed: every key of the console, and some text.
func fuzzKeys() []string {
	keys := []string{"enter", "esc", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pgup", "pgdown", "space", "backspace",
		"ctrl+d", "ctrl+u", "ctrl+f", "ctrl+b", "ctrl+s", "ctrl+n", "ctrl+p", "enter", "j", "j", "j", "l", "type:rack:A*", "type:health:critical age:>5y",
		"type:yes", "type:\"", "type:ữ服\u0301", "type:#17", "type:2026-04-01"}
	for r := '!'; r <= '~'; r++ {
		keys = append(keys, string(r))
	}
	return keys
}

// FuzzConsole presses anything, in any window, language and theme, over a fleet
// that is out for harm.
func FuzzConsole(f *testing.F) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		seed := make([]byte, 90)
		for i := range seed {
			seed[i] = byte(rnd.Uint32())
		}
		f.Add(seed)
	}
	views := []*ops.View{hostileView(f), emptyView(), handView()}
	keys := fuzzKeys()
	f.Fuzz(func(t *testing.T, steps []byte) {
		w, h := 80, 24
		first := views[0]
		if len(steps) > 0 && steps[0]%8 == 7 {
			first = nil // the store has not answered yet
		}
		c := newConsole(t, w, h, first)
		c.desk.logs = map[int64][]queue.Entry{}
		for n, s := range steps[:min(len(steps), 300)] {
			after := "a new view"
			switch {
			case int(s) < len(keys):
				after = keys[s]
				c.press(after)
			case s < 170:
				w, h = int(s)%7*37+int(s)%5, int(s)%6*13+int(s)%3
				after = "a resize"
				c.send(tea.WindowSizeMsg{Width: w, Height: h})
			case s < 180:
				c.desk.view = views[int(s)%len(views)]
				c.send(viewMsg{c.desk.view})
			case s < 190:
				after = "another language"
				c.app.sh.t = nil
				if s%2 == 0 {
					c.app.sh.t, _ = lang.New(lang.Vietnamese)
				}
				c.app.restyle()
			case s < 200:
				after = "another theme"
				c.app.theme = theme{name: themeNames()[int(s)%4], dark: s%2 == 0, ascii: s%3 == 0, depth: depth(s % 4)}
				c.app.restyle()
			case s < 210:
				after = "a paste"
				c.send(tea.PasteMsg{Content: poison})
			case s < 216:
				c.desk.err = map[bool]error{true: errors.New("disk full" + poison)}[s%2 == 0]
			default:
				after = keys[int(s)*7%len(keys)]
				c.press(after)
			}
			checkHarmless(t, c, max(w, 1), max(h, 1), after)
			if t.Failed() {
				t.Fatalf("step %d of %q", n, steps)
			}
		}
	})
}
