package outlook

import (
	"time"

	"ironage/internal/ageing"
)

// BandCounts counts things by ageing.Band.
type BandCounts [int(ageing.BandFarOver) + 1]int

// Over is how many are past their service life.
func (b BandCounts) Over() int { return b[ageing.BandOver] + b[ageing.BandFarOver] }

// Total is how many there are.
func (b BandCounts) Total() int {
	n := 0
	for _, v := range b {
		n += v
	}
	return n
}

func (b *BandCounts) add(o BandCounts) {
	for i := range b {
		b[i] += o[i]
	}
}

// Year is one bar of the histogram: what went into service in that calendar
// year. Where Known is false it is what has no date.
type Year struct {
	Year    int
	Known   bool
	Servers BandCounts
	Parts   BandCounts
}

// Histogram counts servers and parts by the year in which they went into
// service, oldest first and without gaps; what has no date comes last, in a
// Year of its own. What is only known since it was first seen has none: the year
// in which this program came says nothing about a server.
func (f *Fleet) Histogram(s Slice) []Year {
	byYear := map[int]*Year{}
	at := func(known bool, since time.Time) *Year {
		y := 0
		if known {
			y = since.Year()
		}
		if byYear[y] == nil {
			byYear[y] = &Year{Year: y, Known: known}
		}
		return byYear[y]
	}
	day := midnight(f.Time)
	for v := range f.in(s) {
		at(v.Age.Dated(), v.Age.Since).Servers[v.Band]++
		for i := range v.Parts {
			p := &v.Parts[i]
			at(p.dated(), day.Add(-time.Duration(p.Days)*24*time.Hour)).Parts[p.Band]++
		}
	}
	return inOrder(byYear)
}

// inOrder lists the years from the first to the last, and what has none.
func inOrder(byYear map[int]*Year) []Year {
	first, last := 0, 0
	for y := range byYear {
		if y != 0 && (first == 0 || y < first) {
			first = y
		}
		last = max(last, y)
	}
	var out []Year
	for y := first; first > 0 && y <= last; y++ {
		if byYear[y] == nil {
			byYear[y] = &Year{Year: y, Known: true}
		}
		out = append(out, *byYear[y])
	}
	if none := byYear[0]; none != nil {
		out = append(out, *none)
	}
	return out
}

// midnight is the beginning of the UTC day of t: ages are whole days.
func midnight(t time.Time) time.Time {
	return t.UTC().Truncate(24 * time.Hour)
}
