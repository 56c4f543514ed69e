package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold makes texts comparable: lower case, without accents, so that "ha noi"
// finds "Hà Nội".
func Fold(s string) string {
	if ascii(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
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

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// mostFolded is how many texts a predicate remembers; a fleet has few rooms,
// racks and services, and folding their accents is what takes time.
const mostFolded = 1000

// folding folds what a match is asked about, and remembers the answers about
// texts with accents.
func folding(match func(string) bool) func(string) bool {
	known := make(map[string]bool)
	return func(s string) bool {
		if ascii(s) {
			return match(strings.ToLower(s))
		}
		if is, ok := known[s]; ok {
			return is
		}
		is := match(Fold(s))
		if len(known) < mostFolded {
			known[s] = is
		}
		return is
	}
}

// same matches a whole text against a folded pattern.
func same(pattern string) func(string) bool {
	if !strings.ContainsAny(pattern, "*?") {
		return func(s string) bool { return s == pattern }
	}
	p := []rune(pattern)
	return func(s string) bool { return glob(p, s) }
}

// within finds a folded pattern anywhere; with wildcards, in one of the words
// or the whole text.
func within(pattern string) func(string) bool {
	if !strings.ContainsAny(pattern, "*?") {
		return func(s string) bool { return strings.Contains(s, pattern) }
	}
	p := []rune(pattern)
	return func(s string) bool {
		if glob(p, s) {
			return true
		}
		for w := range strings.FieldsSeq(s) {
			if glob(p, w) {
				return true
			}
		}
		return false
	}
}

// glob matches * and ? without going back further than the last star, in
// constant space.
func glob(p []rune, s string) bool {
	i, j, star, from := 0, 0, -1, 0
	for j < len(s) {
		r, n := utf8.DecodeRuneInString(s[j:])
		switch {
		case i < len(p) && p[i] == '*':
			star, from = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == r):
			i++
			j += n
		case star >= 0:
			_, n = utf8.DecodeRuneInString(s[from:])
			from += n
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
