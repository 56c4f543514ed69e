package queue

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Reasons lists every reason code.
func Reasons() []ReasonCode {
	return []ReasonCode{ReasonFailed, ReasonPredictive, ReasonMediaErrors, ReasonWear, ReasonCERate, ReasonUE,
		ReasonDegraded, ReasonAge, ReasonWarranty, ReasonSupport, ReasonBatch, ReasonManual}
}

// Policy reports whether the reason is a date, not a sign of failure. An order
// with no other reason is planned (P4) unless a person raises it.
func (c ReasonCode) Policy() bool {
	return c == ReasonAge || c == ReasonWarranty || c == ReasonSupport
}

// Propose makes a new order (T1). It has version 1 and no id yet: the store
// gives it one. Whether the place has an open order already is the store's to
// refuse, because only it sees all orders.
func Propose(p Proposal, by Actor, now time.Time) (Order, Entry, error) {
	now = now.UTC()
	refusal := &Refusal{To: Proposed, Action: "propose"}
	if !by.Role.Includes(Technician) && by.Role != System {
		refusal.Why = "this takes a technician; you are " + withArticle(by.Role)
		return Order{}, Entry{}, refusal
	}
	reasons := proposedReasons(p, now)
	refusal.Missing, refusal.Why = proposalFaults(p, reasons, by)
	if refusal.Why != "" || len(refusal.Missing) > 0 {
		return Order{}, Entry{}, refusal
	}
	o := Order{Version: 1, Server: p.Server, Slot: p.Slot, Kind: p.Kind, Place: bound(p.Place), Old: boundPart(p.Old),
		Reasons: reasons, State: Proposed, Created: now, CreatedBy: by.Name, Changed: now, ChangedBy: by.Name,
		Criticality: p.Criticality, Untracked: p.Untracked || fleet.NormalSerial(p.Old.Serial) == "", Chassis: bound(p.Chassis)}
	o.Tier = tierOf(p.Tier, reasons, by)
	if p.Raised && by.Role != System {
		o.Weighed, o.Raised = weigh(&o, cmp.Or(p.Judged, o.Tier)), by.Name
	}
	o.Score, o.P, o.Explanation = p.Score, p.P, strings.ToValidUTF8(p.Explanation, "?")
	o.RepeatOf, o.Parent = p.RepeatOf, p.Parent
	o.Due = dueOf(o.Tier, now)
	e := Entry{Time: now, Actor: by, Version: 1, Action: "propose", To: Proposed, Reason: proposalText(p.Note, reasons),
		Evidence: boundEvidence(proposalEvidence(p, reasons)), Fields: difference(&Order{}, &o)}
	return o, e, nil
}

func proposedReasons(p Proposal, now time.Time) []Reason {
	rs := slices.Clone(p.Reasons)
	if len(rs) == 0 && strings.TrimSpace(p.Note) != "" {
		rs = []Reason{{Code: ReasonManual, Text: strings.TrimSpace(p.Note), StillTrue: true}}
	}
	for i := range rs {
		if rs[i].FirstSeen.IsZero() {
			rs[i].FirstSeen = now
		}
		if rs[i].LastSeen.IsZero() {
			rs[i].LastSeen = now
		}
		rs[i].Text = strings.ToValidUTF8(rs[i].Text, "?")
		rs[i].Evidence = boundEvidence(rs[i].Evidence)
	}
	return rs
}

// proposalFaults lists what a proposal lacks and what is wrong with it.
func proposalFaults(p Proposal, reasons []Reason, by Actor) (missing []string, wrong string) {
	for _, m := range []struct{ label, v string }{{"server", p.Server}, {"slot", p.Slot}, {"kind", p.Kind.String()}} {
		if strings.TrimSpace(m.v) == "" {
			missing = append(missing, m.label)
		}
	}
	if len(reasons) == 0 {
		missing = append(missing, "reason")
	}
	for _, r := range reasons {
		switch {
		case !slices.Contains(Reasons(), r.Code):
			wrong = fmt.Sprintf("reason code %q is unknown", r.Code)
		case r.Code == ReasonManual && strings.TrimSpace(r.Text) == "":
			missing = append(missing, "text of the manual reason")
		case len([]rune(r.Text)) > maxReason:
			wrong = fmt.Sprintf("the reason's text is longer than %d characters", maxReason)
		case by.Role == System && r.Evidence == (fleet.Evidence{}):
			wrong = "a proposal by ironage itself needs evidence"
		}
	}
	switch {
	case len([]rune(p.Server)) > maxField || len([]rune(p.Slot)) > maxField:
		wrong = fmt.Sprintf("server and slot have at most %d characters", maxField)
	case len([]rune(p.Note)) > maxReason:
		wrong = fmt.Sprintf("the note is longer than %d characters", maxReason)
	case p.Tier != "" && !slices.Contains([]Tier{P1, P2, P3, P4}, p.Tier):
		wrong = fmt.Sprintf("tier %q is none of P1, P2, P3, P4", p.Tier)
	}
	return missing, wrong
}

// tierOf is the tier that was given, or the least that the reasons ask for
// (ageing reference §4, minimum rules). The program may not raise an order
// above P4 for age, warranty or support alone.
func tierOf(given Tier, reasons []Reason, by Actor) Tier {
	least := P4
	for _, r := range reasons {
		switch {
		case r.Code == ReasonFailed || r.Code == ReasonPredictive || r.Code == ReasonUE:
			least = min(least, P2)
		case !r.Code.Policy():
			least = min(least, P3)
		}
	}
	if given == "" || by.Role == System && !slices.ContainsFunc(reasons, func(r Reason) bool { return !r.Code.Policy() }) {
		return least
	}
	return given
}

// dueOf is the default due date of a tier.
func dueOf(t Tier, now time.Time) time.Time {
	switch t {
	case P1:
		return now.Add(24 * time.Hour)
	case P2:
		return now.AddDate(0, 0, 7)
	case P3:
		return now.AddDate(0, 0, 30)
	}
	// The last day of the next quarter.
	quarter := (int(now.Month()) - 1) / 3
	return time.Date(now.Year(), time.Month(3*quarter+7), 0, 0, 0, 0, 0, time.UTC)
}

func proposalText(note string, reasons []Reason) string {
	if note = strings.TrimSpace(note); note != "" {
		return strings.ToValidUTF8(note, "?")
	}
	var ts []string
	for _, r := range reasons {
		ts = append(ts, cmp.Or(r.Text, string(r.Code)))
	}
	return strings.Join(ts, "; ")
}

func proposalEvidence(p Proposal, reasons []Reason) fleet.Evidence {
	if p.Evidence != (fleet.Evidence{}) {
		return p.Evidence
	}
	for _, r := range reasons {
		if r.Evidence != (fleet.Evidence{}) {
			return r.Evidence
		}
	}
	return fleet.Evidence{}
}

// bound cuts what came from a device: it is shown, never acted upon.
func bound(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if rs := []rune(s); len(rs) > maxField {
		return string(rs[:maxField-1]) + "…"
	}
	return s
}

func boundPart(p Part) Part {
	p.Vendor, p.Model, p.PartNumber = bound(p.Vendor), bound(p.Model), bound(p.PartNumber)
	p.Serial, p.Firmware = bound(p.Serial), bound(p.Firmware)
	return p
}

func boundEvidence(e fleet.Evidence) fleet.Evidence {
	e.OID, e.Value, e.Meaning = bound(e.OID), bound(e.Value), bound(e.Meaning)
	return e
}
