package tui

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

type thing struct {
	name string
	n    int
}

func thingTable(sh *shared, n int) *table[thing] {
	t := newTable(sh, []column[thing]{
		{title: "NAME", width: 8, min: 4, max: 20, text: func(x thing) string { return x.name }, letter: sortKey("N", "name"),
			less: func(a, b thing) int { return cmp.Compare(a.name, b.name) }},
		{title: "N", width: 5, right: true, text: func(x thing) string { return fmt.Sprint(x.n) }, letter: sortKey("C", "count"), down: true,
			less:  func(a, b thing) int { return cmp.Compare(a.n, b.n) },
			style: func(x thing) (lipgloss.Style, bool) { return sh.styles.bad, x.n%2 == 1 }},
		{title: "LESS", width: 10, priority: 1, text: func(x thing) string { return "less" }},
		{title: "LEAST", width: 10, priority: 2, text: func(x thing) string { return "least" }},
	})
	t.id = func(x thing) string { return x.name }
	rows := make([]thing, n)
	for i := range rows {
		rows[i] = thing{fmt.Sprintf("t%03d", i), (i * 7) % 11}
	}
	t.setRows(rows)
	return t
}

func tableShared() *shared {
	return &shared{styles: newStyles(theme{dark: true}, nil), keys: defaultKeys(), now: threeAMNow}
}

func names(t *table[thing], n int) string {
	var out []string
	for _, r := range t.rows[:min(n, len(t.rows))] {
		out = append(out, r.name)
	}
	return strings.Join(out, " ")
}

func TestTableMoves(t *testing.T) {
	tb := thingTable(tableShared(), 100)
	tb.view(40, 11) // ten rows
	for _, x := range []struct {
		key  string
		want int
	}{
		{"j", 1}, {"down", 2}, {"k", 1}, {"up", 0}, {"up", 0}, {"ctrl+d", 5}, {"pgdown", 15}, {"ctrl+u", 10}, {"pgup", 0},
		{"G", 99}, {"j", 99}, {"ctrl+f", 99}, {"g", 0}, {"end", 99}, {"home", 0},
	} {
		if !tb.update(keyPress(x.key)) {
			t.Errorf("%s: the table does not know it", x.key)
		}
		if tb.cursor != x.want {
			t.Errorf("%s: got line %d, want %d", x.key, tb.cursor, x.want)
		}
		if shown := tb.view(40, 11); !strings.Contains(ansi.Strip(shown), fmt.Sprintf("▸ t%03d", tb.cursor)) {
			t.Errorf("%s: the line under the cursor is not on screen:\n%s", x.key, ansi.Strip(shown))
		}
	}
	if tb.update(keyPress("x")) {
		t.Error("x: the table took a key that means nothing")
	}
}

func TestTableSorts(t *testing.T) {
	tb := thingTable(tableShared(), 12)
	tb.update(keyPress("C"))
	if got, want := names(tb, 3), "t003 t006 t009"; got != want {
		t.Errorf("C sorts the greatest first: got %s, want %s", got, want)
	}
	tb.update(keyPress("C"))
	if got, want := names(tb, 3), "t000 t011 t008"; got != want {
		t.Errorf("C again turns round: got %s, want %s", got, want)
	}
	tb.update(keyPress("N"))
	tb.update(keyPress("R"))
	if got, want := names(tb, 2), "t011 t010"; got != want {
		t.Errorf("N, R: got %s, want %s", got, want)
	}
	tb.update(keyPress("s"))
	if got, want := tb.cols[tb.sortCol].title, "N"; got != want {
		t.Errorf("s goes to the next column that sorts: got %s, want %s", got, want)
	}
	if head := strings.SplitN(ansi.Strip(tb.view(40, 5)), "\n", 2)[0]; !strings.Contains(head, "N▼") {
		t.Errorf("the heading does not say how it is sorted: %q", head)
	}
}

func TestTableKeepsItsRow(t *testing.T) {
	tb := thingTable(tableShared(), 20)
	tb.selectFirst(func(x thing) bool { return x.name == "t007" })
	tb.setRows(append([]thing{{"new", 1}, {"newer", 2}}, tb.given...))
	if r, _ := tb.row(); r.name != "t007" {
		t.Errorf("rows came before the cursor's: got %s, want t007", r.name)
	}
	tb.setRows(tb.given[:3])
	if r, ok := tb.row(); !ok || r.name != "t000" {
		t.Errorf("the cursor's row went: got %s, want the last one, t000", r.name)
	}
	tb.setRows(nil)
	if _, ok := tb.row(); ok {
		t.Error("an empty table has a row under the cursor")
	}
	tb.empty = "no things today"
	if got := ansi.Strip(tb.view(30, 5)); !strings.Contains(got, "no things today") {
		t.Errorf("an empty table does not say why: %q", got)
	}
}

func TestTableMarks(t *testing.T) {
	tb := thingTable(tableShared(), 5)
	if got := len(tb.chosen()); got != 1 {
		t.Errorf("without marks: got %d chosen, want the one under the cursor", got)
	}
	tb.toggleMark()
	tb.moveTo(3)
	tb.toggleMark()
	if got := len(tb.chosen()); got != 2 {
		t.Errorf("two marks: got %d chosen, want 2", got)
	}
	if got := ansi.Strip(tb.view(30, 6)); !strings.Contains(got, "● t000") {
		t.Errorf("the marked row is not marked:\n%s", got)
	}
	tb.toggleMark()
	if got := len(tb.chosen()); got != 1 {
		t.Errorf("one mark taken away: got %d chosen, want 1", got)
	}
}

func TestTableDropsColumns(t *testing.T) {
	tb := thingTable(tableShared(), 1)
	for _, x := range []struct {
		width int
		want  string
	}{
		{60, "NAME N LESS LEAST"}, {36, "NAME N LESS"}, {26, "NAME N"}, {10, "NAME N"},
	} {
		head := strings.SplitN(ansi.Strip(tb.view(x.width, 3)), "\n", 2)[0]
		if got := strings.Join(strings.Fields(head), " "); x.width > 12 && got != x.want {
			t.Errorf("width %d: got columns %q, want %q", x.width, got, x.want)
		}
		checkFits(t, "table", tb.view(x.width, 3), x.width, 3)
	}
}

// TestTableCache holds that a kept row is never an old one: after any steps the
// table draws what a fresh one would.
func TestTableCache(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sh := tableShared()
		n := rapid.IntRange(0, 60).Draw(rt, "rows")
		tb := thingTable(sh, n)
		keys := []string{"j", "k", "G", "g", "ctrl+d", "N", "C", "s", "R", "pgdown"}
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			tb.update(keyPress(rapid.SampledFrom(keys).Draw(rt, "key")))
			if rapid.Bool().Draw(rt, "mark") {
				tb.toggleMark()
			}
			if rapid.Bool().Draw(rt, "theme") {
				sh.styles = newStyles(theme{dark: rapid.Bool().Draw(rt, "dark"), ascii: rapid.Bool().Draw(rt, "ascii")}, nil)
			}
			w, h := rapid.IntRange(4, 70).Draw(rt, "w"), rapid.IntRange(1, 30).Draw(rt, "h")
			got := tb.view(w, h)
			fresh := *tb
			fresh.drawn, fresh.painted = nil, nil
			if want := fresh.view(w, h); got != want {
				rt.Fatalf("at %d×%d: got\n%s\nwant\n%s", w, h, got, want)
			}
			for i, l := range strings.Split(got, "\n") {
				if cells := ansi.StringWidth(l); cells != w {
					rt.Fatalf("line %d at width %d: got %d cells: %q", i, w, cells, l)
				}
			}
		}
	})
}

func TestSelectedRowKeepsItsColours(t *testing.T) {
	sh := tableShared()
	tb := thingTable(sh, 2)
	line := strings.Split(tb.view(40, 3), "\n")[1]
	if !strings.Contains(line, "48;") {
		t.Errorf("the line under the cursor has no background: %q", line)
	}
	if key.Matches(keyPress("N"), tb.cols[0].letter) != true {
		t.Error("Shift-N is not the letter of NAME")
	}
}
