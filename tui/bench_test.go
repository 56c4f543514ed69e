package tui

import (
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/ops"
)

// bigFleet is the largest fleet that the console promises to be quick with.
const bigFleet = 10_000

// benchConsole is a console at 200×50 over n servers, showing what keys lead to.
func benchConsole(b *testing.B, n int, keys ...string) *console {
	b.Helper()
	c := newConsole(b, 200, 50, manyView(n)).press(keys...)
	b.ReportAllocs()
	b.ResetTimer()
	return c
}

// BenchmarkServersKey is a key press and the redraw after it: aim 16 ms.
func BenchmarkServersKey(b *testing.B) {
	c := benchConsole(b, bigFleet, "2")
	keys := []string{"j", "j", "k", "ctrl+d", "G", "g", "pgdown"}
	for i := range b.N {
		c.app.Update(keyPress(keys[i%len(keys)]))
		_ = c.app.View()
	}
}

// BenchmarkServersSort is sorting the whole list by another column.
func BenchmarkServersSort(b *testing.B) {
	c := benchConsole(b, bigFleet, "2")
	keys := []string{"N", "A", "H", "S"}
	for i := range b.N {
		c.app.Update(keyPress(keys[i%len(keys)]))
		_ = c.app.View()
	}
}

// BenchmarkServersFilter is one letter of a filter as it is typed.
func BenchmarkServersFilter(b *testing.B) {
	c := benchConsole(b, bigFleet, "2", "/", "type:disk health:critical service:service*")
	for i := range b.N {
		c.app.Update(keyPress([]string{"x", "backspace"}[i%2]))
		_ = c.app.View()
	}
}

// BenchmarkViewArrives is a new view in which one server changed.
func BenchmarkViewArrives(b *testing.B) {
	for _, x := range []struct{ name, key string }{{"Overview", "1"}, {"Servers", "2"}} {
		b.Run(x.name, func(b *testing.B) {
			c := benchConsole(b, bigFleet, x.key)
			v := c.desk.view
			for i := range b.N {
				e := *v.Fleet.At(i % bigFleet)
				v = &ops.View{Fleet: v.Fleet.With(int64(i), threeAM, []fleet.Entry{e}), Collector: v.Collector}
				c.app.Update(viewMsg{v})
				_ = c.app.View()
			}
		})
	}
}

// BenchmarkView draws each screen at 200×50, nothing kept but what a screen
// keeps itself.
func BenchmarkView(b *testing.B) {
	for _, x := range []struct {
		name string
		keys []string
	}{
		{"Overview", []string{"1"}}, {"Servers", []string{"2"}}, {"Queue", []string{"3"}}, {"Events", []string{"4"}},
		{"Server", []string{"2", "enter"}}, {"Keys", []string{"?"}}, {"Palette", []string{":", "type:srv"}},
	} {
		b.Run(x.name, func(b *testing.B) {
			c := newConsole(b, 200, 50, thousandView()).press(x.keys...)
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				_ = c.app.View()
			}
		})
	}
}

// thousandView is a thousand servers with events and orders enough to fill lists.
func thousandView() *ops.View {
	v := manyView(1000)
	hand := handView()
	for i := range 200 {
		e := hand.Events[i%len(hand.Events)]
		e.ID = int64(i + 1)
		e.Server = fmt.Sprintf("srv-%05d", i)
		v.Events = append(v.Events, e)
		o := hand.Orders[i%len(hand.Orders)]
		o.ID, o.Server = int64(i+1), e.Server
		v.Orders = append(v.Orders, o)
	}
	return v
}

// BenchmarkPalette is one letter typed into the palette over the big fleet.
func BenchmarkPalette(b *testing.B) {
	c := benchConsole(b, bigFleet, ":", "type:09")
	for i := range b.N {
		c.app.Update([]tea.KeyPressMsg{keyPress("9"), keyPress("backspace")}[i%2])
		_ = c.app.View()
	}
}
