package ops

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// Fill completes a proposal about a known component with what the view shows:
// the part in the slot, its place, the reasons with their evidence, and a tier.
// What the proposal says itself stays.
func (d *Desk) Fill(p queue.Proposal) queue.Proposal {
	p.Raised = p.Tier != "" // as far as nothing is known of the part
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
	d.weigh(&p, entry, c)
	return p
}

// weigh adds the judgement of the part: how likely it is to fail, what that
// would cost, and so how urgent the order is. It is a suggestion: a tier that
// the proposal names stays.
func (d *Desk) weigh(p *queue.Proposal, e *fleet.Entry, c *fleet.Component) {
	_, set := d.currentRules()
	judged := ageing.Case{Kind: ageing.LifeKind(c), Spared: ageing.UnknownSpared, Criticality: p.Criticality}
	if x, ok := d.explain(e, p.Slot); ok {
		judged = x.Case
		p.Explanation = x.Risk.Explain()
	}
	judged.Reasons = nil
	for i := range p.Reasons {
		judged.Reasons = append(judged.Reasons, ageing.Reason(p.Reasons[i].Code))
		judged.Failed = judged.Failed || p.Reasons[i].Code == queue.ReasonFailed
	}
	verdict := set.Priority.Judge(judged)
	p.Score, p.P = verdict.Score, verdict.P
	own := cmp.Or(queue.Tier(verdict.Tier), queue.P4)
	p.Tier = cmp.Or(p.Tier, own)
	p.Raised, p.Judged = p.Tier != own, own
}

// explain is the judgement of one part. A server that the view's outlook does
// not show yet, or shows by rules that were replaced since, is judged by itself.
func (d *Desk) explain(e *fleet.Entry, slot string) (outlook.Explanation, bool) {
	v := d.View()
	_, set := d.currentRules()
	if s := v.Outlook.Server(e.Server.Name); s != nil && s.Entry == e && v.Outlook.Settings == set {
		return v.Outlook.Explain(e.Server.Name, slot)
	}
	return v.Outlook.Some([]fleet.Entry{*e}, set, d.now()).Explain(e.Server.Name, slot)
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
	return append(out, d.judgedReasons(e, c, out)...)
}

// judgedReasons are the reasons that no finding tells: what its counters and
// its age say of the part.
func (d *Desk) judgedReasons(e *fleet.Entry, c *fleet.Component, have []queue.Reason) []queue.Reason {
	x, ok := d.explain(e, c.Key())
	if !ok {
		return nil
	}
	now := d.now()
	var out []queue.Reason
	for _, code := range x.Case.Reasons {
		is := func(r queue.Reason) bool { return r.Code == queue.ReasonCode(code) }
		if slices.ContainsFunc(have, is) {
			continue
		}
		r := queue.Reason{Code: queue.ReasonCode(code), Text: x.ReasonText(code), FirstSeen: now, LastSeen: now, StillTrue: true}
		if !code.Policy() {
			r.Evidence = c.Native.Evidence()
		}
		out = append(out, r)
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
	case health.Degraded, health.Rebuilding, health.SourcesDisagree, health.Fault:
		return queue.ReasonDegraded, true
	}
	return "", false
}
