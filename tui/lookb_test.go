package tui

import (
	"fmt"
	"testing"
	"testing/synctest"
)

func TestLookB(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, s := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
			c := newConsole(t, s[0], s[1], handView())
			c.send(openServerMsg{"hn-a07-01", ""})
			fmt.Println(c.screen())
			c.press("e")
			fmt.Println(c.screen())
			c.press("e", "tab")
			fmt.Println(c.screen())
			c.press("tab", "tab")
			fmt.Println(c.screen())
			c.press("tab")
			fmt.Println(c.screen())
			c.press("tab")
			fmt.Println(c.screen())
			c.press("3")
			fmt.Println(c.screen())
			c.press("enter")
			fmt.Println(c.screen())
			c.press("j", "enter")
			fmt.Println(c.screen())
		}
	})
}
