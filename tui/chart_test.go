package tui

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"ironage/internal/fleet"
)

// TestBar holds that a bar is as wide as asked for, fuller for more, and never
// empty for a little nor full for less than all.
func TestBar(t *testing.T) {
	s := newStyles(theme{dark: true}, nil)
	rapid.Check(t, func(t *rapid.T) {
		pct := rapid.Float64Range(-10, 500).Draw(t, "pct")
		w := rapid.IntRange(0, 60).Draw(t, "width")
		got := ansi.Strip(bar(s, pct, w))
		if n := ansi.StringWidth(got); n != w {
			t.Fatalf("got %d cells, want %d", n, w)
		}
		filled := strings.Count(got, s.full)
		if pct > 0 && w > 0 && filled == 0 {
			t.Fatalf("%v %% is drawn as nothing", pct)
		}
		if more := strings.Count(ansi.Strip(bar(s, pct+10, w)), s.full); more < filled {
			t.Fatalf("%v %% fills %d cells, ten more only %d", pct, filled, more)
		}
	})
}

func TestTrendLine(t *testing.T) {
	sh := newConsole(t, 80, 24, workView()).app.sh
	full := fleet.TrendOf(fleet.Percent, nil, time.Time{})
	for i := range 3 * fleet.TrendLength {
		full = full.Add(float64(i%40), before(time.Minute))
	}
	odd := fleet.TrendOf(fleet.Celsius, []float64{math.NaN(), math.Inf(1), -5}, before(time.Second))
	late := fleet.TrendOf(full.Unit(), full.Values(), before(10*time.Minute))
	for name, x := range map[string]struct {
		trend fleet.Trend
		want  string
	}{
		"full": {full, "19%"}, "nothing": {fleet.Trend{}, "nothing read yet"}, "odd values": {odd, "-5 °C"}, "late": {late, "stale 10m"},
	} {
		for _, w := range []int{40, 79, 120, 200} {
			got := ansi.Strip(trendLine(sh, "CPU", x.trend, time.Minute, w))
			if !strings.Contains(got, x.want) {
				t.Errorf("%s: got %q, want %q in it", name, got, x.want)
			}
			if n := ansi.StringWidth(got); w >= 79 && n > w {
				t.Errorf("%s: got %d cells, want at most %d: %q", name, n, w, got)
			}
		}
	}
}

func TestWords(t *testing.T) {
	tests := []struct{ name, got, want string }{
		{"whole", number(24), "24"},
		{"thousands", number(8040), "8,040"},
		{"small", number(1.05), "1.05"},
		{"middle", number(12.34), "12.3"},
		{"negative", grouped(-1234567), "-1,234,567"},
		{"percent", figure(87, fleet.Percent), "87%"},
		{"unit", figure(22.5, fleet.Celsius), "22.5 °C"},
		{"no unit", figure(3, 0), "3"},
		{"disk in powers of ten", capacityText(fleet.Disk, 1200243695616), "1.2 TB"},
		{"large disk", capacityText(fleet.Disk, 16000900661248), "16 TB"},
		{"memory in powers of two", capacityText(fleet.Memory, 32<<30), "32 GiB"},
		{"one", plural(1, "day", "days"), "1 day"},
		{"many", plural(0, "day", "days"), "0 days"},
		{"place names itself", partName(fleet.PSU, "PSU 2"), "PSU 2"},
		{"place does not", partName(fleet.Disk, "Bay 3"), "disk Bay 3"},
		{"rack only", placeOf(fleet.Server{Rack: "A07"}), "rack A07"},
		{"rear", placeOf(fleet.Server{Site: "hanoi", Rack: "A07", Position: 3, Face: "rear"}), "hanoi, rack A07 U3, rear side"},
		{"two units", placeOf(fleet.Server{Rack: "A07", Position: 3, Height: 2}), "rack A07 U3–4"},
		{"nowhere", placeOf(fleet.Server{}), ""},
	}
	for _, x := range tests {
		if x.got != x.want {
			t.Errorf("%s: got %q, want %q", x.name, x.got, x.want)
		}
	}
}
