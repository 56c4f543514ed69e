package tui

import (
	"slices"
	"strings"
	"time"

	"ironage/internal/queue"
)

// queueFigures says in a line how the queue does: open orders by tier, the
// oldest, and how long it took from the fault to the proof. The log has more:
// `ironage queue figures`.
func queueFigures(sh *shared) []string {
	if sh.view == nil {
		return nil
	}
	tiers := make(map[queue.Tier]int)
	var oldest *queue.Order
	var took []time.Duration
	for i := range sh.view.Orders {
		o := &sh.view.Orders[i]
		if o.State.Open() {
			tiers[o.Tier]++
			if oldest == nil || o.Created.Before(oldest.Created) {
				oldest = o
			}
			continue
		}
		if t := faultSince(o); !o.VerifiedAt.IsZero() && !t.IsZero() && !o.VerifiedAt.Before(t) {
			took = append(took, o.VerifiedAt.Sub(t))
		}
	}
	var parts []string
	if oldest != nil {
		var counts []string
		for _, t := range []queue.Tier{queue.P1, queue.P2, queue.P3, queue.P4} {
			if tiers[t] > 0 {
				counts = append(counts, sh.t.Int(int64(tiers[t]))+" "+string(t))
			}
		}
		parts = append(parts, sh.t.Say("open: %s", strings.Join(counts, ", ")), sh.t.Say("oldest %s, %s", orderName(oldest.ID), sh.since(oldest.Created)))
	}
	if len(took) > 0 {
		slices.Sort(took)
		key := "fault to verified: median %s of %d orders"
		if len(took) == 1 {
			key = "fault to verified: median %s of %d order"
		}
		parts = append(parts, sh.t.Say(key, sh.t.Span(took[(len(took)-1)/2]), len(took)))
	}
	return parts
}
