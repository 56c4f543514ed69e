package tui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/lang"
)

// chooseMsg changes how the console looks or speaks, at once and for later
// visits: the value of one of the settings.
type chooseMsg struct{ key, value string }

// choose puts a choice in force. What the terminal cannot show is said.
func (a *App) choose(msg chooseMsg) tea.Cmd {
	on := msg.value == prefYesNo(true)
	var redraw tea.Cmd
	switch msg.key {
	case prefTheme:
		a.theme = a.theme.chosen(msg.value, a.dark)
		a.restyle()
	case prefLanguage:
		t, err := lang.New(lang.Code(msg.value))
		if err != nil {
			a.say(fleet.Warning, err.Error())
			return nil
		}
		redraw = a.speak(t)
	case prefMouse:
		a.mouse = on
	case prefASCII:
		a.theme.ascii = on || a.ascii
		a.restyle()
		if a.ascii && !on {
			a.say(fleet.Warning, a.sh.t.Say("this terminal shows ASCII characters only, or was told to"))
		}
	}
	return tea.Batch(redraw, a.sh.prefs.set(msg.key, msg.value))
}

// speak changes the language: what screens keep ready to draw is made anew.
func (a *App) speak(t *lang.Tongue) tea.Cmd {
	a.sh.t = t
	a.restyle()
	a.sh.digests = newDigests(a.sh.life, t)
	a.sh.digests.sync(a.sh.view, a.sh.now())
	for p := range a.pages {
		if a.pages[p] != a.stack[0] { // its texts are of the other language
			delete(a.pages, p)
		}
	}
	a.trail = trail{}
	a.remember()
	if a.sh.view == nil {
		return nil
	}
	return a.broadcast(viewMsg{a.sh.view})
}

// restyle draws everything anew by the theme and in the language in force.
func (a *App) restyle() {
	st := newStyles(a.theme, a.sh.t)
	if a.sh.linear {
		st.full, st.empty, st.hline = "", "", ""
	}
	a.sh.styles = st
}

// noteVisit keeps that the person looked just now, for "since your last visit".
func (a *App) noteVisit() tea.Cmd {
	a.visited = a.now()
	return a.sh.prefs.set(prefVisit, a.visited.Format(time.RFC3339))
}

// answered takes the answer to a question: only yes is yes.
func (a *App) answered(msg tea.KeyPressMsg) tea.Cmd {
	asked := a.question
	a.question = nil
	if key.Matches(msg, a.sh.keys.Yes) {
		return asked.yes
	}
	a.say(fleet.Unknown, a.sh.t.Say("nothing was done"))
	return nil
}

// questionLine is the question in the feedback's place.
func (a *App) questionLine() string {
	st := a.sh.styles
	return cut(" "+st.mark.Render("? ")+st.bold.Render(clean(a.question.question)), a.width)
}
