package queue

import (
	"fmt"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Change is what somebody wants to do with an order.
type Change struct {
	// Action is the word of the transition table ("approve"). It may be left
	// empty when To alone says which transition is meant.
	Action string
	// To is the state wanted; it may be left empty when Action says it.
	To     State
	Reason string
	// Fields are the values of the Move's fields, by Field.Name.
	Fields map[string]string
	// Confirmed are the codes of the Checks that the person confirmed.
	Confirmed []string
	// Facts are what is known of the server when work starts; see FactsOf. Nil
	// means that nothing is known, and the checks ask accordingly.
	Facts *Facts
	// Evidence is the observation behind a change that the program makes; a
	// change by System without it is refused.
	Evidence fleet.Evidence
	// New is the part that was seen in the slot, for changes by System.
	New *Part
	// MergedInto is the order that takes this one's reasons: the only cancellation
	// by System.
	MergedInto int64
}

// FieldKind says how a form asks for a field and how it is validated.
type FieldKind string

// The kinds of fields. Values are texts: a date is "2026-01-31", a time
// "2026-01-31 14:03" (UTC) or RFC 3339.
const (
	FieldText   FieldKind = "text"
	FieldDate   FieldKind = "date"
	FieldTime   FieldKind = "time"
	FieldChoice FieldKind = "choice"
	FieldPerson FieldKind = "person"
)

// Field is one thing that a transition asks for.
type Field struct {
	Name     string // key of Change.Fields; "reason" is taken from Change.Reason
	Label    string
	Required bool
	Kind     FieldKind
	Choices  []string // of a FieldChoice
	Hint     string
}

// Move is something that a role may do with an order now.
type Move struct {
	Row    string // of the transition table in the documentation: "T4"
	Action string // "approve"
	Label  string // "Approve"
	To     State
	Fields []Field
	// Destructive moves end the order for good: ask before doing them.
	Destructive bool
	// Checked moves need the checks before work; see Checks.
	Checked bool
}

// Proposal is what a new order needs (T1).
type Proposal struct {
	Server      string
	Slot        string // component key, "disk/Bay 3"
	Kind        fleet.Kind
	Place       string
	Old         Part
	Reasons     []Reason // none: Note becomes the text of a manual reason
	Tier        Tier     // empty: from the reasons
	Raised      bool     // a person chose another tier than the judgement: the program keeps it
	Judged      Tier     // what the judgement asks for; empty: nothing is known of the part
	Note        string
	Criticality fleet.Criticality
	Untracked   bool
	Chassis     string         // serial number of the machine itself, where it is known
	Evidence    fleet.Evidence // of a proposal by System
	// The judgement behind the tier, as far as there is one.
	Score, P    float64
	Explanation string
	// RepeatOf and Parent are other orders that this one belongs with; 0: none.
	RepeatOf, Parent int64
}

// Refusal says why a change was not made. The order is untouched.
type Refusal struct {
	Order    int64
	From, To State
	Action   string
	// Why is the reason in words; empty when only fields are missing.
	Why string
	// Missing are the labels of required fields without a value.
	Missing []string
	// Confirm are the checks that nobody confirmed.
	Confirm []Check
}

// Error names both states, what is missing and what has to be confirmed.
func (r *Refusal) Error() string {
	var b strings.Builder
	switch {
	case r.From == "":
		b.WriteString("cannot be proposed: ")
	case r.To == "" || r.To == r.From:
		fmt.Fprintf(&b, "cannot %s while %s: ", r.Action, r.From)
	default:
		fmt.Fprintf(&b, "cannot go from %s to %s: ", r.From, r.To)
	}
	var parts []string
	if r.Why != "" {
		parts = append(parts, r.Why)
	}
	if len(r.Missing) > 0 {
		parts = append(parts, "missing: "+strings.Join(r.Missing, ", "))
	}
	if len(r.Confirm) > 0 {
		var cs []string
		for _, c := range r.Confirm {
			cs = append(cs, fmt.Sprintf("%s (%s)", c.Code, c.Text))
		}
		parts = append(parts, "to be confirmed first: "+strings.Join(cs, "; "))
	}
	b.WriteString(strings.Join(parts, "; "))
	return b.String()
}

// Conflict says that somebody else changed the order since it was read.
type Conflict struct {
	By      string    // who made the latest change
	At      time.Time // and when
	Version int64     // the version that the order has now
	Order   Order     // as it is now
	Since   []Entry   // what happened after the version that was read
}

// Error reads "order 12 was changed by lan at 14:03 (approved → ordered)".
func (c *Conflict) Error() string {
	s := fmt.Sprintf("order %d was changed by %s at %s", c.Order.ID, c.By, c.At.UTC().Format("2006-01-02 15:04 UTC"))
	if n := len(c.Since); n > 0 {
		if from, to := c.Since[0].From, c.Since[n-1].To; from != to {
			return fmt.Sprintf("%s (%s → %s)", s, from, to)
		}
		return fmt.Sprintf("%s (%s)", s, c.Since[n-1].Action)
	}
	return s
}

// Duplicate says that the place already has an open order.
type Duplicate struct{ Order Order }

// Error names the open order.
func (d *Duplicate) Error() string {
	return fmt.Sprintf("order %d is already open for %s of %s (%s)", d.Order.ID, d.Order.Slot, d.Order.Server, d.Order.State)
}
