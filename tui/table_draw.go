package tui

import (
	"encoding/binary"
	"strings"
)

// view draws the heading and the rows around the cursor: height lines at most,
// each exactly width cells.
func (t *table[R]) view(width, height int) string {
	if width < 4 || height <= 0 {
		return ""
	}
	t.page = max(height-1, 1)
	t.top = max(min(t.top, t.cursor, len(t.rows)-t.page), t.cursor-t.page+1, 0)
	last := min(t.top+t.page, len(t.rows))
	t.prepare(width, t.top, last)
	var b strings.Builder
	b.WriteString(t.heading())
	if height == 1 {
		return b.String()
	}
	if len(t.rows) == 0 {
		for _, l := range t.nothing(width, height-1) {
			b.WriteByte('\n')
			b.WriteString(l)
		}
		return b.String()
	}
	for i := t.top; i < last; i++ {
		b.WriteByte('\n')
		b.WriteString(t.line(i))
	}
	t.forget(t.top, last)
	return b.String()
}

// nothing are the lines in place of rows.
func (t *table[R]) nothing(w, h int) []string {
	why := t.why
	if why.what == "" {
		why.what = t.empty
	}
	out := why.lines(t.sh, t.sh.styles.noCur, w, h)
	for i := range out {
		out[i] = fit(out[i], w)
	}
	return out
}

// prepare lays the columns out when the width, the styles, the language or the
// contents of a wide list changed.
func (t *table[R]) prepare(width, from, to int) {
	if t.painted != t.sh.styles {
		t.painted, t.paint, t.layoutWidth, t.contents, t.shown = t.sh.styles, painter{}, 0, nil, nil
	}
	if t.shown == nil || t.layoutWidth == 0 {
		t.shown = spoken(t.sh.t, t.cols)
	}
	t.measure(from, to)
	if t.layoutWidth == width {
		return
	}
	room := width - len(t.sh.styles.noCur)
	if t.wide {
		t.layoutWidth, t.layout = width, t.wideLayout(room-1) // the last cell says that there is more
	} else {
		t.layoutWidth, t.layout = width, layOut(t.shown, room)
	}
	t.drawn = make(map[int]drawnRow)
}

// forget drops drawn rows that left the screen, so that the cache is as small
// as the window.
func (t *table[R]) forget(from, to int) {
	if len(t.drawn) <= 4*(to-from)+16 {
		return
	}
	for i := range t.drawn {
		if i < from || i >= to {
			delete(t.drawn, i)
		}
	}
}

func (t *table[R]) heading() string {
	st := t.sh.styles
	var b strings.Builder
	b.WriteString(st.noCur)
	for n, p := range t.layout {
		if n > 0 {
			b.WriteByte(' ')
		}
		title := t.shown[p.col].title
		if p.col == t.sortCol {
			arrow := st.asc
			if t.sortRev {
				arrow = st.desc
			}
			title = cut(title, p.width-1) + arrow
		}
		b.WriteString(t.cell(title, p))
	}
	left, right := t.edges()
	head := fit(b.String(), t.layoutWidth-width(right)) + right
	if left != "" {
		head = left + head[len(st.noCur)-1:]
	}
	return st.title.Render(head)
}

// said is a cell in the reader's language.
func (t *table[R]) said(c *column[R], r R) string {
	text := c.text(r)
	if c.say {
		return t.sh.t.Text(text)
	}
	return text
}

func (t *table[R]) cell(text string, p placed) string {
	if t.cols[p.col].right {
		return fitRight(text, p.width)
	}
	return fit(text, p.width)
}

// line draws one row, or returns the kept one when nothing in it changed.
func (t *table[R]) line(i int) string {
	r, st := t.rows[i], t.sh.styles
	selected := i == t.cursor
	marked := t.id != nil && len(t.marks) > 0 && t.marks[t.id(r)]
	t.key = t.key[:0]
	t.key = append(t.key, flags(selected, marked))
	texts, ids := make([]string, len(t.layout)), make([]int, len(t.layout))
	for n, p := range t.layout {
		c := &t.cols[p.col]
		texts[n] = t.said(c, r)
		look, ok := st.plain, false
		if c.style != nil {
			look, ok = c.style(r)
		}
		if !ok {
			look = st.plain
		}
		ids[n] = t.paint.id(st, look, selected)
		t.key = append(append(t.key, texts[n]...), 0)
		t.key = binary.AppendUvarint(t.key, uint64(ids[n]))
	}
	if had, ok := t.drawn[i]; ok && had.key == string(t.key) {
		return had.text
	}
	text := t.compose(texts, ids, selected, marked)
	t.drawn[i] = drawnRow{string(t.key), text}
	return text
}

func flags(selected, marked bool) byte {
	var f byte
	if selected {
		f |= 1
	}
	if marked {
		f |= 2
	}
	return f
}

func (t *table[R]) compose(texts []string, ids []int, selected, marked bool) string {
	st := t.sh.styles
	var b strings.Builder
	base := t.paint.id(st, st.plain, selected)
	lead := st.noCur
	switch {
	case selected:
		lead = st.cursor
	case marked:
		lead = st.marked
	}
	t.paint.paint(&b, base, lead)
	used := len(st.noCur)
	for n, p := range t.layout {
		if n > 0 {
			t.paint.paint(&b, base, " ")
			used++
		}
		t.paintCell(&b, ids[n], base, t.cell(texts[n], p))
		used += p.width
	}
	t.paint.paint(&b, base, spaces(t.layoutWidth-used))
	return b.String()
}

// paintCell paints the text in its style and the padding in the row's: a line
// under a word must not run on to the next column.
func (t *table[R]) paintCell(b *strings.Builder, id, base int, cell string) {
	text := strings.TrimRight(cell, " ")
	right := len(cell) - len(text)
	text = strings.TrimLeft(text, " ")
	t.paint.paint(b, base, spaces(len(cell)-right-len(text)))
	t.paint.paint(b, id, text)
	t.paint.paint(b, base, spaces(right))
}
