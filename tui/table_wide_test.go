package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// longTable has more columns than a window has room for.
func longTable(sh *shared, n int) *table[thing] {
	t := thingTable(sh, n)
	for i := range 8 {
		t.cols = append(t.cols, column[thing]{title: fmt.Sprintf("COLUMN %d", i), width: 10, priority: 3,
			text: func(x thing) string { return strings.Repeat(fmt.Sprint(i), 8+x.n%5) }})
	}
	return t
}

func headOf(tb *table[thing], w int) string {
	return strings.SplitN(ansi.Strip(tb.view(w, 6)), "\n", 2)[0]
}

func TestTableWide(t *testing.T) {
	tb := longTable(tableShared(), 20)
	if tb.update(keyPress("l")) {
		t.Error("l in a list that is not wide: the table took it")
	}
	tb.toggleWide()
	tb.sortBy("NAME", false)
	first := headOf(tb, 50)
	if !strings.HasPrefix(first, "  NAME▲") || !strings.HasSuffix(first, "▸") || !strings.Contains(first, "LEAST") {
		t.Errorf("wide at the left: got heading %q", first)
	}
	for range 3 {
		tb.update(keyPress("l"))
	}
	if got := headOf(tb, 50); !strings.HasPrefix(got, "◂ NAME") || !strings.Contains(got, "COLUMN 0") || !strings.HasSuffix(got, "▸") {
		t.Errorf("scrolled by three: got heading %q", got)
	}
	for range 50 {
		tb.update(keyPress("right"))
		tb.view(50, 6)
	}
	last := headOf(tb, 50)
	if !strings.Contains(last, "COLUMN 7") || strings.HasSuffix(last, "▸") {
		t.Errorf("at the right end: got heading %q", last)
	}
	for range 50 {
		tb.update(keyPress("h"))
	}
	if got := headOf(tb, 50); got != first {
		t.Errorf("back at the left: got heading %q, want %q", got, first)
	}
	tb.toggleWide()
	if got := headOf(tb, 50); strings.Contains(got, "▸") || strings.Contains(got, "COLUMN 1") {
		t.Errorf("no longer wide: got heading %q", got)
	}
}

// TestTableWideFits holds that a wide list is as wide as its window whatever
// was pressed.
func TestTableWideFits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tb := longTable(tableShared(), rapid.IntRange(0, 40).Draw(rt, "rows"))
		tb.toggleWide()
		for range rapid.IntRange(1, 15).Draw(rt, "steps") {
			tb.update(keyPress(rapid.SampledFrom([]string{"h", "l", "left", "right", "j", "G", "s", "N", "ctrl+d"}).Draw(rt, "key")))
			if rapid.IntRange(0, 9).Draw(rt, "toggle") == 0 {
				tb.toggleWide()
			}
			w := rapid.IntRange(4, 120).Draw(rt, "w")
			for i, l := range strings.Split(tb.view(w, 12), "\n") {
				if cells := ansi.StringWidth(l); cells != w {
					rt.Fatalf("line %d at width %d: got %d cells: %q", i, w, cells, ansi.Strip(l))
				}
			}
		}
	})
}

// TestTableRemembers holds that a list comes back as the person left it.
func TestTableRemembers(t *testing.T) {
	sh := tableShared()
	sh.prefs = newPrefs(nil)
	tb := longTable(sh, 5)
	tb.remember("things")
	if tb.wide || tb.sortCol >= 0 {
		t.Error("nothing was chosen yet, but the list is not as it was made")
	}
	tb.update(keyPress("C"))
	tb.update(keyPress("C"))
	tb.update(keyPress("C"))
	tb.toggleWide()
	again := longTable(sh, 5)
	again.remember("things")
	if got, want := again.look(), (tableLook{sort: "N", reverse: true, wide: true}); got != want {
		t.Errorf("the next time: got %+v, want %+v", got, want)
	}
	again.toggleWide()
	again.update(keyPress("N"))
	third := longTable(sh, 5)
	third.remember("things")
	if got, want := third.look(), (tableLook{sort: "NAME"}); got != want {
		t.Errorf("after other wishes: got %+v, want %+v", got, want)
	}
	sh.prefs.keep(prefSort+"things", "-GONE")
	fourth := longTable(sh, 5)
	fourth.remember("things")
	if fourth.sortCol >= 0 {
		t.Error("a column that is gone: the list is sorted by another")
	}
}
