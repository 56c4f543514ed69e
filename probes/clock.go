package probes

import "time"

// clock is how long an agent said that it runs, and when it said so.
type clock struct {
	up int64     // hundredths of seconds
	at time.Time // zero: it never said it
	// behind is set when the agent had not run for as long as it should have, and
	// stays until it keeps pace again: it need not have started anew, its time may
	// stand still or go slowly.
	behind bool
}

// clockSlack is what an agent's time may be behind at once, because it is counted
// now and then only.
const clockSlack = time.Minute

// read takes what the agent said in a read that began and ended then, and reports
// whether it has started since it said it before: it counts less, or so much less
// than the time that went by at least that it must have begun anew meanwhile. Who
// counts wrongly is suspected once, and whose time stands still is not.
func (c *clock) read(up int64, began, ended time.Time) (restarted bool) {
	before := *c
	c.up, c.at = up, ended
	if before.at.IsZero() {
		return false
	}
	ran, passed := hundredths(up-before.up), began.Sub(before.at)*9/10 // a tenth is for oscillators and long answers
	switch {
	case ran < 0:
		return true
	case ran == 0:
		return false
	case ran < passed-clockSlack:
		c.behind = true
		return !before.behind
	case ran >= passed && passed > clockSlack/10: // a moment tells nothing
		c.behind = false
	}
	return false
}

func hundredths(n int64) time.Duration { return time.Duration(n) * 10 * time.Millisecond }
