package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A filter is words separated by spaces, all of which must hold:
//
//	word            anywhere in the row's texts
//	field:value     a field, e.g. rack:A* service:TDOffice
//	field:>5y       a number, with > >= < <= or = (the default)
//	a,b             either
//	!word           not
//	"two words"     spaces, commas and colons as they are
//
// * stands for any text and ? for one character. Case and accents do not count.

// field is one thing a list's rows can be filtered by.
type field[R any] struct {
	name string
	// choices are the only values, of which a beginning is enough; nil: any text.
	choices []string
	// whole makes a value without wildcards match the whole text, not a part.
	whole bool
	texts func(R) []string
	// number makes the field a comparison; false means the row has no value.
	number func(R) (float64, bool)
	// measure is what the number is in; the zero value: years.
	measure measure
	// hint says what values look like.
	hint string
}

// measure is what a field's numbers are in, which decides the units that may
// follow them.
type measure uint8

const (
	inYears measure = iota
	inPercent
	inPieces // calendar years and counts: no unit
)

// units are what may follow a number, with what each is worth, and how to say it.
func (m measure) units() (map[string]float64, string) {
	switch m {
	case inPercent:
		return map[string]float64{"": 1, "%": 1}, "the unit is % (per cent)"
	case inPieces:
		return map[string]float64{"": 1}, "this number has no unit"
	}
	return map[string]float64{"": 1, "y": 1, "m": 1.0 / 12, "mo": 1.0 / 12, "w": 7 / 365.25, "d": 1 / 365.25},
		"the unit is y (years), m (months), w (weeks) or d (days)"
}

// language is the filter language of one list: its fields, and the text that
// plain words are looked up in (already folded).
type language[R any] struct {
	fields []field[R]
	free   func(R) string
}

// filterError says what is wrong with a filter, and at which character.
type filterError struct {
	At   int // in characters
	Text string
}

func (e *filterError) Error() string { return fmt.Sprintf("character %d: %s", e.At+1, e.Text) }

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

// parse turns a filter into a predicate. An empty filter is nil: everything.
func (l *language[R]) parse(text string) (func(R) bool, error) {
	words, err := split(text)
	if err != nil {
		return nil, err
	}
	var all []func(R) bool
	for _, w := range words {
		test, err := l.compile(w)
		if err != nil {
			return nil, err
		}
		all = append(all, test)
	}
	if len(all) == 0 {
		return nil, nil
	}
	return func(r R) bool {
		for _, test := range all {
			if !test(r) {
				return false
			}
		}
		return true
	}, nil
}

func (l *language[R]) compile(w word) (func(R) bool, error) {
	var any []func(R) bool
	for _, v := range w.values {
		test, err := l.compileValue(w, v)
		if err != nil {
			return nil, err
		}
		any = append(any, test)
	}
	return func(r R) bool {
		return slices.ContainsFunc(any, func(test func(R) bool) bool { return test(r) }) != w.not
	}, nil
}

func (l *language[R]) compileValue(w word, v value) (func(R) bool, error) {
	if w.field == "" {
		match := within(fold(v.text))
		return func(r R) bool { return match(l.free(r)) }, nil
	}
	f, err := l.find(w)
	if err != nil {
		return nil, err
	}
	if v.text == "" && !v.quoted {
		return nil, &filterError{v.at, "a value is missing after " + f.name + ": " + f.example()}
	}
	if f.number != nil {
		return f.compare(v)
	}
	want := v.text
	if f.choices != nil && !v.quoted {
		if want, err = f.choose(v); err != nil {
			return nil, err
		}
	}
	match := same(fold(want))
	if !f.whole {
		match = within(fold(want))
	}
	return func(r R) bool {
		return slices.ContainsFunc(f.texts(r), func(s string) bool { return match(fold(s)) })
	}, nil
}

func (l *language[R]) find(w word) (*field[R], error) {
	names := make([]string, len(l.fields))
	for i := range l.fields {
		if names[i] = l.fields[i].name; names[i] == strings.ToLower(w.field) {
			return &l.fields[i], nil
		}
	}
	hint := "fields are " + strings.Join(names, ", ")
	for _, n := range names {
		if f := strings.ToLower(w.field); f != "" && (strings.HasPrefix(n, f) || strings.HasPrefix(f, n) || oneOff(n, f)) {
			hint = fmt.Sprintf("did you mean %s?", n)
			break
		}
	}
	return nil, &filterError{w.fieldAt, fmt.Sprintf("there is no field %q; %s", clean(w.field), hint)}
}

func (f *field[R]) example() string {
	if f.choices != nil {
		return strings.Join(f.choices, ", ")
	}
	return f.hint
}

// choose completes a beginning to the one choice it can mean. Wildcards stay.
func (f *field[R]) choose(v value) (string, error) {
	if strings.ContainsAny(v.text, "*?") {
		return v.text, nil
	}
	want, found := strings.ToLower(v.text), ""
	for _, c := range f.choices {
		if c == want {
			return c, nil
		}
		if strings.HasPrefix(c, want) {
			if found != "" {
				return "", &filterError{v.at, fmt.Sprintf("%q could be %s or %s", clean(v.text), found, c)}
			}
			found = c
		}
	}
	if found == "" {
		return "", &filterError{v.at, fmt.Sprintf("%q is no %s; it is one of %s", clean(v.text), f.name, strings.Join(f.choices, ", "))}
	}
	return found, nil
}

// compare compiles ">5y", "<=6m", "5", "unknown".
func (f *field[R]) compare(v value) (func(R) bool, error) {
	if strings.EqualFold(v.text, "unknown") {
		return func(r R) bool { _, known := f.number(r); return !known }, nil
	}
	rest := strings.TrimLeft(v.text, "<>=")
	op := v.text[:len(v.text)-len(rest)]
	if op == "" {
		op = "="
	}
	digits := strings.TrimRight(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%")
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return nil, &filterError{v.at + utf8.RuneCountInString(v.text[:len(v.text)-len(rest)]), "a number is needed here, e.g. " + f.name + ":" + f.hint}
	}
	units, say := f.measure.units()
	per, ok := units[strings.ToLower(rest[len(digits):])]
	if !ok {
		return nil, &filterError{v.at + utf8.RuneCountInString(v.text[:len(v.text)-len(rest)+len(digits)]), say}
	}
	n *= per
	tests := map[string]func(float64) bool{
		">": func(x float64) bool { return x > n }, ">=": func(x float64) bool { return x >= n },
		"<": func(x float64) bool { return x < n }, "<=": func(x float64) bool { return x <= n },
		"=": func(x float64) bool { return x >= n && x < n+per }, // "5y": in its sixth year
	}
	test, ok := tests[op]
	if !ok {
		return nil, &filterError{v.at, fmt.Sprintf("%q does not compare; use > >= < <= or =", op)}
	}
	return func(r R) bool { x, known := f.number(r); return known && test(x) }, nil
}

// oneOff reports whether one typing slip leads from a to b.
func oneOff(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(a) < len(b):
		return a[i:] == b[i+1:]
	case i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i]: // two letters swapped
		return a[i+2:] == b[i+2:]
	}
	return i == len(a) || a[i+1:] == b[i+1:]
}
