package config

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml/ast"

	"ironage/internal/fleet"
)

// A key is one key of a mapping in the configuration: how it is read into a T,
// how its effective value is shown, and what the reference says about it. The
// three come from one table, so that they cannot disagree.
type key[T any] struct {
	name, form, doc string
	// set takes a single value; it is how CSV cells are read too.
	set func(d *decoder, text string, at place, t *T)
	// tree takes anything that is not a single value; set is then nil.
	tree func(d *decoder, n ast.Node, t *T)
	// show is the effective value; doc asks for the reference's view, where
	// lists and mappings hold one sample element.
	show func(t *T, doc bool) entry
}

// entry is a key with its value, for printing: a single value, or entries
// below it (in a list: one per element).
type entry struct {
	name, form, doc string
	value           string
	below           []entry
	list            bool // below are the elements of a list
}

// fill reads a mapping into t by the table of its keys, and returns where each
// value stood.
func fill[T any](d *decoder, n ast.Node, what string, keys []key[T], t *T) map[string]place {
	places := map[string]place{}
	for _, p := range d.pairs(n, what) {
		if strings.HasPrefix(p.key, "x-") {
			continue // for people's own notes and anchors
		}
		i := slices.IndexFunc(keys, func(k key[T]) bool { return k.name == p.key })
		if i < 0 {
			d.errorf(p.at, "unknown key %s in %s%s", quote(p.key), what, orMeant(p.key, names(keys)))
			continue
		}
		k := keys[i]
		places[k.name] = d.place(p.value)
		if k.tree != nil {
			k.tree(d, p.value, t)
			continue
		}
		if text, ok := d.scalar(p.value, k.form); ok {
			k.set(d, text, d.place(p.value), t)
		}
	}
	return places
}

func names[T any](keys []key[T]) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = k.name
	}
	return out
}

// entries shows the effective values of t.
func entries[T any](keys []key[T], t *T, doc bool) []entry {
	out := make([]entry, len(keys))
	for i, k := range keys {
		e := k.show(t, doc)
		e.name, e.form, e.doc = k.name, k.form, k.doc
		out[i] = e
	}
	return out
}

// single makes a key with one value: parse reports whether a text is one.
func single[T any](name, form, doc string, parse func(text string, t *T) bool, show func(t *T) string) key[T] {
	return key[T]{name: name, form: form, doc: doc,
		set: func(d *decoder, text string, at place, t *T) {
			if !parse(text, t) {
				d.errorf(at, "%s: %s is not %s", name, d.quote(text), form)
			}
		},
		show: func(t *T, _ bool) entry { return entry{value: show(t)} },
	}
}

const (
	maxText  = 1 << 10
	maxNotes = 16 << 10
)

// text makes a key that holds a short text on one line.
func text[T any, S ~string](name, doc string, at func(*T) *S) key[T] {
	return single(name, "one line of text (at most 1 KiB)", doc, func(s string, t *T) bool {
		if strings.ContainsFunc(s, unicode.IsControl) || len(s) > maxText {
			return false
		}
		*at(t) = S(strings.TrimSpace(s))
		return true
	}, func(t *T) string { return string(*at(t)) })
}

// notes makes a key that holds a text of several lines.
func notes[T any](name, doc string, at func(*T) *string) key[T] {
	return single(name, "a text of at most 16 KiB", doc, func(s string, t *T) bool {
		if len(s) > maxNotes {
			return false
		}
		*at(t) = strings.TrimSpace(strings.Map(printableOrBreak, s))
		return true
	}, func(t *T) string { return *at(t) })
}

// choice makes a key that holds one of a few words.
func choice[T, S any](name, doc string, words []S, at func(*T) *S) key[T] {
	plain := make([]string, len(words))
	for i, w := range words {
		plain[i] = fmt.Sprint(w)
	}
	k := key[T]{name: name, form: strings.Join(plain, ", "), doc: doc,
		show: func(t *T, _ bool) entry { return entry{value: fmt.Sprint(*at(t))} }}
	k.set = func(d *decoder, s string, where place, t *T) {
		i := slices.IndexFunc(plain, func(w string) bool { return strings.EqualFold(w, strings.TrimSpace(s)) })
		if i < 0 {
			d.errorf(where, "%s: %s is not known here%s", name, d.quote(s), orMeant(s, plain))
			return
		}
		*at(t) = words[i]
	}
	return k
}

// number makes a key that holds a whole number from low to high.
func number[T any](name, doc string, low, high int, at func(*T) *int) key[T] {
	form := "a whole number from " + strconv.Itoa(low) + " to " + strconv.Itoa(high)
	return single(name, form, doc, func(s string, t *T) bool {
		n, err := strconv.Atoi(strings.ReplaceAll(strings.TrimSpace(s), "_", ""))
		if err != nil || n < low || n > high {
			return false
		}
		*at(t) = n
		return true
	}, func(t *T) string { return strconv.Itoa(*at(t)) })
}

// decimal makes a key that holds a number from low to high.
func decimal[T any](name, form, doc string, low, high float64, at func(*T) *float64) key[T] {
	form += " from " + plainFloat(low) + " to " + plainFloat(high)
	return single(name, form, doc, func(s string, t *T) bool {
		f, ok := parseFloat(s, low, high)
		if ok {
			*at(t) = f
		}
		return ok
	}, func(t *T) string { return plainFloat(*at(t)) })
}

func parseFloat(s string, low, high float64) (float64, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return f, err == nil && !math.IsNaN(f) && f >= low && f <= high
}

func plainFloat(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// duration makes a key that holds a time span from low to high.
func duration[T any](name, doc string, low, high time.Duration, at func(*T) *time.Duration) key[T] {
	form := "a time from " + plainDuration(low) + " to " + plainDuration(high) + " (\"500ms\", \"60s\", \"5m\", \"6h\", \"7d\")"
	return single(name, form, doc, func(s string, t *T) bool {
		span, ok := parseDuration(s)
		if !ok || span < low || span > high {
			return false
		}
		*at(t) = span
		return true
	}, func(t *T) string { return plainDuration(*at(t)) })
}

const day = 24 * time.Hour

// parseDuration reads Go's durations and whole days ("7d").
func parseDuration(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		return time.Duration(n) * day, err == nil && n >= 0 && n <= 36_500
	}
	span, err := time.ParseDuration(s)
	return span, err == nil
}

func plainDuration(d time.Duration) string {
	if d >= day && d%day == 0 {
		return strconv.Itoa(int(d/day)) + "d"
	}
	s := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, zero) {
			s = s[:len(s)-2]
		}
	}
	return s
}

// boolean makes a key that is true or false.
func boolean[T any](name, doc string, at func(*T) *bool) key[T] {
	return single(name, "true or false", doc, func(s string, t *T) bool {
		switch strings.ToLower(strings.TrimSpace(s)) {
		case "true", "yes", "on":
			*at(t) = true
		case "false", "no", "off":
			*at(t) = false
		default:
			return false
		}
		return true
	}, func(t *T) string { return strconv.FormatBool(*at(t)) })
}

// date makes a key that holds a date of day, month or year precision.
func date[T any](name, doc string, at func(*T) *fleet.Date) key[T] {
	k := key[T]{name: name, form: "a date (2018-05-14, 2018-05 or 2018)", doc: doc,
		show: func(t *T, _ bool) entry { return entry{value: fmt.Sprint(*at(t))} }}
	k.set = func(d *decoder, s string, where place, t *T) {
		v, wrong := parseDate(strings.TrimSpace(s))
		if wrong != "" {
			d.errorf(where, "%s: %s %s", name, d.quote(s), wrong)
			return
		}
		*at(t) = v
	}
	return k
}

// section makes a key that holds a mapping of its own.
func section[T, S any](name, doc string, keys []key[S], at func(*T) *S) key[T] {
	return key[T]{name: name, form: "a mapping", doc: doc,
		tree: func(d *decoder, n ast.Node, t *T) { fill(d, n, name, keys, at(t)) },
		show: func(t *T, doc bool) entry { return entry{below: entries(keys, at(t), doc)} },
	}
}

// texts makes a key that holds a list of texts; a single text is a list of one.
func texts[T any](name, doc string, at func(*T) *[]string) key[T] {
	return key[T]{name: name, form: "a list of texts", doc: doc,
		tree: func(d *decoder, n ast.Node, t *T) {
			if s, ok := d.resolve(n).(*ast.StringNode); ok {
				*at(t) = []string{s.Value}
				return
			}
			for _, item := range d.items(n, "a list of texts") {
				if s, ok := d.scalar(item, "a text"); ok {
					*at(t) = append(*at(t), s)
				}
			}
		},
		show: func(t *T, _ bool) entry {
			e := entry{list: true}
			for _, s := range *at(t) {
				e.below = append(e.below, entry{value: s})
			}
			return e
		},
	}
}

// printable maps what must not reach a terminal to "?".
func printable(r rune) rune {
	if !unicode.IsPrint(r) {
		return '?'
	}
	return r
}

func printableOrBreak(r rune) rune {
	if r == '\n' || r == '\t' {
		return r
	}
	return printable(r)
}
