package tui

import (
	"slices"

	"ironage/internal/lang"
)

// placed is a column with its width in the present window.
type placed struct{ col, width int }

// spoken are columns with their headings in a language, wide enough for them
// and for what their cells may say in it.
func spoken[R any](t *lang.Tongue, cols []column[R]) []column[R] {
	if t.Code() == lang.English {
		return cols
	}
	out := slices.Clone(cols)
	for i := range out {
		c := &out[i]
		c.title = t.Text(c.title)
		more := widest(c.words, t.Text) - widest(c.words, func(s string) string { return s })
		more = max(more, width(c.title)-c.width, 0)
		c.width += more
		if c.min > 0 {
			c.min = max(c.min, min(c.width, width(c.title)))
		}
		if c.max > 0 {
			c.max = max(c.max, c.width)
		}
	}
	return out
}

func widest(words []string, in func(string) string) int {
	w := 0
	for _, s := range words {
		w = max(w, width(in(s)))
	}
	return w
}

// layOut picks the columns that fit into width and gives each its share. A
// column of lesser priority comes only when the others have what they want: a
// finding that can be read is worth more than one more column.
func layOut[R any](cols []column[R], width int) []placed {
	least := func(c *column[R]) int {
		if c.min > 0 {
			return c.min
		}
		return c.width
	}
	levels := priorities(cols)
	keep := make([]bool, len(cols))
	full := -1 // cells used when every column kept so far has what it wants; one space between two
	for _, prio := range levels {
		for i := range cols {
			if cols[i].priority == prio && (prio == 0 || full+least(&cols[i])+1 <= width) {
				keep[i] = true
				full += max(cols[i].width, least(&cols[i])) + 1
			}
		}
	}
	var out []placed
	used := -1
	for i := range cols {
		if keep[i] {
			out = append(out, placed{i, least(&cols[i])})
			used += least(&cols[i]) + 1
		}
	}
	spare := width - used
	for _, prio := range levels {
		spare = widen(out, spare, func(i int) int {
			if cols[i].priority != prio {
				return 0
			}
			return cols[i].width
		})
	}
	for _, prio := range levels {
		spare = widen(out, spare, func(i int) int {
			if cols[i].priority != prio {
				return 0
			}
			return cols[i].max
		})
	}
	return shrink(out, width)
}

func priorities[R any](cols []column[R]) []int {
	var out []int
	for i := range cols {
		if !slices.Contains(out, cols[i].priority) {
			out = append(out, cols[i].priority)
		}
	}
	slices.Sort(out)
	return out
}

// widen hands out spare cells, one at a time so that none starves, until each
// column has what it may have; it returns what is left.
func widen(ps []placed, spare int, upTo func(col int) int) int {
	for more := true; more && spare > 0; {
		more = false
		for i := range ps {
			if spare > 0 && ps[i].width < upTo(ps[i].col) {
				ps[i].width++
				spare--
				more = true
			}
		}
	}
	return spare
}

// shrink makes columns fit that must stay but have no room: the widest gives.
func shrink(ps []placed, width int) []placed {
	for {
		used, widest := len(ps)-1, 0
		for i := range ps {
			used += ps[i].width
			if ps[i].width > ps[widest].width {
				widest = i
			}
		}
		if used <= width || len(ps) == 0 {
			return ps
		}
		if ps[widest].width <= 1 {
			ps = ps[:len(ps)-1]
			continue
		}
		ps[widest].width--
	}
}
