package filter

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Completion is what could stand where somebody types.
type Completion struct {
	// From and To are the characters that an offer takes the place of.
	From, To int
	// Offers are the texts that fit what was typed so far.
	Offers []string
}

// Common is the text that all offers share at their beginning.
func (c *Completion) Common() string {
	if len(c.Offers) == 0 {
		return ""
	}
	common := []rune(c.Offers[0])
	for _, o := range c.Offers[1:] {
		rs := []rune(o)
		n := 0
		for n < min(len(common), len(rs)) && common[n] == rs[n] {
			n++
		}
		common = common[:n]
	}
	return string(common)
}

// Put is a text with an offer in its place, and the cursor's new place.
func (c *Completion) Put(text, offer string) (string, int) {
	rs := []rune(text)
	return string(rs[:c.From]) + offer + string(rs[c.To:]), c.From + len([]rune(offer))
}

// Complete says what the word under the cursor (a character's number) can
// become: the name of a field, one of its values, or a saved filter. What was
// typed is compared without case and accents.
func (l *Language[R]) Complete(text string, cursor int) Completion {
	rs := []rune(text)
	cursor = max(min(cursor, len(rs)), 0)
	from, field := begin(rs[:cursor])
	to := cursor
	for to < len(rs) && !unicode.IsSpace(rs[to]) && rs[to] != ',' && rs[to] != ':' {
		to++
	}
	if to < len(rs) && rs[to] == ':' { // a field's name before its value: the colon is there
		to++
	}
	c := Completion{From: from, To: to}
	typed := strings.TrimPrefix(string(rs[from:cursor]), `"`)
	if strings.HasPrefix(typed, "@") && field == "" {
		c.Offers = beginning(l.savedNames(), typed)
		return c
	}
	if field == "" {
		names := make([]string, len(l.Fields))
		for i := range l.Fields {
			names[i] = l.Fields[i].Name + ":"
		}
		c.Offers = beginning(names, typed)
		return c
	}
	if f := l.Field(field); f != nil {
		c.Offers = beginning(f.values(), typed)
		for i, o := range c.Offers {
			c.Offers[i] = Quote(o)
		}
	}
	return c
}

// begin finds where the word or value begins that ends at the cursor, and the
// field it belongs to.
func begin(rs []rune) (from int, field string) {
	quoted, start, named := false, 0, -1
	for i, r := range rs {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case unicode.IsSpace(r):
			start, from, named = i+1, i+1, -1
		case r == '!' && i == start:
			start, from = i+1, i+1
		case r == ':' && named < 0:
			named, from = i, i+1
		case r == ',':
			from = i + 1
		}
	}
	if named >= 0 {
		field = string(rs[start:named])
	}
	return from, field
}

// values are what the field can be: its choices, else what the data has.
func (f *Field[R]) values() []string {
	if f.Choices != nil || f.Offer == nil {
		return f.Choices
	}
	all := slices.DeleteFunc(slices.Clone(f.Offer()), func(s string) bool { return s == "" })
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(strings.Compare(Fold(a), Fold(b)), strings.Compare(a, b)) })
	return slices.Compact(all)
}

// mostOffers is how many values are offered at once.
const mostOffers = 200

func beginning(all []string, typed string) []string {
	want := Fold(typed)
	var out []string
	for _, s := range all {
		if strings.HasPrefix(Fold(s), want) {
			if out = append(out, s); len(out) == mostOffers {
				break
			}
		}
	}
	return out
}

// Quote is a value as it must be typed: in quotes where it holds what the
// language gives a meaning. A quote itself cannot be typed; ? stands for it.
func Quote(s string) string {
	s = strings.ReplaceAll(s, `"`, "?")
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ':' }) || strings.HasPrefix(s, "@") {
		return `"` + s + `"`
	}
	return s
}
