package queue

import (
	"cmp"
	"slices"
	"strings"

	"ironage/internal/fleet"
)

// Sort puts orders as people look at them: what asks for something first, by
// tier, due date, server and slot; then what is finished, the latest first.
func Sort(orders []Order) {
	slices.SortStableFunc(orders, func(a, b Order) int {
		if af, bf := a.State.Final(), b.State.Final(); af != bf {
			if bf {
				return -1
			}
			return 1
		} else if af {
			return cmp.Or(b.Changed.Compare(a.Changed), cmp.Compare(b.ID, a.ID))
		}
		return cmp.Or(strings.Compare(string(a.Tier), string(b.Tier)), a.Due.Compare(b.Due),
			fleet.CompareNames(a.Server, b.Server), fleet.CompareNames(a.Slot, b.Slot), cmp.Compare(a.ID, b.ID))
	})
}
