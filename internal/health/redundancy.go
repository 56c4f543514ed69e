package health

import (
	"slices"
	"strings"

	"ironage/internal/fleet"
)

// Redundancy says how well the service is protected from the failure of one
// component.
type Redundancy struct {
	// Spared is how many further failures in the component's group the service
	// survives now; meaningless unless Known.
	Spared int
	Known  bool
	// Group names what the component stands in: a volume, "power supplies", …
	Group string
	// Unassigned is a disk that serves nobody, or an idle spare.
	Unassigned bool
	// Why says it in words: "RAID 5 of 4 disks, one rebuilding: no protection left".
	Why string
}

// RedundancyOf says for every component of a server how many further failures
// the service survives, in the order of the components. It believes what the
// device tells of volumes, members, spares and redundant supplies; where the
// device does not tell, Known is false and Why says what is missing. Among
// several answers that fit it takes the worst, never the best.
func RedundancyOf(st *fleet.State) []Redundancy { return RedundancyIn(nil, st) }

// RedundancyIn is RedundancyOf in the room of another answer, which is over.
func RedundancyIn(room []Redundancy, st *fleet.State) []Redundancy {
	n := len(st.Components)
	out := slices.Grow(room[:0], n)[:n]
	clear(out)
	disks := false
	for i := range st.Components {
		c := &st.Components[i]
		switch c.Kind {
		case fleet.Disk, fleet.RAIDVolume:
			disks = true
		case fleet.Memory, fleet.CPU, fleet.RAIDController:
			out[i] = Redundancy{Known: true, Group: c.Kind.String(), Why: "nothing stands in for it"}
		case fleet.Battery:
			out[i] = Redundancy{Known: true, Group: c.Kind.String(), Why: "its failure stops nothing"}
		case fleet.NIC:
			out[i].Why = "the device does not say whether another port stands in for it"
		case fleet.PSU, fleet.Fan:
		default:
			out[i].Why = "not a part that others stand in for"
		}
	}
	if disks {
		judgeStorage(st, out)
	}
	judgeUnits(st.Components, fleet.PSU, out)
	judgeUnits(st.Components, fleet.Fan, out)
	for i := range st.Components {
		if st.Components[i].Health == fleet.Absent {
			out[i] = Redundancy{Why: "the place is empty"}
		}
	}
	return out
}

// units are power supplies or fans that share a load.
type units struct {
	group       string
	fitted, bad int
	// redundant and single count what each unit says of itself.
	redundant, single int
}

// judgeUnits judges power supplies or fans: by what the device says of their
// redundancy, else by how many there are.
func judgeUnits(cs []fleet.Component, k fleet.Kind, out []Redundancy) {
	var groups []units
	for i := range cs {
		if cs[i].Kind == k && cs[i].Health != fleet.Absent {
			groups = count(groups, &cs[i])
		}
	}
	if len(groups) == 0 {
		return
	}
	judged := make([]Redundancy, len(groups))
	for n := range groups {
		judged[n] = groups[n].judge(k)
		if r, ok := ownRedundancy(cs, k, &groups[n]); ok && groups[n].group == "" {
			judged[n] = r
		}
	}
	for i := range cs {
		if cs[i].Kind == k {
			out[i] = judged[find(groups, unitGroup(&cs[i]))]
		}
	}
}

// unitGroup tells the units of a disk shelf or a blade from those of the
// server. The group of a rotor is its own module: Fan 1 of Fan 1A.
func unitGroup(c *fleet.Component) string {
	switch {
	case c.Group == "" && strings.HasPrefix(c.Name, "Enclosure"):
		return "Enclosure"
	case strings.HasPrefix(c.Name, c.Group):
		return ""
	}
	return c.Group
}

// find is the place of a group; a unit of none, as an empty bay, joins the first.
func find(groups []units, name string) int {
	for n := range groups {
		if groups[n].group == name {
			return n
		}
	}
	return 0
}

func count(groups []units, c *fleet.Component) []units {
	name := unitGroup(c)
	n := find(groups, name)
	if n >= len(groups) || groups[n].group != name {
		n = len(groups)
		groups = append(groups, units{group: name})
	}
	u := &groups[n]
	u.fitted++
	if c.Health == fleet.Critical || c.Kind == fleet.Fan && c.Health == fleet.Warning {
		u.bad++
	}
	switch c.Attributes["redundant"] {
	case "yes":
		u.redundant++
	case "no":
		u.single++
	}
	return groups
}

func unitNames(k fleet.Kind) (one, many string) {
	if k == fleet.PSU {
		return "power supply", "power supplies"
	}
	return "fan", "fans"
}

// judge counts: supplies carry the load in two halves, and of fans that call
// themselves redundant one may fail. Where the units say of themselves that
// they are not redundant, that counts. How many other fans may fail only the
// device's designer knows.
func (u *units) judge(k fleet.Kind) Redundancy {
	one, many := unitNames(k)
	r := Redundancy{Known: true, Group: many}
	switch {
	case u.fitted == 1:
		r.Why = "the only " + one
		return r
	case u.single > 0 && u.redundant == 0:
		r.Why = inWords(u.fitted) + " " + many + ", not redundant as the device says"
		return r
	case k == fleet.Fan && u.redundant == 0:
		return Redundancy{Group: many, Why: inWords(u.fitted) + " " + many + badWords(u.bad) + "; the device does not say how many may fail"}
	}
	spare := 1
	if k == fleet.PSU {
		spare = u.fitted / 2
	}
	r.Spared = max(0, spare-u.bad)
	r.Why = inWords(u.fitted) + " " + many + badWords(u.bad) + ": " + left(r.Spared)
	return r
}

// ownRedundancy is what the device's own redundancy status says.
func ownRedundancy(cs []fleet.Component, k fleet.Kind, u *units) (Redundancy, bool) {
	_, many := unitNames(k)
	worst, found := Redundancy{}, false
	for i := range cs {
		c := &cs[i]
		if c.Kind != fleet.Other || !about(c.Name, k) {
			continue
		}
		spared, ok := redundancyStatus(c, u)
		if !ok || found && spared >= worst.Spared {
			continue
		}
		found = true
		worst = Redundancy{Spared: spared, Known: true, Group: many,
			Why: c.Name + " is " + said(c) + " as the device says" + badWords(u.bad) + ": " + left(spared)}
	}
	return worst, found
}

// about reports whether a component of that name is the redundancy of units of kind k.
func about(name string, k fleet.Kind) bool {
	name = strings.ToLower(name)
	if !strings.Contains(name, "redundan") {
		return false
	}
	if k == fleet.Fan {
		return strings.Contains(name, "fan") || strings.Contains(name, "cooling")
	}
	return strings.Contains(name, "power") || strings.Contains(name, "ps ") || strings.Contains(name, "psu")
}

func said(c *fleet.Component) string {
	if c.Native.Meaning() != "" {
		return c.Native.Meaning()
	}
	return c.Health.String()
}

// redundancyStatus reads "full", "lost" and the like. How many units there are
// beyond those that are needed makes full redundancy worth more than one.
func redundancyStatus(c *fleet.Component, u *units) (spared int, ok bool) {
	words := strings.ToLower(c.Native.Meaning())
	switch {
	case c.Health == fleet.Unknown || c.Health == fleet.Absent:
		return 0, false
	case c.Health != fleet.OK, strings.Contains(words, "not redundant"), u.fitted == 1:
		return 0, true
	}
	full := 1
	if need := whole(c.Attributes["required"]); need > 0 {
		full = u.fitted - need
	}
	return max(0, full-u.bad), true
}

func badWords(n int) string {
	if n == 0 {
		return ""
	}
	return ", " + inWords(n) + " out of order"
}

// left is what protection remains, in words.
func left(t int) string {
	switch t {
	case 0:
		return "no protection left"
	case 1:
		return "survives one more failure"
	}
	return "survives " + inWords(t) + " more failures"
}
