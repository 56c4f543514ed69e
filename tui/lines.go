package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// lines collects the lines of one part of a window. Each line is at most width
// cells: head, row and field cut, text wraps. Wrapping is for what must be read
// whole (evidence, reasons, serial numbers); cutting is for the rest.
type lines struct {
	sh    *shared
	width int
	all   []string
	down  key.Binding // what scrolls down, for the hint that there is more
}

func newLines(sh *shared, width int) *lines {
	return &lines{sh: sh, width: max(width, 1), down: sh.keys.PageDown}
}

// row adds one line as it is, cut to the width.
func (l *lines) row(s string) { l.all = append(l.all, cut(s, l.width)) }

// gap adds an empty line, but never two and never at the top.
func (l *lines) gap() {
	if n := len(l.all); n > 0 && l.all[n-1] != "" {
		l.all = append(l.all, "")
	}
}

// head adds a title line, in the reader's language.
func (l *lines) head(s string) { l.row(l.sh.styles.title.Render(l.sh.t.Text(s))) }

// text adds s wrapped at words, hard where a word is longer than the line;
// every line begins with indent.
func (l *lines) text(indent, s string, style lipgloss.Style) {
	room := max(l.width-width(indent), 1)
	for part := range strings.SplitSeq(ansi.Wrap(s, room, ""), "\n") {
		l.all = append(l.all, indent+style.Render(part))
	}
}

// textIf is text that may be empty.
func (l *lines) textIf(indent, s string, style lipgloss.Style) {
	if s != "" {
		l.text(indent, s, style)
	}
}

// labelWidth is the column of labels on pages of facts.
const labelWidth = 13

// field adds "label  value", the label in the reader's language; the value wraps
// under itself. Empty values are left out.
func (l *lines) field(label, value string, style lipgloss.Style) {
	if value == "" {
		return
	}
	room := max(l.width-labelWidth, 1)
	mark := l.sh.styles.label.Render(fit(l.sh.t.Text(label), labelWidth-1)) + " "
	for part := range strings.SplitSeq(ansi.Wrap(value, room, ""), "\n") {
		l.all = append(l.all, mark+style.Render(part))
		mark = spaces(labelWidth)
	}
}

// box returns exactly height lines, beginning at line top; a last line says how
// much more there is below.
func (l *lines) box(top, height int) []string {
	if height <= 0 {
		return nil
	}
	top = min(max(top, 0), max(len(l.all)-height, 0))
	end := min(top+height, len(l.all))
	out := append(make([]string, 0, height), l.all[top:end]...)
	if more := len(l.all) - end; more > 0 && height > 1 {
		out[height-1] = l.sh.styles.faint.Render(fit(l.sh.t.Count(more+1, "%d more line below", "%d more lines below")+": "+l.down.Help().Key, l.width))
	}
	for len(out) < height {
		out = append(out, "")
	}
	return out
}

// beside puts two blocks of equally many lines next to each other.
func beside(left []string, leftWidth int, rule string, right []string) []string {
	out := make([]string, max(len(left), len(right)))
	for i := range out {
		var a, b string
		if i < len(left) {
			a = left[i]
		}
		if i < len(right) {
			b = right[i]
		}
		out[i] = pad(a, leftWidth) + rule + b
	}
	return out
}

// pad fills a styled line up to w cells; it never cuts.
func pad(s string, w int) string {
	if n := w - width(s); n > 0 {
		return s + spaces(n)
	}
	return s
}

// joined puts the non-empty parts together with a middle dot.
func joined(parts ...string) string {
	var have []string
	for _, p := range parts {
		if p != "" {
			have = append(have, p)
		}
	}
	return strings.Join(have, " · ")
}

// highlight lays the selection behind a styled line: the selection's codes are
// set again after every style inside that ends.
func highlight(s *styles, line string) string {
	c := codesOf(s.selected)
	if c.open == "" {
		return line
	}
	return c.open + strings.ReplaceAll(line, c.shut, c.shut+c.open) + c.shut
}

// flow puts parts beside each other, on a further line where there is no room.
func flow(parts []string, w int) []string {
	var out []string
	line := ""
	for _, p := range parts {
		switch {
		case line == "":
			line = " " + p
		case width(ansi.Strip(line))+3+width(ansi.Strip(p)) <= w:
			line += " · " + p
		default:
			out, line = append(out, line), " "+p
		}
	}
	return append(out, cut(line, w))
}
