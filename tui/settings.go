package tui

import (
	"cmp"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ironage/internal/lang"
)

// settingsScreen is what a person chose for themselves: how the console looks
// and speaks, and the filters they saved. A change takes effect at once.
type settingsScreen struct {
	sh   *shared
	look func() terminalLook
	at   int
	top  int
	page int
}

// terminalLook is what the App knows of the terminal.
type terminalLook struct {
	theme     theme
	asciiOnly bool
	mouse     bool
	w, h      int
}

// setting is a line of the screen that the cursor can be on.
type setting struct {
	name, value, hint string
	alter             tea.Cmd
	forget            tea.Cmd // nil for what cannot be taken away
	copy              string
}

func newSettings(sh *shared) screen {
	return &settingsScreen{sh: sh, page: 1, look: func() terminalLook { return terminalLook{theme: sh.styles.theme} }}
}

// settingsOf gives a page of settings the App's word about the terminal.
func (a *App) settingsOf(s screen) {
	if p, ok := s.(*settingsScreen); ok {
		p.look = func() terminalLook { return terminalLook{a.theme, a.ascii, a.mouse, a.width, a.height} }
	}
}

// Title names the screen.
func (s *settingsScreen) Title() string { return "Settings" }

// Typing is false: nothing is typed here.
func (s *settingsScreen) Typing() bool { return false }

// Place is the page's name.
func (s *settingsScreen) Place() string { return string(pageSettings) }

// Copy is the filter under the cursor, or the value.
func (s *settingsScreen) Copy() string {
	if l := s.lines(); s.at < len(l) {
		return cmp.Or(l[s.at].copy, l[s.at].value)
	}
	return ""
}

// Detail is the whole of what the cursor's line has no room for.
func (s *settingsScreen) Detail() string {
	if l := s.lines(); s.at < len(l) {
		return l[s.at].hint
	}
	return ""
}

// Keys are few: change, and delete where that is possible.
func (s *settingsScreen) Keys() []key.Binding {
	k := s.sh.keys
	if l := s.lines(); s.at < len(l) && l[s.at].forget != nil {
		return []key.Binding{k.Open, k.Forget, k.Down, k.Up}
	}
	return []key.Binding{k.Alter, k.Down, k.Up}
}

func (s *settingsScreen) Update(msg tea.Msg) (screen, tea.Cmd) {
	press, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return s, nil
	}
	k, all := s.sh.keys, s.lines()
	s.at = max(min(s.at, len(all)-1), 0)
	switch {
	case key.Matches(press, k.Up):
		s.at--
	case key.Matches(press, k.Down):
		s.at++
	case key.Matches(press, k.PageUp, k.HalfUp):
		s.at -= s.page
	case key.Matches(press, k.PageDown, k.HalfDown):
		s.at += s.page
	case key.Matches(press, k.Top):
		s.at = 0
	case key.Matches(press, k.Bottom):
		s.at = len(all) - 1
	case key.Matches(press, k.Alter):
		return s, all[s.at].alter
	case key.Matches(press, k.Forget):
		return s, all[s.at].forget
	}
	s.at = max(min(s.at, len(all)-1), 0)
	return s, nil
}

// lines are the settings with their present values, then the saved filters.
func (s *settingsScreen) lines() []setting {
	say, look, sh := s.sh.t.Say, s.look(), s.sh
	choose := func(key, value string) tea.Cmd { return send(chooseMsg{key, value}) }
	name := cmp.Or(look.theme.name, themeAuto)
	code := sh.t.Code()
	out := []setting{
		{name: say("Theme"), value: say(name), hint: say(themeWords(name)), alter: choose(prefTheme, after(themeNames(), name))},
		{name: say("Language"), value: languageName(code), hint: say("also English names work in the palette"), alter: choose(prefLanguage, string(after(lang.Codes(), code)))},
		{name: say("Mouse"), value: s.onOff(look.mouse), hint: say("the wheel scrolls, a click selects; marking text needs Shift then"), alter: choose(prefMouse, prefYesNo(!look.mouse))},
		{name: say("Only ASCII"), value: s.onOff(look.theme.ascii), hint: say("for terminals and fonts without signs such as ✗ and █"), alter: choose(prefASCII, prefYesNo(!look.theme.ascii))},
	}
	for _, k := range sh.prefs.names(prefFilter) {
		out = append(out, s.savedFilter(strings.TrimPrefix(k, prefFilter), sh.prefs.get(k)))
	}
	return out
}

// savedFilter is a line about a filter with a name: opened, or deleted when the
// person agrees.
func (s *settingsScreen) savedFilter(name, place string) setting {
	list, text, _ := strings.Cut(place, " ")
	forget := func() tea.Msg { return forgetFilterMsg{name} }
	return setting{name: clean(name), value: s.sh.t.Text(clean(list)), hint: clean(text), copy: text,
		alter:  send(openPageMsg{page: page(list), filter: text}),
		forget: send(askMsg{s.sh.t.Say("Delete the saved filter %s?", clean(name)), forget})}
}

// forgetFilterMsg deletes a saved filter, after the question.
type forgetFilterMsg struct{ name string }

func (s *settingsScreen) onOff(on bool) string {
	if on {
		return s.sh.t.Say("switched on")
	}
	return s.sh.t.Say("switched off")
}

// after is the choice after one, round the end.
func after[T comparable](all []T, one T) T {
	return all[(slices.Index(all, one)+1)%len(all)]
}
