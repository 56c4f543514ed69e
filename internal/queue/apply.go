package queue

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Moves lists what role may do with o now, with what each move needs. Forms,
// command-line flags and Apply's validation all come from the same table.
func Moves(o Order, role Role) []Move {
	var ms []Move
	for _, t := range transitions() {
		if !t.starts(&o) || t.refusesRole(&o, role) != "" {
			continue
		}
		ms = append(ms, Move{Row: t.row, Action: t.action, Label: t.label, To: t.target(&o), Fields: t.fields(&o),
			Destructive: t.destructive, Checked: t.checked})
	}
	return ms
}

// Apply makes one change of state and returns the changed order with its log
// entry, or refuses with a *Refusal and returns o as it was.
func Apply(o Order, c Change, by Actor, now time.Time) (Order, Entry, error) {
	t, err := find(&o, &c)
	if err != nil {
		return o, Entry{}, err
	}
	refusal := &Refusal{Order: o.ID, From: o.State, To: t.target(&o), Action: t.action}
	if refusal.Why = t.refusesRole(&o, by.Role); refusal.Why != "" {
		return o, Entry{}, refusal
	}
	next := clone(o)
	s := &step{o: &next, was: o.State, c: &c, by: by, now: now.UTC()}
	if by.Role == System {
		if refusal.Why = t.refusesProgram(s); refusal.Why == "" {
			_, refusal.Why = parseReason(reasonOf(&c), now)
		}
	} else {
		if refusal.Missing, refusal.Why = t.fill(s); refusal.Why == "" && len(refusal.Missing) == 0 && t.fits != nil {
			refusal.Why = t.fits(s)
		}
		if t.checked {
			refusal.Confirm = unconfirmed(o, c, now)
		}
	}
	if refusal.Why != "" || len(refusal.Missing) > 0 || len(refusal.Confirm) > 0 {
		return o, Entry{}, refusal
	}
	next.State = refusal.To
	if t.do != nil {
		t.do(s)
	}
	e := record(&o, &next, t.action, reasonOf(&c), by, s.now)
	e.Evidence = boundEvidence(c.Evidence)
	if t.checked {
		e.Confirmed = confirmed(o, c, now)
	}
	return next, e, nil
}

// find picks the row that c means from where o stands.
func find(o *Order, c *Change) (*transition, error) {
	known := c.Action == ""
	for _, t := range transitions() {
		if c.Action != "" && t.action != c.Action {
			continue
		}
		known = true
		if t.starts(o) && (c.To == "" && c.Action != "" || t.target(o) == c.To) {
			return &t, nil
		}
	}
	r := &Refusal{Order: o.ID, From: o.State, To: c.To, Action: c.Action}
	if r.To == "" {
		r.To = destination(c.Action)
	}
	switch {
	case !known:
		r.Why = fmt.Sprintf("there is no action %q", c.Action)
	case o.State.Final():
		r.Why = "it is finished and never reopens; a new problem makes a new order"
	default:
		r.Why = "from " + string(o.State) + " it can go to " + successors(o)
	}
	return nil, r
}

// destination is the state that an action leads to, for messages; "" when it depends.
func destination(action string) State {
	for _, t := range transitions() {
		if t.action == action {
			return t.to
		}
	}
	return ""
}

// successors names the states that o can reach in one step.
func successors(o *Order) string {
	var names []string
	for _, t := range transitions() {
		if t.starts(o) && !slices.Contains(names, string(t.target(o))) {
			names = append(names, string(t.target(o)))
		}
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}

// refusesProgram holds a change by the program to its proof: every entry of
// the program carries evidence.
func (t *transition) refusesProgram(s *step) string {
	if s.c.Evidence == (fleet.Evidence{}) {
		return "a change by ironage itself needs evidence"
	}
	if t.ready != nil {
		return t.ready(s)
	}
	return ""
}

// fill puts the change's fields on the order. It returns the labels of
// required fields without a value, and what is wrong with the others.
func (t *transition) fill(s *step) (missing []string, wrong string) {
	var wrongs []string
	asked := map[string]bool{}
	for _, n := range t.needs {
		in := catalogue[n.field]
		asked[n.field] = true
		raw := s.c.Fields[n.field]
		if n.field == "reason" {
			raw = reasonOf(s.c)
		}
		if strings.TrimSpace(raw) == "" {
			if n.required != nil && n.required(s.o) && (in.get == nil || n.field == "swapped_at" || in.get(s.o) == "") {
				missing = append(missing, strings.ToLower(in.Label))
			}
			continue
		}
		text, bad := in.parse(raw, s.now)
		if bad != "" {
			wrongs = append(wrongs, bad)
		} else if in.set != nil {
			in.set(s.o, text)
		}
	}
	for name, v := range s.c.Fields {
		if !asked[name] && strings.TrimSpace(v) != "" && name != "reason" {
			wrongs = append(wrongs, fmt.Sprintf("%s takes no %q", t.action, name))
		}
	}
	slices.Sort(wrongs)
	return missing, strings.Join(wrongs, "; ")
}

func reasonOf(c *Change) string {
	if strings.TrimSpace(c.Reason) != "" {
		return strings.TrimSpace(c.Reason)
	}
	return strings.TrimSpace(c.Fields["reason"])
}

// record finishes a change: the version grows by one, and the log says who,
// when, what and why.
func record(was, next *Order, action, reason string, by Actor, now time.Time) Entry {
	next.Version = was.Version + 1
	next.Changed, next.ChangedBy = now.UTC(), by.Name
	return Entry{Time: now.UTC(), Actor: by, Order: next.ID, Version: next.Version, Action: action,
		From: was.State, To: next.State, Fields: difference(was, next), Reason: strings.ToValidUTF8(reason, "?")}
}

// Note adds a note to the order's log. Notes may be added to finished orders
// too: what is learned afterwards belongs there.
func Note(o Order, text string, by Actor, now time.Time) (Order, Entry, error) {
	r := &Refusal{Order: o.ID, From: o.State, To: o.State, Action: "note"}
	in := catalogue["reason"]
	if !by.Role.Includes(Technician) && by.Role != System {
		r.Why = "this takes a technician; you are " + withArticle(by.Role)
		return o, Entry{}, r
	}
	if strings.TrimSpace(text) == "" {
		r.Missing = []string{"text"}
		return o, Entry{}, r
	}
	note, wrong := in.parse(text, now)
	if wrong != "" {
		r.Why = wrong
		return o, Entry{}, r
	}
	next := clone(o)
	e := record(&o, &next, "note", note, by, now)
	return next, e, nil
}

// clone copies what a change may write to.
func clone(o Order) Order {
	o.Reasons = slices.Clone(o.Reasons)
	o.Flags = slices.Clone(o.Flags)
	if o.Weighed != nil {
		w := Weighed{o.Weighed.Tier, slices.Clone(o.Weighed.Reasons)}
		o.Weighed = &w
	}
	if o.New != nil {
		p := *o.New
		o.New = &p
	}
	if o.Disposition != nil {
		d := *o.Disposition
		o.Disposition = &d
	}
	return o
}
