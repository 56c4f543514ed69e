package queue

import "slices"

// transition is one row of the table that everything about the queue's
// movements comes from: validation, forms, command-line flags and the manual.
type transition struct {
	row    string // name in the manual and the reference: "T4"
	action string
	label  string
	from   []State
	to     State // empty: the state before
	// person is the least role of a person who may; empty means that only the
	// program may. system says whether the program may.
	person Role
	system bool
	// lead and only look at the order: why it takes a lead, and why no person
	// may at all. An empty answer is a yes.
	lead func(o *Order) string
	only func(o *Order) string
	// ready is what the order must fulfil when the program makes the change.
	ready func(s *step) string
	// fits is what what a person stated must fulfil beside each field's own rule.
	fits  func(s *step) string
	needs []need
	// limit and proof are for the manual: when the person's role does not
	// suffice or is not asked, and what the program goes by.
	limit, proof string
	// summary says in words what the step is for.
	summary     string
	destructive bool
	checked     bool
	do          func(s *step)
}

// need is one field of a transition.
type need struct {
	field    string
	required func(o *Order) bool // nil: optional
}

func must(field string) need { return need{field: field, required: func(*Order) bool { return true }} }
func may(field string) need  { return need{field: field} }
func mustIf(field string, when func(*Order) bool) need {
	return need{field: field, required: when}
}

// transitions is the whole state machine (ageing reference §6.2, T2 to T17).
// Where one action has several rows, the row whose from holds the order's
// state is meant.
func transitions() []transition {
	unswapped := []State{Proposed, Approved, Ordered, Ready, Deferred}
	return []transition{
		{row: "T2", action: "approve", label: "Approve", from: []State{Proposed}, to: Approved,
			person: Engineer, lead: leadForP4, limit: "lead for P4", needs: []need{may("part_number"), may("reason")},
			summary: "agree that the part shall be replaced", do: approved},
		{row: "T3", action: "reject", label: "Reject", from: []State{Proposed}, to: Rejected,
			person: Engineer, needs: []need{must("reason"), may("quiet_until")}, destructive: true,
			summary: "refuse the proposal and keep the same reason quiet for a while", do: rejected},
		{row: "T4", action: "order", label: "Order the part", from: []State{Approved}, to: Ordered,
			person: Technician, needs: []need{must("part_number"), must("order_ref"), must("expected"), may("reason")},
			summary: "the part was ordered; say when it comes"},
		{row: "T5", action: "ready", label: "Take from stock", from: []State{Approved}, to: Ready,
			person: Technician, needs: []need{must("spare"), may("part_serial"), may("reason")},
			summary: "a spare is on hand; say where"},
		{row: "T6", action: "receive", label: "Receive the part", from: []State{Ordered}, to: Ready,
			person: Technician, needs: []need{must("received"), may("part_serial"), may("spare"), may("reason")},
			summary: "the ordered part has come"},
		{row: "T7", action: "start", label: "Start work", from: []State{Ready}, to: InProgress,
			person: Technician, needs: []need{must("assignee"), mustIf("change_ref", critical), may("reason")}, checked: true,
			summary: "somebody goes to the machine now", do: started},
		{row: "T8", action: "abort", label: "Stop work", from: []State{InProgress}, to: Ready,
			person: Technician, needs: []need{must("reason")},
			summary: "nothing was replaced; the part goes back to the shelf"},
		{row: "T9", action: "replaced", label: "State the swap", from: []State{InProgress}, to: Replaced,
			person: Technician, system: true, only: trackedSwap, ready: newPartSeen, fits: swapAfterFault, limit: "parts without a serial number", proof: "new serial number seen in two reads",
			needs:   []need{must("swapped_at"), must("reason"), may("new_serial")},
			summary: "the part was replaced; seen by its new serial number, or stated for parts without one", do: swapped},
		{row: "T10", action: "replaced", label: "Unplanned swap", from: unswapped, to: Replaced,
			system: true, ready: newPartSeen, proof: "new serial number seen in two reads",
			summary: "somebody swapped the part before work was started here", do: swappedEarly},
		{row: "T11", action: "verify", label: "Verify", from: []State{Replaced}, to: Verified,
			person: Engineer, system: true, needs: []need{must("reason")}, proof: "the new part was healthy for long enough",
			summary: "the new part is proven healthy", do: proven},
		{row: "T12", action: "fail-verification", label: "New part unhealthy", from: []State{Replaced}, to: InProgress,
			system: true, proof: "the new part was unhealthy in two reads", summary: "the new part is not healthy: work goes on", do: verificationFailed},
		{row: "T13", action: "reseat", label: "Old part is back", from: []State{Replaced},
			system: true, ready: oldPartBack, proof: "the old serial number is in the slot again", summary: "the old serial number is back: nothing was replaced", do: reseated},
		{row: "T14", action: "close", label: "Close", from: []State{Verified}, to: Closed,
			person: Technician, system: true, only: nothingToDispose, ready: disposedOf, destructive: true, limit: "disks", proof: "holds no data",
			needs:   []need{mustIf("disposition", (*Order).DataBearing), mustIf("disposed_by", (*Order).DataBearing), may("certificate"), may("reason")},
			summary: "the paperwork is done; for disks, what became of the old one", do: disposed},
		{row: "T15", action: "defer", label: "Defer", from: []State{Proposed, Approved, Ordered, Ready}, to: Deferred,
			person: Engineer, lead: leadForP1, limit: "lead for P1", needs: []need{must("until"), must("reason")},
			summary: "not now; it comes back by itself on that date", do: deferred},
		{row: "T16", action: "resume", label: "Resume", from: []State{Deferred},
			person: Engineer, system: true, ready: resumable, proof: "date reached, or tier P1 or P2",
			needs:   []need{may("reason")},
			summary: "back to the state before", do: resumed},
		{row: "T17", action: "cancel", label: "Cancel", from: []State{Proposed, Approved, Ordered, Ready, InProgress, Deferred}, to: Cancelled,
			person: Engineer, system: true, ready: mergedAway, proof: "an older order is for the same part", needs: []need{must("reason")}, destructive: true,
			summary: "the part will not be replaced", do: mergedInto},
	}
}

// target is the state that t leads o to.
func (t *transition) target(o *Order) State {
	switch {
	case t.to != "":
		return t.to
	case t.row == "T13":
		return o.BeforeSwap
	}
	return o.Before
}

// starts reports whether t begins where o stands and leads somewhere.
func (t *transition) starts(o *Order) bool {
	return slices.Contains(t.from, o.State) && t.target(o) != ""
}

// refusesRole says why somebody of that role may not do t with o.
func (t *transition) refusesRole(o *Order, role Role) string {
	if role == System {
		if !t.system {
			return "a person decides this"
		}
		return ""
	}
	if t.person == "" {
		return "only ironage itself records this, when the probes see it"
	}
	if t.lead != nil && role.Includes(t.person) && !role.Includes(Lead) {
		if why := t.lead(o); why != "" {
			return why
		}
	}
	if !role.Includes(t.person) {
		return "this takes " + withArticle(t.person) + "; you are " + withArticle(role)
	}
	if t.only != nil {
		return t.only(o)
	}
	return ""
}

func withArticle(r Role) string {
	switch r {
	case Engineer:
		return "an engineer"
	case "":
		return "nobody known"
	}
	return "a " + string(r)
}

// fields are t's fields for a form about o.
func (t *transition) fields(o *Order) []Field {
	var fs []Field
	for _, n := range t.needs {
		in := catalogue[n.field]
		f := in.Field
		f.Required = n.required != nil && n.required(o)
		fs = append(fs, f)
	}
	return fs
}

// Transition describes one row of the table, for manuals and for commands
// that exist whatever the order.
type Transition struct {
	Row         string
	Action      string
	Label       string
	Summary     string
	From        []State
	To          State // empty: the state before
	Person      Role  // least role of a person; empty: only the program
	System      bool
	Who         string  // in words, with the exceptions
	Fields      []Field // Required holds for an ordinary order; see Needs
	Needs       string  // in words, with the exceptions
	Destructive bool
	Checked     bool
}

// Transitions is the whole table, T1 first.
func Transitions() []Transition {
	rows := []Transition{{Row: "T1", Action: "propose", Label: "Propose", Summary: "say that a part should be replaced", To: Proposed,
		Person: Technician, System: true, Who: "technician, system", Needs: "server, slot, reason"}}
	ordinary := Order{Kind: fleetDisk}
	for _, t := range transitions() {
		rows = append(rows, Transition{Row: t.row, Action: t.action, Label: t.label, Summary: t.summary, From: t.from, To: t.to,
			Person: t.person, System: t.system, Who: t.who(), Fields: t.fields(&ordinary), Needs: t.needsInWords(),
			Destructive: t.destructive, Checked: t.checked})
	}
	return rows
}
