package collect

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// arrival is a part with a serial number that this server did not know before.
type arrival struct {
	key string
	id  fleet.PartID
}

// ended is the record of a part that no longer sits where it sat.
type ended struct {
	key string
	rec fleet.PartRecord
}

// records keeps what is remembered of the parts. A record belongs to a part:
// it ends when another serial number is confirmed in the slot, it goes along
// to another slot of this server, and a successor begins with an empty one.
// While it is open which part sits in a slot, its record is left alone.
func (f *fold) records() {
	n := &f.next
	held := 0
	var came []*fleet.Component
	for i := range n.Components {
		c := &n.Components[i]
		if !c.Kind.Replaceable() {
			continue
		}
		key := f.key(c)
		rec, ok := n.Parts.Find(key)
		if ok {
			held++
		}
		if c.Health == fleet.Absent || c.Role != f.role || !f.fresh(c) || f.open(key, c) {
			continue
		}
		id := identityOf(c, &rec)
		switch {
		case !ok:
			held++
			fallthrough
		case id != "" && id != rec.Serial:
			f.begin(key, id, rec, ok)
			came = append(came, c)
		default:
			f.grow(key, rec, c)
		}
	}
	for _, c := range came {
		f.settle(c)
	}
	f.reunite()
	if n.Parts.Len() > held {
		f.prune()
	}
	for _, e := range f.ended {
		if e.rec.Serial != "" {
			f.departures = append(f.departures, f.departed(e.key, e.rec))
		}
	}
}

// open reports whether this read leaves open which part sits in the slot: a
// swap that is not confirmed, or a serial number that stands in two slots.
func (f *fold) open(key string, c *fleet.Component) bool {
	return f.unsure[key] || f.next.Pending[key].What == fleet.EventSerial || c.Attributes["duplicate_serial"] != ""
}

func (f *fold) doubt(key string) {
	if f.unsure == nil {
		f.unsure = map[string]bool{}
	}
	f.unsure[key] = true
}

// identityOf is the component's identity; mostly it is what the record says.
func identityOf(c *fleet.Component, rec *fleet.PartRecord) string {
	if rec.Serial != "" && c.Serial == rec.Serial {
		return rec.Serial
	}
	return c.Identity()
}

// begin gives the part in a slot a record: a new one, or that of the part
// whose serial number could not be read so far.
func (f *fold) begin(key, id string, rec fleet.PartRecord, had bool) {
	if had && rec.Serial == "" {
		rec.Serial = id
		f.keep(key, rec)
		return
	}
	if had {
		f.ended = append(f.ended, ended{key, rec})
	}
	first, ok := f.next.FirstSeen[key]
	if !ok {
		first = f.at
	}
	fitted, ok := f.fitted[key]
	if !ok {
		fitted = f.next.Swapped[key]
	}
	f.keep(key, fleet.PartRecord{Serial: id, FirstSeen: first, Fitted: fitted})
}

// settle gives a part that came into a slot the history that it had elsewhere
// in this server, or announces it to whoever knows the others.
func (f *fold) settle(c *fleet.Component) {
	key := f.key(c)
	rec := f.next.Parts.Get(key)
	if rec.Serial != "" {
		id := fleet.PartID{Kind: c.Kind, Serial: rec.Serial}
		if old, ok := f.elsewhere(key, id); ok {
			rec = f.moveRecord(old, key, rec)
		} else {
			f.arrivals = append(f.arrivals, arrival{key, id})
		}
	}
	f.grow(key, rec, c)
}

// moveRecord joins a part's record with what was read of it in another slot of
// this server. A part that nobody saw coming has only got another name: its
// place is listed through another endpoint now.
func (f *fold) moveRecord(old ended, key string, here fleet.PartRecord) fleet.PartRecord {
	rec := reunited(old.rec, here)
	if !here.Fitted.IsZero() {
		was := f.departed(old.key, old.rec)
		rec.Carried = was.Carried()
		f.event(fleet.Event{Kind: fleet.EventMoved, Key: key, From: old.key, To: key, Health: fleet.OK,
			Text: fmt.Sprintf("S/N %s sat in %s before; its history came along", old.rec.Serial, old.key)})
	}
	f.keep(key, rec)
	return rec
}

// elsewhere takes the part's record from the slot of this server that it left.
func (f *fold) elsewhere(key string, id fleet.PartID) (ended, bool) {
	for i, e := range f.ended {
		if e.rec.Serial == id.Serial && kindIn(e.key) == id.Kind {
			f.ended = slices.Delete(f.ended, i, i+1)
			return e, true
		}
	}
	for _, other := range f.next.Parts.Names {
		rec := f.next.Parts.Get(other)
		if other == key || rec.Serial != id.Serial || kindIn(other) != id.Kind || sits(&f.next, other, id.Serial) {
			continue
		}
		f.drop(other)
		return ended{other, rec}, true
	}
	return ended{}, false
}

// reunite gives the history of a part that only now was seen to leave its slot
// to the slot of this server in which it was seen before.
func (f *fold) reunite() {
	for _, key := range slices.Sorted(maps.Keys(f.next.Gone)) {
		if rec, ok := f.next.Parts.Find(key); ok && rec.Serial != "" && !sits(&f.next, key, rec.Serial) {
			if to := f.seat(key, rec.Serial); to != "" {
				f.drop(key)
				f.ended = append(f.ended, ended{key, rec})
			}
		}
	}
	f.ended = slices.DeleteFunc(f.ended, func(e ended) bool {
		to := f.seat(e.key, e.rec.Serial)
		if to == "" {
			return false
		}
		f.moveRecord(e, to, f.next.Parts.Get(to))
		return true
	})
}

// seat is another slot of this server in which the part sits now.
func (f *fold) seat(not, serial string) string {
	if serial == "" {
		return ""
	}
	for i := range f.next.Components {
		c := &f.next.Components[i]
		if c.Kind != kindIn(not) || c.Health == fleet.Absent || c.Identity() != serial {
			continue
		}
		if key := c.Key(); key != not && f.next.Parts.Get(key).Serial == serial {
			return key
		}
	}
	return ""
}

// prune ends the records of slots that are no longer listed and whose part is
// not missed either.
func (f *fold) prune() {
	listed := make(map[string]bool, len(f.next.Components))
	for i := range f.next.Components {
		listed[f.next.Components[i].Key()] = true
	}
	for _, key := range f.next.Parts.Names {
		if _, missed := f.next.Gone[key]; !missed && !listed[key] {
			f.finish(key)
		}
	}
}

// finish ends the record of whatever sat in a slot.
func (f *fold) finish(key string) {
	if rec, ok := f.next.Parts.Find(key); ok {
		f.ended = append(f.ended, ended{key, rec})
		f.drop(key)
	}
}

// suffixed lets a part's record follow when the controller takes the name of
// its slot.
func (f *fold) suffixed(was string, c *fleet.Component) {
	rec, ok := f.next.Parts.Find(was)
	if ok && rec.Serial != "" && rec.Serial == c.Identity() {
		f.drop(was)
		f.keep(c.Key(), rec)
	}
}

// keep and drop write to the records, which are shared with the previous state
// until then: most reads change none.
func (f *fold) keep(key string, rec fleet.PartRecord) {
	f.ownParts()
	f.next.Parts.Put(key, rec)
}

func (f *fold) drop(key string) {
	f.ownParts()
	f.next.Parts.Drop(key)
}

func (f *fold) ownParts() {
	if !f.partsOwned {
		f.next.Parts, f.partsOwned = f.next.Parts.Own(), true
	}
}

// firstSeen and dropFirstSeen write to when parts were first seen, which is
// shared with the previous state until then.
func (f *fold) firstSeen(key string, at time.Time) {
	f.ownFirstSeen()
	f.next.FirstSeen[key] = at
}

func (f *fold) dropFirstSeen(key string) {
	if _, ok := f.next.FirstSeen[key]; ok {
		f.ownFirstSeen()
		delete(f.next.FirstSeen, key)
	}
}

func (f *fold) ownFirstSeen() {
	if !f.firstSeenOwned {
		f.next.FirstSeen, f.firstSeenOwned = cloned(f.next.FirstSeen), true
	}
}

// key is a component's key in memory that lasts as long as the state.
func (f *fold) key(c *fleet.Component) string { return c.SharedKey() }

// fit notes since when a part that came into a slot is there.
func (f *fold) fit(key string, at time.Time) {
	if f.fitted == nil {
		f.fitted = map[string]time.Time{}
	}
	f.fitted[key] = at
}

// departed describes a part of the state before as it left its slot.
func (f *fold) departed(key string, rec fleet.PartRecord) fleet.DepartedPart {
	return departure(&f.srv, f.before, key, rec, f.at)
}

// departure describes a part that left a server, with the start of its life as
// it was known there.
func departure(s *fleet.Server, st *fleet.State, key string, rec fleet.PartRecord, at time.Time) fleet.DepartedPart {
	d := fleet.DepartedPart{PartID: fleet.PartID{Kind: kindIn(key), Serial: rec.Serial}, Server: st.Server, Slot: key, Left: at, Record: rec}
	if s.Name != "" {
		d.Server = s.Name
	}
	var c *fleet.Component
	if g, ok := st.Gone[key]; ok && g.Part.Identity() == rec.Serial {
		c, d.Left = &g.Part, g.At
	} else if here := st.Component(key); here != nil && here.Identity() == rec.Serial {
		c = here
	}
	if c == nil { // nothing more is known of it than what it brought
		if rec.Carried != nil {
			d.Since, d.Source = rec.Carried.Since, rec.Carried.Source
		}
		return d
	}
	d.Vendor, d.Model, d.Part, d.CapacityBytes = c.Vendor, c.Model, c.Part, c.CapacityBytes
	d.Life, d.Firmware, d.Manufactured = ageing.LifeKind(c), c.Firmware, c.Manufactured
	age := ageing.OfPart(c, s, st, at)
	d.Since, d.Source = dateOf(age), string(age.Source)
	return d
}

// dateOf writes the start of an age as precisely as it is known.
func dateOf(a ageing.Age) fleet.Date {
	if !a.Known {
		return ""
	}
	switch a.Precision {
	case ageing.Year:
		return fleet.Date(a.Since.Format("2006"))
	case ageing.Month:
		return fleet.Date(a.Since.Format("2006-01"))
	case ageing.Week:
		year, week := a.Since.ISOWeek()
		return fleet.Date(fmt.Sprintf("%04d-W%02d", year, week))
	}
	return fleet.Date(a.Since.Format(time.DateOnly))
}

// kindIn is the kind in a component key, which says it as ironage wrote it: one
// that is not known here is still told from others, and kept.
func kindIn(key string) fleet.Kind {
	kind, _, _ := strings.Cut(key, "/")
	return fleet.KindOf(kind)
}

// sits reports whether the part with that serial number is in that slot.
func sits(st *fleet.State, key, serial string) bool {
	c := st.Component(key)
	return c != nil && c.Health != fleet.Absent && c.Identity() == serial
}
