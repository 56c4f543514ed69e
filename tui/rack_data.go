package tui

import (
	"slices"

	"ironage/internal/ageing"
	"ironage/internal/ops"
	"ironage/internal/racks"
)

// rackData is the fleet by place, kept until the fleet changes.
type rackData struct {
	of     *ops.View
	layout *racks.Layout
	rooms  []racks.Room
	apart  *racks.Rack
	seen   []*digest
	bases  []racks.Item // what the state of each says: 60 parts each are not looked at again
}

// sync brings the places up to the latest view.
func (d *rackData) sync(sh *shared) {
	if sh.view == nil || sh.view.Fleet == nil || d.of == sh.view && d.layout != nil {
		return
	}
	d.of = sh.view
	all := sh.digests.all
	if d.layout != nil && slices.Equal(all, d.seen) {
		return
	}
	bases, items := make([]racks.Item, len(all)), make([]racks.Item, len(all))
	for i, x := range all {
		if i < len(d.seen) && d.seen[i].entry == x.entry {
			bases[i] = d.bases[i]
		} else {
			bases[i] = racks.Of(x.entry)
		}
		base := bases[i]
		base.AgeKnown, base.Over = x.age.Known, x.band == ageing.BandOver || x.band == ageing.BandFarOver
		if pct, known := x.risk(); known {
			base.Risk = pct
		}
		items[i] = base
	}
	d.seen, d.bases = slices.Clone(all), bases
	d.layout = racks.Build(items, sh.racks)
	d.rooms, d.apart = d.layout.Rooms(), d.layout.Apart()
}

// all are the racks in order, and last what stands in none.
func (d *rackData) all() []*racks.Rack {
	if d.layout == nil {
		return nil
	}
	if d.apart == nil {
		return d.layout.Racks
	}
	return append(d.layout.Racks[:len(d.layout.Racks):len(d.layout.Racks)], d.apart)
}

// lineOf is the first line that shows a server; -1: none does.
func lineOf(ls []racks.Line, server string) int {
	for i := range ls {
		if ls[i].P != nil && ls[i].P.Server.Name == server {
			return i
		}
	}
	return -1
}
