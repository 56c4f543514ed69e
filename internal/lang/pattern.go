package lang

import "strings"

// maxArgs is how many arguments a key that is looked up backwards may take.
const maxArgs = 12

// pattern is a key with verbs, to be recognised in a finished text.
type pattern struct {
	key    string
	parts  []part
	said   []part   // the translation
	words  []string // whole words of the literals
	weight int      // bytes of literals
	verbs  int
	loose  int  // verbs that match anything
	asIs   bool // arguments are not translated
	weak   bool // of its literals only a word like "in" is left
}

// span is where an argument stands in a text.
type span struct{ from, to int }

// newPattern is the pattern of an entry's key, or nil where it takes no arguments.
func newPattern(key string, e *entry) *pattern {
	p := &pattern{key: key, parts: split(key), said: split(e.text), asIs: e.asIs}
	for i, part := range p.parts {
		if part.verb == 0 {
			p.weight += len(part.lit)
			p.addWords(part.lit, i == 0, i == len(p.parts)-1)
			continue
		}
		if p.verbs++; part.arg >= maxArgs {
			return nil
		}
		if !isNumber(part.verb) {
			p.loose++
		}
	}
	if p.verbs == 0 {
		return nil
	}
	p.weak = isWeak(p.parts)
	return p
}

// isWeak reports that a pattern holds no more than a word that stands between
// any two others ("%s in %s"): it is believed of a whole text only, because a
// device may call a part "Battery in slot 1".
func isWeak(parts []part) bool {
	letters := 0
	for _, part := range parts {
		for i := range len(part.lit) {
			if inWord(part.lit[i]) {
				letters++
			}
		}
		if part.verb != 0 && isNumber(part.verb) {
			return false
		}
	}
	return letters > 0 && letters <= 3
}

// addWords keeps the words of a literal that stay words whatever stands beside
// it: not the first and last ones where a verb touches them.
func (p *pattern) addWords(lit string, opens, closes bool) {
	for i := 0; i < len(lit); {
		if !inWord(lit[i]) {
			i++
			continue
		}
		end := i
		for end < len(lit) && inWord(lit[end]) {
			end++
		}
		if (i > 0 || opens) && (end < len(lit) || closes) {
			p.words = append(p.words, lit[i:end])
		}
		i = end
	}
}

// eachWord calls do with every word of a text.
func eachWord(text string, do func(string)) {
	for i := 0; i < len(text); {
		if !inWord(text[i]) {
			i++
			continue
		}
		end := i
		for end < len(text) && inWord(text[end]) {
			end++
		}
		do(text[i:end])
		i = end
	}
}

func inWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

// better reports whether p, if it matches, says more than o: it knows more of
// the text, or is as long but stricter.
func (p *pattern) better(o *pattern) bool {
	if p.weight != o.weight {
		return p.weight > o.weight
	}
	if p.loose != o.loose {
		return p.loose < o.loose
	}
	if p.verbs != o.verbs {
		return p.verbs < o.verbs
	}
	return p.key < o.key // the same answer whatever the order of the files
}

func isNumber(verb byte) bool { return verb == 'd' || verb == 'f' || verb == 'g' || verb == 'e' }

// match finds where the arguments stand in text; false where it is not this
// key's. Every step is counted, because patterns with several %s could
// otherwise be made to try for ever.
func (p *pattern) match(text string, found *[maxArgs]span, steps *int) bool {
	if first := p.parts[0]; first.verb == 0 && !strings.HasPrefix(text, first.lit) {
		return false
	}
	if last := p.parts[len(p.parts)-1]; last.verb == 0 && !strings.HasSuffix(text, last.lit) {
		return false
	}
	m := matcher{text: text, parts: p.parts, found: found, steps: steps}
	return m.from(0, 0)
}

type matcher struct {
	text  string
	parts []part
	found *[maxArgs]span
	steps *int
}

// from matches the parts from i on with the text from at on.
func (m *matcher) from(i, at int) bool {
	if *m.steps--; *m.steps < 0 {
		return false
	}
	if i == len(m.parts) {
		return at == len(m.text)
	}
	part := m.parts[i]
	switch {
	case part.verb == 0:
		return strings.HasPrefix(m.text[at:], part.lit) && m.from(i+1, at+len(part.lit))
	case isNumber(part.verb):
		end := number(m.text, at, part.verb != 'd')
		return end > at && m.take(i, at, end)
	case part.verb == 'q':
		end := quoted(m.text, at)
		return end > at && m.take(i, at, end)
	}
	return m.anything(i, at)
}

// take gives the text between at and end to the verb at i, and goes on.
func (m *matcher) take(i, at, end int) bool {
	if !m.from(i+1, end) {
		return false
	}
	m.found[m.parts[i].arg] = span{at, end}
	return true
}

// anything matches a verb that takes any text of at least one byte, the
// shortest first.
func (m *matcher) anything(i, at int) bool {
	if i == len(m.parts)-1 {
		return at < len(m.text) && m.take(i, at, len(m.text))
	}
	next := m.parts[i+1]
	for end := at + 1; end <= len(m.text); end++ {
		if next.verb == 0 {
			skip := strings.Index(m.text[end:], next.lit)
			if skip < 0 {
				return false
			}
			end += skip
		}
		if m.take(i, at, end) {
			return true
		}
		if *m.steps < 0 {
			return false
		}
	}
	return false
}

// number is where the number at at ends: digits, with commas between groups of
// three, and decimals if it may have them.
func number(text string, at int, decimals bool) int {
	i := at
	if i < len(text) && text[i] == '-' {
		i++
	}
	from := i
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	if i == from {
		return at
	}
	for i-from <= 3 && i+3 < len(text) && text[i] == ',' && isDigit(text[i+1]) && isDigit(text[i+2]) && isDigit(text[i+3]) &&
		(i+4 == len(text) || !isDigit(text[i+4])) {
		i, from = i+4, i+1
	}
	if decimals && i+1 < len(text) && text[i] == '.' && isDigit(text[i+1]) {
		for i++; i < len(text) && isDigit(text[i]); i++ {
		}
	}
	return i
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// quoted is where the text in quotes at at ends, as %q writes it.
func quoted(text string, at int) int {
	if at >= len(text) || text[at] != '"' {
		return at
	}
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return at
}
