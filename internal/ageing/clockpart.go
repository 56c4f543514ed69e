package ageing

import (
	"fmt"
	"time"

	"ironage/internal/fleet"
)

// OfPart is the age of one component in its slot, from the best source for its
// kind (reference §1.2). Who asks about many parts of a server uses a Survey.
func OfPart(c *fleet.Component, s *fleet.Server, st *fleet.State, now time.Time) Age {
	v := survey(s, st, now)
	return v.Age(c)
}

// Age is the age of one of the server's components.
func (v *Survey) Age(c *fleet.Component) Age { return v.reckon(c, false) }

// ExplainAge is Age with Checks: what every source says, also those that were
// not taken or not believed.
func (v *Survey) ExplainAge(c *fleet.Component) Age { return v.reckon(c, true) }

// past is what is remembered of the part in a slot.
type past struct {
	firstSeen time.Time
	// fitted is when it came into its slot; zero: it was there at the first read.
	fitted  time.Time
	carried *fleet.Carried
	hours   float64
	reset   bool
}

// pastOf reads the records of a slot. A record of another part than the one
// that sits there now says nothing about it.
func (v *Survey) pastOf(c *fleet.Component, identity string) past {
	if v.state == nil {
		return past{}
	}
	var p past
	key := c.Key()
	if rec, ok := v.state.Parts.Find(key); ok && (rec.Serial == "" || identity == "" || rec.Serial == identity) {
		p = past{firstSeen: rec.FirstSeen, fitted: rec.Fitted, carried: rec.Carried, reset: rec.Reset}
		p.hours, _ = believableHours(&rec.Hours)
	}
	if p.firstSeen.IsZero() {
		p.firstSeen = v.state.FirstSeen[key]
	}
	if p.fitted.IsZero() {
		p.fitted = v.state.Swapped[key]
	}
	return p
}

// resetHours is how far power-on hours may fall before it counts as a reset.
const resetHours = 24

func (v *Survey) reckon(c *fleet.Component, detail bool) Age {
	r := reckoning{today: v.today, limit: v.limit, detail: detail}
	identity := c.Identity()
	p := v.pastOf(c, identity)
	hours, bad := believableHours(c.PowerOnHours)
	if bad {
		r.reject(FromPowerOn, Date{}, rawHours(*c.PowerOnHours, detail), BadHours, "not a number of hours from 0 to 200,000")
	}
	if p.reset || hours > 0 && hours < p.hours-resetHours {
		r.age.Flags |= CounterReset
	}
	hours = max(hours, p.hours)
	if identity == "" || c.Attributes["duplicate_serial"] != "" {
		r.age.Flags |= Untracked
	}
	v.recorded(&r, c, identity, &p)
	if c.Kind == fleet.Disk { // a disk often outlives or is younger than its server
		v.device(&r, c, &p, hours)
		v.ofServer(&r, &p)
	} else {
		v.ofServer(&r, &p)
		v.device(&r, c, &p, hours)
	}
	r.carried(&p, func(s Source) bool { return !exact(s) && !ofServer(s) })
	r.moment(FromFirstSeen, p.firstSeen)
	return r.done(hours)
}

func rawHours(h float64, detail bool) string {
	if !detail {
		return ""
	}
	return fmt.Sprintf("%g h", h)
}

// recorded claims what people or this product wrote down about the part itself.
func (v *Survey) recorded(r *reckoning, c *fleet.Component, identity string, p *past) {
	r.carried(p, exact)
	if p.carried == nil {
		r.moment(FromSwap, p.fitted)
	}
	if len(v.server.Parts) == 0 {
		return
	}
	note, conflict := v.noteFor(c, identity)
	switch {
	case conflict:
		r.age.Flags |= DateConflict
	case note != nil && (named(note, identity) || !before(note.InService, p.fitted)):
		r.text(FromInventory, string(note.InService))
		r.text(FromPurchase, string(note.Purchased))
	}
}

// named reports that a note is about this very part, not only about its place.
func named(note *fleet.PartNote, identity string) bool {
	return identity != "" && fleet.NormalSerial(note.Serial) == identity
}

// before reports that a note was about the part that sat in the slot before.
func before(d fleet.Date, fitted time.Time) bool {
	date, ok := readDate(string(d))
	return !fitted.IsZero() && (!ok || date.Time.Before(today(fitted)))
}

// device claims what the part says about itself.
func (v *Survey) device(r *reckoning, c *fleet.Component, p *past, hours float64) {
	r.manufactured(c.Manufactured, p.firstSeen)
	r.powerOn(hours, v.now)
}

// ofServer claims the server's own dates for a part that was there from the
// start: or, for one that moved, those of the server that it came from.
func (v *Survey) ofServer(r *reckoning, p *past) {
	r.carried(p, ofServer)
	if p.carried != nil || !p.fitted.IsZero() {
		return
	}
	r.claim(FromServerInventory, v.inService, string(v.server.InService))
	r.claim(FromServerPurchase, v.purchased, string(v.server.Purchased))
}

// carried claims the start that a part brought along from its earlier place.
func (r *reckoning) carried(p *past, rank func(Source) bool) {
	if c := p.carried; c != nil && rank(Source(c.Source)) {
		r.text(Source(c.Source), string(c.Since))
	}
}

func exact(s Source) bool    { return s == FromSwap || s == FromInventory || s == FromPurchase }
func ofServer(s Source) bool { return s == FromServerInventory || s == FromServerPurchase }
