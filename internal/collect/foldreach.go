package collect

import (
	"fmt"
	"slices"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// reach folds whether the endpoint answered, and makes events when it is
// believed to have fallen silent, or answers again.
func (f *fold) reach() {
	e, o := f.ep, f.obs
	need := f.rules.ReadsFor(0)
	was := health.Trouble(e, need)
	e.LastTry, e.Cost, e.SNMP, e.Note = f.at, o.Cost, o.SNMP, o.SNMPNote
	if o.Ping.Reach != fleet.NotAsked && o.Ping.Reach != "" || e.Ping.Reach == "" {
		e.Ping = o.Ping
	}
	switch o.Ping.Reach {
	case fleet.Silent:
		e.PingMisses++
	case fleet.Answered, fleet.NotPermitted:
		e.PingMisses = 0
	}
	if o.SNMP == fleet.Answered {
		e.Misses, e.LastOK, e.Errors = 0, f.at, o.Errors
		e.WantFull = false
		if o.Engine != "" {
			e.Engine = o.Engine
		}
		if len(o.Profiles) > 0 {
			e.Profiles = o.Profiles
		}
		if f.full {
			f.inventoried(e)
		}
		for _, u := range e.Unread {
			if !slices.ContainsFunc(o.Errors, func(r fleet.ReadError) bool { return r.What == u.What }) {
				e.Errors = append(slices.Clone(e.Errors), u)
			}
		}
	} else if o.SNMP != fleet.NotAsked && o.SNMP != "" {
		e.Misses++
	}
	is := health.Trouble(e, need)
	if is == was {
		return
	}
	key := health.EndpointKey(e.Role)
	if is == "" {
		f.event(fleet.Event{Kind: fleet.EventBack, Key: key, From: was, To: "answers", Health: fleet.OK,
			Text: fmt.Sprintf("%s %s answers again", e.Role, e.Address)})
		return
	}
	from := was
	if from == "" {
		from = "answers"
		if e.LastOK.IsZero() {
			from = "never read"
		}
	}
	kind, worry := troubleEvent(is)
	f.event(fleet.Event{Kind: kind, Key: key, From: from, To: is, Health: worry, Text: health.TroubleText(e, is),
		Evidence: fleet.Evidence{Time: f.at, Role: e.Role, Meaning: string(o.SNMP)}})
}

// troubleEvent is the event for a trouble, and how soon somebody should look.
func troubleEvent(code string) (fleet.EventKind, fleet.Health) {
	switch code {
	case health.Unreachable:
		return fleet.EventUnreachable, fleet.Critical
	case health.Unresolved:
		return fleet.EventUnreachable, fleet.Warning
	case health.Refused:
		return fleet.EventRefused, fleet.Warning
	}
	return fleet.EventSilent, fleet.Warning
}

// inventoried notes that the endpoint was read in full, and what was left out.
// That is tried again once, soon: mostly the device was busy. A table that it
// never gives waits for the next regular inventory.
func (f *fold) inventoried(e *fleet.EndpointState) {
	before := len(e.Unread) > 0
	e.LastFull, e.Unread = f.at, nil
	for _, r := range f.obs.Errors {
		if len(r.Kinds) > 0 {
			e.Unread = append(e.Unread, r)
		}
	}
	e.WantFull = len(e.Unread) > 0 && !before
}
