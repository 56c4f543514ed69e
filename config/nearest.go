package config

import (
	"fmt"
	"slices"
	"strings"
)

// synonyms are words that people use for one that is known here.
var synonyms = map[string]string{
	"dimm": "memory", "ram": "memory", "hdd": "disk", "ssd": "disk", "drive": "disk", "processor": "cpu", "power": "psu",
	"back": "rear", "hostname": "name", "host": "name", "ip": "bmc", "idrac": "bmc", "ilo": "bmc", "ipmi": "bmc", "units": "height",
	"url": "store", "database": "store", "username": "user", "password": "auth_secret", "admin": "lead", "interval": "status",
}

// nearest is the word of words that word was probably meant to be, or "".
// Case and the difference between "-" and "_" do not count.
func nearest(word string, words []string) string {
	plain := func(s string) []rune {
		return []rune(strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(s)))
	}
	const longest = 64 // a longer word is no slip of the finger
	if meant := synonyms[strings.ToLower(word)]; meant != "" && slices.Contains(words, meant) {
		return meant
	}
	w := plain(word)
	if len(w) == 0 || len(w) > longest {
		return ""
	}
	best, found := max(1, len(w)/3)+1, ""
	for _, candidate := range words {
		if d := distance(w, plain(candidate)); d < best {
			best, found = d, candidate
		}
	}
	return found
}

// distance is how many single-letter edits (insert, delete, replace, swap two
// neighbours) turn a into b.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// orMeant is "; did you mean X?" when a word is near, else what may stand here.
func orMeant(word string, words []string) string {
	if n := nearest(word, words); n != "" {
		return fmt.Sprintf("; did you mean %q?", n)
	}
	return "; expected one of " + list(words)
}

// list is words as people enumerate them, cut after two dozen.
func list(words []string) string {
	const most = 24
	if len(words) > most {
		return strings.Join(words[:most], ", ") + fmt.Sprintf(" and %d more", len(words)-most)
	}
	return strings.Join(words, ", ")
}
