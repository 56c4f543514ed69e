package tui

import (
	"errors"
	"strings"
	"unicode"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// filterBar is the line in which a list's filter is typed and shown. The list
// follows while it is typed; a filter that cannot be read says where it is
// wrong.
type filterBar[R any] struct {
	sh    *shared
	lang  *language[R]
	input textinput.Model
	open  bool
	text  string // in force
	keep  func(R) bool
	err   *filterError
	was   string // before it was opened
}

func newFilterBar[R any](sh *shared, lang *language[R], text string) *filterBar[R] {
	f := &filterBar[R]{sh: sh, lang: lang}
	f.set(text)
	return f
}

// set puts a filter in force. Of one that cannot be read, the words before the
// wrong one count.
func (f *filterBar[R]) set(text string) bool {
	keep, err := f.lang.parse(text)
	f.err = nil
	if err != nil {
		if !errors.As(err, &f.err) {
			f.err = &filterError{Text: err.Error()}
		}
		good := []rune(text)[:f.err.At]
		text = string(good[:lastSpace(good)])
		if keep, err = f.lang.parse(text); err != nil {
			return false
		}
	}
	f.text, f.keep = strings.TrimSpace(text), keep
	return true
}

func lastSpace(rs []rune) int {
	for i := len(rs) - 1; i >= 0; i-- {
		if unicode.IsSpace(rs[i]) {
			return i
		}
	}
	return 0
}

// apply returns the rows that the filter keeps.
func (f *filterBar[R]) apply(rows []R) []R {
	if f.keep == nil {
		return rows
	}
	out := make([]R, 0, len(rows))
	for _, r := range rows {
		if f.keep(r) {
			out = append(out, r)
		}
	}
	return out
}

// start opens the line for typing.
func (f *filterBar[R]) start() {
	f.open, f.was = true, f.text
	value := f.text
	if value != "" {
		value += " "
	}
	f.input = newInput(f.sh, "/ ", value)
	f.input.Placeholder = "disk health:critical age:>5y rack:A* !service:test"
}

// update takes a key or a paste while the line is open; true means that the
// filter in force changed.
func (f *filterBar[R]) update(msg tea.Msg) (bool, tea.Cmd) {
	if press, ok := msg.(tea.KeyPressMsg); ok {
		switch {
		case key.Matches(press, f.sh.keys.Accept):
			if f.err == nil { // else it stays open: Enter must not hide a mistake
				f.open = false
			}
			return false, nil
		case key.Matches(press, f.sh.keys.Cancel):
			f.open = false
			return f.set(f.was), nil
		case key.Matches(press, f.sh.keys.Complete):
			f.complete()
			return f.set(f.input.Value()), nil
		}
	}
	before := f.input.Value()
	cmd := typeInto(&f.input, msg)
	if f.input.Value() == before {
		return false, cmd
	}
	return f.set(f.input.Value()), cmd
}

// complete finishes the word at the end: a field's name or one of its values.
func (f *filterBar[R]) complete() {
	text := f.input.Value()
	start := strings.LastIndexAny(text, " !,\"") + 1
	last := text[start:]
	var names []string
	if name, begun, ok := strings.Cut(text[strings.LastIndexAny(text, " !")+1:], ":"); ok {
		begun = begun[strings.LastIndex(begun, ",")+1:]
		for i := range f.lang.fields {
			if f.lang.fields[i].name == strings.ToLower(name) {
				names = f.lang.fields[i].choices
			}
		}
		last = begun
	} else {
		for i := range f.lang.fields {
			names = append(names, f.lang.fields[i].name+":")
		}
	}
	if done := commonBeginning(names, strings.ToLower(last)); len(done) > len(last) {
		f.input.SetValue(strings.TrimSuffix(text, last) + done)
		f.input.CursorEnd()
	}
}

// commonBeginning is the longest text that all names beginning with start share.
func commonBeginning(names []string, start string) string {
	found, any := "", false
	for _, n := range names {
		if !strings.HasPrefix(n, start) {
			continue
		}
		if !any {
			found, any = n, true
			continue
		}
		for !strings.HasPrefix(n, found) {
			found = found[:len(found)-1]
		}
	}
	return found
}

// clear takes the filter away; false when there is none.
func (f *filterBar[R]) clear() bool {
	if f.text == "" && f.err == nil {
		return false
	}
	return f.set("")
}

func (f *filterBar[R]) keys() []key.Binding {
	k := f.sh.keys
	return []key.Binding{k.Accept, k.Cancel, k.Complete}
}

// view is the line while typing (with what is wrong, under the character), or
// one line that says what is filtered; nothing without a filter.
func (f *filterBar[R]) view(w int, count string) []string {
	st := f.sh.styles
	switch {
	case f.open:
		f.input.SetWidth(max(w-6, 8))
		out := []string{cut(" "+f.input.View(), w)}
		if f.err != nil {
			out = append(out, f.pointer(w))
		}
		return out
	case f.err != nil:
		return []string{cut(" "+st.bad.Render(st.glyphs[3]+" filter: "+f.err.Error()), w)}
	case f.text != "":
		return []string{cut(" "+st.mark.Render("/ "+clean(f.text))+st.faint.Render("  "+count+", Esc shows all"), w)}
	}
	return nil
}

// pointer is the line under the input: a caret under the wrong character, and
// what is wrong, beside it or before it where there is more room.
func (f *filterBar[R]) pointer(w int) string {
	st := f.sh.styles
	runes := []rune(f.input.Value())
	const lead = 3 // " / "
	col := lead + width(string(runes[:min(f.err.At, len(runes))]))
	text := f.err.Text
	if col+2+width(text) > w && width(text)+2 <= col {
		return fit(spaces(col-2-width(text))+st.bad.Render(text+" ^"), w)
	}
	col = min(col, max(w-20, lead))
	return cut(spaces(col)+st.bad.Render("^ "+text), w)
}
