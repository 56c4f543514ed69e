// Package ops holds the use-cases behind every face of the product (console,
// command line, SSH): look, acknowledge, note, propose, approve, … each with
// the actor's role and an audit entry, committed before it returns. It must
// never draw, parse flags or talk to devices.
package ops

import (
	"time"

	"ironage/internal/fleet"
	"ironage/internal/maintenance"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// View is everything a face draws from, at one revision of the store.
// It is immutable: the next change makes a new View.
type View struct {
	Fleet *fleet.Snapshot
	// Orders are the work orders: open ones first, by tier and age, then the
	// most recently finished.
	Orders []queue.Order
	// Spares are what became of spares since the stock was counted, and those that
	// orders keep, oldest first.
	Spares []queue.SpareMove
	// Events are the most recent events, newest first.
	Events []fleet.Event
	// Windows are the windows of maintenance: active ones, coming ones, and the
	// last ones that are over.
	Windows   []maintenance.Window
	Collector Collector
	// Outlook is the fleet's age, risk and demand; never nil. While a large fleet
	// is judged, for moments, it is that of an earlier Fleet: a server may be
	// missing in it.
	Outlook *outlook.Fleet
	// Notices are things about this program itself that a person should see:
	// a broken configuration file that was not taken, a full disk, no right to ping.
	Notices []Notice
	// Loading is how much of a large store was read; of a server that was not
	// (fleet.Entry.BeingRead) nobody may say more than its health, and Outlook waits.
	Loading Loading
	// known means that the inventory was read: a server that is not in Fleet is
	// not in it.
	known bool
	// acks are the acknowledged findings that hold, by server.
	acks map[string][]fleet.FindingAck
}

// Collector says who polls.
type Collector struct {
	Owner     string    // host and process of the lease holder; empty when nobody polls
	Here      bool      // this process holds the lease
	Foreign   bool      // it is another version of ironage, and most polls are not seen here
	Started   time.Time // when the lease was taken
	Heartbeat time.Time // last sign of life
	Endpoints int       // endpoints polled
	InFlight  int
	Late      int // endpoints behind schedule
	// Load is what it said with its last sign of life; of a collector that has
	// died, Owner is empty and this is what it said last.
	Load fleet.CollectorLoad
}

// Notice is a message about this program, not about a server.
type Notice struct {
	Code   string // stable: "config", "store", "ping", "collector"
	Health fleet.Health
	Text   string // what happened and what to do
	Since  time.Time
}
