package tui

import (
	"cmp"
	"strconv"

	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
	"ironage/internal/lists"
	"ironage/internal/queue"
)

// orderColumns are the columns of the queue.
func orderColumns(sh *shared) []column[*queue.Order] {
	type O = *queue.Order
	st := func() *styles { return sh.styles }
	faintDone := func(o O) (lipgloss.Style, bool) { return st().faint, o.State.Final() }
	byText := func(text func(O) string) func(a, b O) int {
		return func(a, b O) int { return cmp.Compare(text(a), text(b)) }
	}
	part := func(o O) string { return joined(clean(o.Old.Model), clean(o.Old.Serial)) }
	return []column[O]{
		{title: "ORDER", width: 5, right: true, letter: sortKey("I", "number"), style: faintDone,
			text: func(o O) string { return "#" + strconv.FormatInt(o.ID, 10) }, less: func(a, b O) int { return cmp.Compare(a.ID, b.ID) }},
		{title: "TIER", width: 4, letter: sortKey("T", "tier"), less: byUrgency,
			text:  func(o O) string { return clean(string(o.Tier)) },
			style: func(o O) (lipgloss.Style, bool) { return st().tier(o.Tier), !o.State.Final() }},
		{title: "STATE", width: 11, letter: sortKey("S", "state"), say: true, words: stateNames(),
			text:  func(o O) string { return stateName(o.State) },
			style: func(o O) (lipgloss.Style, bool) { return st().state(o.State), true },
			less:  func(a, b O) int { return cmp.Or(cmp.Compare(stateRank(a.State), stateRank(b.State)), byUrgency(a, b)) }},
		{title: "SERVER", width: 13, max: 24, letter: sortKey("N", "server"), style: faintDone,
			text: func(o O) string { return clean(o.Server) }, less: byText(func(o O) string { return o.Server })},
		{title: "SLOT", width: 14, max: 26, text: sh.slotWord, style: faintDone},
		{title: "KIND", width: 6, words: []string{kindName(fleet.Memory, 1)}, priority: 5, max: 15, style: faintDone, text: func(o O) string { return sh.kindWord(o.Kind, 1) }},
		{title: "REASON", width: 13, max: 44, priority: 1, text: sh.mainReason, style: faintDone},
		{title: "PART", width: 24, min: 16, max: 40, priority: 6, text: part, style: faintDone},
		{title: "AGE", width: 4, right: true, priority: 2, letter: sortKey("A", "age"), down: true, style: faintDone,
			text: func(o O) string { return sh.since(o.Created) }, less: func(a, b O) int { return b.Created.Compare(a.Created) }},
		{title: "CHANGED", width: 7, right: true, priority: 3, letter: sortKey("C", "last change"), style: faintDone,
			text: func(o O) string { return sh.since(o.Changed) }, less: func(a, b O) int { return b.Changed.Compare(a.Changed) }},
		{title: "WHO", width: 10, min: 7, max: 16, priority: 4, style: faintDone, text: func(o O) string { return clean(o.Assignee) }},
	}
}

// mainReason is the first cause that still holds, and how many more there are.
func (sh *shared) mainReason(o *queue.Order) string {
	if len(o.Reasons) == 0 {
		return ""
	}
	r := o.Reasons[0]
	for _, x := range o.Reasons {
		if x.StillTrue {
			r = x
			break
		}
	}
	text := sh.reasonWord(r.Code)
	if r.Code == queue.ReasonManual && r.Text != "" {
		text = clean(r.Text)
	}
	if n := len(o.Reasons) - 1; n > 0 {
		text += " +" + strconv.Itoa(n)
	}
	return text
}

// stateNames are all states as people say them, in English.
func stateNames() []string {
	var out []string
	for _, s := range queue.States() {
		out = append(out, stateName(s))
	}
	return out
}

// orderLanguage is what the queue can be filtered by.
func orderLanguage(sh *shared) *language[*queue.Order] { return lists.Orders(aboutServers(sh)) }
