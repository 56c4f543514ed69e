package tui

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// split cuts a filter into its words.
func split(text string) ([]word, error) {
	s := splitter{in: []rune(text)}
	var out []word
	for {
		for s.at < len(s.in) && unicode.IsSpace(s.in[s.at]) {
			s.at++
		}
		if s.at >= len(s.in) {
			return out, nil
		}
		w, err := s.word()
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
}

type splitter struct {
	in []rune
	at int
}

func (s *splitter) word() (word, error) {
	w := word{at: s.at}
	if s.in[s.at] == '!' {
		w.not = true
		s.at++
	}
	w.fieldAt = s.at
	v, err := s.value(":,")
	if err != nil {
		return w, err
	}
	if s.at < len(s.in) && s.in[s.at] == ':' && !v.quoted {
		s.at++
		w.field = v.text
		if v.text == "" {
			return w, &filterError{w.fieldAt, "a field name is missing before the colon"}
		}
		if v, err = s.value(","); err != nil {
			return w, err
		}
	} else if v.text == "" && !v.quoted {
		return w, &filterError{s.at, "a word is missing here"}
	}
	w.values = append(w.values, v)
	for s.at < len(s.in) && s.in[s.at] == ',' {
		s.at++
		if v, err = s.value(","); err != nil {
			return w, err
		}
		if v.text == "" && !v.quoted {
			return w, &filterError{v.at, "a value is missing after the comma"}
		}
		w.values = append(w.values, v)
	}
	return w, nil
}

// value reads up to a space or one of the stops; quotes keep both.
func (s *splitter) value(stops string) (value, error) {
	v := value{at: s.at}
	var b strings.Builder
	for s.at < len(s.in) {
		r := s.in[s.at]
		switch {
		case r == '"':
			open := s.at
			v.quoted = true
			for s.at++; s.at < len(s.in) && s.in[s.at] != '"'; s.at++ {
				b.WriteRune(s.in[s.at])
			}
			if s.at >= len(s.in) {
				return v, &filterError{open, "the quote that opens here is not closed"}
			}
		case unicode.IsSpace(r) || strings.ContainsRune(stops, r):
			v.text = b.String()
			return v, nil
		default:
			b.WriteRune(r)
		}
		s.at++
	}
	v.text = b.String()
	return v, nil
}

// fold makes texts comparable: lower case, without accents, so that "ha noi"
// finds "Hà Nội".
func fold(s string) string {
	if plainASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'đ':
			b.WriteByte('d')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// same matches a whole text against a folded pattern.
func same(pattern string) func(string) bool {
	if !strings.ContainsAny(pattern, "*?") {
		return func(s string) bool { return s == pattern }
	}
	p := []rune(pattern)
	return func(s string) bool { return glob(p, []rune(s)) }
}

// within finds a folded pattern anywhere; with wildcards, in one of the words
// or the whole text.
func within(pattern string) func(string) bool {
	if !strings.ContainsAny(pattern, "*?") {
		return func(s string) bool { return strings.Contains(s, pattern) }
	}
	p := []rune(pattern)
	return func(s string) bool {
		if glob(p, []rune(s)) {
			return true
		}
		for w := range strings.FieldsSeq(s) {
			if glob(p, []rune(w)) {
				return true
			}
		}
		return false
	}
}

// glob matches * and ? in linear space; it goes back to the last star only.
func glob(p, s []rune) bool {
	i, j, star, from := 0, 0, -1, 0
	for j < len(s) {
		switch {
		case i < len(p) && p[i] == '*':
			star, from = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == s[j]):
			i++
			j++
		case star >= 0:
			from++
			i, j = star+1, from
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}
