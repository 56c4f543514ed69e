// Package langtest finds English on screens that should speak another
// language. It is for tests.
package langtest

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"ironage/internal/lang"
)

// shortest is how many letters a word has that tells languages apart: "of" and
// "on" are too likely to be part of a name.
const shortest = 3

// certain are words that no Vietnamese text means, though some name a command
// or show what to type: `ironage servers`.
var certain = []string{"server", "servers", "disk", "disks", "event", "events", "queue", "order", "orders", "failed", "warning", "critical", "unknown",
	"age", "health", "fan", "memory", "warranty", "list", "filter", "open", "back", "keys", "help", "site", "room", "service", "risk", "state", "kind"}

// command is a command line as help and hints show it, the name that Dell
// gives a serial number, or a word that a narrow column cut.
var command = regexp.MustCompile("service tag|ironage( [a-z-]+)+|`[^`]*`|\\pL+…")

// filterTerm is a term of the filter language: health:critical. It is typed so
// in every language.
var filterTerm = regexp.MustCompile(`[!#]?\w+:[^\s]+`)

// Leaks knows which words are English and nothing else.
type Leaks struct{ english map[string]bool }

// NewLeaks learns the English words of a Tongue's keys. Words that a
// translation uses too (firmware, RAID) are none.
func NewLeaks(t *lang.Tongue) *Leaks {
	l := &Leaks{english: map[string]bool{}}
	t.Each(func(key, _ string) {
		for _, w := range words(lang.Literals(key)) {
			l.english[w] = true
		}
	})
	t.Each(func(_, text string) {
		for _, w := range words(lang.Literals(text)) {
			delete(l.english, w)
		}
	})
	for _, w := range certain {
		l.english[w] = true
	}
	return l
}

// Find lists the lines of a drawn screen that hold English words, each as
// "words: line". What devices and people said is no leak: known are such texts.
func (l *Leaks) Find(screen string, known ...string) []string {
	said := map[string]bool{}
	for _, text := range known {
		for _, w := range words(text) {
			said[w] = true
		}
	}
	var out []string
	for line := range strings.Lines(ansi.Strip(screen)) {
		var bad []string
		for _, w := range words(command.ReplaceAllString(filterTerm.ReplaceAllString(line, " "), " ")) {
			if l.english[w] && !said[w] && !slices.Contains(bad, w) {
				bad = append(bad, w)
			}
		}
		if len(bad) > 0 {
			out = append(out, strings.Join(bad, " ")+": "+strings.TrimSpace(line))
		}
	}
	return out
}

// words are a text's words in small letters.
func words(text string) []string {
	all := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.DeleteFunc(all, func(w string) bool { return len([]rune(w)) < shortest })
}
