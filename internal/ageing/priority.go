package ageing

import "ironage/internal/fleet"

// Tier is how urgent a replacement is; the words are the queue's.
type Tier string

// The tiers; the empty Tier means that there is no reason to act.
const (
	P1 Tier = "P1"
	P2 Tier = "P2"
	P3 Tier = "P3"
	P4 Tier = "P4"
)

// Reason is why a part should be replaced; the words are the queue's reason codes.
type Reason string

// Priority turns probability and impact into a score and a tier (reference §4).
type Priority struct {
	// Tiers are the scores from which P1, P2 and P3 begin.
	Tiers       [3]float64
	Criticality map[fleet.Criticality]float64
}
