package filter

import (
	"slices"
	"strings"
	"unicode"
)

// word is one word of a filter as it was typed.
type word struct {
	at      int
	not     bool
	field   string
	fieldAt int
	values  []value
}

type value struct {
	at     int
	text   string
	quoted bool
}

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
			return w, mistake(w.fieldAt, "a field name is missing before the colon")
		}
		if v, err = s.value(","); err != nil {
			return w, err
		}
	} else if v.text == "" && !v.quoted {
		return w, mistake(s.at, "a word is missing here")
	}
	w.values = append(w.values, v)
	for s.at < len(s.in) && s.in[s.at] == ',' {
		s.at++
		if v, err = s.value(","); err != nil {
			return w, err
		}
		if v.text == "" && !v.quoted {
			return w, mistake(v.at, "a value is missing after the comma")
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
				return v, mistake(open, "the quote that opens here is not closed")
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

// Mentions reports whether a filter that can be read asks for a field by name.
func Mentions(text, field string) bool {
	words, err := split(text)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(words, func(w word) bool { return strings.EqualFold(w.field, field) })
}
