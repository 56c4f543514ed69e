package tui

import (
	"math"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// point is what was read in a stretch of time: the mean, and between what it went.
type point struct {
	at              time.Time
	low, mean, high float64
}

// chartOptions say what a chart is about.
type chartOptions struct {
	unit fleet.Unit
	// from and to are what the time axis spans; when zero, what the points span.
	from, to time.Time
	// step is the stretch between two points: where there is more time than one
	// and a half of it between them, nothing was read and nothing is drawn. Zero
	// takes the commonest distance.
	step time.Duration
	// scale is the least and the greatest value of the axis; nil takes what the
	// points need.
	scale *[2]float64
}

// The least window that axes have room in; below it a chart is one line.
const (
	chartLeastWidth  = 24
	chartLeastHeight = 4
)

// brailleChart draws values over time in exactly h lines of at most w cells:
// the mean as a line, how far the values went as a lighter band around it, the
// scale at the left and the time below. A stretch in which nothing was read
// stays empty. Values must be in order of time.
func brailleChart(sh *shared, values []point, w, h int, o chartOptions) []string {
	values, o = chartPoints(values, o)
	if h <= 0 || w <= 0 {
		return nil
	}
	if len(values) == 0 {
		out := make([]string, h)
		out[h/2] = sh.styles.faint.Render(cut(sh.t.Say("nothing was read in this time"), w))
		return out
	}
	if w < chartLeastWidth || h < chartLeastHeight {
		return chartLine(sh, values, w, h)
	}
	c := &canvas{sh: sh, o: o, lo: o.scale[0], hi: o.scale[1]}
	labels := c.scaleLabels(h - 2)
	for _, l := range labels {
		c.left = max(c.left, width(l))
	}
	c.start(w-c.left-1, h-2)
	c.draw(values)
	return c.lines(labels)
}

// chartPoints drops what is no number or lies outside the axis, and fills in
// what the options leave open.
func chartPoints(values []point, o chartOptions) ([]point, chartOptions) {
	odd := func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }
	var out []point
	for _, p := range values {
		if odd(p.mean) || odd(p.low) || odd(p.high) || p.at.Before(o.from) || !o.to.IsZero() && p.at.After(o.to) {
			continue
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, o
	}
	if o.from.IsZero() {
		o.from = out[0].at
	}
	if o.to.IsZero() {
		o.to = out[len(out)-1].at
	}
	if !o.to.After(o.from) {
		o.to = o.from.Add(time.Hour)
	}
	if o.step <= 0 {
		o.step = commonStep(out)
	}
	if o.scale == nil {
		lo, hi := out[0].low, out[0].high
		for _, p := range out {
			lo, hi = min(lo, p.low), max(hi, p.high)
		}
		o.scale = niceScale(lo, hi)
	}
	return out, o
}

// commonStep is the median distance between points.
func commonStep(values []point) time.Duration {
	var apart []time.Duration
	for i := 1; i < len(values); i++ {
		apart = append(apart, values[i].at.Sub(values[i-1].at))
	}
	if len(apart) == 0 {
		return time.Hour
	}
	slices.Sort(apart)
	return max(apart[len(apart)/2], time.Second)
}

// niceScale widens a range to round numbers; a range of nothing gets some room.
func niceScale(lo, hi float64) *[2]float64 {
	if hi-lo < 1e-9*math.Max(math.Abs(lo), 1) {
		room := math.Max(math.Abs(lo)*0.1, 1)
		if lo >= 0 {
			lo, hi = math.Max(lo-room, 0), hi+room
		} else {
			lo, hi = lo-room, hi+room
		}
	}
	unit := math.Pow(10, math.Floor(math.Log10(hi-lo)))
	for _, f := range []float64{0.1, 0.2, 0.5, 1} {
		if (hi-lo)/(unit*f) <= 20 {
			unit *= f
			break
		}
	}
	return &[2]float64{math.Floor(lo/unit) * unit, math.Ceil(hi/unit) * unit}
}

// chartLine is a chart without axes: one line of blocks, the latest at the right.
func chartLine(sh *shared, values []point, w, h int) []string {
	means := make([]float64, 0, w)
	for _, p := range values[max(len(values)-w, 0):] {
		means = append(means, p.mean)
	}
	out := make([]string, h)
	out[h-1] = sh.styles.good.Render(sparkline(means, w))
	return out
}

// chartCaption says in figures what a chart shows: "19.2 to 27 °C, mean 23 °C".
func chartCaption(sh *shared, values []point, unit fleet.Unit) string {
	values, _ = chartPoints(values, chartOptions{})
	if len(values) == 0 {
		return ""
	}
	lo, hi, sum := values[0].low, values[0].high, 0.0
	for _, p := range values {
		lo, hi, sum = min(lo, p.low), max(hi, p.high), sum+p.mean
	}
	mean := sum / float64(len(values))
	if mean >= 10 {
		mean = math.Round(mean*10) / 10
	}
	return sh.t.Say("%s to %s, mean %s", figureIn(sh.t, lo, unit), figureIn(sh.t, hi, unit), figureIn(sh.t, mean, unit))
}

// scaleLabels are the figures beside the lines of a chart: the ends of the
// scale, and its middle where there is room.
func (c *canvas) scaleLabels(rows int) []string {
	out := make([]string, rows)
	out[0], out[rows-1] = figureIn(c.sh.t, c.hi, c.o.unit), figureIn(c.sh.t, c.lo, c.o.unit)
	if rows >= 7 && rows%2 == 1 {
		out[rows/2] = figureIn(c.sh.t, (c.lo+c.hi)/2, c.o.unit)
	}
	return out
}

// brailleDots are the bits of a braille character, by column and row of its dots.
func brailleDot(x, y int) rune {
	return [2][4]rune{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}[x][y]
}

// lines are the finished chart with its axes.
func (c *canvas) lines(labels []string) []string {
	st := c.sh.styles
	out := make([]string, 0, c.rows+2)
	for y := range c.rows {
		edge := "│"
		if labels[y] != "" {
			edge = "┤"
		}
		text := st.faint.Render(fitRight(labels[y], c.left)) + st.rule.Render(edge) + st.good.Render(strings.TrimRight(c.text(y), " "))
		out = append(out, text)
	}
	axis, names := c.timeAxis()
	return append(out, spaces(c.left)+st.rule.Render("└"+axis), spaces(c.left+1)+st.faint.Render(names))
}
