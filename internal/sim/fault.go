package sim

import "ironage/internal/fleet"

// fault is something that a family has words of its own for.
type fault uint8

const (
	noFault fault = iota
	diskBroken
	diskWillFail
	diskRebuilds
	volumeGone
	volumeDegraded
	volumeRebuilds
	supplyWithoutFeed
	supplyBroken
	fanBroken
	moduleErrs
	batteryWeak
	batteryDead
)

// word is how a family reports a fault: the health that its profile makes of
// it and the label that the profile gives the raw value.
type word struct {
	health     fleet.Health
	label      string
	predictive bool // the part still works
}

// word says what a family's controller makes of a fault. A fault that it does
// not report (an iLO's rebuilding disk) reads ok.
func (d *dialect) word(x fault) word {
	if d != nil {
		if w, told := d.words[x]; told {
			return w
		}
	}
	return word{health: fleet.OK}
}
