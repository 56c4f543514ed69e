package lang

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of one look-up. A text comes from devices in part, so it may be made
// to be slow: long ones stay English, arguments are looked into a few levels
// deep, and the steps of all matching together are counted.
const (
	maxLookup = 2048
	maxDepth  = 5
	maxSteps  = 20_000
)

// joints are where sentences of several pieces are taken apart when the whole
// is unknown, the strongest first.
var joints = []string{"\n", "; ", ". ", " · ", ", ", ": ", " — "}

// book finds the key that a finished English text was made from. Patterns stand
// under the rarest word of their literals, so that a text of ten words asks ten
// times, however many patterns there are.
type book struct {
	plain  map[string]string
	byWord map[string][]*pattern
	rest   []*pattern // without a whole word of their own
}

func newBook(c *catalogue) *book {
	b := &book{plain: make(map[string]string, len(c.plain)), byWord: map[string][]*pattern{}}
	var all []*pattern
	for i := range c.entries {
		e := &c.entries[i]
		if e.text == "" {
			continue
		}
		for _, key := range e.keys() {
			p := newPattern(key, e)
			if p == nil {
				b.plain[strings.ReplaceAll(key, "%%", "%")] = strings.ReplaceAll(e.text, "%%", "%")
				continue
			}
			all = append(all, p)
		}
	}
	frequent := map[string]int{}
	for _, p := range all {
		for _, w := range p.words {
			frequent[w]++
		}
	}
	for _, p := range all {
		b.file(p, frequent)
	}
	return b
}

// file puts a pattern under its rarest word.
func (b *book) file(p *pattern, frequent map[string]int) {
	best := ""
	for _, w := range p.words {
		if best == "" || frequent[w] < frequent[best] || frequent[w] == frequent[best] && len(w) > len(best) {
			best = w
		}
	}
	if best == "" {
		b.rest = append(b.rest, p)
		return
	}
	b.byWord[best] = append(b.byWord[best], p)
}

// translate is a text in the book's language, or as it is.
func (b *book) translate(text string) string {
	if len(text) > maxLookup {
		return text
	}
	s := &search{book: b, steps: maxSteps}
	if said, weight := s.say(text, maxDepth); weight > 0 {
		return said
	}
	return text
}

// search is one look-up.
type search struct {
	book  *book
	steps int
	args  int // how many arguments deep
}

// say is text translated, and how many of its bytes were recognised; 0 where
// nothing was, and then the text is as it was.
func (s *search) say(text string, depth int) (string, int) {
	if text == "" || depth == 0 || s.steps <= 0 {
		return text, 0
	}
	s.steps -= 1 + len(text)/16 // what comes now reads the text some times
	if said, ok := s.book.plain[text]; ok {
		return said, len(text)
	}
	if isDate(text) {
		return turnDate(text), len(text)
	}
	said, weight := s.whole(text, depth)
	if weight >= len(text) {
		return said, weight
	}
	for _, joint := range joints {
		if !strings.Contains(text, joint) {
			continue
		}
		if other, w := s.pieces(text, joint, depth-1); w > weight {
			said, weight = other, w
		}
	}
	if other, w := s.brackets(text, depth-1); w > weight {
		said, weight = other, w
	}
	if s.args == 0 {
		if other, w := s.capital(text, depth-1); w > weight {
			said, weight = other, w
		}
	}
	if weight == 0 {
		return s.stopped(text, depth-1)
	}
	return said, weight
}

// whole is text as one pattern: the one that knows most of it.
func (s *search) whole(text string, depth int) (string, int) {
	var best *pattern
	var spans, found [maxArgs]span
	try := func(list []*pattern) {
		for _, p := range list {
			if (best == nil || p.better(best)) && (!p.weak || depth >= maxDepth) && p.match(text, &found, &s.steps) {
				best, spans = p, found
			}
		}
	}
	try(s.book.rest)
	eachWord(text, func(w string) { try(s.book.byWord[w]) })
	if best == nil {
		return text, 0
	}
	return s.render(best, text, &spans, depth-1)
}

// render puts the arguments of a match into the translation.
func (s *search) render(p *pattern, text string, spans *[maxArgs]span, depth int) (string, int) {
	var args [maxArgs]string
	weight := p.weight
	for i, part := range p.parts {
		if part.verb == 0 {
			continue
		}
		arg := text[spans[part.arg].from:spans[part.arg].to]
		if i < len(p.parts)-1 && denies(arg) {
			return text, 0 // "not failed" must not be "failed" with a foreign word before it
		}
		switch {
		case isNumber(part.verb):
			args[part.arg] = swapMarks(arg)
			weight += len(arg)
		case part.verb == 'q' || p.asIs:
			args[part.arg] = arg
		default:
			s.args++
			said, w := s.say(arg, depth)
			s.args--
			args[part.arg] = said
			weight += w
		}
	}
	var b strings.Builder
	b.Grow(len(text) + len(text)/2)
	for _, part := range p.said {
		if part.verb == 0 {
			b.WriteString(part.lit)
		} else if part.arg < maxArgs {
			b.WriteString(args[part.arg])
		}
	}
	return b.String(), weight
}

// denies reports whether the last word of an argument turns what follows it
// into its opposite.
func denies(arg string) bool {
	switch strings.ToLower(arg[strings.LastIndexByte(arg, ' ')+1:]) {
	case "not", "no", "never", "without", "non", "cannot", "isn't", "hasn't", "nor":
		return true
	}
	return false
}

// pieces is text translated piece by piece. A colon parts a place or a name
// from a sentence that may hold colons too.
func (s *search) pieces(text, joint string, depth int) (string, int) {
	most := -1
	if joint == ": " {
		most = 2
	}
	pieces := strings.SplitN(text, joint, most)
	weight := 0
	for i, piece := range pieces {
		said, w := s.say(piece, depth)
		pieces[i] = said
		weight += w
	}
	if weight > 0 {
		weight += len(joint) * (len(pieces) - 1)
	}
	return strings.Join(pieces, joint), weight
}

// brackets translates what stands in brackets at the end, mostly the device's
// own word, apart from what stands before.
func (s *search) brackets(text string, depth int) (string, int) {
	inner, ok := strings.CutSuffix(text, ")")
	before, in, found := strings.Cut(inner, " (")
	if !ok || !found {
		return text, 0
	}
	a, wa := s.say(before, depth)
	b, wb := s.say(in, depth)
	if wa+wb == 0 {
		return text, 0
	}
	return a + " (" + b + ")", wa + wb + len(" ()")
}

// capital translates what a face began with a capital. In an argument a capital
// belongs to a name that stands on the chassis ("Fan 1"), and stays.
func (s *search) capital(text string, depth int) (string, int) {
	r, n := utf8.DecodeRuneInString(text)
	if !unicode.IsUpper(r) {
		return text, 0
	}
	said, weight := s.say(string(unicode.ToLower(r))+text[n:], depth)
	if weight == 0 {
		return text, 0
	}
	r, n = utf8.DecodeRuneInString(said)
	return string(unicode.ToUpper(r)) + said[n:], weight
}

// stopped translates what a face put a full stop or a colon behind.
func (s *search) stopped(text string, depth int) (string, int) {
	if bare := strings.TrimRight(text, ".:!?…"); bare != text && bare != "" {
		if said, weight := s.say(bare, depth); weight > 0 {
			return said + text[len(bare):], weight
		}
	}
	return text, 0
}
