package health

import "ironage/internal/fleet"

// Weigh returns how much each component counts for its server. Everything
// counts as it is, with two exceptions, where one of several carries the load
// of another:
//
//   - power supplies: a critical one counts as a warning while at least as many
//     others are ok as are critical (one of two, two of four);
//   - fans: a critical one counts as a warning while it is the only fan that is
//     not ok and there are others.
//
// A failed disk stays critical although its volume survives: the next failure
// loses data. Empty slots never count. Sensors, network ports and other
// objects of unknown health do not count either: devices list many that they
// do not measure. Nor do parts of unknown health that only the operating
// system shows, when a management controller speaks for the hardware: they are
// its disks and volumes under another name.
func Weigh(cs []fleet.Component) []fleet.Health {
	out := make([]fleet.Health, len(cs))
	psu, fan := tally(cs, fleet.PSU), tally(cs, fleet.Fan)
	bmc := hasBMC(cs)
	for i := range cs {
		h := cs[i].Health
		switch {
		case h == fleet.Unknown && !weighsUnknown(&cs[i], bmc):
			h = fleet.Absent
		case h != fleet.Critical:
		case cs[i].Kind == fleet.PSU && psu.ok >= psu.critical:
			h = fleet.Warning
		case cs[i].Kind == fleet.Fan && fan.critical == 1 && fan.ok > 0 && fan.ok == fan.fitted-1:
			h = fleet.Warning
		}
		out[i] = h
	}
	return out
}

type kindTally struct{ fitted, ok, critical int }

func tally(cs []fleet.Component, k fleet.Kind) kindTally {
	var t kindTally
	for i := range cs {
		if cs[i].Kind != k || cs[i].Health == fleet.Absent {
			continue
		}
		t.fitted++
		switch cs[i].Health {
		case fleet.OK:
			t.ok++
		case fleet.Critical:
			t.critical++
		}
	}
	return t
}

// hasBMC reports whether a management controller shows any of the components.
func hasBMC(cs []fleet.Component) bool {
	for i := range cs {
		if cs[i].Role == fleet.BMC {
			return true
		}
	}
	return false
}

// weighsUnknown reports whether a component whose health nobody knows makes
// its server's health unknown.
func weighsUnknown(c *fleet.Component, bmc bool) bool {
	if bmc && c.Role == fleet.OS {
		return false
	}
	return c.Kind != fleet.NIC && (c.Kind.Replaceable() || c.Kind == fleet.RAIDVolume)
}

// RollUp is the health of a server's hardware: the worst of its parts as Weigh
// counts them, and of the device's own overall status where the parts do not
// explain it. A server that shows no hardware at all is unknown, not ok;
// unknown parts never outrank a warning.
func RollUp(cs []fleet.Component, own *fleet.Verdict) fleet.Health {
	worst, known := fleet.Absent, false
	for i, h := range Weigh(cs) {
		if h.Worse(worst) {
			worst = h
		}
		if c := cs[i].Health; c != fleet.Unknown && c != fleet.Absent {
			known = true
		}
	}
	if own != nil && own.Health != fleet.Unknown && own.Health != fleet.Absent {
		known = true
		if own.Health.Worse(worst) && !explained(cs, own.Health) {
			worst = own.Health
		}
		if worst == fleet.Absent {
			worst = own.Health
		}
	}
	if !known || worst == fleet.Absent {
		return fleet.Unknown
	}
	return worst
}

// explained reports whether some part is as bad as the device's own roll-up
// says, redundancy aside: then the roll-up says nothing new.
func explained(cs []fleet.Component, rollup fleet.Health) bool {
	if rollup.Severity() <= fleet.OK.Severity() {
		return true
	}
	for i := range cs {
		if cs[i].Health.Severity() >= rollup.Severity() {
			return true
		}
	}
	return false
}
