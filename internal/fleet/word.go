package fleet

import (
	"strings"
	"sync"
)

// words are the texts of a type that has only a few. It is kept as the number of
// its text, one byte: a fleet has a million components, and texts are what the
// garbage collector follows. Number 0 is no text. What this ironage does not know
// (in documents of a later one, in profiles) gets a number when it is met, so
// that it is written and complained of as it was read.
type words struct {
	known   []string
	numbers map[string]uint8

	sync.RWMutex
	others []string // the texts of the numbers that follow
}

// wordsOf are those that this program knows, by number.
func wordsOf(known ...string) *words {
	w := &words{known: known, numbers: make(map[string]uint8, len(known))}
	for i, s := range known {
		w.numbers[s] = uint8(i) //nolint:gosec // a few
	}
	return w
}

// mostWords is how many a byte can number.
const mostWords = 1 << 8

// number is that of a text; of more texts than a byte can number, 0.
func (w *words) number(s string) uint8 {
	if n, ok := w.numbers[s]; ok {
		return n
	}
	w.Lock()
	defer w.Unlock()
	for i, o := range w.others {
		if o == s {
			return uint8(len(w.known) + i) //nolint:gosec // less than mostWords
		}
	}
	n := len(w.known) + len(w.others)
	if n >= mostWords {
		return 0
	}
	w.others = append(w.others, strings.Clone(s))
	return uint8(n) //nolint:gosec // less than mostWords
}

// text is that of a number.
func (w *words) text(n uint8) string {
	i := int(n)
	if i < len(w.known) {
		return w.known[i]
	}
	w.RLock()
	defer w.RUnlock()
	if i -= len(w.known); i < len(w.others) {
		return w.others[i]
	}
	return ""
}
