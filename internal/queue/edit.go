package queue

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// editable says who may change which field of an open order.
var editable = []struct {
	field string
	role  Role
}{
	{"assignee", Technician}, {"part_number", Technician}, {"order_ref", Technician}, {"expected", Technician},
	{"spare", Technician}, {"part_serial", Technician}, {"change_ref", Technician},
	{"vendor_case", Technician}, {"rma", Technician}, {"window", Technician},
	{"due", Engineer}, {"tier", Engineer},
}

// EditFields lists what role may change of o without moving it. None is
// required, and what is not given stays.
func EditFields(o Order, role Role) []Field {
	var fs []Field
	for _, e := range editable {
		if refusesEdit(&o, e.field, e.role, role) == "" {
			fs = append(fs, catalogue[e.field].Field)
		}
	}
	return fs
}

// refusesEdit keeps the tier from being a way round the lead: what only a lead
// may approve or defer, only a lead may give another tier.
func refusesEdit(o *Order, field string, needed, role Role) string {
	switch {
	case !o.State.Open():
		return "it is finished"
	case !role.Includes(needed):
		return field + " takes " + withArticle(needed) + "; you are " + withArticle(role)
	case field == "tier" && (o.Tier == P1 || o.Tier == P4) && !role.Includes(Lead):
		return fmt.Sprintf("the tier of an order of tier %s is changed by a lead", o.Tier)
	}
	return ""
}

// Edit changes fields of o without moving it. A change that changes nothing is refused.
func Edit(o Order, fields map[string]string, reason string, by Actor, now time.Time) (Order, Entry, error) {
	r := &Refusal{Order: o.ID, From: o.State, To: o.State, Action: "edit"}
	next := clone(o)
	var wrongs []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if wrong := edit(&o, &next, name, fields[name], by, now); wrong != "" {
			wrongs = append(wrongs, wrong)
		}
	}
	reason, wrong := parseReason(reason, now)
	if wrong != "" {
		wrongs = append(wrongs, wrong)
	}
	if r.Why = strings.Join(wrongs, "; "); r.Why == "" && difference(&o, &next) == nil {
		r.Why = "nothing would change"
	}
	if r.Why != "" {
		return o, Entry{}, r
	}
	if next.Tier != o.Tier {
		next.Weighed, next.Raised = weigh(&o, o.Tier), by.Name
	}
	return next, record(&o, &next, "edit", reason, by, now), nil
}

func parseReason(reason string, now time.Time) (string, string) {
	in := catalogue["reason"]
	if strings.TrimSpace(reason) == "" {
		return "", ""
	}
	return in.parse(reason, now)
}

func edit(was, next *Order, name, raw string, by Actor, now time.Time) string {
	at := slices.IndexFunc(editable, func(e struct {
		field string
		role  Role
	}) bool {
		return e.field == name
	})
	if at < 0 {
		return fmt.Sprintf("%q is not a field that can be edited", name)
	}
	in := catalogue[name]
	switch raw = strings.TrimSpace(raw); {
	case raw == in.get(was):
		return ""
	case raw == "":
		return in.Label + " cannot be emptied"
	}
	if why := refusesEdit(was, name, editable[at].role, by.Role); why != "" {
		return why
	}
	text, wrong := in.parse(raw, now)
	if wrong == "" {
		in.set(next, text)
	}
	return wrong
}
