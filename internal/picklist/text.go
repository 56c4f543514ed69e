package picklist

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// The paper: A4 and Letter both take this in the font of a line printer.
const (
	Width       = 80
	PageLines   = 60
	LeastLines  = 40 // the longest order, its rack and the head of a page fit
	labelWidth  = 12
	fieldLines  = 3 // of one field; the order itself has the rest
	pullLines   = 7 // slot and serial number are never cut
	formFeed    = "\f"
	noteEntries = 2
	box         = "[ ] "
)

// Options say how a list is printed.
type Options struct {
	Lines int  // of a page; 0: PageLines
	Feed  bool // pages are parted by form feeds, as printers want them
}

// Text is the list as plain text, at most Width cells wide. A page never
// breaks within an order.
func (l *List) Text(o Options) string {
	p := &pages{most: max(o.Lines, LeastLines)}
	if o.Lines == 0 {
		p.most = PageLines
	}
	p.most -= 2 // the head of each page and an empty line
	p.start()
	for _, block := range l.loadBlocks() {
		p.put("", block)
	}
	for i := range l.Groups {
		g := &l.Groups[i]
		for j := range g.Stops {
			head := ""
			if j == 0 {
				head = g.place()
			}
			p.putUnder(head, g.place(), g.Stops[j].block())
		}
	}
	return l.bind(p.done, o.Feed)
}

// pages fills pages with blocks that stay whole.
type pages struct {
	most int
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
		head = bounded(place, Width-len(" (continued)"), 1)[0] + " (continued)"
	}
	p.put(head, block)
}

// bind puts the head on each page and the pages together.
func (l *List) bind(done [][]string, feed bool) string {
	var b strings.Builder
	for i, page := range done {
		if i > 0 && feed {
			b.WriteString(formFeed)
		} else if i > 0 {
			b.WriteString("\n")
		}
		left := fmt.Sprintf("PICK LIST  %s, %s", l.Made.Format("2006-01-02 15:04 UTC"), l.size())
		right := fmt.Sprintf("page %d of %d", i+1, len(done))
		b.WriteString(ends(left, right) + "\n\n")
		for _, line := range page {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	return b.String()
}

func (l *List) size() string {
	return count(l.Orders, "order") + " in " + count(len(l.Groups), "rack")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// loadBlocks are the parts to take along, one block each.
func (l *List) loadBlocks() [][]string {
	var blocks [][]string
	for _, p := range l.Load {
		var ids []string
		for _, id := range p.Orders {
			ids = append(ids, fmt.Sprint(id))
		}
		text := fmt.Sprintf("%d x %s", p.Count, p.Part)
		if !strings.HasPrefix(p.Part, p.Kind) {
			text += " (" + p.Kind + ")"
		}
		if p.Missing > 0 {
			text += fmt.Sprintf(", %d MISSING", p.Missing)
		}
		text += ", for " + strings.Join(ids, ", ")
		if len(p.OnHand) > 0 {
			text += "; " + strings.Join(p.OnHand, "; ")
		}
		var block []string
		if len(blocks) == 0 {
			block = []string{"LOAD"}
		}
		blocks = append(blocks, append(block, hang(box, text, fieldLines)...))
	}
	return blocks
}

// place is the heading of a rack.
func (g *Group) place() string {
	text := Place(g.Site, g.Room, g.Rack)
	if text == "" {
		text = "Place not known"
	}
	return bounded(fmt.Sprintf("%s: %s", text, count(len(g.Stops), "order")), Width, 1)[0]
}

// Place is where a rack stands, as people say it.
func Place(site, room, rack string) string {
	return joined(" / ", site, named("room", room), named("rack", rack))
}

// named puts a word before a name that is only a number or a code, as "2" or "B1".
func named(word, name string) string {
	if name == "" || strings.Contains(name, " ") || strings.Contains(strings.ToLower(name), word) {
		return name
	}
	return word + " " + name
}

// block is one order on the list.
func (s *Stop) block() []string {
	lines := s.title()
	for _, f := range []struct {
		label, text string
		most        int
	}{
		{"pull", s.pull(), pullLines}, {"bring", s.bring(), fieldLines}, {"careful", s.care(), fieldLines}, {"papers", s.papers(), fieldLines},
	} {
		lines = append(lines, field(f.label, f.text, f.most)...)
	}
	for i := range s.Notes {
		if i == noteEntries {
			more := fmt.Sprintf("and %s more: ironage queue log %d", count(len(s.Notes)-i, "note"), s.Order.ID)
			return append(lines, field("", more, 1)...)
		}
		lines = append(lines, field("note", s.Notes[i].words(), fieldLines)...)
	}
	return lines
}

// title is the box to tick, where the server is, and which order this is; what
// does not fit on the line stands below it. A name is never cut.
func (s *Stop) title() []string {
	where, what := box+clean(s.units()+"  "+s.Order.Server), joined(", ", clean(s.Machine), prefixed("tag ", clean(s.AssetTag)))
	right := fmt.Sprintf("order %d  %s", s.Order.ID, s.Order.Tier)
	room := Width - ansi.StringWidth(right) - 2
	switch whole := joined(", ", where, what); {
	case ansi.StringWidth(whole) <= room:
		return []string{ends(whole, right)}
	case ansi.StringWidth(where) <= room:
		return append([]string{ends(where, right)}, field("", what, fieldLines)...)
	}
	return append(append([]string{ends(box, right)}, hang("    ", strings.TrimPrefix(where, box), fieldLines)...), field("", what, fieldLines)...)
}

// field is "    pull    text", its further lines under the text.
func field(label, text string, most int) []string {
	if text == "" {
		return nil
	}
	return hang(fmt.Sprintf("    %-*s", labelWidth-4, label), text, most)
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
