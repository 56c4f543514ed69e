package tui

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"ironage/internal/fleet"
)

// luminance is how bright a colour is, as WCAG 2 counts it.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	part := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// The colours of a terminal as it comes: xterm's 16.
var xterm16 = []string{"#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5",
	"#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff"}

// shown is a colour as a terminal shows it; 16 have no fixed values, xterm's are taken.
func shown(c color.Color) color.Color {
	if c == nil {
		return nil
	}
	if basic, ok := c.(ansi.BasicColor); ok {
		return lipgloss.Color(xterm16[basic])
	}
	return c
}

// TestContrast holds that what is written can be read on the backgrounds that
// terminals have, and on the bar under the cursor.
func TestContrast(t *testing.T) {
	backgrounds := map[bool][]string{true: {"#000000", "#1e1e1e"}, false: {"#ffffff", "#f5f5f5"}}
	for _, name := range []string{themeDark, themeLight, themeContrast} {
		for _, dark := range []bool{true, false} {
			least := 4.5
			if name == themeContrast {
				least = 7
			} else if dark != (name == themeDark) {
				continue
			}
			for _, d := range []depth{fullColour, colours256, colours16} {
				th := theme{name: name, dark: dark, depth: d}
				p := th.paints()
				behind := []color.Color{}
				for _, b := range backgrounds[dark] {
					if d == colours16 && b != "#000000" && b != "#ffffff" {
						continue
					}
					behind = append(behind, lipgloss.Color(b))
				}
				if bar := th.colour(p.bar); bar != nil && d != colours16 {
					behind = append(behind, bar)
				}
				for what, paint := range map[string]paint{"blue": p.blue, "amber": p.amber, "red": p.red, "grey": p.grey, "violet": p.violet} {
					c := shown(th.colour(paint))
					if c == nil {
						continue // the terminal's own colour of text
					}
					for _, b := range behind {
						if got := contrast(c, b); got < least {
							t.Errorf("%s (dark %v, depth %d): %s on %v has a contrast of %.2f, want %.1f at least", name, dark, d, what, b, got, least)
						}
					}
				}
			}
		}
	}
}

// TestHealthsDiffer holds that no two healths look the same in any theme, even
// where there are no colours.
func TestHealthsDiffer(t *testing.T) {
	for _, name := range []string{themeDark, themeLight, themeContrast} {
		for _, d := range []depth{fullColour, colours256, colours16, noColour} {
			s := newStyles(theme{name: name, dark: name != themeLight, depth: d}, nil)
			seen := map[string]fleet.Health{}
			for _, h := range fleet.Healths {
				drawn := s.badge(h)
				if other, had := seen[drawn]; had {
					t.Errorf("%s, depth %d: %s and %s look the same", name, d, h, other)
				}
				seen[drawn] = h
			}
			if d < colours16 && (s.healthStyle(fleet.Critical).GetForeground() == s.healthStyle(fleet.Warning).GetForeground()) {
				t.Errorf("%s, depth %d: critical and warning have one colour", name, d)
			}
		}
	}
}

// TestNoColour holds that a theme without colours has none, yet shows the cursor.
func TestNoColour(t *testing.T) {
	c := newConsole(t, 120, 40, handView()).colourless()
	for _, keys := range [][]string{{"1"}, {"2"}, {"3"}, {"4"}, {"5"}, {"6"}} {
		c.press(keys...)
		for _, code := range codesIn(c.app.View().Content) {
			for part := range strings.SplitSeq(code, ";") {
				if !slices.Contains([]string{"", "0", "1", "4", "7"}, part) {
					t.Errorf("%v: the code %q is more than bold, underline and reverse", keys, code)
				}
			}
		}
		if !strings.Contains(c.app.View().Content, "7m") {
			t.Errorf("%v: the line under the cursor is not turned round", keys)
		}
	}
}

func TestThemeNamed(t *testing.T) {
	for _, name := range append(themeNames(), "", " Dark ") {
		th, err := themeNamed(name)
		if err != nil {
			t.Errorf("themeNamed(%q): got error %v", name, err)
		}
		if th.dark != (name != themeLight) {
			t.Errorf("themeNamed(%q): got dark %v", name, th.dark)
		}
	}
	if _, err := themeNamed("solarized"); err == nil {
		t.Error("a theme that there is not: got no error")
	}
	for _, x := range []struct {
		name       string
		background bool
		want       bool
	}{{themeAuto, false, false}, {themeAuto, true, true}, {themeDark, false, true}, {themeLight, true, false}, {themeContrast, false, false}} {
		if got := (theme{}).chosen(x.name, x.background).dark; got != x.want {
			t.Errorf("%s on a dark background %v: got dark %v, want %v", x.name, x.background, got, x.want)
		}
	}
	for p, want := range map[colorprofile.Profile]depth{colorprofile.TrueColor: fullColour, colorprofile.ANSI256: colours256,
		colorprofile.ANSI: colours16, colorprofile.ASCII: noColour, colorprofile.NoTTY: noColour} {
		if got := (theme{}).with(p).depth; got != want {
			t.Errorf("profile %s: got depth %d, want %d", fmt.Sprint(p), got, want)
		}
	}
}
