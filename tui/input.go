package tui

import (
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
