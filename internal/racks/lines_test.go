package racks_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
	"ironage/internal/racks"
)

func linesText(ls []racks.Line) string {
	var out []string
	for _, l := range ls {
		text := ""
		if l.Hi > 0 {
			text = fmt.Sprintf("%d-%d", l.Lo, l.Hi)
		}
		if l.P != nil {
			text += " " + l.P.Server.Name + strings.Repeat("'", l.Nth)
		}
		if l.Behind && l.P != nil {
			text += " behind"
		}
		if l.Clash {
			text += " clash"
		}
		if l.Head != 0 {
			text = "head"
		}
		out = append(out, strings.TrimSpace(text))
	}
	return strings.Join(out, "|")
}

func TestLines(t *testing.T) {
	chassis, blade := at("enc", 1, 3, ""), at("b1", 0, 1, "")
	chassis.Serial, blade.Serial, chassis.Slots = "E", "B", []racks.Slot{{"1", "B"}}
	tests := []struct {
		name  string
		items []racks.Item
		room  int
		rear  bool
		want  string
	}{
		{"all units", []racks.Item{at("a", 2, 2, "")}, 10, false, "6-6|5-5|4-4|3-3 a|2-2 a'|1-1"},
		{"free units fold", []racks.Item{at("a", 2, 2, "")}, 5, false, "4-6|3-3 a|2-2 a'|1-1"},
		{"servers fold", []racks.Item{at("a", 2, 2, "")}, 3, false, "4-6|2-3 a|1-1"},
		{"it scrolls", []racks.Item{at("a", 2, 2, "")}, 1, false, "4-6|2-3 a|1-1"},
		{"the other face", []racks.Item{at("a", 2, 1, "rear")}, 3, false, "3-6|2-2 a behind|1-1"},
		{"from the rear", []racks.Item{at("a", 2, 1, "rear"), at("b", 2, 1, "front")}, 3, true, "3-6|2-2 a|1-1"},
		{"a conflict", []racks.Item{at("a", 5, 2, ""), at("b", 6, 1, "")}, 20, false, "6-6 b clash| a clash|5-5 a|4-4|3-3|2-2|1-1"},
		{"a chassis", []racks.Item{chassis, blade}, 20, false, "6-6|5-5|4-4|3-3 enc|2-2 b1|1-1 enc''"},
		{"a chassis folded", []racks.Item{chassis, blade}, 3, false, "4-6|1-3 enc|b1"},
		{"the rest", []racks.Item{at("o", 9, 1, ""), at("l", 0, 1, "")}, 2, false, "1-6|head|9-9 o|head|l"},
	}
	for _, x := range tests {
		t.Run(x.name, func(t *testing.T) {
			l := racks.Build(x.items, []racks.Spec{{ID: a01, Height: 6}})
			ls, _ := racks.Lines(l.Find(a01), x.rear, x.room)
			if got := strings.ReplaceAll(linesText(ls), "| ", "|"); got != strings.ReplaceAll(x.want, "| ", "|") {
				t.Errorf("got  %s\nwant %s", got, x.want)
			}
		})
	}
}

// However a rack is folded, every unit and every server of it is there.
func TestLinesLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := make([]racks.Item, rapid.IntRange(0, 12).Draw(t, "servers"))
		for i := range items {
			items[i] = at(fmt.Sprintf("s%d", i), rapid.IntRange(0, 14).Draw(t, "position"), rapid.IntRange(1, 4).Draw(t, "height"),
				rapid.SampledFrom([]string{"", "front", "rear"}).Draw(t, "face"))
			items[i].Health, items[i].Serial = fleet.OK, rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "serial")
			items[i].Slots = []racks.Slot{{"1", rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "slot")}}
		}
		l := racks.Build(items, []racks.Spec{{ID: a01, Height: 12}})
		r := l.Find(a01)
		rear, room := rapid.Bool().Draw(t, "rear"), rapid.IntRange(0, 30).Draw(t, "room")
		ls, _ := racks.Lines(r, rear, room)
		seen, units := map[string]bool{}, map[int]int{}
		other, _ := racks.Lines(r, !rear, room)
		for _, line := range other {
			if line.P != nil {
				seen[line.P.Server.Name] = true
			}
		}
		for _, line := range ls {
			if line.P != nil {
				seen[line.P.Server.Name] = true
			}
			if line.P == nil || line.P.Where != racks.Outside {
				for n := line.Lo; n <= line.Hi && n > 0; n++ {
					units[n]++
				}
			}
		}
		for n := 1; n <= r.Height; n++ {
			if units[n] != 1 {
				t.Fatalf("unit %d is drawn %d times: %s", n, units[n], linesText(ls))
			}
		}
		for _, p := range r.Servers {
			if !seen[p.Server.Name] {
				t.Fatalf("%s is on neither face: %s", p.Server.Name, linesText(ls))
			}
		}
	})
}
