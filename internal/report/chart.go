package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"ironage/internal/ageing"
)

// chart is a drawing as the page's template writes it: shapes and words with
// their places. Colours are the style sheet's, by class.
type chart struct {
	Width, Height int
	Title         string // for those who do not see it
	Legend        []legendItem
	Boxes         []box
	Words         []words
	Lines         []line
}

type legendItem struct{ Class, Text string }

type box struct {
	Class, Title string
	X, Y, W, H   float64
}

type words struct {
	Class, Text string
	X, Y        float64
}

type line struct{ X1, Y1, X2, Y2 float64 }

// share is one piece of a stacked bar.
type share struct {
	class, text string
	value       float64
}

// bandShares are the pieces of a bar of ages, worst first.
func bandShares(b Bands) []share {
	var out []share
	for _, x := range [...]struct {
		class string
		n     int
	}{{"far-over-age", b.FarOver}, {"over-age", b.Over}, {"ageing", b.Ageing}, {"ok", b.OK}, {"unknown", b.Unknown}, {"no-policy", b.NoPolicy}} {
		out = append(out, share{x.class, bandText(x.class) + ": " + grouped(x.n), float64(x.n)})
	}
	return out
}

func bandText(class string) string {
	switch class {
	case "far-over-age":
		return "far over age"
	case "over-age":
		return "over age"
	case "unknown":
		return "no date"
	case "no-policy":
		return "no policy"
	}
	return class
}

// bandLegend names the colours that some of the bars show.
func bandLegend(all ...Bands) []legendItem {
	var sum Bands
	for _, b := range all {
		sum = Bands{sum.FarOver + b.FarOver, sum.Over + b.Over, sum.Ageing + b.Ageing, sum.OK + b.OK, sum.Unknown + b.Unknown, sum.NoPolicy + b.NoPolicy}
	}
	var out []legendItem
	for _, s := range bandShares(sum) {
		if s.value > 0 {
			out = append(out, legendItem{s.class, bandText(s.class)})
		}
	}
	return out
}

const (
	chartWidth = 720
	axisLeft   = 58.0
	barsTop    = 26.0
	barsHeight = 170.0
)

// column is a bar of a column chart.
type column struct {
	label, total string
	shares       []share
}

// columns draws stacked bars that stand side by side over a scale from zero.
func columns(title string, cols []column, scale func(float64) string) *chart {
	c := &chart{Width: chartWidth, Height: int(barsTop + barsHeight + 30), Title: title}
	highest := 0.0
	for _, col := range cols {
		highest = max(highest, col.sum())
	}
	top, step := niceScale(highest)
	y := func(v float64) float64 { return round(barsTop+barsHeight*(1-v/top), 1) }
	for v := 0.0; v <= top+step/2; v += step {
		c.Lines = append(c.Lines, line{axisLeft, y(v), chartWidth - 4, y(v)})
		c.Words = append(c.Words, words{"axis end", scale(v), axisLeft - 8, y(v) + 4})
	}
	slot := (chartWidth - 4 - axisLeft) / float64(max(1, len(cols)))
	width := min(56, slot*0.68)
	for i, col := range cols {
		x, at := axisLeft+slot*(float64(i)+0.5), 0.0
		for _, s := range col.shares {
			if s.value <= 0 {
				continue
			}
			c.Boxes = append(c.Boxes, box{s.class, col.label + ", " + s.text, round(x-width/2, 1), y(at + s.value), round(width, 1), round(y(at)-y(at+s.value), 1)})
			at += s.value
		}
		c.Words = append(c.Words, words{"axis middle", col.label, round(x, 1), barsTop + barsHeight + 20})
		if at > 0 {
			c.Words = append(c.Words, words{"total middle", col.total, round(x, 1), y(at) - 6})
		}
	}
	return c
}

func (c column) sum() float64 {
	v := 0.0
	for _, s := range c.shares {
		v += s.value
	}
	return v
}

// niceScale is where a scale ends that has room for v, and its step: 1, 2 or 5
// times a power of ten.
func niceScale(v float64) (top, step float64) {
	if !(v > 0) {
		return 1, 1
	}
	step = math.Pow(10, math.Floor(math.Log10(v/4)))
	for _, m := range [...]float64{1, 2, 5, 10} {
		if v/(step*m) <= 5 {
			step *= m
			break
		}
	}
	return step * math.Ceil(v/step), step
}

// yearsChart shows how many servers went into service in which year.
func (r *Report) yearsChart() *chart {
	var cols []column
	var all []Bands
	for _, y := range r.Years {
		if n := y.Servers.Total(); n > 0 || y.Known {
			label := "no date"
			if y.Known {
				label = strconv.Itoa(y.Year)
			}
			cols = append(cols, column{label, grouped(n), bandShares(y.Servers)})
			all = append(all, y.Servers)
		}
	}
	c := columns("Servers by the year in which they went into service", cols, shortNumber)
	c.Legend = bandLegend(all...)
	return c
}

// bandsChart shows how much of the fleet is in which band of age.
func (r *Report) bandsChart() *chart {
	s := &r.Summary
	c := &chart{Width: chartWidth, Height: 96, Title: "Servers and parts by band of age", Legend: bandLegend(s.ServerBands, s.PartBands)}
	for i, x := range [...]struct {
		label string
		b     Bands
	}{{"Servers", s.ServerBands}, {"Parts", s.PartBands}} {
		y, at, width := float64(8+46*i), axisLeft+12, chartWidth-4-axisLeft-12
		c.Words = append(c.Words, words{"label end", x.label, at - 10, y + 21})
		total := max(1, x.b.Total())
		for _, p := range bandShares(x.b) {
			w := width * p.value / float64(total)
			if w <= 0 {
				continue
			}
			c.Boxes = append(c.Boxes, box{p.class, x.label + ", " + p.text, round(at, 1), y, round(w, 1), 32})
			if n := grouped(int(p.value)); w > 9*float64(len(n))+6 {
				c.Words = append(c.Words, words{"in middle on-" + p.class, n, round(at+w/2, 1), y + 21})
			}
			at += w
		}
	}
	return c
}

// budgetChart shows what each quarter costs.
func (r *Report) budgetChart() *chart {
	if len(r.Budget.Quarters) == 0 {
		return nil
	}
	var cols []column
	used := map[string]bool{}
	for _, q := range r.Budget.Quarters {
		col := column{label: clean(q.Quarter), total: shortMoney(q.Cost)}
		for _, k := range q.Kinds {
			class := kindClass(k.Kind)
			used[class] = used[class] || k.Cost > 0
			col.shares = append(col.shares, share{class, clean(k.Kind) + ": " + moneyText(k.Cost), float64(k.Cost)})
		}
		cols = append(cols, col)
	}
	c := columns("Cost by quarter and kind of part", cols, func(v float64) string { return shortNumber(v / 100) })
	for _, class := range append(slices.Clone(kindClasses), "kind-other") {
		if used[class] {
			c.Legend = append(c.Legend, legendItem{class, strings.TrimPrefix(class, "kind-")})
		}
	}
	return c
}

// kindClasses are the kinds of parts that have a colour of their own.
var kindClasses = []string{"kind-hdd", "kind-ssd", "kind-battery", "kind-psu", "kind-dimm", "kind-fan"}

func kindClass(kind string) string {
	if class := "kind-" + kind; slices.Contains(kindClasses, class) {
		return class
	}
	return "kind-other"
}

// risksShown is how many parts the risk chart has room for.
const risksShown = 12

// risksChart shows the parts to look at first, with their probability of failure.
func (r *Report) risksChart() *chart {
	rows := r.alike()
	if len(rows) == 0 {
		return nil
	}
	const left, height = 300.0, 24.0
	c := &chart{Width: chartWidth, Height: int(height)*len(rows) + 6, Title: "Working parts to look at first, with their probability of failure within 12 months"}
	for i, p := range rows {
		y, width, v := 4+height*float64(i), chartWidth-left-90, p.p
		c.Words = append(c.Words, words{"label end", shorten(p.label, 44), left - 8, y + 15},
			words{"label", p.risk + "  " + p.tier, round(left+width+10, 1), y + 15})
		c.Boxes = append(c.Boxes, box{"track", "", left, y + 2, round(width, 1), height - 7})
		if v > 0 {
			c.Boxes = append(c.Boxes, box{"tier-" + tierClass(p.tier), p.label + ": " + p.risk, left, y + 2, round(max(1, width*v), 1), height - 7})
		}
	}
	return c
}

// likely is a line of the risk chart: parts of a server that are alike.
type likely struct {
	label, risk, tier string
	p                 float64
}

// alike are the working parts to look at first; those of one server and kind
// with the same risk share a line. Failed parts have a table of their own.
func (r *Report) alike() []likely {
	type group struct{ server, kind, risk, tier string }
	var order []group
	parts := map[group][]Part{}
	for _, p := range r.Risks.Rows {
		if p.P == nil || *p.P >= 1 {
			continue
		}
		g := group{p.Server, p.Kind, p.Risk, p.Tier}
		if parts[g] == nil {
			order = append(order, g)
		}
		parts[g] = append(parts[g], p)
	}
	var out []likely
	for _, g := range order[:min(risksShown, len(order))] {
		ps := parts[g]
		label := clean(g.server) + " · " + placeOf(&ps[0]).Text
		if len(ps) > 1 {
			label = fmt.Sprintf("%s · %d × %s", clean(g.server), len(ps), clean(g.kind))
		}
		out = append(out, likely{label, clean(g.risk), clean(g.tier), *ps[0].P})
	}
	return out
}

func tierClass(tier string) string {
	switch tier {
	case "P1", "P2", "P3", "P4":
		return tier
	}
	return "none"
}

// shorten cuts text to at most n characters.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// shortNumber is a number with three digits and a word: "1.25 M".
func shortNumber(v float64) string {
	for _, u := range [...]struct {
		size float64
		word string
	}{{1e12, " T"}, {1e9, " bn"}, {1e6, " M"}, {1e4, " k"}} {
		if math.Abs(v) >= u.size {
			if u.size == 1e4 {
				u.size = 1e3
			}
			return strconv.FormatFloat(round(v/u.size, 2), 'f', -1, 64) + u.word
		}
	}
	return strconv.FormatFloat(round(v, 2), 'f', -1, 64)
}

func shortMoney(m ageing.Money) string { return shortNumber(float64(m) / 100) }

// speak says the words of a drawing in the reader's language. Texts of parts
// have names in them; they were said when they were made.
func (c *chart) speak(r *Report) {
	if c == nil {
		return
	}
	c.Title = r.say(c.Title)
	for i := range c.Legend {
		c.Legend[i].Text = r.say(c.Legend[i].Text)
	}
	for i := range c.Words {
		w := &c.Words[i]
		if risk, tier, ok := strings.Cut(w.Text, "  "); ok && w.Class == "label" {
			w.Text = r.number(risk) + "  " + tier
		} else if w.Class != "label end" || slices.Contains([]string{"Servers", "Parts"}, w.Text) {
			w.Text = r.number(w.Text)
		}
	}
	for i := range c.Boxes {
		if label, text, ok := strings.Cut(c.Boxes[i].Title, ", "); ok && !strings.Contains(label, "·") {
			c.Boxes[i].Title = r.number(label) + ", " + r.say(text)
		}
	}
}

// Box is the drawing's extent as SVG wants it.
func (c *chart) Box() string { return fmt.Sprintf("0 0 %d %d", c.Width, c.Height) }
