package outlook

import (
	"cmp"
	"slices"
)

// ref is a part of a fleet while lists are sorted.
type ref struct {
	v *Server
	p *Part
}

// Ranking lists parts in the order in which they need a person: by tier,
// score, probability and place. At most n; 0 or less means all. Parts without
// any reason to act come last. Of lines that keep refuses none is listed.
func (f *Fleet) Ranking(s Slice, n int, keep ...func(*Line) bool) []Line {
	return f.best(s, n, f.takes(func(p *Part) bool { return p.Estimated || p.tier != 0 }, keep), byPriority)
}

// RankingByRisk lists the parts that have an estimate, the likeliest to fail
// first; failed ones before all others. At most n; 0 or less means all.
func (f *Fleet) RankingByRisk(s Slice, n int) []Line {
	return f.best(s, n, f.takes(func(p *Part) bool { return p.Estimated }, nil), byRisk)
}

// OverAgeParts lists the parts past their service life, those that used up
// most of it first. At most n; 0 or less means all. Of lines that keep refuses
// none is listed.
func (f *Fleet) OverAgeParts(s Slice, n int, keep ...func(*Line) bool) []Line {
	return f.best(s, n, f.takes((*Part).Over, keep), func(a, b ref) int {
		return cmp.Or(cmp.Compare(b.p.Consumed, a.p.Consumed), cmp.Compare(b.p.Days, a.p.Days), byPlace(a, b))
	})
}

// UndatedParts lists the parts that nothing dates. At most n; 0 or less means all.
func (f *Fleet) UndatedParts(s Slice, n int) []Line {
	return f.best(s, n, f.takes(func(p *Part) bool { return !p.dated() }, nil), byPlace)
}

// takes is a test of parts, and of the lines that they would be. Lines are made
// one at a time: a fleet has half a million.
func (f *Fleet) takes(part func(*Part) bool, line []func(*Line) bool) func(*Server, *Part) bool {
	return func(v *Server, p *Part) bool {
		if !part(p) {
			return false
		}
		for _, keep := range line {
			if l := f.partLine(v, p); !keep(&l) {
				return false
			}
		}
		return true
	}
}

// best sorts the parts that keep takes. It holds little more than what is asked
// for: of a large fleet only the top of a list is ever looked at.
func (f *Fleet) best(s Slice, n int, keep func(*Server, *Part) bool, order func(a, b ref) int) []Line {
	var top []ref
	var last *ref // of those that are sure to be better than what follows it
	for v := range f.in(s) {
		for i := range v.Parts {
			r := ref{v, &v.Parts[i]}
			if !keep(v, r.p) || last != nil && order(r, *last) >= 0 {
				continue
			}
			top = append(top, r)
			if n > 0 && len(top) >= 2*n+64 {
				slices.SortFunc(top, order)
				top = top[:n]
				last = &ref{top[n-1].v, top[n-1].p}
			}
		}
	}
	slices.SortFunc(top, order)
	if n > 0 {
		top = top[:min(n, len(top))]
	}
	out := make([]Line, len(top))
	for i, r := range top {
		out[i] = f.partLine(r.v, r.p)
	}
	return out
}

// tierOrder is the tier as a number to sort by: none comes last.
func tierOrder(p *Part) int {
	if p.tier == 0 {
		return len(tierWords)
	}
	return int(p.tier)
}

func byPriority(a, b ref) int {
	if c := cmp.Or(cmp.Compare(tierOrder(a.p), tierOrder(b.p)), cmp.Compare(b.p.Score, a.p.Score), cmp.Compare(b.p.P, a.p.P)); c != 0 {
		return c
	}
	return byPlace(a, b)
}

func byRisk(a, b ref) int {
	switch {
	case a.p.Failed != b.p.Failed:
		if a.p.Failed {
			return -1
		}
		return 1
	case a.p.H[2] != b.p.H[2]:
		return cmp.Compare(b.p.H[2], a.p.H[2])
	}
	return byPlace(a, b)
}

func byPlace(a, b ref) int {
	if c := NaturalCompare(a.v.Entry.Server.Name, b.v.Entry.Server.Name); c != 0 {
		return c
	}
	x, y := a.v.Component(a.p), b.v.Component(b.p)
	return cmp.Or(cmp.Compare(x.Kind, y.Kind), NaturalCompare(x.Label(), y.Label()), cmp.Compare(a.p.At, b.p.At))
}

// worst is the index of the part that needs a person first; -1: none does.
func worst(v *Server) int {
	at := -1
	for i := range v.Parts {
		p := &v.Parts[i]
		if !p.Estimated && p.tier == 0 {
			continue
		}
		if at < 0 || ranksBefore(p, &v.Parts[at]) {
			at = i
		}
	}
	return at
}

func ranksBefore(a, b *Part) bool {
	switch x, y := tierOrder(a), tierOrder(b); {
	case x != y:
		return x < y
	case a.Score != b.Score:
		return a.Score > b.Score
	}
	return a.P > b.P
}
