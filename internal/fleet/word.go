package fleet

import (
	"strings"
	"sync"
)

// words are the texts of a type that has only a few. It is kept as the number of
// its text, one byte or two: a fleet has a million components, and texts are what
// the garbage collector follows. Number 0 is no text. What this ironage does not
// know (in documents of a later one, in profiles) gets a number when it is met, so
// that it is written and complained of as it was read.
type words struct {
	known   []string
	numbers map[string]uint16 // of those; nobody writes to it
	most    int               // as many as the type can number

	sync.RWMutex
	others []string // the texts of the numbers that follow
	later  map[string]uint16
}

// As many words as one byte and two can number.
const (
	mostWords = 1 << 8
	mostNames = 1 << 16
)

// wordsOf are those that this program knows, by number.
func wordsOf(most int, known ...string) *words {
	w := &words{known: known, most: most, numbers: make(map[string]uint16, len(known)), later: map[string]uint16{}}
	for i, s := range known {
		w.numbers[s] = uint16(i) //nolint:gosec // a few
	}
	return w
}

// number is that of a text; of more texts than can be numbered, 0.
func (w *words) number(s string) uint16 {
	if n, ok := w.numbers[s]; ok {
		return n
	}
	w.RLock()
	n, ok := w.later[s]
	w.RUnlock()
	if ok {
		return n
	}
	return w.met(s)
}

// met gives a text a number.
func (w *words) met(s string) uint16 {
	w.Lock()
	defer w.Unlock()
	if n, ok := w.later[s]; ok {
		return n
	}
	n := len(w.known) + len(w.others)
	if n >= w.most {
		return 0
	}
	own := strings.Clone(s)
	w.others, w.later[own] = append(w.others, own), uint16(n) //nolint:gosec // less than most
	return uint16(n)                                          //nolint:gosec // less than most
}

// text is that of a number.
func (w *words) text(n uint16) string {
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
