package filter

import (
	"strings"
)

// match compiles a value of a field that holds text.
func (f *Field[R]) match(v value) (func(R) bool, error) {
	if v.text == "" { // quoted: what has no value
		some := f.test(func(s string) bool { return s != "" })
		return func(r R) bool { return !some(r) }, nil
	}
	want := v.text
	if f.Choices != nil && !v.quoted {
		var err error
		if want, err = f.choose(v); err != nil {
			return nil, err
		}
	}
	match := same(Fold(want))
	if !f.Whole {
		match = within(Fold(want))
	}
	return f.test(folding(match)), nil
}

// test applies a test of texts to rows.
func (f *Field[R]) test(match func(string) bool) func(R) bool {
	if f.Text != nil {
		return func(r R) bool { return match(f.Text(r)) }
	}
	return func(r R) bool {
		for _, s := range f.Texts(r) {
			if match(s) {
				return true
			}
		}
		return false
	}
}

// choose completes a beginning to the one choice it can mean. Wildcards stay.
func (f *Field[R]) choose(v value) (string, error) {
	if strings.ContainsAny(v.text, "*?") {
		return v.text, nil
	}
	want, found := hyphened(strings.ToLower(v.text)), ""
	for _, c := range f.Choices {
		if hyphened(c) == want {
			return c, nil
		}
		if strings.HasPrefix(hyphened(c), want) {
			if found != "" {
				return "", mistake(v.at, "%q could be %s or %s", v.text, found, c)
			}
			found = c
		}
	}
	switch {
	case found != "":
		return found, nil
	case f.Number != nil:
		return "", mistake(v.at, "%q is no %s; it is one of %s, or a number: %s", v.text, f.Name, strings.Join(f.Choices, ", "), f.Hint)
	}
	return "", mistake(v.at, "%q is no %s; it is one of %s", v.text, f.Name, strings.Join(f.Choices, ", "))
}

// hyphened makes in_progress, as JSON has it, and in-progress one word.
func hyphened(s string) string { return strings.ReplaceAll(s, "_", "-") }
