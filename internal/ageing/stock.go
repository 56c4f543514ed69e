package ageing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// StockLine is one line of the stock list: a part at a place.
type StockLine struct {
	PartNumber, Model string // at least one of them
	Kind              string // life kind, or "disk" for hdd and ssd; "": any
	Place             string
	OnHand, OnOrder   int
	Price             *Money   // nil: nobody knows
	LeadDays          *float64 // nil: as the policy says
	Minimum           int      // never recommend fewer than this
	Substitutes       []string // part numbers that may be fitted instead
	Notes             string
	// Made is when the oldest of the line's parts was made, InStockSince when it
	// came; empty: nobody knows.
	Made, InStockSince fleet.Date
	Line               int // in the file it was read from
}

// Stock is what lies on the shelf, what is on order and what parts cost. Make
// one with NewStock; nil means that nothing is known.
type Stock struct {
	Lines []StockLine
	// At is when it was counted, as far as known: what was used since is gone.
	At              time.Time
	byPart, byModel map[string][]int
}

// StockConflict is two lines about the same part that cannot both be true, by
// their places in Stock.Lines.
type StockConflict struct {
	First, Second int
	Text          string
}

// StockItem is what all lines about one part say together.
type StockItem struct {
	// Lines are the places of its lines in Stock.Lines.
	Lines           []int
	OnHand, OnOrder int
	// Price is nil when no line has one, or when different part numbers of one
	// model cost differently.
	Price       *Money
	LeadDays    *float64 // the longest
	Minimum     int
	Substitutes []string // normalised, sorted
	Places      []string // where some lie on hand, sorted
}

// NewStock indexes the lines. Lines of one part at several places add up;
// conflicts are lines of one part with different prices or lead times.
func NewStock(lines []StockLine) (*Stock, []StockConflict) {
	s := &Stock{Lines: lines, byPart: map[string][]int{}, byModel: map[string][]int{}}
	said := map[GroupKey]stockWord{}
	var conflicts []StockConflict
	for i := range lines {
		l := &lines[i]
		part, model := NormalPart(l.PartNumber), NormalPart(l.Model)
		key := GroupKey{Part: part}
		if part != "" {
			s.byPart[part] = append(s.byPart[part], i)
		} else {
			key = GroupKey{Kind: l.Kind, Model: model}
		}
		if model != "" {
			s.byModel[model] = append(s.byModel[model], i)
		}
		word := said[key]
		conflicts = append(conflicts, word.join(lines, i)...)
		said[key] = word
	}
	return s, conflicts
}

// stockWord is which lines of a part first told its price and lead time; 0 is
// none, 1 the first line.
type stockWord struct{ price, lead int }

// join adds what a line says, and returns how it contradicts an earlier one.
func (w *stockWord) join(lines []StockLine, i int) []StockConflict {
	var out []StockConflict
	l := &lines[i]
	if l.Price != nil && w.price == 0 {
		w.price = i + 1
	}
	if l.LeadDays != nil && w.lead == 0 {
		w.lead = i + 1
	}
	if l.Price != nil && *lines[w.price-1].Price != *l.Price {
		first := &lines[w.price-1]
		out = append(out, StockConflict{w.price - 1, i, fmt.Sprintf("price %s, but %s on line %d", *l.Price, *first.Price, first.Line)})
	}
	if l.LeadDays != nil && *lines[w.lead-1].LeadDays != *l.LeadDays {
		first := &lines[w.lead-1]
		out = append(out, StockConflict{w.lead - 1, i, fmt.Sprintf("lead time %g days, but %g on line %d", *l.LeadDays, *first.LeadDays, first.Line)})
	}
	return out
}

// kindsMeet reports whether two kinds, either of which may be unsaid, can be the same.
func kindsMeet(a, b string) bool {
	disk := func(k string) bool { return k == "hdd" || k == "ssd" }
	return a == b || a == "" || b == "" || a == "disk" && disk(b) || b == "disk" && disk(a)
}

// NormalPart is a part number or model as it is compared: NormalModel of it, fast.
func NormalPart(s string) string {
	for i := range len(s) {
		c := s[i]
		edge := i == 0 || i == len(s)-1 || s[i-1] == ' '
		if c < ' ' || c > '~' || 'a' <= c && c <= 'z' || c == ' ' && edge {
			return NormalModel(s)
		}
	}
	return s // as most devices write it: nothing to build
}

// Find joins the lines about a part: those of its part number, or where there
// are none those of its model. Kind "" takes every kind. The nil Stock has nothing.
func (s *Stock) Find(kind, part, model string) (StockItem, bool) {
	if s == nil {
		return StockItem{}, false
	}
	lines := s.matching(kind, s.byPart[NormalPart(part)])
	if len(lines) == 0 {
		lines = s.matching(kind, s.byModel[NormalPart(model)])
	}
	return s.join(lines), len(lines) > 0
}

func (s *Stock) matching(kind string, lines []int) []int {
	var out []int
	for _, i := range lines {
		if kindsMeet(kind, s.Lines[i].Kind) {
			out = append(out, i)
		}
	}
	return out
}

// join adds lines up.
func (s *Stock) join(lines []int) StockItem {
	item := StockItem{Lines: lines}
	dear := false
	for _, i := range lines {
		l := &s.Lines[i]
		item.OnHand, item.OnOrder = item.OnHand+l.OnHand, item.OnOrder+l.OnOrder
		item.Minimum = max(item.Minimum, l.Minimum)
		if l.Price != nil {
			dear = dear || item.Price != nil && *item.Price != *l.Price
			item.Price = l.Price
		}
		if l.LeadDays != nil && (item.LeadDays == nil || *l.LeadDays > *item.LeadDays) {
			item.LeadDays = l.LeadDays
		}
		for _, p := range l.Substitutes {
			item.Substitutes = append(item.Substitutes, NormalPart(p))
		}
		if l.OnHand > 0 && l.Place != "" {
			item.Places = append(item.Places, l.Place)
		}
	}
	if dear {
		item.Price = nil
	}
	slices.Sort(item.Substitutes)
	slices.SortFunc(item.Places, func(a, b string) int { return cmp.Compare(strings.ToLower(a), strings.ToLower(b)) })
	item.Substitutes, item.Places = slices.Compact(item.Substitutes), slices.Compact(item.Places)
	return item
}
