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

// words says what a family's controller makes of a fault. A fault that it does
// not report (an iLO's rebuilding disk) reads ok.
func (f family) word(x fault) word {
	const warning, critical = fleet.Warning, fleet.Critical
	table := map[fault]word{
		diskBroken:        {critical, "failed", false},
		diskWillFail:      {warning, "predictive failure", true},
		diskRebuilds:      {warning, "rebuild", false},
		volumeGone:        {critical, "failed", false},
		volumeDegraded:    {warning, "degraded", false},
		volumeRebuilds:    {warning, "degraded", false},
		supplyWithoutFeed: {critical, "AC lost", false},
		supplyBroken:      {critical, "failure", false},
		fanBroken:         {critical, "criticalLower", false},
		moduleErrs:        {warning, "nonCritical", false},
		batteryWeak:       {warning, "predictive failure", true},
		batteryDead:       {critical, "failed", false},
	}
	if f == hpe {
		table = map[fault]word{
			diskBroken:        {critical, "failed", false},
			diskWillFail:      {warning, "predictiveFailure", true},
			volumeGone:        {critical, "failed", false},
			volumeDegraded:    {warning, "a drive is out", false},
			volumeRebuilds:    {warning, "rebuilding", false},
			supplyWithoutFeed: {warning, "noPowerInput", false},
			supplyBroken:      {critical, "generalFailure", false},
			fanBroken:         {warning, "degraded", false}, // the others still cool
			moduleErrs:        {warning, "degraded by corrected errors", true},
			batteryWeak:       {warning, "predictive failure", true},
			batteryDead:       {critical, "permanent failure", false},
		}
	}
	if w, told := table[x]; told {
		return w
	}
	return word{health: fleet.OK}
}

// raidLevel is how a family writes the level of an array.
func (f family) raidLevel(level int) string {
	names := map[int]string{0: "RAID 0", 1: "RAID 1", 5: "RAID 5", 6: "RAID 6", 10: "RAID 10"}
	if f == hpe {
		names = map[int]string{0: "RAID 0", 1: "RAID 1/10", 5: "RAID 5", 6: "RAID 6 (ADG)", 10: "RAID 1/10"}
	}
	return names[level]
}
