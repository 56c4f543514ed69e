package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// maxInput bounds what may be typed into one line.
const maxInput = 400

// newInput makes a one-line input in the console's styles. Its cursor does not
// blink: a blinking one would send a frame every half second.
func newInput(sh *shared, promptText, value string) textinput.Model {
	in := textinput.New()
	in.Prompt, in.CharLimit = promptText, maxInput
	in.SetVirtualCursor(true)
	st := sh.styles
	look := textinput.StyleState{Text: st.plain, Placeholder: st.faint, Suggestion: st.faint, Prompt: st.mark}
	styles := in.Styles()
	styles.Focused, styles.Blurred = look, look
	styles.Cursor.Blink = false
	in.SetStyles(styles)
	in.SetValue(value)
	in.CursorEnd()
	in.Focus() // its command only starts the blinking
	return in
}

// typeInto gives a key or a paste to an input, and keeps out what must not be
// drawn: pasted text is as hostile as a device's.
func typeInto(in *textinput.Model, msg tea.Msg) tea.Cmd {
	next, cmd := in.Update(msg)
	if v := next.Value(); clean(v) != v {
		at := next.Position()
		next.SetValue(clean(v))
		next.SetCursor(at)
	}
	*in = next
	return cmd
}

// prompt asks for one line of text at the bottom of a screen, such as the note
// of an acknowledgement.
type prompt struct {
	sh    *shared
	input textinput.Model
	open  bool
	title string
	done  func(text string) tea.Cmd
}

// ask opens the prompt; done is called with what was typed.
func (p *prompt) ask(sh *shared, title, label string, done func(text string) tea.Cmd) {
	p.sh, p.open, p.title, p.done = sh, true, title, done
	p.input = newInput(sh, sh.t.Text(label), "")
}

// update takes a key or a paste while the prompt is open.
func (p *prompt) update(msg tea.Msg) tea.Cmd {
	if press, ok := msg.(tea.KeyPressMsg); ok {
		switch {
		case key.Matches(press, p.sh.keys.Accept):
			p.open = false
			return p.done(strings.TrimSpace(p.input.Value()))
		case key.Matches(press, p.sh.keys.Cancel):
			p.open = false
			return nil
		}
	}
	return typeInto(&p.input, msg)
}

func (p *prompt) keys() []key.Binding { return []key.Binding{p.sh.keys.Accept, p.sh.keys.Cancel} }

// view is two lines: what is asked about, and the input.
func (p *prompt) view(w int) string {
	p.input.SetWidth(max(w-width(p.input.Prompt)-3, 8))
	return cut(" "+p.sh.styles.bold.Render(p.sh.t.Text(p.title)), w) + "\n" + cut(" "+p.input.View(), w)
}
