package ageing

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Place is where something stands in a list of what to replace.
type Place struct {
	Tier         Tier
	Score, P     float64
	Due          time.Time // zero: none
	Server, Slot string
}

// Compare orders a list of replacements: tier, score (high first), P (high
// first), due date (none last), then server and slot as people count.
func (a Place) Compare(b Place) int {
	return cmp.Or(
		cmp.Compare(a.Tier.rank(), b.Tier.rank()),
		cmp.Compare(b.Score, a.Score),
		cmp.Compare(b.P, a.P),
		compareDue(a.Due, b.Due),
		fleet.CompareNames(a.Server, b.Server),
		fleet.CompareNames(a.Slot, b.Slot),
	)
}

func compareDue(a, b time.Time) int {
	if a.IsZero() != b.IsZero() {
		if a.IsZero() {
			return 1
		}
		return -1
	}
	return a.Compare(b)
}

// Renewal is what is known when replacing a whole server is weighed against
// replacing its parts.
type Renewal struct {
	// Band is the server's own.
	Band Band
	// Urgent is how many of its parts are to be replaced at P3 or before.
	Urgent int
	// PartsShare is what these parts cost as a share of a new server; 0 where
	// a price is missing.
	PartsShare float64
	Support    Cover
}

// Suggest says why the whole server should be replaced rather than its parts;
// "" : it should not. It is a suggestion, never an order.
func (r Renewal) Suggest() string {
	if r.Band != BandOver && r.Band != BandFarOver {
		return ""
	}
	var because []string
	if r.Urgent >= 3 {
		because = append(because, fmt.Sprintf("%d of its parts are due", r.Urgent))
	}
	if r.PartsShare > 0.5 {
		because = append(because, fmt.Sprintf("the parts cost %.0f %% of a new server", 100*r.PartsShare))
	}
	if r.Support == CoverExpired {
		because = append(because, "its support has ended")
	}
	if len(because) == 0 {
		return ""
	}
	return "past its service life, and " + strings.Join(because, ", ")
}
