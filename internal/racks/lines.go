package racks

import "slices"

// Line is one line of an elevation.
type Line struct {
	Lo, Hi int     // the units that it stands for; 0: none
	P      *Placed // who is there; nil: nobody
	Nth    int     // of the lines of P, from 0
	Behind bool    // P is mounted on the other face
	Clash  bool    // another server claims this unit
	Head   Where   // a heading instead: of what follows, Outside or Loose
}

// Fold says how tightly an elevation is drawn: Free is the least run of free
// units that shares a line (0: none does); Servers, that servers of several
// units take one line too.
type Fold struct {
	Free    int
	Servers bool
}

// Lines draws up a rack for a window of so many lines: every unit where there
// is room, else folded as far as needed, the longest runs of free units first.
// What is still too long scrolls.
func Lines(r *Rack, rear bool, room int) ([]Line, Fold) {
	level := Fold{}
	out := LinesAt(r, rear, level)
	for _, run := range freeRuns(out) {
		if len(out) <= room {
			return out, level
		}
		level.Free = run
		out = LinesAt(r, rear, level)
	}
	if len(out) > room {
		level.Servers = true
		out = LinesAt(r, rear, level)
	}
	return out, level
}

// freeRuns are the lengths of the runs of free units, each once, the longest
// first; a single unit is no run.
func freeRuns(ls []Line) []int {
	var out []int
	n := 0
	for i := range len(ls) + 1 {
		if i < len(ls) && ls[i].P == nil && ls[i].Head == 0 {
			n++
			continue
		}
		if n > 1 && !slices.Contains(out, n) {
			out = append(out, n)
		}
		n = 0
	}
	slices.SortFunc(out, func(a, b int) int { return b - a })
	return out
}

// LinesAt draws up a rack at one fold.
func LinesAt(r *Rack, rear bool, level Fold) []Line {
	return append(rackBody(r.Elevation(), rear, level), rackRest(r)...)
}

// onFace is who is seen in a unit; from behind means mounted on the other face.
func onFace(u *Unit, rear bool) (who []*Placed, behind bool) {
	near, far := u.Front, u.Rear
	if rear {
		near, far = far, near
	}
	if len(near) > 0 {
		return near, false
	}
	return far, true
}

// drawing collects the lines of a rack. Blades are drawn once, with the first
// unit of their chassis that is seen.
type drawing struct {
	lines  []Line
	level  Fold
	opened map[*Placed]bool
}

func rackBody(units []Unit, rear bool, level Fold) []Line {
	d := drawing{level: level, opened: map[*Placed]bool{}}
	for i := 0; i < len(units); {
		who, behind := onFace(&units[i], rear)
		n := i + 1
		for n < len(units) {
			if next, far := onFace(&units[n], rear); far != behind || !slices.Equal(who, next) {
				break
			}
			n++
		}
		lo, hi := units[n-1].N, units[i].N
		switch len(who) {
		case 0:
			d.free(lo, hi)
		case 1:
			d.server(who[0], lo, hi, behind)
		default:
			d.clash(who, lo, hi, behind)
		}
		i = n
	}
	return d.lines
}

// clash has every claimant of every unit on a line of its own.
func (d *drawing) clash(who []*Placed, lo, hi int, behind bool) {
	for u := hi; u >= lo; u-- {
		for k, p := range who {
			l := Line{P: p, Clash: true, Behind: behind}
			if k == 0 {
				l.Lo, l.Hi = u, u
			}
			d.lines = append(d.lines, l)
		}
	}
	for _, p := range who {
		for _, b := range d.blades(p) {
			d.lines = append(d.lines, Line{P: b})
		}
	}
}

// blades are those of a chassis when it is seen for the first time.
func (d *drawing) blades(p *Placed) []*Placed {
	if d.opened[p] {
		return nil
	}
	d.opened[p] = true
	return p.Blades
}

func (d *drawing) free(lo, hi int) {
	if d.level.Free > 0 && hi-lo+1 >= d.level.Free {
		d.lines = append(d.lines, Line{Lo: lo, Hi: hi})
		return
	}
	for n := hi; n >= lo; n-- {
		d.lines = append(d.lines, Line{Lo: n, Hi: n})
	}
}

// server adds a server and, on the lines below its name, its blades.
func (d *drawing) server(p *Placed, lo, hi int, behind bool) {
	blades := d.blades(p)
	if d.level.Servers {
		d.lines = append(d.lines, Line{Lo: lo, Hi: hi, P: p, Behind: behind})
		for _, b := range blades {
			d.lines = append(d.lines, Line{P: b})
		}
		return
	}
	for n := range max(hi-lo+1, 1+len(blades)) {
		l := Line{P: p, Nth: n, Behind: behind}
		if u := hi - n; u >= lo {
			l.Lo, l.Hi = u, u
		}
		if n > 0 && n <= len(blades) {
			l.P, l.Nth = blades[n-1], 0
		}
		d.lines = append(d.lines, l)
	}
}

// rackRest are the servers that stand in no unit of the rack.
func rackRest(r *Rack) []Line {
	var out []Line
	was := InUnits
	for _, p := range r.Servers {
		at := p.Where
		if at == InSlot && p.In != nil {
			at = p.In.Where
		}
		if at == InUnits || at == InSlot {
			continue
		}
		if at != was && (at == Outside || at == Loose) {
			out = append(out, Line{Head: at})
		}
		was = at
		l := Line{P: p}
		if p.Where == Outside {
			l.Lo, l.Hi = p.Low, p.High
		}
		out = append(out, l)
	}
	return out
}
