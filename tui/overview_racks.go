package tui

import (
	"cmp"
	"slices"
	"strings"

	"ironage/internal/fleet"
	"ironage/internal/racks"
)

// rackTally is a rack with the health of its servers.
type rackTally struct {
	id      racks.ID
	counts  [5]int
	servers int
}

// worstRacks are the racks with something wrong, worst first: by critical
// servers, then by those that nobody can ask, then by warnings.
func (f *fleetSums) worstRacks() []*rackTally {
	var out []*rackTally
	for _, r := range f.racks {
		if r.counts[fleet.Critical]+r.counts[fleet.Warning]+r.counts[fleet.Unknown] > 0 {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *rackTally) int {
		return cmp.Or(cmp.Compare(b.counts[fleet.Critical], a.counts[fleet.Critical]), cmp.Compare(b.counts[fleet.Unknown], a.counts[fleet.Unknown]),
			cmp.Compare(b.counts[fleet.Warning], a.counts[fleet.Warning]), fleet.CompareNames(a.id.Name, b.id.Name),
			cmp.Compare(a.id.Site+"\x00"+a.id.Room, b.id.Site+"\x00"+b.id.Room))
	})
	return out
}

// rackRows are the worst racks, each with how many of its servers are how.
func rackRows(sh *shared, sum *fleetSums) []sideRow {
	worst := sum.worstRacks()
	if len(worst) == 0 {
		return []sideRow{{draw: func(w int) string { return sh.styles.faint.Render(cut(sh.t.Say("no rack has trouble"), w)) }, msg: openPageMsg{page: pageRacks}}}
	}
	rows := make([]sideRow, 0, len(worst))
	for _, r := range worst {
		rows = append(rows, sideRow{draw: func(w int) string { return rackLine(sh, r, w) },
			msg: openRackMsg{strings.Join([]string{r.id.Site, r.id.Room, r.id.Name}, "/")}})
	}
	return rows
}

// rackLine is "A07 dc1  ✗1 ▴2 of 12".
func rackLine(sh *shared, r *rackTally, w int) string {
	if sh.linear {
		return rackWords(sh, r)
	}
	st := sh.styles
	plain, tail := 0, ""
	for _, h := range rackHealths {
		if n := r.counts[h]; n > 0 {
			cell := sh.count(n)
			plain += 2 + width(cell)
			tail += " " + st.healthStyle(h).Underline(false).Render(st.glyphText(h)+cell)
		}
	}
	of := " " + sh.t.Say("of %d", r.servers)
	name := rackName(sh, r)
	room := max(w-plain-width(of), 3)
	if width(name) > room {
		name = clean(r.id.Name)
	}
	return fit(cut(name, room), room) + tail + st.faint.Render(of)
}

// rackHealths are what makes a rack bad, the worst first.
var rackHealths = [...]fleet.Health{fleet.Critical, fleet.Unknown, fleet.Warning}

// rackName is a rack's name, with room and site where they tell racks apart.
func rackName(sh *shared, r *rackTally) string {
	name := clean(r.id.Name)
	if sh.digests.rooms {
		name = strings.TrimSpace(name + " " + clean(r.id.Room))
	}
	if sh.digests.sites {
		name = strings.TrimSpace(name + " " + clean(r.id.Site))
	}
	return name
}
