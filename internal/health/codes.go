package health

import "ironage/internal/fleet"

// Codes of findings: stable words for programs, acknowledgements and filters.
const (
	Failed          = "failed"           // a part reads critical
	Degraded        = "degraded"         // a part reads warning
	Predictive      = "predictive"       // a part predicts its own failure
	Rebuilding      = "rebuilding"       // a volume is being rebuilt
	WornOut         = "wear"             // an SSD has used up its endurance, or nearly
	Hot             = "hot"              // a disk is warmer than its threshold
	FilesystemFull  = "filesystem-full"  // or nearly
	FillsSoon       = "fills-soon"       // a file system will be full in a few days, as it grows now
	MemoryFull      = "memory-full"      // or nearly
	Loss            = "packet-loss"      // echoes get lost
	RollUpDisagrees = "rollup-disagrees" // the device's overall status is worse than every part
	SourcesDisagree = "sources-disagree" // bmc and os judge one part differently
	MissingPart     = "missing-part"     // fewer parts than the inventory expects
	Vanished        = "vanished"         // a part left its slot
	Duplicate       = "duplicate-serial" // one serial number in two slots
	UnknownPart     = "unknown-part"     // a part whose health nobody knows
	NotRead         = "not-read"         // what speaks for the hardware was not read yet
	NoHardware      = "no-hardware"      // answers, but publishes no hardware objects
	Fault           = "fault"            // what the device itself lists as wrong
	OverAge         = "over-age"         // past its service life
	Unreachable     = "unreachable"      // neither ping nor SNMP answers
	AgentSilent     = "agent-silent"     // ping answers, SNMP does not
	Refused         = "refused"          // credentials or security level
	Garbled         = "garbled"          // what answers is not SNMP
	Unresolved      = "unresolved"       // the name does not resolve
	NotAsked        = "not-asked"        // this machine lacks what it takes to ask, mostly a secret
	Stale           = "stale"            // not read for longer than it should have been
)

// AboutReach reports whether findings of this code say that a server could not
// be asked, rather than something about its hardware. They count as unknown in
// a server's health, and always need a person.
func AboutReach(code string) bool {
	switch code {
	case Unreachable, AgentSilent, Refused, Garbled, Unresolved, NotAsked, Stale:
		return true
	}
	return false
}

// KindWord is what a person calls a component of kind k.
func KindWord(k fleet.Kind) string {
	switch k {
	case fleet.Memory:
		return "memory module"
	case fleet.CPU:
		return "CPU"
	case fleet.PSU:
		return "power supply"
	case fleet.RAIDController:
		return "RAID controller"
	case fleet.RAIDVolume:
		return "volume"
	case fleet.NIC:
		return "network port"
	case fleet.Temperature, fleet.Voltage, fleet.Current, fleet.Power:
		return k.String() + " sensor"
	case fleet.Other, 0:
		return "component"
	}
	return k.String()
}

// Describe names a component as people do: "disk Bay 3".
func Describe(c *fleet.Component) string {
	word, label := KindWord(c.Kind), c.Label()
	if label == c.Kind.String() {
		return word
	}
	return word + " " + label
}
