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
	t.prepare(width)
	t.page = max(height-1, 1)
	t.top = max(min(t.top, t.cursor, len(t.rows)-t.page), t.cursor-t.page+1, 0)
	var b strings.Builder
	b.WriteString(t.heading())
	if height == 1 {
		return b.String()
	}
	if len(t.rows) == 0 {
		b.WriteByte('\n')
		b.WriteString(t.sh.styles.faint.Render(fit(t.sh.styles.noCur+t.sh.t.Text(t.empty), width)))
		return b.String()
	}
	last := min(t.top+t.page, len(t.rows))
	for i := t.top; i < last; i++ {
		b.WriteByte('\n')
		b.WriteString(t.line(i))
	}
	t.forget(t.top, last)
	return b.String()
}

// prepare lays the columns out when the width or the styles changed.
func (t *table[R]) prepare(width int) {
	if t.painted != t.sh.styles {
		t.painted, t.paint, t.layoutWidth = t.sh.styles, painter{}, 0
	}
	if t.layoutWidth == width {
		return
	}
	t.shown = spoken(t.sh.t, t.cols)
	t.layoutWidth, t.layout = width, layOut(t.shown, width-len(t.sh.styles.noCur))
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
	return st.title.Render(fit(b.String(), t.layoutWidth))
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
		texts[n] = c.text(r)
		if c.say {
			texts[n] = t.sh.t.Text(texts[n])
		}
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
