package bench

import (
	"context"
	"time"

	"ironage/internal/fleet"
)

// Sweeps measures rounds of pings; sweep pings every host once.
func Sweeps(ctx context.Context, hosts, rounds int, sweep func() []fleet.Ping) (Result, error) {
	watch := observe(func() int { return 0 })
	var walls []time.Duration
	trips := make([]uint32, 0, min(rounds*hosts, mostTimes))
	answered, silent := 0, 0
	for range rounds {
		begun := time.Now()
		got := sweep()
		walls = append(walls, time.Since(begun))
		for i := range got {
			if got[i].Reach == fleet.Answered {
				answered++
				trips = keep(trips, got[i].Avg)
			} else {
				silent++
			}
		}
	}
	r := watch.stop()
	r.Poller, r.Rhythm, r.Devices, r.Rounds = "ironage", "ping", hosts, rounds
	r.Answered, r.Failed, r.Wall = answered, silent, median(walls)
	percentiles(&r, trips)
	return r, ctx.Err()
}
