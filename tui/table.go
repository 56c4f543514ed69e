package tui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
)

// column is one column of a table.
type column[R any] struct {
	title string
	// width is what the column wants, min the least it can be read at (0: width).
	// What a wide window leaves over goes to columns with a greater max.
	width, min, max int
	// priority says which columns go first when the window is narrow: the
	// greatest first. Columns of priority 0 always stay.
	priority int
	right    bool
	// text is the plain cell; it must be clean.
	text func(R) string
	// say marks cells that are words of ours, not names: the table draws them in
	// the reader's language.
	say bool
	// words are what the cells may say, in English: the column is as much wider
	// as the widest of them is in the reader's language.
	words []string
	// style colours the cell; false leaves it plain.
	style func(R) (lipgloss.Style, bool)
	// less orders rows (negative: a first); nil for columns that do not sort.
	less func(a, b R) int
	// blank marks rows without a value: they come last whichever way it sorts.
	blank func(R) bool
	// down makes the first sort by this column start with the greatest.
	down bool
	// sticky marks the column that names a row: it and those before it stay when
	// a wide list is moved sideways. The one titled SERVER always is.
	sticky bool
	// letter is the key that sorts by this column.
	letter key.Binding
}

// table is a list of rows of which only those on screen are drawn. A drawn row
// is kept until a text, a style, the layout or the cursor in it changes.
type table[R any] struct {
	sh   *shared
	cols []column[R]
	// empty is the sentence shown in place of rows; why says more where there is
	// more to say, and goes before it.
	empty string
	why   emptyState
	// id names a row; when set, the cursor stays on its row when rows come, go
	// or change order, and rows can be marked.
	id func(R) string

	rows    []R    // in order of the sort
	given   []R    // as given
	rested  string // the row under the cursor when the rows were let go; empty: they were not
	cursor  int
	top     int
	page    int // rows visible at the last drawing
	sortCol int // -1: the order given
	sortRev bool
	marks   map[string]bool

	name     string // under which the settings keep its look; empty: they do not
	wide     bool   // all columns, as wide as their contents
	side     int    // columns scrolled away at the left, when wide
	more     bool   // there are columns beyond the right edge, when wide
	contents []int  // how wide the contents seen so far are, by column, when wide

	layoutWidth int
	layout      []placed
	shown       []column[R] // cols as they are laid out in the reader's language
	drawn       map[int]drawnRow
	paint       painter
	painted     *styles
	key         []byte
}

// drawnRow is a drawn line with everything that went into it.
type drawnRow struct{ key, text string }

// newTable makes a table without rows, in the order in which rows are given.
func newTable[R any](sh *shared, cols []column[R]) *table[R] {
	return &table[R]{sh: sh, cols: cols, sortCol: -1, page: 1, empty: "nothing here"}
}

// want changes what the column of that title wants to be wide.
func (t *table[R]) want(title string, cells int) {
	for i := range t.cols {
		if t.cols[i].title == title && t.cols[i].width != cells {
			t.cols[i].width, t.layoutWidth = cells, 0
		}
	}
}

// sortBy sets the order by the title of a column.
func (t *table[R]) sortBy(title string, reverse bool) {
	for i := range t.cols {
		if t.cols[i].title == title {
			t.order(i, reverse)
			return
		}
	}
}

// setRows replaces the rows. The cursor stays on its row (by id) or line.
func (t *table[R]) setRows(rows []R) {
	t.given = rows
	t.arrange()
}

// rest lets go of the rows until there are others; the cursor stays on its row.
func (t *table[R]) rest() {
	if at, had := t.row(); had && t.id != nil {
		t.rested = t.id(at)
	}
	t.rows, t.given = nil, nil
}

func (t *table[R]) order(col int, reverse bool) {
	t.sortCol, t.sortRev = col, reverse
	t.layoutWidth = 0 // the arrow moves
	t.arrange()
}

func (t *table[R]) arrange() {
	want := t.rested
	if at, had := t.row(); had && t.id != nil {
		want = t.id(at)
	}
	t.rested = ""
	t.rows = append(t.rows[:0], t.given...)
	if t.sortCol >= 0 && t.cols[t.sortCol].less != nil {
		slices.SortStableFunc(t.rows, t.cols[t.sortCol].comparison(t.sortRev))
	}
	if want != "" && t.cursor > 0 { // the first line stays first: what is worst now matters more
		t.selectFirst(func(r R) bool { return t.id(r) == want })
	}
	t.moveTo(t.cursor)
}

// comparison orders rows by a column, forwards or in reverse.
func (c *column[R]) comparison(reverse bool) func(a, b R) int {
	return func(a, b R) int {
		if c.blank != nil {
			if x, y := c.blank(a), c.blank(b); x != y {
				if x {
					return 1
				}
				return -1
			}
		}
		if reverse {
			return c.less(b, a)
		}
		return c.less(a, b)
	}
}

// row is the row under the cursor.
func (t *table[R]) row() (R, bool) {
	if t.cursor < 0 || t.cursor >= len(t.rows) {
		var none R
		return none, false
	}
	return t.rows[t.cursor], true
}

// selectFirst puts the cursor on the first row that is wanted.
func (t *table[R]) selectFirst(want func(R) bool) bool {
	i := slices.IndexFunc(t.rows, want)
	if i >= 0 {
		t.moveTo(i)
	}
	return i >= 0
}

func (t *table[R]) moveTo(i int) {
	t.cursor = max(min(i, len(t.rows)-1), 0)
}

// toggleMark marks the row under the cursor, or takes its mark away.
func (t *table[R]) toggleMark() {
	r, ok := t.row()
	if !ok || t.id == nil {
		return
	}
	if t.marks == nil {
		t.marks = make(map[string]bool)
	}
	if id := t.id(r); t.marks[id] {
		delete(t.marks, id)
	} else {
		t.marks[id] = true
	}
}

// unmark takes every mark away; false when there is none.
func (t *table[R]) unmark() bool {
	had := len(t.marks) > 0
	t.marks = nil
	return had
}

// chosen are the marked rows, or the one under the cursor when none is marked.
func (t *table[R]) chosen() []R {
	var out []R
	if t.id != nil && len(t.marks) > 0 {
		for _, r := range t.rows {
			if t.marks[t.id(r)] {
				out = append(out, r)
			}
		}
	}
	if r, ok := t.row(); ok && len(out) == 0 {
		out = append(out, r)
	}
	return out
}

// position says where the cursor is: "12 of 96".
func (t *table[R]) position() string {
	if len(t.rows) == 0 {
		return t.sh.t.Say("0 of 0")
	}
	return t.sh.t.Say("%d of %d", t.cursor+1, len(t.rows))
}

// update moves the cursor or changes the order; false when the key means
// nothing to a list.
func (t *table[R]) update(msg tea.KeyPressMsg) bool {
	k := t.sh.keys
	switch {
	case key.Matches(msg, k.Up):
		t.moveTo(t.cursor - 1)
	case key.Matches(msg, k.Down):
		t.moveTo(t.cursor + 1)
	case key.Matches(msg, k.PageUp):
		t.moveTo(t.cursor - t.page)
	case key.Matches(msg, k.PageDown):
		t.moveTo(t.cursor + t.page)
	case key.Matches(msg, k.HalfUp):
		t.moveTo(t.cursor - max(t.page/2, 1))
	case key.Matches(msg, k.HalfDown):
		t.moveTo(t.cursor + max(t.page/2, 1))
	case key.Matches(msg, k.Top):
		t.moveTo(0)
	case key.Matches(msg, k.Bottom):
		t.moveTo(len(t.rows) - 1)
	default:
		return t.updateOrder(msg)
	}
	return true
}

func (t *table[R]) updateOrder(msg tea.KeyPressMsg) bool {
	for i := range t.cols {
		if t.cols[i].less != nil && key.Matches(msg, t.cols[i].letter) {
			t.pickOrder(i)
			return true
		}
	}
	switch {
	case key.Matches(msg, t.sh.keys.Sort):
		return t.orderByNext()
	case key.Matches(msg, t.sh.keys.Reverse) && t.sortCol >= 0:
		t.choose(t.sortCol, !t.sortRev)
	default:
		return t.updateWide(msg)
	}
	return true
}

// orderByNext sorts by the next column that can.
func (t *table[R]) orderByNext() bool {
	for n := range t.cols {
		i := (t.sortCol + 1 + n) % len(t.cols)
		if t.cols[i].less != nil {
			t.choose(i, t.cols[i].down)
			return true
		}
	}
	return false
}

// choose is order by the person's wish: it is kept for the next visit.
func (t *table[R]) choose(col int, reverse bool) {
	t.order(col, reverse)
	t.keep()
}

// pickOrder sorts by a column, or the other way round when it already does.
func (t *table[R]) pickOrder(i int) {
	if t.sortCol == i {
		t.choose(i, !t.sortRev)
		return
	}
	t.choose(i, t.cols[i].down)
}

// sortKeys are the bindings of this table beyond moving: its sort letters.
func (t *table[R]) sortKeys() []key.Binding {
	out := append([]key.Binding{t.sh.keys.Sort, t.sh.keys.Reverse}, t.wideKeys()...)
	for i := range t.cols {
		if t.cols[i].less != nil && len(t.cols[i].letter.Keys()) > 0 {
			out = append(out, t.cols[i].letter)
		}
	}
	return out
}
