package health

import (
	"time"

	"ironage/internal/fleet"
)

// Judged is what the reads since a swap say about the new part.
type Judged uint8

// The judgements.
const (
	NotYet     Judged = iota // too few reads, too early, or still rebuilding
	ProvenGood               // it works
	ProvenBad                // it is not healthy
)

// badReads in a row show that a new part does not work.
const badReads = 2

// Judgement says whether the part in a slot has proven itself since it came
// (ageing reference §6.3-4): enough healthy reads in a row, enough time, and,
// for a disk, no volume of its group that is less than ok. Reads that say
// unknown or find a rebuild running are not in the count.
func Judgement(c *fleet.Component, p fleet.Proof, st *fleet.State, v Verify, now time.Time) Judged {
	if p.Bad >= badReads {
		return ProvenBad
	}
	if p.Good < max(v.Reads, 1) || now.Sub(p.Since) < v.After {
		return NotYet
	}
	if c.Kind == fleet.Disk {
		for i := range st.Components {
			if vol := &st.Components[i]; vol.Kind == fleet.RAIDVolume && vol.Health != fleet.OK && related(c, vol) {
				return NotYet
			}
		}
	}
	return ProvenGood
}
