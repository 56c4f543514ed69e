package tui

import (
	"slices"
	"strings"

	"ironage/internal/queue"
)

// offerStock lets a field about a spare offer what lies in stock: the places
// with parts that fit, and the serial numbers of those that are known.
func (sh *shared) offerStock(f queue.Field, t *queue.Trip) queue.Field {
	switch f.Name {
	case "spare":
		var words []string
		for _, s := range t.Shelves {
			f.Choices = append(f.Choices, clean(s.Place))
			words = append(words, sh.t.Say("%d in %s", s.Left, clean(s.Place)))
		}
		f.Hint = sh.offering(f, words)
	case "part_serial":
		for _, s := range t.Shelves {
			f.Choices = append(f.Choices, cleaned(s.Serials)...)
		}
		f.Hint = sh.offering(f, f.Choices)
	}
	return f
}

// offering is a hint with what is in stock, where anything is.
func (sh *shared) offering(f queue.Field, words []string) string {
	if len(words) == 0 {
		return f.Hint
	}
	more := ""
	if len(words) > 1 {
		more = " · " + sh.t.Say("%s completes", sh.keys.TakeOffer.Help().Key)
	}
	return sh.t.Say("in stock: %s", strings.Join(words, "; ")) + more
}

func cleaned(texts []string) []string {
	out := slices.Clone(texts)
	for i := range out {
		out[i] = clean(out[i])
	}
	return out
}

// onlyOffer is the single thing that a field offers, else "".
func onlyOffer(f queue.Field) string {
	if f.Kind != queue.FieldText || len(f.Choices) != 1 {
		return ""
	}
	return f.Choices[0]
}
