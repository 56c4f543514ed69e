package ops

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/queue"
)

// Fill completes a proposal about a known component with what the view shows:
// the part in the slot, its place, the reasons with their evidence, and a tier.
// What the proposal says itself stays.
func (d *Desk) Fill(p queue.Proposal) queue.Proposal {
	entry := d.View().Fleet.Find(p.Server)
	if entry == nil {
		return p
	}
	p.Criticality = cmp.Or(p.Criticality, entry.Server.Criticality)
	p.Chassis = cmp.Or(p.Chassis, entry.State.Device.Serial)
	c := entry.State.Component(p.Slot)
	if c == nil {
		if g, ok := entry.State.Gone[p.Slot]; ok {
			c = &g.Part // the slot is empty; what was in it is what has to be replaced
		} else {
			return p
		}
	}
	p.Kind, p.Place = cmp.Or(p.Kind, c.Kind), cmp.Or(p.Place, c.Place)
	if p.Old == (queue.Part{}) {
		p.Old = partOf(c)
	}
	p.Untracked = p.Untracked || c.Identity() == ""
	if len(p.Reasons) == 0 {
		p.Reasons = d.reasons(entry, c)
		if note := strings.TrimSpace(p.Note); note != "" && len(p.Reasons) == 0 {
			p.Reasons = []queue.Reason{{Code: queue.ReasonManual, Text: note, StillTrue: true}}
		}
	}
	p.Tier = cmp.Or(p.Tier, suggestedTier(entry, c, p.Reasons))
	return p
}

func partOf(c *fleet.Component) queue.Part {
	p := queue.Part{Vendor: c.Vendor, Model: c.Model, PartNumber: c.Part, Serial: c.Serial, Firmware: c.Firmware}
	if c.CapacityBytes != nil {
		p.CapacityBytes = *c.CapacityBytes
	}
	return p
}

// reasons turns what is found about a part into causes of an order.
func (d *Desk) reasons(e *fleet.Entry, c *fleet.Component) []queue.Reason {
	now := d.now()
	var out []queue.Reason
	for i := range e.State.Findings {
		f := &e.State.Findings[i]
		code, ok := reasonFor(f.Code)
		if !ok || f.Key != c.Key() {
			continue
		}
		out = append(out, queue.Reason{Code: code, Text: f.Text, FirstSeen: f.Since, LastSeen: lastSeen(f, now), Evidence: f.Evidence, StillTrue: true})
	}
	_, settings := d.currentRules()
	lives, life := settings.Life, ageing.LifeKind(c)
	age := ageing.OfPart(c, &e.Server, &e.State, now)
	if band := lives.Band(life, age, nil); band == ageing.BandOver || band == ageing.BandFarOver {
		out = append(out, queue.Reason{Code: queue.ReasonAge, FirstSeen: now, LastSeen: now, StillTrue: true,
			Text: fmt.Sprintf("%s: %s, planned for %g y", band, age.Label(), lives.Life[life])})
	}
	return out
}

func lastSeen(f *fleet.Finding, now time.Time) time.Time {
	if f.Evidence.Time.IsZero() {
		return now
	}
	return f.Evidence.Time
}

func reasonFor(code string) (queue.ReasonCode, bool) {
	switch code {
	case health.Failed, health.Vanished:
		return queue.ReasonFailed, true
	case health.Predictive:
		return queue.ReasonPredictive, true
	case health.WornOut:
		return queue.ReasonWear, true
	case health.Degraded, health.Rebuilding, health.Hot, health.SourcesDisagree, health.Fault:
		return queue.ReasonDegraded, true
	}
	return "", false
}

// suggestedTier is how urgent an order is, as a first guess that a person may
// change: failed is P1 where nothing carries the load or the server is
// critical, else P2; predictive is P2; wear and other signs are P3; age alone,
// and what a person proposes without a sign, is P4.
func suggestedTier(e *fleet.Entry, c *fleet.Component, reasons []queue.Reason) queue.Tier {
	tier := queue.P4
	for _, r := range reasons {
		switch {
		case r.Code == queue.ReasonFailed && (!covered(e, c) || e.Server.Criticality == fleet.CriticalityCritical):
			tier = min(tier, queue.P1)
		case r.Code == queue.ReasonFailed, r.Code == queue.ReasonPredictive, r.Code == queue.ReasonUE:
			tier = min(tier, queue.P2)
		case r.Code != queue.ReasonManual && !r.Code.Policy():
			tier = min(tier, queue.P3)
		}
	}
	return tier
}

// covered reports whether something carries the load of a failed part: other
// power supplies or fans, or volumes that are still alive.
func covered(e *fleet.Entry, c *fleet.Component) bool {
	switch c.Kind {
	case fleet.PSU, fleet.Fan:
		weighed := health.Weigh(e.State.Components)
		for i := range e.State.Components {
			if e.State.Components[i].Key() == c.Key() {
				return weighed[i] != fleet.Critical
			}
		}
		return true // gone from its slot, and the server answers
	case fleet.Disk:
		for i := range e.State.Components {
			v := &e.State.Components[i]
			if v.Kind == fleet.RAIDVolume && v.Health == fleet.Critical && (v.Group == "" || c.Group == "" || v.Group == c.Group) {
				return false
			}
		}
		return true
	}
	return false
}
