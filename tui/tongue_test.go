package tui

import (
	"strings"

	"github.com/charmbracelet/colorprofile"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/lang"
	"ironage/internal/queue"
)

// inVietnamese opens a console for somebody who reads Vietnamese:
// newConsole(t, 80, 24, v, inVietnamese).
func inVietnamese(cfg *Config) {
	t, err := lang.New(lang.Vietnamese)
	if err != nil {
		panic(err)
	}
	cfg.Tongue = t
}

// in opens a console in a language.
func in(code lang.Code) func(*Config) {
	if code == lang.Vietnamese {
		return inVietnamese
	}
	return func(*Config) {}
}

// as opens a console for somebody in a role.
func as(role queue.Role) func(*Config) {
	return func(cfg *Config) { cfg.Actor.Role = role }
}

// colourless is the console on a terminal without colours (NO_COLOR).
func (c *console) colourless() *console {
	c.t.Helper()
	c.send(tea.ColorProfileMsg{Profile: colorprofile.ASCII})
	return c
}

// coloured is the screen with its styles as readable codes ("‹1;38;5;75›"), as
// a golden file keeps them.
func (c *console) coloured() string {
	var b strings.Builder
	for line := range strings.SplitSeq(c.app.View().Content, "\n") {
		line = strings.TrimRight(line, " ")
		for {
			before, rest, found := strings.Cut(line, "\x1b[")
			b.WriteString(before)
			if !found {
				break
			}
			code, after, _ := strings.Cut(rest, "m")
			b.WriteString("‹" + code + "›")
			line = after
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// codesIn are the style codes that a drawing sends, without "\x1b[" and "m".
func codesIn(drawn string) []string {
	var out []string
	for {
		_, rest, found := strings.Cut(drawn, "\x1b[")
		if !found {
			return out
		}
		code, after, _ := strings.Cut(rest, "m")
		out, drawn = append(out, code), after
	}
}
