package tui

import (
	"fmt"
	"image/color"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// The themes a person can choose; themeAuto takes dark or light by what the
// terminal says of its background.
const (
	themeAuto     = "auto"
	themeDark     = "dark"
	themeLight    = "light"
	themeContrast = "contrast"
)

// themeNames are all themes, the default first.
func themeNames() []string { return []string{themeAuto, themeDark, themeLight, themeContrast} }

// depth is how many colours a terminal shows.
type depth uint8

const (
	fullColour depth = iota // 24 bits
	colours256
	colours16
	noColour // bold, underline and reverse at most
)

// theme is what a person chose and what the terminal can show; it decides every
// style and glyph.
type theme struct {
	name  string // what was chosen; empty is themeAuto
	dark  bool   // dark background
	ascii bool   // only ASCII characters
	depth depth
}

// themeNamed is the theme of that name, before the terminal has told about
// itself: until then the background counts as dark.
func themeNamed(name string) (theme, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "" {
		name = themeAuto
	}
	if !slices.Contains(themeNames(), name) {
		return theme{name: themeAuto, dark: true}, fmt.Errorf("there is no theme %q; use %s", name, strings.Join(themeNames(), ", "))
	}
	return theme{name: name, dark: name != themeLight}, nil
}

// chosen is the theme with another name, in the same terminal.
func (t theme) chosen(name string, background bool) theme {
	t.name, t.dark = name, background
	return t.on(background)
}

// on is the theme on a terminal whose background is dark or light; who chose
// dark or light by name knows better than the terminal.
func (t theme) on(dark bool) theme {
	switch t.name {
	case themeDark:
		t.dark = true
	case themeLight:
		t.dark = false
	default:
		t.dark = dark
	}
	return t
}

// with is the theme on a terminal of that colour profile.
func (t theme) with(p colorprofile.Profile) theme {
	switch {
	case p >= colorprofile.TrueColor:
		t.depth = fullColour
	case p == colorprofile.ANSI256:
		t.depth = colours256
	case p == colorprofile.ANSI:
		t.depth = colours16
	default:
		t.depth = noColour
	}
	return t
}

// paint is one colour in its forms: of 24 bits, of the 256, of the 16. The 16
// are given by name, because the nearest of a fine shade may be unreadable;
// empty is the terminal's own colour of text.
type paint struct{ full, of256, of16 string }

// paints are the colours of a theme. Blue, amber and red are told apart by
// everyone, which green and red are not.
type paints struct {
	blue, amber, red, grey, violet paint // text
	line                           paint // rules between panels: no text
	bar                            paint // behind the line under the cursor
}

// The colours of each theme. A test holds their contrast to the background and
// to the bar: 4.5 at least, 7 in the contrast themes. Where one of the 256 will
// do, terminals with more get it too: its code is half as long, and a console
// over a slow line is mostly codes.
var (
	darkPaints = paints{
		blue: paint{"75", "75", "14"}, amber: paint{"221", "221", "11"}, red: paint{"210", "210", "9"},
		grey: paint{"248", "248", "7"}, violet: paint{"183", "183", "13"},
		line: paint{"239", "239", "8"}, bar: paint{"#1c3a56", "237", ""},
	}
	lightPaints = paints{
		blue: paint{"24", "24", "4"}, amber: paint{"#7a5200", "94", ""}, red: paint{"124", "124", "1"},
		grey: paint{"59", "59", ""}, violet: paint{"55", "55", "5"},
		line: paint{"250", "250", "7"}, bar: paint{"#d7e7f7", "195", ""},
	}
	darkContrast = paints{
		blue: paint{"153", "153", "14"}, amber: paint{"227", "227", "11"}, red: paint{"#ffbfbf", "217", ""},
		grey: paint{"254", "254", "15"}, violet: paint{"225", "225", "15"},
		line: paint{"249", "249", "7"}, bar: paint{"#003a5f", "17", ""},
	}
	lightContrast = paints{
		blue: paint{"17", "17", "4"}, amber: paint{"#4a3200", "52", ""}, red: paint{"88", "88", ""},
		grey: paint{"236", "236", ""}, violet: paint{"53", "53", ""},
		line: paint{"242", "242", "8"}, bar: paint{"#d7ebff", "195", ""},
	}
)

// paints are the colours for the theme's background.
func (t theme) paints() paints {
	switch {
	case t.name == themeContrast && t.dark:
		return darkContrast
	case t.name == themeContrast:
		return lightContrast
	case t.dark:
		return darkPaints
	}
	return lightPaints
}

// colour is a paint as the terminal can show it; nil leaves the terminal's own.
func (t theme) colour(p paint) color.Color {
	code := p.full
	switch t.depth {
	case colours256:
		code = p.of256
	case colours16:
		code = p.of16
	case noColour:
		code = ""
	}
	if code == "" {
		return nil
	}
	return lipgloss.Color(code)
}

// text is a style that writes in a paint.
func (t theme) text(p paint) lipgloss.Style {
	if c := t.colour(p); c != nil {
		return lipgloss.NewStyle().Foreground(c)
	}
	return lipgloss.NewStyle()
}

// fewColours reports whether a bar behind a line may make its text vanish.
func (t theme) fewColours() bool { return t.depth >= colours16 }
