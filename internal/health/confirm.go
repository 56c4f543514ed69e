package health

import (
	"time"

	"ironage/internal/fleet"
)

// Read is what one successful read said about one thing. A read that failed is
// no Read: it must not be passed to Confirm, because silence neither advances
// nor resets a count.
type Read struct {
	Health   fleet.Health
	Latched  bool // the device itself remembers this state: one read is proof
	At       time.Time
	Evidence fleet.Evidence
}

// Confirm is the hysteresis of every verdict. It takes the confirmed health
// and the change that is waiting, if any, and returns both after one more
// read. A change is taken over when need.Detect (worse) or need.Recover
// (better) reads in a row point the same way; what is then believed is what
// all of them said at least: a warning followed by a critical confirms the
// warning, and the critical waits for its second read.
func Confirm(was fleet.Health, wait *fleet.Hold, r Read, need Reads) (fleet.Health, *fleet.Hold) {
	if r.Health == was {
		return was, nil
	}
	if r.Latched && r.Health.Worse(was) && was != fleet.Absent {
		return r.Health, nil
	}
	hold := fleet.Hold{Health: r.Health, Reads: 1, Since: r.At, Evidence: r.Evidence}
	if wait != nil && wait.Reads > 0 && sameWay(was, wait.Health, r.Health) {
		hold.Reads, hold.Since = wait.Reads+1, wait.Since
		hold.Health = nearest(was, wait.Health, r.Health)
	}
	if hold.Reads < enough(was, r.Health, need) {
		return was, &hold
	}
	if hold.Health == r.Health {
		return hold.Health, nil
	}
	// The latest read went further than what is confirmed now: it is the first
	// of the next count.
	return Confirm(hold.Health, nil, r, need)
}

// sameWay reports whether two reads that differ from was point the same way:
// both worse, both better, or both about the slot being empty or filled.
func sameWay(was, a, b fleet.Health) bool {
	if was == fleet.Absent {
		return true // both say that something is there
	}
	if a == fleet.Absent || b == fleet.Absent {
		return a == b
	}
	return a.Worse(was) == b.Worse(was)
}

// nearest is what both reads said at least: the one that is closer to was.
// For a slot that was empty it is the milder one.
func nearest(was, a, b fleet.Health) fleet.Health {
	if was == fleet.Absent || b.Worse(was) {
		if a.Worse(b) {
			return b
		}
		return a
	}
	if a.Worse(b) {
		return a
	}
	return b
}

func enough(was, now fleet.Health, need Reads) int {
	if now == fleet.Absent || was == fleet.Absent || now.Worse(was) {
		return max(need.Detect, 1)
	}
	return max(need.Recover, 1)
}
