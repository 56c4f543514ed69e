package tui

import (
	"fmt"
	"testing"
)

func TestLook(t *testing.T) {
	for _, s := range [][2]int{{80, 24}, {120, 40}, {60, 15}} {
		c := newConsole(t, s[0], s[1], handView())
		fmt.Println(c.screen())
		c.press("2")
		fmt.Println(c.screen())
		c.press("4")
		fmt.Println(c.screen())
		c.press("2", "/", "type:health:crit age:>x")
		fmt.Println(c.screen())
		c.press("esc", ":", "type:hn-b")
		fmt.Println(c.screen())
		c.press("esc", "?")
		fmt.Println(c.screen())
	}
}
