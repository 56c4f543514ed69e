package picklist

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"ironage/internal/fleet"
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
				notes = append(notes, n.words())
			}
			rows = append(rows, []string{g.Site, g.Room, g.Rack, number(s.Position), number(s.Height), s.Face, o.Server, s.Machine, fmt.Sprint(o.ID), string(o.Tier),
				string(o.State), string(o.Kind), s.Slot, s.Pull, s.Bring, strings.Join(s.Substitutes, " "), s.Capacity, s.Form, s.takeFrom(), o.PartSerial,
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

// units says where in the rack: "U12-13 front".
func (s *Stop) units() string {
	if s.Position == 0 {
		return "U not known"
	}
	u := fmt.Sprintf("U%d", s.Position)
	if s.Height > 1 {
		u += fmt.Sprintf("-%d", s.Position+s.Height-1)
	}
	return strings.TrimSpace(u + " " + s.Face)
}

func (s *Stop) pull() string {
	slot := cmp.Or(s.Slot, s.Order.Slot)
	if s.Pull == "" {
		return slot + " - its serial number is not known: make sure which part it is before you pull"
	}
	return slot + ", serial " + s.Pull + " - if the label differs, stop"
}

func (s *Stop) bring() string {
	what := joined(", ", cmp.Or(s.Bring, string(s.Order.Kind)+", part number not known"), s.Capacity, s.Form, prefixed("serial ", s.Order.PartSerial))
	if len(s.Substitutes) > 0 {
		what += " (or " + strings.Join(s.Substitutes, ", ") + ")"
	}
	from := "from: not known, ask"
	if f := s.takeFrom(); f != "" {
		from = "from: " + f
	} else if s.NoneLeft() {
		from = s.Shelf()
	}
	return what + "; " + from
}

// care is what to be careful about.
func (s *Stop) care() string {
	return joined("; ", cmp.Or(s.HotSwap, "hot-swappable or not: not known"), s.Redundancy, s.Array, flags(&s.Order))
}

func flags(o *queue.Order) string {
	var words []string
	for _, f := range o.Flags {
		words = append(words, queue.FlagMeaning(f))
	}
	return strings.Join(words, "; ")
}

// papers is under which numbers and when, and for whom the server works.
func (s *Stop) papers() string {
	service := s.Service
	if s.Criticality == fleet.CriticalityHigh || s.Criticality == fleet.CriticalityCritical {
		service = strings.TrimSpace(service + " (" + string(s.Criticality) + ")")
	}
	return joined("; ", prefixed("window ", s.Order.Window), prefixed("change ", s.Order.ChangeRef), prefixed("case ", s.Order.VendorCase), prefixed("RMA ", s.Order.RMA),
		joined(", ", service, prefixed("owner ", s.Owner)), prefixed("goes: ", s.Order.Assignee), warranty(s.Warranty))
}

func warranty(words string) string {
	if words == "" || words == "not known" {
		return ""
	}
	return "warranty " + words
}

func (n *Note) words() string { return n.By + " " + n.At.UTC().Format("2006-01-02") + ": " + n.Text }

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

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
