package collect

import (
	"maps"
	"slices"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
)

// Bounds of what is kept of one part: names and numbers come from devices.
const (
	mostTrails    = 16
	longestTrail  = 64   // bytes of a counter's name
	hoursMayFall  = 24.0 // by so much power-on hours may fall without a counter having begun anew
	counterMostly = 8    // room for the trails of an ordinary disk
)

// modelled are the counters that the risk model reads: they are kept first.
var modelled = []string{"reallocated", "pending", "uncorrectable", "offline_uncorrectable", "media_errors", "crc_errors",
	"command_timeouts", "corrected_errors", "uncorrected_errors", "machine_checks"}

// grow adds what this read says to a part's record. Most reads say nothing
// new, and cost no write.
func (f *fold) grow(key string, rec fleet.PartRecord, c *fleet.Component) {
	news, fell := says(&rec, c)
	if !news {
		return
	}
	if fell && !f.full && !rec.Reset {
		// Another part may sit there, which only an inventory tells. A part that
		// is known to forget is not asked about again and again.
		f.ep.WantFull = true
		return
	}
	changed := false
	if h := hoursOf(c); h > rec.Hours {
		rec.Hours, changed = h, true
	} else if h > 0 && h < rec.Hours-hoursMayFall && !rec.Reset {
		rec.Reset, changed = true, true
	}
	if f.count(&rec, c.Counters) || changed {
		f.keep(key, rec)
	}
}

// count adds the counters of a read to their trails.
func (f *fold) count(rec *fleet.PartRecord, counters map[string]float64) (changed bool) {
	for _, name := range followed(counters, rec.Trails) {
		v := counters[name]
		t, ok := rec.Trails[name]
		if ok && t.Value() == v {
			continue
		}
		next, reset := t.Add(v, f.at)
		if next.BaseAt.Equal(t.BaseAt) && len(next.Steps) == len(t.Steps) && next.LastRise().Equal(t.LastRise()) {
			continue // no number, or read before the latest change
		}
		if !changed {
			rec.Trails, changed = trailsOf(rec.Trails), true
		}
		rec.Trails[name] = next
		rec.Reset = rec.Reset || reset
	}
	return changed
}

// says reports whether a read says something that the record does not, and
// whether a counter or the hours are lower than they were.
func says(rec *fleet.PartRecord, c *fleet.Component) (news, fell bool) {
	if h := hoursOf(c); h > 0 {
		fell = h < rec.Hours-hoursMayFall
		news = fell || h > rec.Hours
	}
	for name, v := range c.Counters {
		t, ok := rec.Trails[name]
		if last := t.Value(); !ok || v != last {
			news = true
			fell = fell || ok && v >= 0 && v < last
		}
	}
	return news, fell
}

// hoursOf are the power-on hours that a read gives, 0 when it gives none that
// can be believed.
func hoursOf(c *fleet.Component) float64 {
	if c.PowerOnHours == nil || !(*c.PowerOnHours > 0) || *c.PowerOnHours > ageing.MaxHours {
		return 0
	}
	return *c.PowerOnHours
}

// followed are the names of the counters that get a trail: those that have one,
// then what the risk model reads, then the others by name, for as long as
// there is room.
func followed(counters map[string]float64, have map[string]fleet.Trail) []string {
	if len(counters) == 0 {
		return nil
	}
	out := make([]string, 0, counterMostly)
	room := mostTrails - len(have)
	news := false
	for name := range counters {
		if _, ok := have[name]; ok {
			out = append(out, name)
		} else if len(name) <= longestTrail {
			news = true
		}
	}
	if !news || room <= 0 {
		return out
	}
	fresh := slices.DeleteFunc(slices.Collect(maps.Keys(counters)), func(name string) bool {
		_, ok := have[name]
		return ok || len(name) > longestTrail
	})
	slices.SortFunc(fresh, func(a, b string) int {
		if x, y := rankOf(a), rankOf(b); x != y {
			return x - y
		}
		if a < b {
			return -1
		}
		return 1
	})
	return append(out, fresh[:min(room, len(fresh))]...)
}

func rankOf(name string) int {
	if i := slices.Index(modelled, name); i >= 0 {
		return i
	}
	return len(modelled)
}

func trailsOf(m map[string]fleet.Trail) map[string]fleet.Trail {
	if m == nil {
		return make(map[string]fleet.Trail, counterMostly)
	}
	return maps.Clone(m)
}

// reunited is the record of a part that has a history elsewhere and was read
// here already: the older history, continued by what was read here.
func reunited(old, here fleet.PartRecord) fleet.PartRecord {
	out := here
	out.Carried, out.Also = old.Carried, ""
	out.FirstSeen = earlier(old.FirstSeen, here.FirstSeen)
	out.Hours = max(old.Hours, here.Hours)
	out.Reset = old.Reset || here.Reset || here.Hours > 0 && here.Hours < old.Hours-hoursMayFall
	out.Trails = trailsOf(old.Trails)
	for _, name := range slices.Sorted(maps.Keys(here.Trails)) {
		h := here.Trails[name]
		t, ok := out.Trails[name]
		if !ok {
			if len(out.Trails) < mostTrails {
				out.Trails[name] = h
			}
			continue
		}
		fell, again := false, false
		t, fell = t.Add(h.Base, h.BaseAt)
		for _, s := range h.Steps {
			var reset bool
			t, reset = t.Add(s.Value, s.At)
			again = again || reset
		}
		out.Trails[name], out.Reset = t, out.Reset || fell || again
	}
	return out
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
