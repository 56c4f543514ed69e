package config

import (
	"time"

	"ironage/internal/queue"
)

// ageItems are the ways in which age alone proposes orders.
var ageItems = []queue.AgeItems{queue.AgePerServer, queue.AgePerPart, queue.AgeOff}

// queueKeys are the numbers behind what the evidence does to orders by itself.
func queueKeys() []key[queue.Rules] {
	return []key[queue.Rules]{
		choice("age_items", "What age, warranty and support alone propose: one P4 order per server that lists what is past its service life (server), one per part (component), or none (off).",
			ageItems, func(r *queue.Rules) *queue.AgeItems { return &r.AgeItems }),
		number("recover_reads", "Healthy reads in a row without a swap after which an order is flagged as recovered. It stays open all the same.", 1, 10_000,
			func(r *queue.Rules) *int { return &r.RecoverReads }),
		duration("repeat_within", "A new fault in the same slot so soon after a verified swap is called a repeat.", time.Hour, 365*day, func(r *queue.Rules) *time.Duration { return &r.RepeatWithin }),
		duration("give_up", "A replaced part that is not proven by then waits for an engineer.", time.Hour, 365*day, func(r *queue.Rules) *time.Duration { return &r.GiveUp }),
	}
}
