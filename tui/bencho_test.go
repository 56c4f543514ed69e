package tui

import (
	"fmt"
	"testing"

	"ironage/internal/fleet"
	"ironage/internal/ops"
)

// ageingKeys lead to a panel of the Ageing screen.
func ageingKeys(panel int) []string {
	keys := []string{"5"}
	for range panel {
		keys = append(keys, "tab")
	}
	return keys
}

var ageingPanels = []string{"Overview", "OverAge", "Risk", "Forecast", "Budget", "Batches"}

// BenchmarkAgeingKey is a key on each panel of the Ageing screen over the big
// fleet, with the redraw after it: aim 16 ms.
func BenchmarkAgeingKey(b *testing.B) {
	v := manyView(bigFleet)
	for i, name := range ageingPanels {
		b.Run(name, func(b *testing.B) {
			benchKeys(b, newConsole(b, 200, 50, v).press(ageingKeys(i)...), "j", "j", "k", "ctrl+d", "G", "g", "pgdown")
		})
	}
}

// BenchmarkAgeingSwitch is going through the panels, once they were worked out.
func BenchmarkAgeingSwitch(b *testing.B) {
	c := newConsole(b, 200, 50, manyView(bigFleet))
	for i := range ageingPanels {
		c.press(ageingKeys(i)...)
	}
	benchKeys(b, c, "tab")
}

// BenchmarkAgeingSort is sorting the longest lists by another column.
func BenchmarkAgeingSort(b *testing.B) {
	v := manyView(bigFleet)
	b.Run("OverAge", func(b *testing.B) {
		benchKeys(b, newConsole(b, 200, 50, v).press(ageingKeys(1)...), "N", "A", "U", "W")
	})
	b.Run("Risk", func(b *testing.B) {
		benchKeys(b, newConsole(b, 200, 50, v).press(ageingKeys(2)...), "N", "A", "C", "P")
	})
}

// BenchmarkAgeingTakes is a new view with one changed server: what the panel keeps
// keys waiting for, as the sums themselves are worked out beside it.
func BenchmarkAgeingTakes(b *testing.B) {
	c := newConsole(b, 200, 50, manyView(bigFleet)).press(ageingKeys(1)...)
	v := c.desk.view
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		e := *v.Fleet.At(i % bigFleet)
		b.StopTimer()
		v = judgeAfter(v, &ops.View{Fleet: v.Fleet.With(int64(i+2), threeAM, []fleet.Entry{e}), Collector: v.Collector})
		b.StartTimer()
		c.app.Update(viewMsg{v})
		if c.app.View().Content == "" {
			b.Fatal("nothing drawn")
		}
		i++
	}
}

// BenchmarkSlicePicker is one letter typed while a slice is chosen.
func BenchmarkSlicePicker(b *testing.B) {
	c := newConsole(b, 200, 50, manyView(bigFleet)).press("5", "b", "tab")
	benchKeys(b, c, "s", "backspace")
}

// BenchmarkExplanation is the page that explains one risk, drawn afresh.
func BenchmarkExplanation(b *testing.B) {
	c := newConsole(b, 200, 50, manyView(bigFleet))
	keys := make([]string, 8)
	for i := range keys {
		keys[i] = fmt.Sprintf("disk/Disk 0:1:%d", i%4)
	}
	i := 0
	for b.Loop() {
		if len(explanation(c.app.sh, fmt.Sprintf("srv-%05d", i%bigFleet), keys[i%len(keys)], 120).all) < 10 {
			b.Fatal("nothing explained")
		}
		i++
	}
}

// BenchmarkWhy is what the list of risks works out of each line that comes on screen.
func BenchmarkWhy(b *testing.B) {
	of := manyView(1000).Outlook
	for b.Loop() {
		if _, ok := of.Explain("srv-00500", "disk/Disk 0:1:1"); !ok {
			b.Fatal("not explained")
		}
	}
}
