package collect

import (
	"fmt"
	"slices"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// darkness holds news of silence back for a short while, to tell whether a
// whole rack or site went dark: then that is one event, not two hundred. The
// states themselves show the silence at once.
type darkness struct {
	wait  time.Duration
	held  []heldEvent
	known map[string]health.Outage // announced and not over, by scope and place
}

type heldEvent struct {
	event fleet.Event
	until time.Time
}

func newDarkness(wait time.Duration) *darkness {
	return &darkness{wait: wait, known: map[string]health.Outage{}}
}

// hold keeps an event back when it may be part of something bigger. News that
// a server is back lets go of what was held about it, so that history keeps
// its order.
func (d *darkness) hold(e fleet.Event, st *fleet.State, out *outbox, now time.Time) bool {
	switch e.Kind {
	case fleet.EventUnreachable:
	case fleet.EventSilent:
		for i := range st.Endpoints {
			if ep := &st.Endpoints[i]; health.EndpointKey(ep.Role) == e.Key && ep.Ping.Reach == fleet.Answered {
				return false // the machine is there; only its agent is not
			}
		}
	case fleet.EventBack:
		if d.outageOf(e.Server) == "" {
			d.letGo(e.Server, out)
			return false
		}
	default:
		return false
	}
	d.held = append(d.held, heldEvent{e, now.Add(d.wait)})
	return true
}

func (d *darkness) letGo(server string, out *outbox) {
	d.held = slices.DeleteFunc(d.held, func(h heldEvent) bool {
		if h.event.Server != server {
			return false
		}
		out.event(h.event)
		return true
	})
}

func (d *darkness) outageOf(server string) string {
	for id, o := range d.known {
		if slices.Contains(o.Servers, server) {
			return id
		}
	}
	return ""
}

func outageID(o health.Outage) string { return o.Scope + "\x00" + o.Place }

// release announces outages and their ends, and lets go of what waited long
// enough; at a zero time of everything.
func (d *darkness) release(out *outbox, members []health.Member, window time.Duration, now time.Time) {
	if len(d.held) == 0 {
		return
	}
	at := now
	if at.IsZero() {
		at = out.cfg.Now()
	}
	inOutage := map[string]bool{}
	for _, o := range health.Outages(members, window) {
		for _, name := range o.Servers {
			inOutage[name] = true
		}
		if known, ok := d.known[outageID(o)]; ok && len(known.Servers) >= len(o.Servers) {
			continue
		}
		d.known[outageID(o)] = o
		out.event(fleet.Event{Time: at, Kind: fleet.EventSite, To: "silent", Health: fleet.Critical, Text: outageText(o)})
	}
	d.over(out, members, at, now)
	kept := d.held[:0]
	for _, h := range d.held {
		switch {
		case h.event.Kind != fleet.EventBack && inOutage[h.event.Server]:
			// The outage says it.
		case now.IsZero() || !now.Before(h.until):
			out.event(h.event)
		default:
			kept = append(kept, h)
		}
	}
	d.held = kept
}

// over declares outages over whose servers answer again: all of them, or as
// many as came back within the wait.
func (d *darkness) over(out *outbox, members []health.Member, at, now time.Time) {
	silent := map[string]bool{}
	for _, m := range members {
		silent[m.Name] = m.Silent
	}
	for id, o := range d.known {
		back, expired := 0, now.IsZero()
		for _, name := range o.Servers {
			if !silent[name] {
				back++
			}
		}
		for _, h := range d.held {
			if h.event.Kind == fleet.EventBack && slices.Contains(o.Servers, h.event.Server) && !now.IsZero() && !now.Before(h.until) {
				expired = true
			}
		}
		if back < len(o.Servers) && (!expired || back == 0) {
			continue
		}
		delete(d.known, id)
		text, worry := fmt.Sprintf("%s answers again: %d servers", placeText(o), back), fleet.OK
		if back < len(o.Servers) {
			text, worry = fmt.Sprintf("%s answers again in part: %d of %d servers", placeText(o), back, len(o.Servers)), fleet.Warning
		}
		out.event(fleet.Event{Time: at, Kind: fleet.EventSite, From: "silent", To: "answers", Health: worry, Text: text})
		d.held = slices.DeleteFunc(d.held, func(h heldEvent) bool {
			return h.event.Kind == fleet.EventBack && slices.Contains(o.Servers, h.event.Server)
		})
	}
}

func outageText(o health.Outage) string {
	return fmt.Sprintf("%s went silent as a whole: %d servers (%s)", placeText(o), len(o.Servers), shortList(o.Servers))
}

func placeText(o health.Outage) string {
	if o.Scope == "fleet" {
		return "the whole fleet"
	}
	return o.Scope + " " + o.Place
}

func shortList(names []string) string {
	if len(names) <= 4 {
		return fmt.Sprint(names)[1 : len(fmt.Sprint(names))-1]
	}
	return fmt.Sprintf("%s … %s", names[0], names[len(names)-1])
}
