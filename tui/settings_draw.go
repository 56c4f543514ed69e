package tui

import (
	"strconv"
	"strings"

	"ironage/internal/fleet"
)

// View draws the settings, the saved filters, and what the terminal can show.
func (s *settingsScreen) View(w, height int) string {
	out, at := s.draw(w)
	s.page = max(height-1, 1)
	s.top = max(min(s.top, at-1, len(out)-height), at+2-height, 0)
	return strings.Join(out[s.top:min(s.top+height, len(out))], "\n")
}

// draw makes all lines, and says which one has the cursor.
func (s *settingsScreen) draw(w int) (out []string, at int) {
	st, say := s.sh.styles, s.sh.t.Say
	head := func(text string) { out = append(out, cut(" "+st.title.Render(text), w)) }
	all := s.lines()
	head(say("How the console looks and speaks"))
	fixed := 4
	for i, l := range all {
		if i == fixed {
			out = append(out, "")
			head(say("Saved filters"))
		}
		if i == s.at {
			at = len(out)
		}
		out = append(out, s.line(l, i == s.at, w))
	}
	if len(all) == fixed {
		out = append(out, "")
		head(say("Saved filters"))
		out = append(out, s.rest(say("none yet: filter a list with /, then type :save filter and a name"), w)...)
	}
	out = append(out, "")
	head(say("What this terminal shows"))
	for _, l := range s.terminal() {
		out = append(out, s.rest(l, w)...)
	}
	out = append(out, "")
	head(say("Where this is kept"))
	return append(out, s.rest(s.where(), w)...), at
}

// rest is a text below the settings, broken at the window's edge.
func (s *settingsScreen) rest(text string, w int) []string {
	lines := strings.Split(wrapped(text, w-4), "\n")
	for i := range lines {
		lines[i] = "   " + s.sh.styles.faint.Render(lines[i])
	}
	return lines
}

func (s *settingsScreen) line(l setting, selected bool, w int) string {
	st := s.sh.styles
	lead, style := st.noCur, st.plain
	if selected {
		lead, style = st.cursor, st.selected
	}
	return style.Render(fit(" "+lead+fit(l.name, 20)+"  "+fit(l.value, 16)+"  "+l.hint, w))
}

// terminal says what the terminal can show, with examples to look at.
func (s *settingsScreen) terminal() []string {
	say, look, st := s.sh.t.Say, s.look(), s.sh.styles
	colours := map[depth]string{fullColour: "all colours", colours256: "256 colours", colours16: "16 colours", noColour: "no colours"}[look.theme.depth]
	background := "on a light background"
	if look.theme.dark {
		background = "on a dark background"
	}
	signs := ""
	for _, h := range fleet.Healths {
		signs += st.glyphText(h) + " "
	}
	out := []string{joined(say(colours), say(background), say("%s columns, %s lines", strconv.Itoa(look.w), strconv.Itoa(look.h))),
		say("signs: %s should be five different ones", strings.TrimSpace(signs))}
	if look.asciiOnly {
		out = append(out, say("this terminal shows ASCII characters only, or was told to"))
	}
	return out
}

// where says in which file the settings are, or why in none.
func (s *settingsScreen) where() string {
	p := s.sh.prefs
	if text := p.notice(); text != "" {
		return s.sh.t.Text(clean(text))
	}
	if k, ok := p.kept.(interface{ Where() string }); ok && k.Where() != "" {
		return clean(k.Where())
	}
	return s.sh.t.Say("settings are not kept beyond this visit")
}
