package ops

import (
	"fmt"
	"time"

	"ironage/internal/fleet"
)

// clockSlack is how far the clocks of two machines may differ.
const clockSlack = time.Minute

// judgedAt is the time by which ages and risks are told: now, or that of the
// latest read where this machine's clock stands before it. Until the clock has
// caught up nothing gets younger, and no date lies in the future that did not
// before (reference §7). The caller holds d.mu.
func (d *Desk) judgedAt() (at time.Time, behind bool) {
	now, latest := d.now(), d.cache.latest
	if latest.Sub(now) > clockSlack {
		return latest, true
	}
	return now, false
}

// tellClock shows that ages stand still, for as long as they do.
func (d *Desk) tellClock() {
	d.mu.Lock()
	at, behind := d.judgedAt()
	d.mu.Unlock()
	text := ""
	if behind {
		text = fmt.Sprintf("this machine's clock stands before the latest read, of %s: ages, risks and trends wait until it has caught up. "+
			"Set the clock (NTP); if that time was wrong, start this program anew", at.UTC().Format("2006-01-02 15:04 MST"))
	}
	d.Notify("clock", fleet.Warning, text)
}
