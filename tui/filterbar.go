package tui

import (
	"errors"
	"strconv"
	"strings"
	"unicode"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/filter"
	"ironage/internal/lists"
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
	// turn are the words that Tab offers, turned the one that it took.
	turn   filter.Completion
	turned int
}

func newFilterBar[R any](sh *shared, lang *language[R], text string) *filterBar[R] {
	f := &filterBar[R]{sh: sh, lang: lang}
	f.set(text)
	return f
}

// set puts a filter in force. Of one that cannot be read, the words before the
// wrong one count.
func (f *filterBar[R]) set(text string) bool {
	f.lang.Saved = lists.Saved(f.sh.prefs.names(prefFilter), f.sh.prefs.get)
	keep, err := f.lang.Parse(text)
	f.err = nil
	if err != nil {
		if !errors.As(err, &f.err) {
			f.err = &filterError{Text: err.Error(), Key: "%s", Args: []any{err.Error()}}
		}
		good := []rune(text)[:f.err.At]
		text = string(good[:lastSpace(good)])
		if keep, err = f.lang.Parse(text); err != nil {
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
	f.open, f.was, f.turn = true, f.text, filter.Completion{}
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
	f.turn = filter.Completion{}
	before := f.input.Value()
	cmd := typeInto(&f.input, msg)
	if f.input.Value() == before {
		return false, cmd
	}
	return f.set(f.input.Value()), cmd
}

// complete finishes the word at the cursor: a field's name, one of its values,
// or a saved filter. Where several fit, it goes as far as they agree and lists
// them; pressed again it takes them in turn.
func (f *filterBar[R]) complete() {
	if len(f.turn.Offers) > 1 {
		f.turned = (f.turned + 1) % len(f.turn.Offers)
		f.put(f.turn.Offers[f.turned])
		return
	}
	at := f.input.Position()
	c := f.lang.Complete(f.input.Value(), at)
	switch {
	case len(c.Offers) == 0:
		return
	case len(c.Offers) == 1:
		f.turn = c
		f.put(c.Offers[0])
		f.turn = filter.Completion{}
		return
	}
	f.turn, f.turned = c, -1
	if common := c.Common(); len([]rune(common)) > at-c.From {
		f.put(common)
	}
}

// put writes an offer in the place of what it completes.
func (f *filterBar[R]) put(offer string) {
	text, at := f.turn.Put(f.input.Value(), offer)
	f.turn.To = at
	f.input.SetValue(text)
	f.input.SetCursor(at)
}

// offers is the line of what could stand here, the one taken in brackets.
func (f *filterBar[R]) offers(w int) string {
	st, line := f.sh.styles, "  "
	for i := max(f.turned-2, 0); i < len(f.turn.Offers) && width(line) < w; i++ {
		if o := clean(f.turn.Offers[i]); i == f.turned {
			line += " " + st.selected.Render("["+o+"]")
		} else {
			line += " " + st.faint.Render(o)
		}
	}
	return cut(line, w)
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
		switch {
		case len(f.turn.Offers) > 1:
			out = append(out, f.offers(w))
		case f.err != nil:
			out = append(out, f.pointer(w))
		}
		return out
	case f.err != nil:
		what := f.sh.t.Say("filter: character %s: %s", strconv.Itoa(f.err.At+1), f.mistake())
		return []string{cut(" "+st.bad.Render(st.glyphs[3]+" "+what), w)}
	case f.text != "":
		return []string{cut(" "+st.mark.Render("/ "+clean(f.text))+st.faint.Render("  "+f.sh.t.Say("%s, Esc shows all", count)), w)}
	}
	return nil
}

// mistake is what is wrong with the filter, and where a field was mistyped the
// fields that there are: as much as there is room for.
func (f *filterBar[R]) mistake() string {
	text := clean(f.err.Say(f.sh.t.Say))
	if len(f.err.Fields) > 0 {
		text += " " + f.sh.t.Say("fields are %s", strings.Join(f.err.Fields, ", "))
	}
	return text
}

// pointer is the line under the input: a caret under the wrong character, and
// what is wrong, beside it or before it where there is more room.
func (f *filterBar[R]) pointer(w int) string {
	st := f.sh.styles
	runes := []rune(f.input.Value())
	const lead = 3 // " / "
	col := lead + width(string(runes[:min(f.err.At, len(runes))]))
	text := f.mistake()
	if col+2+width(text) > w && width(text)+2 <= col {
		return fit(spaces(col-2-width(text))+st.bad.Render(text+" ^"), w)
	}
	col = min(col, max(w-20, lead))
	return cut(spaces(col)+st.bad.Render("^ "+text), w)
}
