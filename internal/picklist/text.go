package picklist

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ironage/internal/lang"
)

// The paper: A4 and Letter both take this in the font of a line printer.
const (
	Width       = 80
	PageLines   = 60
	LeastLines  = 40 // the longest order, its rack and the head of a page fit
	labelWidth  = 12 // at least
	fieldLines  = 3  // of one field; the order itself has the rest
	pullLines   = 7  // slot and serial number are never cut
	formFeed    = "\f"
	noteEntries = 2
	box         = "[ ] "
)

// Options say how a list is printed.
type Options struct {
	Lines int  // of a page; 0: PageLines
	Feed  bool // pages are parted by form feeds, as printers want them
	// Tongue is the language of whoever walks; nil speaks English.
	Tongue *lang.Tongue
}

// paper is how a list is written: its language, and the column of labels in it.
type paper struct {
	t      *lang.Tongue
	labels int
}

func newPaper(t *lang.Tongue) *paper {
	p := &paper{t: t, labels: labelWidth}
	for _, l := range []string{"pull", "bring", "careful", "papers", "note"} {
		p.labels = max(p.labels, len(indented)+ansi.StringWidth(t.Text(l))+1)
	}
	return p
}

// indented is what stands before everything about an order but its first line.
const indented = "    "

// Text is the list as plain text, at most Width cells wide. A page never
// breaks within an order.
func (l *List) Text(o Options) string {
	p := &pages{most: max(o.Lines, LeastLines)}
	if o.Lines == 0 {
		p.most = PageLines
	}
	p.most -= 2 // the head of each page and an empty line
	p.start()
	w := newPaper(o.Tongue)
	p.more = w.t.Say(" (continued)")
	for _, block := range w.loadBlocks(l) {
		p.put("", block)
	}
	for i := range l.Groups {
		g := &l.Groups[i]
		for j := range g.Stops {
			head := ""
			if j == 0 {
				head = w.place(g)
			}
			p.putUnder(head, w.place(g), w.block(&g.Stops[j]))
		}
	}
	return w.bind(l, p.done, o.Feed)
}

// pages fills pages with blocks that stay whole.
type pages struct {
	most int
	more string // behind the heading of a rack that goes on
	done [][]string
}

func (p *pages) start() { p.done = append(p.done, nil) }

func (p *pages) left() int { return p.most - len(p.done[len(p.done)-1]) }

// put adds a block with a heading, if it has one, on the next page where it
// does not fit on this one.
func (p *pages) put(head string, block []string) {
	lines := block
	if head != "" {
		lines = append([]string{"", head, strings.Repeat("-", ansi.StringWidth(head))}, block...)
	}
	if len(lines) > p.left() && len(p.done[len(p.done)-1]) > 0 {
		p.start()
	}
	at := len(p.done) - 1
	if len(p.done[at]) == 0 && lines[0] == "" {
		lines = lines[1:]
	}
	p.done[at] = append(p.done[at], lines...)
}

// putUnder adds an order under its rack's heading, which is repeated where the
// rack goes on overleaf.
func (p *pages) putUnder(head, place string, block []string) {
	if head == "" && len(block) > p.left() {
		head = bounded(place, Width-ansi.StringWidth(p.more), 1)[0] + p.more
	}
	p.put(head, block)
}

// bind puts the head on each page and the pages together.
func (w *paper) bind(l *List, done [][]string, feed bool) string {
	var b strings.Builder
	for i, page := range done {
		if i > 0 && feed {
			b.WriteString(formFeed)
		} else if i > 0 {
			b.WriteString("\n")
		}
		left := w.t.Say("PICK LIST") + "  " + w.t.DateTime(l.Made) + " UTC, " + w.size(l)
		right := w.t.Say("page %d of %d", i+1, len(done))
		b.WriteString(ends(left, right) + "\n\n")
		for _, line := range page {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	return b.String()
}

func (w *paper) size(l *List) string {
	return w.t.Say("%s in %s", w.orders(l.Orders), w.t.Count(len(l.Groups), "%d rack", "%d racks"))
}

func (w *paper) orders(n int) string { return w.t.Count(n, "%d order", "%d orders") }

// loadBlocks are the parts to take along, one block each.
func (w *paper) loadBlocks(l *List) [][]string {
	var blocks [][]string
	for _, p := range l.Load {
		var ids []string
		for _, id := range p.Orders {
			ids = append(ids, fmt.Sprint(id))
		}
		part := p.Part
		if kind, unknown := strings.CutSuffix(p.Part, ", part number not known"); unknown {
			part = w.t.Say("%s, part number not known", w.t.Text(kind))
		} else if !strings.HasPrefix(p.Part, p.Kind) {
			part += " (" + w.t.Text(p.Kind) + ")"
		}
		text := fmt.Sprintf("%d x %s", p.Count, part)
		if p.Missing > 0 {
			text += ", " + w.t.Say("%d MISSING", p.Missing)
		}
		text += w.t.Say(", for %s", strings.Join(ids, ", "))
		if len(p.OnHand) > 0 {
			text += "; " + w.shelf(p.OnHand)
		}
		var block []string
		if len(blocks) == 0 {
			block = []string{w.t.Say("LOAD")}
		}
		blocks = append(blocks, append(block, hang(box, text, fieldLines)...))
	}
	return blocks
}

// place is the heading of a rack.
func (w *paper) place(g *Group) string {
	text := Place(w.t, g.Site, g.Room, g.Rack)
	if text == "" {
		text = w.t.Say("Place not known")
	}
	return bounded(text+": "+w.orders(len(g.Stops)), Width, 1)[0]
}

// Place is where a rack stands, as people say it in their language.
func Place(t *lang.Tongue, site, room, rack string) string {
	return joined(" / ", site, named(t, "room", room), named(t, "rack", rack))
}

// named puts a word before a name that is only a number or a code, as "2" or "B1".
func named(t *lang.Tongue, word, name string) string {
	low, said := strings.ToLower(name), t.Text(word)
	if name == "" || strings.Contains(name, " ") || strings.Contains(low, word) || strings.Contains(low, said) {
		return name
	}
	return said + " " + name
}

// block is one order on the list.
func (w *paper) block(s *Stop) []string {
	lines := w.title(s)
	for _, f := range []struct {
		label, text string
		most        int
	}{
		{"pull", w.pull(s), pullLines}, {"bring", w.bring(s), fieldLines}, {"careful", w.care(s), fieldLines}, {"papers", w.papers(s), fieldLines},
	} {
		lines = append(lines, w.field(f.label, f.text, f.most)...)
	}
	for i := range s.Notes {
		if i == noteEntries {
			more := w.t.Count(len(s.Notes)-i, "and %d note more: %s", "and %d notes more: %s", fmt.Sprintf("ironage queue log %d", s.Order.ID))
			return append(lines, w.field("", more, 1)...)
		}
		lines = append(lines, w.field("note", s.Notes[i].words(w.t), fieldLines)...)
	}
	return lines
}

// title is the box to tick, where the server is, and which order this is; what
// does not fit on the line stands below it. A name is never cut.
func (w *paper) title(s *Stop) []string {
	where, what := box+clean(w.units(s)+"  "+s.Order.Server), joined(", ", clean(s.Machine), w.with("tag %s", clean(s.AssetTag)))
	right := w.t.Say("order %s", fmt.Sprint(s.Order.ID)) + "  " + string(s.Order.Tier)
	room := Width - ansi.StringWidth(right) - 2
	switch whole := joined(", ", where, what); {
	case ansi.StringWidth(whole) <= room:
		return []string{ends(whole, right)}
	case ansi.StringWidth(where) <= room:
		return append([]string{ends(where, right)}, w.field("", what, fieldLines)...)
	}
	return append(append([]string{ends(box, right)}, hang(indented, strings.TrimPrefix(where, box), fieldLines)...), w.field("", what, fieldLines)...)
}

// field is "    pull    text", its further lines under the text.
func (w *paper) field(label, text string, most int) []string {
	if text == "" {
		return nil
	}
	label = indented + w.t.Text(label)
	return hang(label+strings.Repeat(" ", max(w.labels-ansi.StringWidth(label), 1)), text, most)
}

// hang puts text behind a label and its further lines under its beginning.
func hang(label, text string, most int) []string {
	at := ansi.StringWidth(label)
	lines := bounded(text, Width-at, most)
	for i := range lines {
		if i == 0 {
			lines[i] = label + lines[i]
		} else {
			lines[i] = strings.Repeat(" ", at) + lines[i]
		}
	}
	return lines
}

// ends is a line with text at both ends.
func ends(left, right string) string {
	gap := Width - ansi.StringWidth(left) - ansi.StringWidth(right)
	return left + strings.Repeat(" ", max(gap, 1)) + right
}
