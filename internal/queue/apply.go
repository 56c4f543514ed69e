package queue

import (
	"time"

	"ironage/internal/fleet"
)

// Moves lists what role may do with o now, with what each move needs. Forms,
// command-line flags and Apply's validation all come from the same table.
func Moves(o Order, role Role) []Move { return nil }

// Propose makes a new order (T1). It has no id and version 1; the store gives the id.
func Propose(p Proposal, by Actor, now time.Time) (Order, Entry, error) { return Order{}, Entry{}, nil }

// Apply makes one change of state, or refuses it with a *Refusal.
func Apply(o Order, c Change, by Actor, now time.Time) (Order, Entry, error) {
	return o, Entry{}, nil
}

// Note adds a note to the order's log.
func Note(o Order, text string, by Actor, now time.Time) (Order, Entry, error) {
	return o, Entry{}, nil
}

// EditFields lists what role may change of o without moving it.
func EditFields(o Order, role Role) []Field { return nil }

// Edit changes fields of o without moving it.
func Edit(o Order, fields map[string]string, reason string, by Actor, now time.Time) (Order, Entry, error) {
	return o, Entry{}, nil
}

// Open reports whether o still asks for work; a place has at most one open order.
func Open(o Order) bool { return o.State.Open() }

// Facts are what the checks before work (T7) ask about a server.
type Facts struct {
	Reachable  bool      // some probe got an answer
	LastPoll   time.Time // last successful poll; zero = never
	Located    bool      // slot and serial are known
	Working    bool      // the part works
	Unshielded bool      // no further failure is survived (t = 0)
	Rebuilding string    // name of a volume that is being rebuilt or checked
	Others     []int64   // other orders of the same server that are in progress
}

// FactsOf gathers the facts about o's server from what is known of the fleet.
func FactsOf(o Order, snap *fleet.Snapshot, orders []Order) Facts { return Facts{} }

// Check is something that a person must confirm before work starts.
type Check struct {
	Code string // stable: "on-site", "stale", "locate", "same-server", …
	Text string
}

// Checks lists what has to be confirmed before work on o starts (§6.4).
func Checks(o Order, f Facts, now time.Time) []Check { return nil }

// Observe says which change, if any, the program makes by itself: o's server
// as confirmed reads show it.
func Observe(o Order, st *fleet.State, now time.Time) (Change, bool) { return Change{}, false }
