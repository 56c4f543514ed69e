package queue

import (
	"strings"
	"testing"
)

func TestNote(t *testing.T) {
	next, e, err := Note(in(Closed), " label was wrong ", technician, noon)
	if err != nil || next.State != Closed || next.Version != 6 || e.Action != "note" || e.Reason != "label was wrong" || e.From != Closed || e.To != Closed {
		t.Errorf("got %+v, %v, want a note on the closed order", e, err)
	}
	for _, c := range []struct {
		text string
		by   Actor
		want string
	}{{"", technician, "missing: text"}, {"x", viewer, "takes a technician"}, {strings.Repeat("x", 4001), lead, "at most 4000"}} {
		if _, _, err := Note(in(Ready), c.text, c.by, noon); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("by %s: got %v, want %q", c.by.Role, err, c.want)
		}
	}
}

func TestEdit(t *testing.T) {
	for _, c := range []struct {
		name   string
		order  Order
		fields map[string]string
		by     Actor
		want   string // of the refusal; empty: allowed
	}{
		{"assignee", in(Approved), fields("assignee", "minh"), technician, ""},
		{"due", in(Approved), fields("due", "2026-02-01"), engineer, ""},
		{"raise", in(Approved), fields("tier", "P1"), engineer, ""},
		{"blank of a form", in(Approved), fields("assignee", "minh", "spare", ""), technician, ""},
		{"viewer", in(Approved), fields("assignee", "minh"), viewer, "takes a technician"},
		{"due by technician", in(Approved), fields("due", "2026-02-01"), technician, "takes an engineer"},
		{"lower P1", in(Approved, tier(P1)), fields("tier", "P2"), engineer, "changed by a lead"},
		{"lift P4", in(Proposed, tier(P4)), fields("tier", "P3"), engineer, "changed by a lead"},
		{"lift P4 by lead", in(Proposed, tier(P4)), fields("tier", "P3"), lead, ""},
		{"finished", in(Closed), fields("assignee", "minh"), lead, "finished"},
		{"emptied", in(Approved, func(o *Order) { o.Assignee = "minh" }), fields("assignee", ""), lead, "cannot be emptied"},
		{"nothing", in(Approved, func(o *Order) { o.Assignee = "minh" }), fields("assignee", "minh"), lead, "nothing would change"},
		{"state", in(Approved), fields("state", "closed"), lead, "not a field that can be edited"},
	} {
		t.Run(c.name, func(t *testing.T) {
			next, e, err := Edit(c.order, c.fields, "", c.by, noon)
			switch {
			case c.want == "" && (err != nil || next.Version != 6 || len(e.Fields) != 1 || next.State != c.order.State):
				t.Errorf("got %+v, %v, want one change", e, err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestRoles(t *testing.T) {
	ranks := []Role{Viewer, Technician, Engineer, Lead}
	for i, a := range ranks {
		for j, b := range ranks {
			if got, want := a.Includes(b), i >= j; got != want {
				t.Errorf("%s includes %s: got %v, want %v", a, b, got, want)
			}
		}
		if a.Includes(System) || System.Includes(a) || Role("").Includes(a) {
			t.Errorf("%s and system are mixed up", a)
		}
	}
}
