package health

import (
	"fmt"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Cause is one thing that needs a person now: one line, with what follows
// from it underneath.
type Cause struct {
	// Scope is "server", "rack", "site" or "fleet"; Place names a rack or site.
	Scope string
	Place string
	// Server is empty when several are concerned; Servers always has all of them.
	Server  string
	Servers []string
	Code    string
	Key     string // component key
	// Keys are all the parts when one line stands for several; else empty.
	Keys []string
	// Health is how bad it is. Causes about reach are unknown: silence is no
	// verdict, but somebody has to look.
	Health       fleet.Health
	Text         string
	Since        time.Time
	Evidence     fleet.Evidence
	Criticality  fleet.Criticality
	Consequences []fleet.Finding
	// Acknowledged and Maintenance causes are kept, and do not alert.
	Acknowledged bool
	Maintenance  bool
}

// Alerts reports whether the cause still waits for a person.
func (c *Cause) Alerts() bool { return !c.Acknowledged && !c.Maintenance }

// Causes lists what needs a person now, most urgent first: causes that wait
// before those that are acknowledged or in maintenance; critical, then what
// cannot be asked, then warnings; critical servers first; newest first. A rack
// or site that fell silent as a whole is one line.
func Causes(snap *fleet.Snapshot, now time.Time) []Cause {
	var w Watch
	return w.Causes(snap, now)
}

func outageCause(snap *fleet.Snapshot, o Outage) Cause {
	c := Cause{Scope: o.Scope, Place: o.Place, Servers: o.Servers, Code: Unreachable, Health: fleet.Unknown, Since: o.Since,
		Acknowledged: true, Maintenance: true}
	switch o.Scope {
	case "fleet":
		c.Text = fmt.Sprintf("all %d servers are silent: look at this machine's own network first", len(o.Servers))
	default:
		c.Text = fmt.Sprintf("%s %s is silent as a whole: %d servers; look at its power and network first", o.Scope, o.Place, len(o.Servers))
	}
	for _, n := range o.Servers {
		e := snap.Find(n)
		c.Criticality = higher(c.Criticality, e.Server.Criticality)
		for i := range e.State.Findings {
			if f := &e.State.Findings[i]; AboutReach(f.Code) {
				c.Acknowledged = c.Acknowledged && f.Acknowledged
				c.Maintenance = c.Maintenance && f.Maintenance
			}
		}
	}
	return c
}

// entryCauses are the causes of one server. What it is silent about is left
// out when its rack's outage says it already.
func entryCauses(e *fleet.Entry, dark bool) []Cause {
	var out []Cause
	at := map[string]int{}
	for i := range e.State.Findings {
		f := &e.State.Findings[i]
		if f.ConsequenceOf != "" || !needsPerson(f) || dark && AboutReach(f.Code) {
			continue
		}
		at[f.ID()] = len(out)
		out = append(out, Cause{Scope: "server", Server: e.Server.Name, Servers: []string{e.Server.Name}, Code: f.Code, Key: f.Key,
			Health: f.Health, Text: f.Text, Since: f.Since, Evidence: f.Evidence, Criticality: e.Server.Criticality,
			Acknowledged: f.Acknowledged, Maintenance: f.Maintenance})
	}
	for i := range e.State.Findings {
		f := &e.State.Findings[i]
		if j, ok := at[f.ConsequenceOf]; ok && f.ConsequenceOf != "" {
			out[j].Consequences = append(out[j].Consequences, *f)
		}
	}
	return foldWorn(e, out)
}

func needsPerson(f *fleet.Finding) bool {
	return f.Health == fleet.Critical || f.Health == fleet.Warning || AboutReach(f.Code)
}

// staleCauses say that servers were not read in time; when that is most of
// the fleet, nobody is collecting, or not for this process to see, and that is the
// one cause.
func staleCauses(snap *fleet.Snapshot, stale map[string]time.Time, foreign bool) []Cause {
	if len(stale) == 0 {
		return nil
	}
	names := sortedKeys(stale)
	if len(names) >= DarkServers && 2*len(names) > snap.Len() {
		last := stale[names[0]]
		for _, t := range stale {
			if t.After(last) {
				last = t
			}
		}
		text := fmt.Sprintf("%d of %d servers are not being read: is a collector running?", len(names), snap.Len())
		if foreign {
			text = fmt.Sprintf("of %d of %d servers the latest reads are not seen: the collector is another version of ironage", len(names), snap.Len())
		}
		return []Cause{{Scope: "fleet", Servers: names, Code: Stale, Health: fleet.Unknown, Since: last, Text: text}}
	}
	out := make([]Cause, 0, len(names))
	for _, n := range names {
		out = append(out, Cause{Scope: "server", Server: n, Servers: []string{n}, Code: Stale, Health: fleet.Unknown, Since: stale[n],
			Text: "is not read as often as it should be: what is shown is old", Criticality: snap.Find(n).Server.Criticality,
			Maintenance: snap.Find(n).Maintenance != nil})
	}
	return out
}

func higher(a, b fleet.Criticality) fleet.Criticality {
	if importance(b) > importance(a) {
		return b
	}
	return a
}

func importance(c fleet.Criticality) int {
	switch c {
	case fleet.CriticalityLow:
		return 0
	case fleet.CriticalityHigh:
		return 2
	case fleet.CriticalityCritical:
		return 3
	}
	return 1
}

func urgency(c *Cause) int {
	switch {
	case c.Health == fleet.Critical:
		return 3
	case AboutReach(c.Code):
		return 2
	}
	return 1
}

func compareCauses(a, b *Cause) int {
	if x, y := a.Alerts(), b.Alerts(); x != y {
		if x {
			return -1
		}
		return 1
	}
	if d := urgency(b) - urgency(a); d != 0 {
		return d
	}
	if d := importance(b.Criticality) - importance(a.Criticality); d != 0 {
		return d
	}
	if d := b.Since.Compare(a.Since); d != 0 {
		return d
	}
	return strings.Compare(a.Server+a.Key, b.Server+b.Key)
}
