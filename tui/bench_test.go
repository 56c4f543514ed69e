package tui

import (
	"fmt"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"ironage/internal/fleet"
	"ironage/internal/ops"
)

// bigFleet is the largest fleet that the console promises to be quick with.
const bigFleet = 10_000

// partsEach is how many components a server of the large fleet has: 600,000 in all.
const partsEach = 60

// largeView is n servers with sixty components each: disks, memory, sensors. A
// tenth of them has a failed disk.
func largeView(n int) *ops.View {
	full := handServer("srv", "R000", 1, "PowerEdge R640", "service", "2018-05-14").State.Components
	for i := len(full); i < partsEach; i++ {
		c := full[i%4]
		c.Index, c.Name, c.Place, c.Serial = fmt.Sprint(i), fmt.Sprintf("Disk 0:2:%d", i), fmt.Sprintf("Bay %d", i), fmt.Sprintf("WFKX%d", i)
		if i%2 == 0 {
			c.Kind, c.Name, c.Reading, c.Unit = fleet.Temperature, fmt.Sprintf("Sensor %d", i), num(31.5), fleet.Celsius
		}
		full = append(full, c)
	}
	fleet.AssignSlots(full)
	es := manyEntries(n)
	for i := range es {
		failed := es[i].State.Health == fleet.Critical
		es[i].State.Components = full // shared: nothing that draws may change them
		if failed {
			es[i].State.Components = slices.Clone(full)
			es[i].State.Component("disk/Disk 0:1:1").Health = fleet.Critical
		}
	}
	return judge(&ops.View{Fleet: fleet.NewSnapshot(1, threeAM, es), Collector: ops.Collector{Here: true, Owner: "noc-1:1", Heartbeat: threeAM}})
}

// benchConsole is a console at 200×50 over n servers, showing what keys lead to.
func benchConsole(b *testing.B, n int, keys ...string) *console {
	b.Helper()
	c := newConsole(b, 200, 50, largeView(n)).press(keys...)
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

// BenchmarkWideKey is a key in the list with all its columns.
func BenchmarkWideKey(b *testing.B) {
	c := benchConsole(b, bigFleet, "2", "w")
	keys := []string{"j", "l", "j", "k", "h", "ctrl+d", "ctrl+u"}
	for i := range b.N {
		c.app.Update(keyPress(keys[i%len(keys)]))
		_ = c.app.View()
	}
}

// BenchmarkViewArrives is a new view in which one server changed.
func BenchmarkViewArrives(b *testing.B) {
	for _, x := range []struct{ name, key string }{{"Overview", "1"}, {"Servers", "2"}, {"Queue", "3"}, {"Events", "4"}, {"Services", "6"}, {"Racks", "7"}, {"Probes", "8"}} {
		b.Run(x.name, func(b *testing.B) {
			c := benchConsole(b, bigFleet, x.key)
			v := c.desk.view
			for i := range b.N {
				e := *v.Fleet.At(i % bigFleet)
				v = &ops.View{Fleet: v.Fleet.With(int64(i+2), threeAM, []fleet.Entry{e}), Collector: v.Collector, Outlook: v.Outlook}
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

// TestViewAllocations holds that drawing costs what is on screen, not what is in
// the fleet: thirty times the servers, and nothing more is made.
func TestViewAllocations(t *testing.T) {
	few, many := manyView(100), manyView(3000)
	for _, keys := range [][]string{{"1"}, {"2"}, {"2", "w"}, {"2", "enter"}, {"3"}, {"4"}, {"5"}, {"5", "tab"}, {"5", "tab", "tab"}, {"6"}, {"7"}, {"8"}, {"9"}, {"0"}, {"?"}} {
		made := func(v *ops.View) float64 {
			c := newConsole(t, 200, 50, v).press(keys...)
			_ = c.app.View()
			return testing.AllocsPerRun(3, func() { _ = c.app.View() })
		}
		if a, b := made(few), made(many); b > a*1.5+50 {
			t.Errorf("%v: drawing makes %.0f things for 100 servers and %.0f for 3,000", keys, a, b)
		}
	}
}
