package queue

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// freshEnough is how old the last successful poll may be when work starts.
const freshEnough = 15 * time.Minute

// Facts are what the checks before work (T7) ask about a server. The zero
// Facts know nothing and therefore ask for everything.
type Facts struct {
	Reachable  bool      // some probe gets an answer
	LastPoll   time.Time // last successful poll; zero = never
	Located    bool      // the slot's name and the serial number are known
	Working    bool      // the part works
	LastOne    bool      // no further failure is survived (t = 0)
	Rebuilding string    // the volume or disk that is being rebuilt or checked
	Others     []int64   // other orders of the same server that are in progress
}

// Check is something that a person must confirm before work starts. The
// confirmation is kept in the log.
type Check struct {
	Code string // stable: what Change.Confirmed holds
	Text string // what the person confirms
}

// The codes of the checks.
const (
	CheckOnSite     = "on-site"
	CheckStale      = "stale"
	CheckLocate     = "locate"
	CheckSameServer = "same-server"
	CheckLastOne    = "last-one"
	CheckRebuilding = "rebuilding"
)

// FactsOf gathers the facts about o from what is known of the fleet.
func FactsOf(o Order, snap *fleet.Snapshot, orders []Order) Facts {
	f := Facts{Located: located(&o)}
	for _, other := range orders {
		if other.ID != o.ID && other.Server == o.Server && other.State == InProgress {
			f.Others = append(f.Others, other.ID)
		}
	}
	if snap == nil {
		return f
	}
	entry := snap.Find(o.Server)
	if entry == nil {
		return f
	}
	st := &entry.State
	f.LastPoll = st.LastRead()
	for _, ep := range st.Endpoints {
		f.Reachable = f.Reachable || ep.SNMP == fleet.Answered || ep.Ping.Reach == fleet.Answered
	}
	if c := st.Component(o.Slot); c != nil {
		// A part that predicts its failure still carries its load.
		f.Working = c.Health == fleet.OK || c.Health == fleet.Warning
		f.LastOne = lastOne(st, c) || unprotected(st, c)
	}
	f.Rebuilding = rebuilding(st)
	return f
}

// located reports whether somebody in the aisle can find the part: the place
// by its name and the part by its label.
func located(o *Order) bool {
	_, slot, _ := strings.Cut(o.Slot, "/")
	return (o.Place != "" || slot != "") && fleet.NormalSerial(o.Old.Serial) != ""
}

// lastOne reports whether taking c out would leave no working part of a kind
// that shares its load: the second power supply when the first has failed.
func lastOne(st *fleet.State, c *fleet.Component) bool {
	switch c.Kind {
	case fleet.PSU:
		for i := range st.Components {
			if other := &st.Components[i]; other.Kind == c.Kind && other.Slot != c.Slot && other.Health == fleet.OK {
				return false
			}
		}
		return true
	case fleet.Disk:
		// A volume that is not whole stands on every disk it still has.
		return slices.ContainsFunc(st.Components, func(v fleet.Component) bool {
			return v.Kind == fleet.RAIDVolume && (v.Health == fleet.Warning || v.Health == fleet.Critical) &&
				(v.Group == "" || c.Group == "" || v.Group == c.Group)
		})
	}
	return false
}

// unprotected reports whether the device tells that nothing stands in for c: a
// disk of a RAID 0, a memory module. A battery's failure stops nothing.
func unprotected(st *fleet.State, c *fleet.Component) bool {
	at := slices.IndexFunc(st.Components, func(o fleet.Component) bool { return o.Key() == c.Key() })
	if at < 0 || c.Kind == fleet.Battery {
		return false
	}
	r := health.RedundancyOf(st)[at]
	return r.Known && r.Spared == 0 && !r.Unassigned
}

func rebuilding(st *fleet.State) string {
	for i := range st.Components {
		c := &st.Components[i]
		if c.Kind != fleet.Disk && c.Kind != fleet.RAIDVolume {
			continue
		}
		meaning := strings.ToLower(c.Native.Meaning())
		if c.Attributes["progress_pct"] != "" || strings.Contains(meaning, "rebuild") || strings.Contains(meaning, "consistency check") {
			return bound(c.Label())
		}
	}
	return ""
}

// Checks lists what has to be confirmed before work on o starts (ageing
// reference §6.4). It is the same list for the form that asks and for Apply.
func Checks(o Order, f Facts, now time.Time) []Check {
	var cs []Check
	add := func(code, format string, args ...any) {
		cs = append(cs, Check{Code: code, Text: fmt.Sprintf(format, args...)})
	}
	if !f.Reachable {
		add(CheckOnSite, "no probe reaches %s: somebody is standing in front of it", o.Server)
	}
	switch {
	case f.LastPoll.IsZero():
		add(CheckStale, "%s was never read: its state is not known", o.Server)
	case now.Sub(f.LastPoll) > freshEnough:
		add(CheckStale, "%s was last read %s ago: its state may have changed", o.Server, now.Sub(f.LastPoll).Round(time.Minute))
	}
	if !f.Located {
		add(CheckLocate, "slot or serial number is not known: the part is found another way")
	}
	if f.Working && f.LastOne {
		add(CheckLastOne, "the part works and nothing is left to take over for it: the service may stop")
	}
	if f.Rebuilding != "" {
		add(CheckRebuilding, "%s is being rebuilt or checked", f.Rebuilding)
	}
	if len(f.Others) > 0 {
		add(CheckSameServer, "work on the same server is in progress: order %s", ids(f.Others))
	}
	return cs
}

func ids(ns []int64) string {
	var s []string
	for _, n := range ns {
		s = append(s, fmt.Sprint(n))
	}
	return strings.Join(s, ", ")
}

func factsOrNone(c Change) Facts {
	if c.Facts == nil {
		return Facts{}
	}
	return *c.Facts
}

// unconfirmed are the checks that c does not confirm.
func unconfirmed(o Order, c Change, now time.Time) []Check {
	return slices.DeleteFunc(Checks(o, factsOrNone(c), now), func(k Check) bool {
		return slices.Contains(c.Confirmed, k.Code)
	})
}

// confirmed are the checks that were asked and confirmed, for the log.
func confirmed(o Order, c Change, now time.Time) []string {
	var codes []string
	for _, k := range Checks(o, factsOrNone(c), now) {
		codes = append(codes, k.Code)
	}
	return codes
}
