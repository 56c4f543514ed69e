package discover

import "time"

// slack is how much of a delay the pacer makes up for: timers come late, and
// without it no rate above a few hundred a second would be kept.
const slack = 20 * time.Millisecond

// pacer spreads packets over time. It has no clock of its own.
type pacer struct {
	every time.Duration
	next  time.Time
}

func newPacer(perSecond int) *pacer { return &pacer{every: time.Second / time.Duration(perSecond)} }

// wait is how long the next packet must wait; 0 or less: it may go.
func (p *pacer) wait(now time.Time) time.Duration { return p.next.Sub(now) }

// spend notes that a packet went.
func (p *pacer) spend(now time.Time) {
	if late := now.Add(-slack); p.next.Before(late) {
		p.next = late
		if p.every > slack {
			p.next = now
		}
	}
	p.next = p.next.Add(p.every)
}
