package health

import (
	"slices"
	"strconv"
	"strings"

	"ironage/internal/fleet"
)

// judge says how many further disks a volume may lose now.
func (p *pool) judge(cs []fleet.Component, v *volume) Redundancy {
	r := Redundancy{Group: cs[v.at].Label()}
	what := levelName(v.level)
	if n := p.size(v); n > 0 {
		what += " of " + strconv.Itoa(n) + " disk" + ending(n)
	}
	if v.broken {
		r.Known, r.Why = true, what+" has failed"
		return r
	}
	failed, rebuilding, foreign, lost := p.lost(v)
	what += lossWords(v, failed, rebuilding, foreign, lost)
	switch {
	case v.levelTold && v.left >= 0:
		r.Spared = min(max(0, v.healthy-lost), v.left)
	case v.levelTold:
		r.Spared = max(0, v.healthy-lost)
	case v.left >= 0:
		r.Spared = v.left
	default:
		r.Why = "the device does not say the RAID level of " + r.Group
		return r
	}
	r.Known = true
	if v.levelTold && v.healthy == 0 {
		r.Why = what + ": never had protection"
		return r
	}
	spares := p.fitting(v)
	switch {
	case spares > 0 && lost == 0:
		r.Spared += spares
		what += ", " + inWords(spares) + " hot spare" + ending(spares)
	case spares > 0 && rebuilding == 0:
		what += ", the hot spare has not taken over"
	}
	r.Why = what + ": " + left(r.Spared)
	return r
}

func ending(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// size is how many disks a volume has, where that is known.
func (p *pool) size(v *volume) int {
	if v.told {
		return len(v.disks)
	}
	return len(v.members)
}

// lossWords says what a volume is without; where its members are not told,
// that its controller has such disks.
func lossWords(v *volume, failed, rebuilding, foreign, lost int) string {
	var b strings.Builder
	sep := ", "
	if !v.told && failed+rebuilding+foreign > 0 {
		sep = ", on a controller with "
		if v.degraded {
			sep = ", degraded, on a controller with "
		}
	}
	add := func(n int, word string) {
		if n > 0 {
			b.WriteString(sep + inWords(n) + " " + word)
			sep = ", "
		}
	}
	add(failed, "failed")
	add(rebuilding, "rebuilding")
	add(foreign, "foreign")
	if failed+rebuilding+foreign == 0 {
		add(lost, "missing")
	}
	return b.String()
}

// diskRedundancy is what protects the service from the failure of one disk.
func (p *pool) diskRedundancy(d *disk, soft bool) Redundancy {
	switch {
	case d.role == emptyRole:
		return Redundancy{Why: "the place is empty"}
	case d.role == spareRole:
		return Redundancy{Known: true, Spared: wellProtected, Group: p.name, Unassigned: true, Why: "idle hot spare: nothing depends on it yet"}
	case d.role == freeRole && !d.own:
		return Redundancy{Known: true, Spared: wellProtected, Group: p.name, Unassigned: true, Why: "belongs to no volume: nothing depends on it"}
	case d.role == aloneRole && soft:
		return Redundancy{Group: p.name, Why: "passed through to the operating system, whose software RAID does not name it"}
	case d.role == aloneRole:
		return Redundancy{Known: true, Group: p.name, Why: "passed through: no RAID that the device knows of protects it"}
	}
	if len(p.volumes) == 0 {
		return Redundancy{Group: p.name, Why: "the device does not say which disks form a volume"}
	}
	worst, sure := p.worst(d)
	if worst == nil {
		why := "the device does not say which disks form the volume"
		if slices.ContainsFunc(p.volumes, func(v volume) bool { return v.told }) {
			why = "no volume names it as its member"
		}
		return Redundancy{Group: p.name, Why: why}
	}
	r := worst.result
	if !sure && r.Known {
		r.Why = "one of " + inWords(len(p.volumes)) + " volumes, and the device does not say which; the weakest: " + r.Why
	}
	if d.role == failedRole && worst.fine && r.Known {
		r.Why = "something stands in for it already; " + r.Why
	}
	return r
}

// wellProtected is the t of a disk that serves nobody: three or more by
// definition (reference §4).
const wellProtected = 3

// worst is the volume that suffers first from the failure of d: its own, or
// the weakest of those that it can belong to. Where one of these is unknown,
// so is the answer.
func (p *pool) worst(d *disk) (v *volume, sure bool) {
	if d.grouped && len(p.volumes) == 1 {
		return &p.volumes[0], true
	}
	if d.grouped {
		for n := range p.volumes {
			for _, i := range p.volumes[n].disks {
				if p.disks[i].at == d.at && (v == nil || weaker(&p.volumes[n], v)) {
					v = &p.volumes[n]
				}
			}
		}
		return v, true
	}
	candidates, suffer := 0, d.role == failedRole && p.anySuffers()
	for n := range p.volumes {
		w := &p.volumes[n]
		switch {
		case suffer && w.fine: // whose member failed is not fine
			continue
		case w.told && len(w.members)+len(w.rows) > 0 && d.role != failedRole: // it says who its members are, and this is none
			continue
		}
		candidates++
		if v == nil || weaker(w, v) {
			v = w
		}
	}
	if candidates > 0 && p.software(v) {
		return nil, false
	}
	return v, candidates == 1 && (suffer || len(p.volumes) == 1)
}

// anySuffers reports whether the device calls any volume less than fine.
func (p *pool) anySuffers() bool {
	return slices.ContainsFunc(p.volumes, func(v volume) bool { return !v.fine })
}

// software reports whether a volume of the operating system lists no members
// that are on the list: nobody can tell which disks it lies on.
func (p *pool) software(v *volume) bool { return p.role == fleet.OS && p.group == "" && !v.told }

func weaker(a, b *volume) bool {
	if a.result.Known != b.result.Known {
		return !a.result.Known
	}
	return a.result.Spared < b.result.Spared
}

// softwareRAID reports whether the operating system shows volumes of its own
// over the disks that a controller passes through.
func softwareRAID(pools []pool, r fleet.Role) bool {
	for n := range pools {
		if (pools[n].role != r || pools[n].group == "") && len(pools[n].volumes) > 0 && pools[n].role == fleet.OS {
			return true
		}
	}
	return false
}
