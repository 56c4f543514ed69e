package tui

import (
	"math"
	"strings"
	"time"

	"ironage/internal/lang"
)

// canvas is the inside of a chart: a grid of dots, two by four to a cell where
// the terminal has braille, one to a cell where it has only ASCII.
type canvas struct {
	sh         *shared
	o          chartOptions
	lo, hi     float64
	left       int // cells of the figures beside it
	cols, rows int // cells
	perX, perY int // dots in a cell
	mean, band []bool
}

func (c *canvas) start(cols, rows int) {
	c.cols, c.rows, c.perX, c.perY = cols, rows, 2, 4
	if c.sh.styles.theme.ascii {
		c.perX, c.perY = 1, 1
	}
	n := cols * rows * c.perX * c.perY
	c.mean, c.band = make([]bool, n), make([]bool, n)
}

// x is the column of dots of a moment, y the row of dots of a value.
func (c *canvas) x(at time.Time) int {
	w := c.cols * c.perX
	share := float64(at.Sub(c.o.from)) / float64(c.o.to.Sub(c.o.from))
	return min(max(int(math.Round(share*float64(w-1))), 0), w-1)
}

func (c *canvas) y(v float64) int {
	h := c.rows * c.perY
	if c.hi <= c.lo {
		return h - 1
	}
	share := (c.hi - v) / (c.hi - c.lo)
	return min(max(int(math.Round(share*float64(h-1))), 0), h-1)
}

// draw puts every point on the canvas, joined with the one before unless
// nothing was read between them.
func (c *canvas) draw(values []point) {
	for i, p := range values {
		from := p
		if i > 0 && p.at.Sub(values[i-1].at) <= c.o.step*3/2 {
			from = values[i-1]
		}
		c.join(from, p)
	}
}

// join draws from one point to the next: the means as a line, the values
// between the least and the greatest as a band.
func (c *canvas) join(a, b point) {
	xa, xb := c.x(a.at), c.x(b.at)
	last := c.y(a.mean)
	for x := xa; x <= xb; x++ {
		share := 1.0
		if xb > xa {
			share = float64(x-xa) / float64(xb-xa)
		}
		between := func(u, v float64) float64 { return u + (v-u)*share }
		for y := c.y(between(a.high, b.high)); y <= c.y(between(a.low, b.low)); y++ {
			if (x+y)%2 == 0 || c.perX == 1 {
				c.band[y*c.cols*c.perX+x] = true
			}
		}
		y := c.y(between(a.mean, b.mean))
		for step := min(y, last); step <= max(y, last); step++ {
			c.mean[step*c.cols*c.perX+x] = true
		}
		last = y
	}
}

// text is one line of the canvas in characters.
func (c *canvas) text(row int) string {
	var b strings.Builder
	for col := range c.cols {
		b.WriteRune(c.cell(col, row))
	}
	return b.String()
}

func (c *canvas) cell(col, row int) rune {
	if c.perX == 1 {
		switch i := row*c.cols + col; {
		case c.mean[i]:
			return '*'
		case c.band[i]:
			return ':'
		}
		return ' '
	}
	const blank = '⠀'
	r := blank
	for x := range 2 {
		for y := range 4 {
			if i := (row*4+y)*c.cols*2 + col*2 + x; c.mean[i] || c.band[i] {
				r |= brailleDot(x, y)
			}
		}
	}
	if r == blank {
		return ' '
	}
	return r
}

// timeAxis is the line below the chart with a mark at round moments, and the
// line that names them.
func (c *canvas) timeAxis() (axis, names string) {
	line := []rune(strings.Repeat("─", c.cols))
	loc := c.sh.now().Location()
	every, day := tickEvery(c.o.to.Sub(c.o.from), c.cols)
	free := 0
	for at := firstTick(c.o.from.In(loc), every); !at.After(c.o.to); at = nextTick(at, every) {
		col := c.x(at) / c.perX
		name := at.Format("15:04")
		if day {
			name = dayName(c.sh.t, at)
		}
		from := max(col-width(name)/2, 0)
		if from+width(name) > c.cols {
			from = c.cols - width(name)
		}
		if from < free {
			continue
		}
		line[col] = '┴'
		names += spaces(from-width(names)) + name
		free = width(names) + 1
	}
	return string(line), names
}

// tickEvery is the distance of the marks below a chart so that their names do
// not touch, and whether they are days.
func tickEvery(span time.Duration, cols int) (time.Duration, bool) {
	const day, nameCells = 24 * time.Hour, 8
	most := time.Duration(max(cols/nameCells, 1))
	steps := []time.Duration{5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour,
		6 * time.Hour, 12 * time.Hour, day, 2 * day, 5 * day, 7 * day, 14 * day, 30 * day, 90 * day, 365 * day}
	for _, s := range steps {
		if span/s <= most {
			return s, s >= day
		}
	}
	return steps[len(steps)-1], true
}

// firstTick is the first round moment not before at, by the clock on the wall.
func firstTick(at time.Time, every time.Duration) time.Time {
	midnight := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
	tick := midnight
	for tick.Before(at) {
		tick = nextTick(tick, every)
	}
	return tick
}

// nextTick steps by days of the calendar where the clocks may change between.
func nextTick(at time.Time, every time.Duration) time.Time {
	const day = 24 * time.Hour
	if every >= day {
		return at.AddDate(0, 0, int(every/day))
	}
	return at.Add(every)
}

// dayName is a day of the year: "Mar 14", "14/03".
func dayName(t *lang.Tongue, at time.Time) string {
	return strings.TrimSuffix(t.DayTime(at), " "+at.Format("15:04"))
}
