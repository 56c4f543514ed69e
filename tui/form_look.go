package tui

import (
	"charm.land/bubbles/v2/key"
	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
)

// formTheme dresses huh's fields in the console's styles. Focus shows as a rule
// on the left and a chosen button in brackets, so that it shows without colour.
func formTheme(s *styles) huh.Theme {
	t := huh.ThemeBase(s.theme.dark)
	edge := lipgloss.ThickBorder()
	if s.theme.ascii {
		edge = lipgloss.ASCIIBorder()
	}
	t.Focused.Base = s.mark.PaddingLeft(1).BorderStyle(edge).BorderLeft(true).UnsetBold().UnsetForeground()
	t.Focused.Base = t.Focused.Base.BorderForeground(s.mark.GetForeground())
	t.Focused.SelectSelector = s.mark.SetString(s.cursor)
	t.Focused.SelectedOption = s.bold
	t.Focused.PrevIndicator = s.mark.SetString("< ")
	t.Focused.NextIndicator = s.mark.SetString(" >")
	t.Focused.UnselectedOption = s.plain
	t.Focused.ErrorIndicator = s.plain.SetString("")
	t.Focused.TextInput.Prompt = s.mark
	t.Focused.TextInput.Placeholder = s.faint
	t.Focused.TextInput.Cursor = s.mark
	brackets := func(l, r string) func(string) string { return func(x string) string { return l + x + r } }
	t.Focused.FocusedButton = s.selected.MarginRight(1).Transform(brackets("[ ", " ]"))
	t.Focused.BlurredButton = s.faint.MarginRight(1).Transform(brackets("  ", "  "))
	t.Blurred = t.Focused
	t.Blurred.Base = t.Focused.Base.BorderStyle(lipgloss.HiddenBorder())
	t.Blurred.SelectSelector = s.faint.SetString(s.cursor)
	return huh.ThemeFunc(func(bool) *huh.Styles { return t })
}

// formKeys takes huh's keys, but leaves out filters and editors: a form field
// is text, and nothing on an SSH console may start another program.
func formKeys(k *keymap) *huh.KeyMap {
	m := huh.NewDefaultKeyMap()
	m.Quit = k.Cancel
	none := key.NewBinding()
	m.Select.Filter, m.Select.SetFilter, m.Select.ClearFilter = none, none, none
	m.Input.AcceptSuggestion = k.TakeOffer
	m.Input.Next.SetKeys("enter", "tab", "down")
	m.Input.Prev.SetKeys("shift+tab", "up")
	m.Text.Editor = none
	return m
}
