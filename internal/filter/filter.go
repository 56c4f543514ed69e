// Package filter is the language in which people say which rows of a list they
// want, the same in the console and on the command line. A filter is words
// separated by spaces, all of which must hold:
//
//	word            anywhere in the row's texts
//	field:value     a field, e.g. rack:A* service:TDOffice
//	field:>5y       a number, with > >= < <= or = (the default)
//	a,b             either
//	!word           not
//	"two words"     spaces, commas and colons as they are
//	@name           a filter that was saved under a name
//
// * stands for any text and ? for one character. Case and accents do not count.
//
// The package knows no list: a Language names the fields of one, and Parse
// turns a filter into a predicate or an Error that points at a character. It
// must never do I/O, and it believes nothing of what was typed.
package filter

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Field is one thing that the rows of a list can be filtered by.
type Field[R any] struct {
	Name string
	// About says what it is, in a few words, for help and manuals.
	About string
	// Hint is what a value looks like.
	Hint string
	// Choices are the only values, of which a beginning is enough; nil: any text.
	Choices []string
	// Offer lists values that the data has, for completion; may be nil.
	Offer func() []string
	// Whole makes a value without wildcards match the whole text, not a part.
	Whole bool
	// Text or Texts are what a value is compared with.
	Text  func(R) string
	Texts func(R) []string
	// Number makes the field a comparison; false means that the row has no
	// value. Next to Choices it takes the values that begin like a number.
	Number func(R) (float64, bool)
	// Measure is what the number is in; the zero value: years.
	Measure Measure
}

// Language is the filter language of one list: its fields, and the text that
// plain words are looked up in (already folded).
type Language[R any] struct {
	Fields []Field[R]
	Free   func(R) string
	// Saved are the filters that people gave names; nil: none.
	Saved map[string]string
}

// Error says what is wrong with a filter, and at which character (from 0).
type Error struct {
	At   int
	Text string
	// Key and Args are what Text was made of, to be said in another language:
	// names of fields and values are typed as they are in every one. An argument
	// may be an *Error.
	Key  string
	Args []any
	// Fields are the names that there are, where one was mistyped.
	Fields []string
}

func mistake(at int, key string, args ...any) *Error {
	e := &Error{At: at, Key: key, Args: args}
	e.Text = e.Say(fmt.Sprintf)
	return e
}

// Say is what is wrong in the words of a printer, e.g. that of a language.
func (e *Error) Say(printf func(key string, args ...any) string) string {
	args := make([]any, len(e.Args))
	for i, a := range e.Args {
		if inner, is := a.(*Error); is {
			a = inner.Say(printf)
		}
		args[i] = a
	}
	return printf(e.Key, args...)
}

func (e *Error) Error() string { return fmt.Sprintf("character %d: %s", e.At+1, e.Text) }

// Names are the names of the list's fields.
func (l *Language[R]) Names() []string {
	names := make([]string, len(l.Fields))
	for i := range l.Fields {
		names[i] = l.Fields[i].Name
	}
	return names
}

// Field is the field of that name, nil when there is none.
func (l *Language[R]) Field(name string) *Field[R] {
	i := slices.IndexFunc(l.Fields, func(f Field[R]) bool { return f.Name == strings.ToLower(name) })
	if i < 0 {
		return nil
	}
	return &l.Fields[i]
}

// mostNested is how deep saved filters may stand in saved filters: two that
// name each other must end.
const mostNested = 5

// Parse turns a filter into a predicate, which one goroutine may use. An empty
// filter is nil: everything. Every error is an *Error.
func (l *Language[R]) Parse(text string) (func(R) bool, error) { return l.parse(text, mostNested) }

func (l *Language[R]) parse(text string, depth int) (func(R) bool, error) {
	words, err := split(text)
	if err != nil {
		return nil, err
	}
	var all []func(R) bool
	for _, w := range words {
		test, err := l.compile(w, depth)
		if err != nil {
			return nil, err
		}
		all = append(all, test)
	}
	switch len(all) {
	case 0:
		return nil, nil
	case 1:
		return all[0], nil
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

// compile makes a test of one word: any of its values, or none of them.
func (l *Language[R]) compile(w word, depth int) (func(R) bool, error) {
	var tests []func(R) bool
	for _, v := range w.values {
		test, err := l.value(w, v, depth)
		if err != nil {
			return nil, err
		}
		tests = append(tests, test)
	}
	if len(tests) == 1 && !w.not {
		return tests[0], nil
	}
	return func(r R) bool {
		for _, test := range tests {
			if test(r) {
				return !w.not
			}
		}
		return w.not
	}, nil
}

func (l *Language[R]) value(w word, v value, depth int) (func(R) bool, error) {
	if w.field == "" {
		if name, is := strings.CutPrefix(v.text, "@"); is && !v.quoted {
			return l.saved(name, v, depth)
		}
		match := within(Fold(v.text))
		return func(r R) bool { return match(l.Free(r)) }, nil
	}
	f := l.Field(w.field)
	switch {
	case f == nil:
		return nil, l.unknownField(w)
	case v.text == "" && !v.quoted:
		return nil, mistake(v.at, "a value is missing after %s: %s", f.Name, f.Example())
	case f.Number != nil && (f.Choices == nil || strings.ContainsAny(v.text[:min(1, len(v.text))], "<>=-0123456789")):
		return f.compare(v)
	}
	return f.match(v)
}

// saved is the filter that somebody saved under a name.
func (l *Language[R]) saved(name string, v value, depth int) (func(R) bool, error) {
	text, ok := l.Saved[name]
	if !ok {
		if len(l.Saved) == 0 {
			return nil, mistake(v.at, "there is no saved filter %q; none is saved yet", name)
		}
		return nil, mistake(v.at, "there is no saved filter %q; saved are %s", name, strings.Join(l.savedNames(), ", "))
	}
	if depth == 0 {
		return nil, mistake(v.at, "saved filters stand too deep in each other here")
	}
	test, err := l.parse(text, depth-1)
	var inner *Error
	if errors.As(err, &inner) {
		return nil, mistake(v.at, "the saved filter @%s does not fit this list: %s", name, inner)
	}
	if test == nil {
		test = func(R) bool { return true }
	}
	return test, nil
}

func (l *Language[R]) savedNames() []string {
	names := make([]string, 0, len(l.Saved))
	for n := range l.Saved {
		names = append(names, "@"+n)
	}
	slices.Sort(names)
	return names
}

func (l *Language[R]) unknownField(w word) error {
	if near := Near(l.Names(), w.field); near != "" {
		e := mistake(w.fieldAt, "there is no field %q; did you mean %s?", w.field, near)
		e.Fields = l.Names()
		return e
	}
	return mistake(w.fieldAt, "there is no field %q; fields are %s", w.field, strings.Join(l.Names(), ", "))
}

// Example shows what values look like.
func (f *Field[R]) Example() string {
	if f.Choices != nil && f.Hint == "" {
		return strings.Join(f.Choices, ", ")
	}
	return f.Hint
}
