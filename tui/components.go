package tui

import (
	"maps"
	"slices"
	"strings"

	"ironage/internal/fleet"
)

// partRow is one line of the component list: a heading (kind only), one
// component, or a fold that stands for several components of little interest.
type partRow struct {
	kind fleet.Kind
	part *fleet.Component
	gone bool   // part left its slot and nothing followed
	fold string // id of a fold line, "disk empty"
	text string // of headings and folds
}

func (r partRow) selectable() bool { return r.part != nil || r.fold != "" }

// key identifies a row across reads.
func (r partRow) key() string {
	if r.part != nil {
		return r.part.Key()
	}
	return r.fold
}

// knownPart is what is in a slot, or what was in it before it left.
func knownPart(st *fleet.State, key string) (c *fleet.Component, gone bool) {
	c = st.Component(key)
	if c == nil || c.Health == fleet.Absent {
		if g, ok := st.Gone[key]; ok {
			return &g.Part, true
		}
	}
	return c, false
}

// partRows lists the components of a server by kind. Empty slots and discrete
// sensors that are fine are folded into one line each, unless opened.
func partRows(sh *shared, e *fleet.Entry, opened map[string]bool) []partRow {
	byKind := make(map[fleet.Kind][]*fleet.Component)
	for i := range e.State.Components {
		c := &e.State.Components[i]
		if _, gone := knownPart(&e.State, c.Key()); !gone {
			byKind[c.Kind] = append(byKind[c.Kind], c)
		}
	}
	for _, cs := range byKind { // devices list slots in any order; people count them
		slices.SortStableFunc(cs, func(a, b *fleet.Component) int { return fleet.CompareNames(a.Label(), b.Label()) })
	}
	lost := goneByKind(&e.State)
	var rows []partRow
	for _, k := range fleet.Kinds {
		cs := byKind[k]
		switch {
		case len(cs)+len(lost[k]) > 0:
			rows = append(rows, partRow{kind: k, text: groupHead(sh, k, cs, len(lost[k]), e.Server.Expected[k])})
			rows = append(rows, lost[k]...)
			rows = append(rows, groupRows(sh, k, cs, opened)...)
		case slices.Contains(e.State.NotReported, k):
			rows = append(rows, partRow{kind: k, text: sh.t.Say("%s: not reported by this device", sh.kindWord(k, 2))})
		case e.Server.Expected[k] > 0 && !e.State.LastRead().IsZero():
			rows = append(rows, partRow{kind: k, text: sh.t.Say("%s: none found, %d expected", sh.kindWord(k, 2), e.Server.Expected[k])})
		}
	}
	return rows
}

// goneByKind are the parts that left their slots, by kind and place.
func goneByKind(st *fleet.State) map[fleet.Kind][]partRow {
	out := make(map[fleet.Kind][]partRow)
	for _, key := range slices.Sorted(maps.Keys(st.Gone)) {
		if c, gone := knownPart(st, key); gone {
			out[c.Kind] = append(out[c.Kind], partRow{kind: c.Kind, part: c, gone: true})
		}
	}
	return out
}

func groupRows(sh *shared, k fleet.Kind, cs []*fleet.Component, opened map[string]bool) []partRow {
	var rows []partRow
	var empty, discrete []*fleet.Component
	for _, c := range cs {
		switch {
		case c.Health == fleet.Absent:
			empty = append(empty, c)
		case discreteSensor(c) && c.Health == fleet.OK:
			discrete = append(discrete, c)
		default:
			rows = append(rows, partRow{kind: k, part: c})
		}
	}
	fold := func(id, text string, cs []*fleet.Component) {
		if len(cs) == 0 {
			return
		}
		id = k.String() + " " + id
		rows = append(rows, partRow{kind: k, fold: id, text: text})
		if opened[id] {
			for _, c := range cs {
				rows = append(rows, partRow{kind: k, part: c})
			}
		}
	}
	fold("discrete", sh.t.Count(len(discrete), "%d sensor without a reading, ok", "%d sensors without a reading, all ok"), discrete)
	fold("empty", sh.t.Count(len(empty), "%d empty slot", "%d empty slots"), empty)
	return rows
}

// discreteSensor reports whether c only says "ok" or not, without a figure.
func discreteSensor(c *fleet.Component) bool { return c.Kind.Sensor() && c.Reading == nil }

// groupHead is "disks 12 (1 failed, 1 predictive)"; empty slots do not count.
func groupHead(sh *shared, k fleet.Kind, cs []*fleet.Component, gone, expected int) string {
	fitted, counts := 0, map[string]int{}
	for _, c := range cs {
		if c.Health == fleet.Absent {
			continue
		}
		fitted++
		if w := troubleWord(c); w != "" {
			counts[w]++
		}
	}
	text := sh.kindWord(k, fitted) + " " + sh.t.Int(int64(fitted))
	if fitted < expected {
		text = sh.t.Say("%s %d of %d expected", sh.kindWord(k, fitted), fitted, expected)
	}
	var notes []string
	if gone > 0 {
		notes = append(notes, sh.t.Say("%d gone", gone))
	}
	for _, w := range []string{"failed", "critical", "predictive", "warning", "unknown"} {
		if counts[w] > 0 {
			notes = append(notes, sh.t.Int(int64(counts[w]))+" "+sh.t.Text(w))
		}
	}
	if len(notes) > 0 {
		text += " (" + strings.Join(notes, ", ") + ")"
	}
	return text
}

// troubleWord is what is wrong with a component in one word, "" when nothing is.
func troubleWord(c *fleet.Component) string {
	switch {
	case c.Health == fleet.Critical && c.Latched:
		return "failed"
	case c.Health == fleet.Critical:
		return "critical"
	case c.PredictiveFailure == fleet.Yes:
		return "predictive"
	case c.Health == fleet.Warning || c.Health == fleet.Unknown:
		return c.Health.String()
	}
	return ""
}

// keyFigure is the one number that matters most about a component.
func keyFigure(sh *shared, c *fleet.Component) string {
	t := sh.t
	if c.PredictiveFailure == fleet.Yes {
		return t.Say("will fail")
	}
	switch c.Kind {
	case fleet.Disk:
		if c.WearUsedPct != nil {
			return t.Say("wear %s", figureIn(t, *c.WearUsedPct, fleet.Percent))
		}
		if c.PowerOnHours != nil {
			return t.Int(int64(*c.PowerOnHours)) + " h"
		}
	case fleet.CPU:
		if n, m := clean(c.Attributes["cores"]), clean(c.Attributes["threads"]); n != "" && m != "" {
			return t.Say("%sc/%st", n, m)
		} else if n != "" {
			return t.Say("%s cores", n)
		}
	case fleet.RAIDVolume:
		return joined(clean(c.Attributes["raid_level"]), progressText(c))
	case fleet.RAIDController:
		if c.Firmware != "" {
			return "fw " + clean(c.Firmware)
		}
	}
	if c.Reading != nil {
		return figureIn(t, *c.Reading, c.Unit)
	}
	if n, name := worstCounter(c); n > 0 {
		return t.Int(int64(n)) + " " + t.Text(fieldName(name))
	}
	if w := clean(c.Attributes["rated_watts"]); w != "" {
		return t.Say("rated %s W", w)
	}
	return clean(c.Attributes["speed"])
}

func progressText(c *fleet.Component) string {
	if p := clean(c.Attributes["progress_pct"]); p != "" {
		return p + "%"
	}
	return ""
}

// worstCounter is the largest error counter; equal ones by name, so that a row
// does not flicker between reads.
func worstCounter(c *fleet.Component) (float64, string) {
	best, name := 0.0, ""
	for k, v := range c.Counters {
		if v > best || v == best && k < name {
			best, name = v, k
		}
	}
	return best, name
}

// worstPart is the index of the row that most needs a look: the first of the
// worst health; 0 when all is well.
func worstPart(rows []partRow) int {
	best, at := fleet.OK, -1
	for i, r := range rows {
		if r.part == nil {
			continue
		}
		h := r.part.Health
		if r.gone {
			h = fleet.Critical
		}
		if at < 0 || h.Worse(best) {
			best, at = h, i
		}
	}
	return max(at, 0)
}
