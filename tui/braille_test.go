package tui

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/fleet"
)

// wave are hourly points of a day's wave over so many days.
func wave(days int) []point {
	var out []point
	for h := range days * 24 {
		at := threeAM.Truncate(time.Hour).Add(time.Duration(h-days*24) * time.Hour)
		mean := 24 + 4*math.Sin(2*math.Pi*float64(h)/24)
		out = append(out, point{at, mean - 0.5, mean, mean + 1.5})
	}
	return out
}

// without leaves out what was read between two moments before now.
func without(ps []point, from, to time.Duration) []point {
	var out []point
	for _, p := range ps {
		if back := threeAM.Sub(p.at); back > from || back < to {
			out = append(out, p)
		}
	}
	return out
}

func TestGoldenChart(t *testing.T) {
	for _, x := range []struct {
		name   string
		values []point
		w, h   int
		o      chartOptions
	}{
		{"day", wave(1), 60, 10, chartOptions{unit: fleet.Celsius}},
		{"day-gap", without(wave(1), 14*time.Hour, 9*time.Hour), 60, 10, chartOptions{unit: fleet.Celsius, from: before(24 * time.Hour), to: threeAM}},
		{"month", wave(30), 100, 13, chartOptions{unit: fleet.Celsius}},
		{"percent", wave(3), 80, 9, chartOptions{unit: fleet.Percent, scale: &[2]float64{0, 100}}},
		{"hour", minutes(60), 60, 8, chartOptions{unit: fleet.Watt}},
		{"flat", []point{{threeAM.Add(-time.Hour), 5, 5, 5}, {threeAM, 5, 5, 5}}, 40, 6, chartOptions{unit: fleet.RPM}},
		{"one", []point{{threeAM, 5, 5, 5}}, 40, 6, chartOptions{unit: fleet.Celsius}},
		{"nothing", nil, 40, 5, chartOptions{unit: fleet.Celsius}},
		{"small", wave(1), 20, 3, chartOptions{unit: fleet.Celsius}},
	} {
		for _, ascii := range []bool{false, true} {
			name := x.name
			if ascii {
				name += "-ascii"
			}
			t.Run(name, func(t *testing.T) {
				sh := tableShared()
				sh.styles = newStyles(theme{dark: true, ascii: ascii}, nil)
				drawn := strings.Join(brailleChart(sh, x.values, x.w, x.h, x.o), "\n")
				if ascii {
					drawn = toASCII(drawn)
				}
				if got := strings.Count(drawn, "\n") + 1; got != x.h {
					t.Errorf("got %d lines, want %d", got, x.h)
				}
				checkFits(t, x.name, drawn, x.w, x.h)
				golden.RequireEqual(t, ansi.Strip(drawn)+"\n"+chartCaption(sh, x.values, x.o.unit)+"\n")
			})
		}
	}
}

func minutes(n int) []point {
	var out []point
	for i := range n {
		v := 310 + 40*math.Sin(float64(i)/7)
		out = append(out, point{threeAM.Add(time.Duration(i-n) * time.Minute), v, v, v})
	}
	return out
}

// TestChartGap holds that nothing is drawn where nothing was read.
func TestChartGap(t *testing.T) {
	sh := tableShared()
	o := chartOptions{unit: fleet.Celsius, from: before(24 * time.Hour), to: threeAM}
	rows := brailleChart(sh, without(wave(1), 16*time.Hour, 8*time.Hour), 65, 10, o)
	for _, r := range rows[:8] {
		cells := []rune(ansi.Strip(r))
		for i := len("24 °C") + 60*9/24; i < len("24 °C")+60*15/24; i++ {
			if i < len(cells) && cells[i] != ' ' {
				t.Fatalf("cell %d in the middle of the gap holds %q:\n%s", i, cells[i], ansi.Strip(strings.Join(rows, "\n")))
			}
		}
	}
}

func TestChartNumbers(t *testing.T) {
	odd := []point{{threeAM, math.NaN(), 1, 1}, {threeAM, 0, math.Inf(1), 1}}
	if got := ansi.Strip(strings.Join(brailleChart(tableShared(), odd, 40, 5, chartOptions{}), "")); !strings.Contains(got, "nothing was read") {
		t.Errorf("values that are no numbers: got %q", got)
	}
	for _, x := range []struct{ lo, hi, wantLo, wantHi float64 }{
		{19.2, 27.4, 19, 27.5}, {0, 0, 0, 1}, {5, 5, 4, 6}, {-3, -3, -4, -2}, {0, 99, 0, 100}, {1e12, 1.2e12, 1e12, 1.2e12},
	} {
		got := niceScale(x.lo, x.hi)
		if math.Abs(got[0]-x.wantLo) > 1e-6*math.Abs(x.wantLo)+1e-9 || math.Abs(got[1]-x.wantHi) > 1e-6*math.Abs(x.wantHi)+1e-9 {
			t.Errorf("niceScale(%v, %v): got %v, want %v and %v", x.lo, x.hi, *got, x.wantLo, x.wantHi)
		}
	}
}

func TestChartFits(t *testing.T) {
	for _, days := range []int{1, 2, 7, 31, 400} {
		for w := 1; w < 130; w += 7 {
			for h := 1; h < 20; h += 3 {
				rows := brailleChart(tableShared(), wave(days), w, h, chartOptions{unit: fleet.Celsius})
				if len(rows) != h {
					t.Fatalf("%d×%d: got %d lines", w, h, len(rows))
				}
				checkFits(t, fmt.Sprint(days, " days"), strings.Join(rows, "\n"), w, h)
			}
		}
	}
}
