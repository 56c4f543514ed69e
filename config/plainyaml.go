package config

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Large inventories are written by programs: a list of servers, each with one
// "key: value" in a line. Such a file is read here, in a tenth of the time and
// the memory that a tree of all of YAML takes. Anything beyond that, be it a
// comment behind a value, is left to parseDocument, mistakes in the form too.

// plainPair is one "key: value".
type plainPair struct {
	key  int // among the keys of a server
	text string
	at   place // of the value
}

// plainItem is one server of the list.
type plainItem struct {
	at    place // of its first key
	pairs []plainPair
}

// readPlainServers reads a file of nothing but servers written line by line;
// false when it holds anything else.
func readPlainServers(file string, src []byte, r *report) ([]*draft, bool) {
	keys := serverKeys()
	items, ok := plainItems(file, src, keys)
	if !ok {
		return nil, false
	}
	d := newDecoder(file, nil, r)
	drafts := make([]*draft, len(items))
	for i := range items {
		s := &draft{at: items[i].at, places: make(map[string]place, len(items[i].pairs))}
		for _, p := range items[i].pairs {
			s.places[keys[p.key].name] = p.at
			keys[p.key].set(d, p.text, p.at, s)
		}
		drafts[i] = s
	}
	return drafts, true
}

// plainItems takes a file apart, as long as it is plain.
func plainItems(file string, src []byte, keys []key[draft]) ([]plainItem, bool) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if !utf8.Valid(src) || bytes.Count(src, []byte("\n")) > maxNodes/8 { // the bounds are parseDocument's to tell
		return nil, false
	}
	known := make(map[string]int, len(keys))
	for i, k := range keys {
		if k.set != nil {
			known[k.name] = i
		}
	}
	var items []plainItem
	dash := -1 // where the list's dashes stand; not known yet
	headed := false
	for n, rest := 1, string(src); rest != ""; n++ {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		bare := strings.TrimLeft(line, " ")
		indent := len(line) - len(bare)
		switch {
		case bare == "" || bare[0] == '#':
			continue
		case line == "servers:" && !headed && dash < 0:
			headed = true
			continue
		case strings.HasPrefix(bare, "- ") && (dash < 0 && (headed || indent == 0) || indent == dash):
			dash, bare = indent, bare[2:]
			indent += 2
			items = append(items, plainItem{at: place{file, n, indent + 1}})
		case dash < 0 || indent != dash+2:
			return nil, false
		}
		p, ok := plainPairOf(bare, known)
		if !ok {
			return nil, false
		}
		p.at.file, p.at.line, p.at.column = file, n, p.at.column+indent
		item := &items[len(items)-1]
		for i := range item.pairs {
			if item.pairs[i].key == p.key {
				return nil, false
			}
		}
		item.pairs = append(item.pairs, p)
	}
	return items, len(items) > 0
}

// plainPairOf reads "key: value"; the column of the value counts from there.
func plainPairOf(line string, known map[string]int) (plainPair, bool) {
	name, value, found := strings.Cut(line, ": ")
	i, ok := known[name]
	if !found || !ok {
		return plainPair{}, false
	}
	text, ok := plainValue(value)
	return plainPair{key: i, text: text, at: place{column: len(name) + 3}}, ok
}

// plainValue is a value that is the same text in any reading of YAML.
func plainValue(s string) (string, bool) {
	if n := len(s); n >= 2 && s[0] == '"' && s[n-1] == '"' {
		s = s[1 : n-1]
		return s, s != "" && strings.IndexFunc(s, func(r rune) bool { return r == '"' || r == '\\' || !unicode.IsPrint(r) }) < 0
	}
	if s == "" || !isWordRune(rune(s[0])) && s[0] < utf8.RuneSelf || s[len(s)-1] == ' ' || s[len(s)-1] == ':' {
		return "", false
	}
	if strings.EqualFold(s, "null") || strings.Contains(s, ": ") {
		return "", false
	}
	return s, strings.IndexFunc(s, func(r rune) bool { return !isWordRune(r) && !strings.ContainsRune(" _./:@+()%-", r) }) < 0
}

func isWordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r >= utf8.RuneSelf && unicode.IsLetter(r)
}
