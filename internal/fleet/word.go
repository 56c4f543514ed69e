package fleet

import (
	"strings"
	"sync"
)

// words are the texts of a type that has only a few. It is kept as the number of
// its text, one byte or two: a fleet has a million components, and texts are what
// the garbage collector follows. Number 0 is no text. What this ironage does not
// know (in documents of a later one, in profiles) gets a number when it is met, so
// that it is written and complained of as it was read. The last number stands for
// all that no number is left for: never for no text.
type words struct {
	known   []string
	numbers map[string]uint16 // of those; nobody writes to it
	most    int               // as many as the type can number

	sync.RWMutex
	others []string // the texts of the numbers that follow
	later  map[string]uint16
}

// unknownWord is the text of the last number.
const unknownWord = "unknown-word"

// As many words as one byte and two can number.
const (
	mostWords = 1 << 8
	mostNames = 1 << 16
)

// wordsOf are those that this program knows, by number.
func wordsOf(most int, known ...string) *words {
	w := &words{known: known, most: most, numbers: make(map[string]uint16, len(known)+1), later: map[string]uint16{}}
	w.numbers[unknownWord] = w.last()
	for i, s := range known {
		w.numbers[s] = uint16(i) //nolint:gosec // a few
	}
	return w
}

func (w *words) last() uint16 { return uint16(w.most - 1) } //nolint:gosec // two bytes number most

// number is that of a text, which gets one for good if it has none.
func (w *words) number(s string) uint16 {
	if n, ok := w.find(s); ok {
		return n
	}
	return w.met(s)
}

// find is the number of a text that has one.
func (w *words) find(s string) (uint16, bool) {
	if n, ok := w.numbers[s]; ok {
		return n, true
	}
	w.RLock()
	defer w.RUnlock()
	n, ok := w.later[s]
	return n, ok
}

// met gives a text a number.
func (w *words) met(s string) uint16 {
	w.Lock()
	defer w.Unlock()
	if n, ok := w.later[s]; ok {
		return n
	}
	n := len(w.known) + len(w.others)
	if n >= w.most-1 {
		return w.last()
	}
	own := strings.Clone(s)
	w.others, w.later[own] = append(w.others, own), uint16(n) //nolint:gosec // less than most
	return uint16(n)                                          //nolint:gosec // less than most
}

// text is that of a number.
func (w *words) text(n uint16) string {
	i := int(n)
	switch {
	case i < len(w.known):
		return w.known[i]
	case n == w.last():
		return unknownWord
	}
	w.RLock()
	defer w.RUnlock()
	if i -= len(w.known); i < len(w.others) {
		return w.others[i]
	}
	return ""
}
