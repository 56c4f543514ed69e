package health

import (
	"strings"

	"ironage/internal/fleet"
)

// fold marks consequences, so that one cause is one line: a failed disk
// explains its degraded volume, controller and enclosure; a failed power
// supply the chassis' power readings; a part the fault that the device lists
// about it. A finding that is worse than its would-be cause stays on its own:
// nothing serious hides under something mild.
func fold(fs []fleet.Finding, st *fleet.State) {
	cs := make([]*fleet.Component, len(fs))
	for i := range fs {
		cs[i] = st.Component(fs[i].Key)
	}
	for i := range fs {
		best := -1
		for j := range fs {
			if i == j || !causes(&fs[j], cs[j], &fs[i], cs[i]) {
				continue
			}
			if best < 0 || rank(&fs[j], cs[j]) > rank(&fs[best], cs[best]) {
				best = j
			}
		}
		if best >= 0 && fs[best].ID() != fs[i].ID() {
			fs[i].ConsequenceOf = fs[best].ID()
		}
	}
	// A consequence of a consequence belongs to the root: disk, volume, controller.
	parent := make(map[string]string, len(fs))
	for i := range fs {
		parent[fs[i].ID()] = fs[i].ConsequenceOf
	}
	for i := range fs {
		for up, steps := fs[i].ConsequenceOf, 0; up != "" && steps < len(fs); up, steps = parent[up], steps+1 {
			fs[i].ConsequenceOf = up
		}
	}
}

// rank prefers the worst cause, and a failed part before one that only predicts.
func rank(f *fleet.Finding, c *fleet.Component) int {
	r := 10 * f.Health.Severity()
	if c != nil {
		r += c.Health.Severity()
	}
	return r
}

// causes reports whether finding a (about component ca) explains finding b.
func causes(a *fleet.Finding, ca *fleet.Component, b *fleet.Finding, cb *fleet.Component) bool {
	if ca == nil || !partFault(a.Code) || Paperwork(b.Code) {
		return false
	}
	if worseThan(b.Health, a.Health, ca) {
		return false
	}
	if b.Key == a.Key { // one part, several reasons: the gravest code leads
		return order(a.Code) < order(b.Code)
	}
	switch {
	case b.Code == RollUpDisagrees:
		return true
	case b.Code == Fault && cb == nil:
		return mentions(b.Text, ca)
	case cb == nil:
		return false
	}
	return follows(ca, cb)
}

// worseThan compares what b says with what a's part really reads: redundancy
// makes a failed power supply a warning, but its consequences may be critical.
func worseThan(b, a fleet.Health, ca *fleet.Component) bool {
	return b.Worse(fleet.Worst(a, ca.Health))
}

// follows reports whether trouble with part a makes trouble with b.
func follows(a, b *fleet.Component) bool {
	switch a.Kind {
	case fleet.Disk:
		switch b.Kind {
		case fleet.RAIDVolume, fleet.RAIDController:
			return related(a, b)
		case fleet.Chassis:
			return true
		}
	case fleet.RAIDVolume, fleet.Battery:
		return b.Kind == fleet.RAIDController && related(a, b)
	case fleet.PSU:
		switch b.Kind {
		case fleet.Chassis, fleet.Power:
			return true
		case fleet.Voltage, fleet.Current:
			return mentionsName(b.Name, a) || strings.Contains(strings.ToLower(b.Name), "ps")
		}
	case fleet.Fan, fleet.Memory, fleet.CPU:
		return b.Kind == fleet.Chassis
	}
	return false
}

// related reports whether two parts may hang on one controller: they do unless
// the device says that they belong to different ones.
func related(a, b *fleet.Component) bool {
	if a.Group == "" || b.Group == "" || a.Group == b.Group {
		return true
	}
	return b.Kind == fleet.RAIDController && (a.Group == b.Name || a.Group == b.Slot || a.Group == b.Index)
}

func mentions(text string, c *fleet.Component) bool {
	return mentionsName(text, c) || c.Place != "" && containsFold(text, c.Place)
}

func mentionsName(text string, c *fleet.Component) bool {
	return len(c.Name) > 2 && containsFold(text, c.Name) || len(c.Slot) > 2 && containsFold(text, c.Slot)
}

func containsFold(s, sub string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(sub))
}

// partFault reports whether findings of this code are about a part that can
// be the cause of something else.
func partFault(code string) bool {
	switch code {
	case Failed, Predictive, Degraded, Rebuilding:
		return true
	}
	return false
}

func order(code string) int {
	for i, c := range []string{Failed, Predictive, Degraded, Rebuilding, WornOut, Hot, SourcesDisagree, Fault, Vanished} {
		if c == code {
			return i
		}
	}
	return 100
}
