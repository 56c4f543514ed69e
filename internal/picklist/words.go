package picklist

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/queue"
)

// Head is the columns of Rows, stable.
var Head = []string{"site", "room", "rack", "unit", "height", "face", "server", "machine", "order", "tier", "state", "kind", "slot", "pull_serial",
	"bring", "substitutes", "capacity", "form", "take_from", "part_serial", "hot_swap", "redundancy", "array", "change_ref", "window", "assignee",
	"service", "owner", "criticality", "warranty", "notes"}

// Rows is the list as a table, one row an order, in walking order.
func (l *List) Rows() [][]string {
	var rows [][]string
	for _, g := range l.Groups {
		for i := range g.Stops {
			s := &g.Stops[i]
			o := &s.Order
			var notes []string
			for _, n := range s.Notes {
				notes = append(notes, n.words(nil))
			}
			rows = append(rows, []string{g.Site, g.Room, g.Rack, number(s.Position), number(s.Height), s.Face, o.Server, s.Machine, fmt.Sprint(o.ID), string(o.Tier),
				string(o.State), o.Kind.String(), s.Slot, s.Pull, s.Bring, strings.Join(s.Substitutes, " "), s.Capacity, s.Form, s.takeFrom(), o.PartSerial,
				s.HotSwap, s.Redundancy, s.Array, o.ChangeRef, o.Window, o.Assignee, s.Service, s.Owner, string(s.Criticality), s.Warranty, strings.Join(notes, " | ")})
		}
	}
	return rows
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// takeFrom is where the part lies: the spare that was kept for the order, else the stock.
func (s *Stop) takeFrom() string { return strings.Join(s.places(), "; ") }

func (s *Stop) places() []string {
	if s.Order.Spare != "" {
		return []string{s.Order.Spare}
	}
	return s.OnHand
}

// with is a key about one value ("tag %s"); nothing without the value.
func (w *paper) with(key, value string) string {
	if value == "" {
		return ""
	}
	return w.t.Say(key, value)
}

// shelf is where parts lie, in the words of the desk.
func (w *paper) shelf(places []string) string {
	said := make([]string, len(places))
	for i, p := range places {
		said[i] = w.t.Text(p)
	}
	return strings.Join(said, "; ")
}

// units says where in the rack: "U12-13 front".
func (w *paper) units(s *Stop) string {
	if s.Position == 0 {
		return w.t.Say("U not known")
	}
	u := fmt.Sprintf("U%d", s.Position)
	if s.Height > 1 {
		u += fmt.Sprintf("-%d", s.Position+s.Height-1)
	}
	return strings.TrimSpace(u + " " + w.t.Text(s.Face))
}

func (w *paper) pull(s *Stop) string {
	slot := cmp.Or(s.Slot, s.Order.Slot)
	if s.Order.Slot == queue.ServerSlot {
		slot = w.t.Text(slot)
	}
	if s.Pull == "" {
		return w.t.Say("%s - its serial number is not known: make sure which part it is before you pull", slot)
	}
	return w.t.Say("%s, serial %s - if the label differs, stop", slot, s.Pull)
}

func (w *paper) bring(s *Stop) string {
	part := s.Bring
	if part == "" {
		part = w.t.Say("%s, part number not known", w.t.Text(s.Order.Kind.String()))
	}
	what := joined(", ", part, s.Capacity, s.Form, w.with("serial %s", s.Order.PartSerial))
	if len(s.Substitutes) > 0 {
		what += " (" + w.t.Say("or %s", strings.Join(s.Substitutes, ", ")) + ")"
	}
	from := w.t.Say("from: not known, ask")
	if places := s.places(); len(places) > 0 {
		from = w.t.Say("from: %s", w.from(s, places))
	} else if s.NoneLeft() {
		from = w.t.Text(s.Shelf())
	}
	return what + "; " + from
}

// from is where the part lies: a spare's place is a person's own words.
func (w *paper) from(s *Stop, places []string) string {
	if s.Order.Spare != "" {
		return strings.Join(places, "; ")
	}
	return w.shelf(places)
}

// care is what to be careful about.
func (w *paper) care(s *Stop) string {
	hot := cmp.Or(s.HotSwap, "hot-swappable or not: not known")
	return joined("; ", w.t.Text(hot), w.t.Text(s.Redundancy), w.t.Text(s.Array), w.flags(&s.Order))
}

func (w *paper) flags(o *queue.Order) string {
	var words []string
	for _, f := range o.Flags {
		words = append(words, w.t.Text(queue.FlagMeaning(f)))
	}
	return strings.Join(words, "; ")
}

// papers is under which numbers and when, and for whom the server works.
func (w *paper) papers(s *Stop) string {
	service := s.Service
	if s.Criticality == fleet.CriticalityHigh || s.Criticality == fleet.CriticalityCritical {
		service = strings.TrimSpace(service + " (" + w.importance(s.Criticality) + ")")
	}
	return joined("; ", w.with("window %s", s.Order.Window), w.with("change %s", s.Order.ChangeRef), w.with("case %s", s.Order.VendorCase),
		w.with("RMA %s", s.Order.RMA), joined(", ", service, w.with("owner %s", s.Owner)), w.with("goes: %s", s.Order.Assignee), w.warranty(s.Warranty))
}

// importance is how much depends on a server: "critical" is no bad health here.
func (w *paper) importance(c fleet.Criticality) string {
	if w.t.Code() == lang.English {
		return string(c)
	}
	return w.t.Text("criticality " + string(c))
}

func (w *paper) warranty(words string) string {
	if words == "" || words == "not known" {
		return ""
	}
	return w.t.Say("warranty %s", w.t.Text(words))
}

func (n *Note) words(t *lang.Tongue) string { return n.By + " " + t.Date(n.At.UTC()) + ": " + n.Text }

func joined(by string, words ...string) string {
	var there []string
	for _, w := range words {
		if w != "" {
			there = append(there, w)
		}
	}
	return strings.Join(there, by)
}

// clean is text as paper may get it: one line, nothing that moves a cursor or
// turns the direction of writing.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || r == unicode.ReplacementChar:
			return '?'
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// wrap breaks text into lines of at most width cells, at spaces where it can;
// a longer word is cut.
func wrap(s string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && ansi.StringWidth(line)+1+ansi.StringWidth(word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for ansi.StringWidth(word) > width {
			head := ansi.Truncate(word, width, "")
			if head == "" || head == word {
				break
			}
			lines, word = append(lines, head), word[len(head):]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// bounded are the first lines of a text; that something is missing shows.
func bounded(s string, width, most int) []string {
	lines := wrap(clean(s), width)
	if len(lines) <= most {
		return lines
	}
	lines = lines[:most]
	lines[most-1] = ansi.Truncate(lines[most-1], width-2, "") + " …"
	return lines
}
