// Package notify tells other systems (a ticket system, a chat) what happens to
// work orders. Each change is sent once to each hook, in order, signed, and
// tried again with growing pauses; what cannot be delivered is kept as a dead
// letter that people see. It must never hold up a decision: it reads the log
// of orders behind everybody's back.
package notify

import (
	"context"
	"time"

	"ironage/internal/queue"
)

// Hook is a place to tell.
type Hook struct {
	Name string
	URL  string
	// Secret gives the key that signs; nil or an empty key: unsigned.
	Secret func(ctx context.Context) ([]byte, error)
	// Actions are the changes that are told; none: all.
	Actions []string
}

// Change is one entry of an order's log with the order as it is now.
type Change struct {
	Seq   int64 // in the log of all orders
	Order queue.Order
	Entry queue.Entry
}

// Progress is how far a hook has been told.
type Progress struct {
	Seq   int64     // the last change that was told or given up
	Tries int       // failed tries of the next one
	Next  time.Time // when it is tried again
	Error string    // why the last try failed
	Known bool      // false: the hook was never heard of
}

// DeadLetter is a change that a hook could not be told.
type DeadLetter struct {
	ID    int64     `json:"id"`
	Hook  string    `json:"hook"`
	Seq   int64     `json:"seq"`
	Order int64     `json:"order"`
	What  string    `json:"what"` // action of the change
	Tries int       `json:"tries"`
	Error string    `json:"error"`
	At    time.Time `json:"at"`
}

// Store keeps what has to survive a restart.
type Store interface {
	// OrderChanges are the changes after seq, oldest first, at most limit.
	OrderChanges(ctx context.Context, after int64, limit int) ([]Change, error)
	LastOrderChange(ctx context.Context) (int64, error)
	HookProgress(ctx context.Context, hook string) (Progress, error)
	SaveHookProgress(ctx context.Context, hook string, p Progress) error
	// Bury keeps a change as a dead letter and moves the hook past it, in one step.
	Bury(ctx context.Context, hook string, seq int64, p Progress, at time.Time) error
}

// Policy is how hard a hook is tried.
type Policy struct {
	Tries   int           // before a change becomes a dead letter
	First   time.Duration // pause after the first failure; it doubles
	Longest time.Duration
	Timeout time.Duration // of one request
}

// DefaultPolicy gives up after about a day.
func DefaultPolicy() Policy {
	return Policy{Tries: 14, First: 10 * time.Second, Longest: 4 * time.Hour, Timeout: 10 * time.Second}
}

// pause is how long to wait after so many failures.
func (p Policy) pause(failures int) time.Duration {
	d := p.First
	for range failures - 1 {
		if d *= 2; d >= p.Longest {
			return p.Longest
		}
	}
	return d
}
