package health

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ironage/internal/fleet"
)

// manyAlike is how many worn parts of one server become one line: disks that
// were bought together wear out together, and a line for each would push what
// is broken off the screen.
const manyAlike = 3

// foldWorn puts the worn parts of one kind of one server on one line. Only
// warnings are folded: a part that has used up its endurance keeps its own line.
func foldWorn(e *fleet.Entry, causes []Cause) []Cause {
	type group struct {
		kind                      string
		acknowledged, maintenance bool
	}
	groups := map[group][]Cause{}
	var order []group
	out := make([]Cause, 0, len(causes))
	for _, c := range causes {
		if c.Code != WornOut || c.Health != fleet.Warning || len(c.Consequences) > 0 {
			out = append(out, c)
			continue
		}
		kind, _, _ := strings.Cut(c.Key, "/")
		g := group{kind, c.Acknowledged, c.Maintenance}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], c)
	}
	for _, g := range order {
		if cs := groups[g]; len(cs) >= manyAlike {
			out = append(out, wornTogether(e, fleet.KindOf(g.kind), cs))
		} else {
			out = append(out, cs...)
		}
	}
	return out
}

// wornTogether is one cause for several worn parts: the most worn one, told
// with the others, as old as the oldest.
func wornTogether(e *fleet.Entry, kind fleet.Kind, causes []Cause) Cause {
	used := func(key string) float64 { return e.State.Levels[Sample{Measure: Wear, Key: key}.ID()].Value }
	worst := slices.MaxFunc(causes, func(a, b Cause) int { return cmp.Compare(used(a.Key), used(b.Key)) })
	least, labels := used(worst.Key), make([]string, 0, len(causes))
	out := worst
	for _, c := range causes {
		least = min(least, used(c.Key))
		labels = append(labels, partLabel(&e.State, c.Key))
		out.Keys = append(out.Keys, c.Key)
		if c.Since.Before(out.Since) {
			out.Since = c.Since
		}
	}
	span := fmt.Sprintf("%.0f", used(worst.Key))
	if low := fmt.Sprintf("%.0f", least); low != span {
		span = low + "–" + span
	}
	out.Text = fmt.Sprintf("%d %ss have used %s %% of their endurance: %s", len(causes), KindWord(kind), span, listLabels(labels))
	return out
}

func partLabel(st *fleet.State, key string) string {
	if c := st.Component(key); c != nil {
		return c.Label()
	}
	_, slot, _ := strings.Cut(key, "/")
	return slot
}

// listLabels names slots as people do: "Bay 2, 3, 4"; what all begin with is
// said once, and of very many only the first.
func listLabels(labels []string) string {
	const most = 12
	slices.SortFunc(labels, fleet.CompareNames)
	prefix := labels[0][:strings.LastIndexByte(labels[0], ' ')+1]
	for _, l := range labels {
		if !strings.HasPrefix(l, prefix) || strings.Contains(l[len(prefix):], " ") {
			prefix = "" // "Box 1 Bay 2" and "Box 2 Bay 1" are told whole
		}
	}
	rest := ""
	if n := len(labels) - most; n > 0 {
		labels, rest = labels[:most], fmt.Sprintf(" and %d more", n)
	}
	short := make([]string, len(labels))
	for i, l := range labels {
		short[i] = strings.TrimPrefix(l, prefix)
	}
	return prefix + strings.Join(short, ", ") + rest
}
