package ops

import "ironage/internal/health"

// Verify are the rules in force by which a replacement counts as proven: how
// many healthy reads, over how long.
func (d *Desk) Verify() health.Verify {
	policy, _ := d.currentRules()
	return policy.Verify
}
