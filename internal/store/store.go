// Package store keeps what survives a restart: inventory, states, events,
// acknowledgements, the replacement queue and its log, hourly readings, and
// the lease that says who collects. It must never decide anything: rules live
// in queue, health and collect.
package store

import (
	"context"
	"errors"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// Store is an open database. All methods may be called from several goroutines.
type Store struct{}

// ErrNotFound says that there is no such order.
var ErrNotFound = errors.New("not found")

// Open opens or creates the database at url ("sqlite:/path" or a bare path).
func Open(ctx context.Context, url string, now func() time.Time) (*Store, error) { return nil, nil }

// Close closes the database.
func (s *Store) Close() error { return nil }

// ReplaceServers makes the inventory exactly servers.
func (s *Store) ReplaceServers(ctx context.Context, servers []fleet.Server) error { return nil }

// Servers is the inventory, by name.
func (s *Store) Servers(ctx context.Context) ([]fleet.Server, error) { return nil, nil }

// SaveStates writes states, events and hourly readings in one transaction.
func (s *Store) SaveStates(ctx context.Context, states []fleet.State, events []fleet.Event, hours []fleet.HourValue) error {
	return nil
}

// States are the states that changed after revision since (0: all), and the revision they show.
func (s *Store) States(ctx context.Context, since int64) ([]fleet.State, int64, error) {
	return nil, 0, nil
}

// Events are the events of q, newest first.
func (s *Store) Events(ctx context.Context, q fleet.EventQuery) ([]fleet.Event, error) {
	return nil, nil
}

// Acknowledge marks events as known.
func (s *Store) Acknowledge(ctx context.Context, ids []int64, ack fleet.Ack) error { return nil }

// AckFinding marks a finding as known; key is empty for the server as a whole.
func (s *Store) AckFinding(ctx context.Context, server, key, code string, ack fleet.Ack) error {
	return nil
}

// UnackFinding withdraws it.
func (s *Store) UnackFinding(ctx context.Context, server, key, code string) error { return nil }

// FindingAcks are all acknowledged findings.
func (s *Store) FindingAcks(ctx context.Context) ([]fleet.FindingAck, error) { return nil, nil }

// Readings are the hours of one metric since a time, oldest first.
func (s *Store) Readings(ctx context.Context, server, metric string, since time.Time) ([]fleet.HourValue, error) {
	return nil, nil
}

// Orders are all work orders: open ones first, by tier and age, then the most recently finished.
func (s *Store) Orders(ctx context.Context) ([]queue.Order, error) { return nil, nil }

// Order is one work order; ErrNotFound when there is none of that id.
func (s *Store) Order(ctx context.Context, id int64) (queue.Order, error) { return queue.Order{}, nil }

// OrderLog is the log of one order, oldest first.
func (s *Store) OrderLog(ctx context.Context, id int64) ([]queue.Entry, error) { return nil, nil }

// CreateOrder stores a proposed order with its first log entry and gives it an
// id; *queue.Duplicate when the place has an open order.
func (s *Store) CreateOrder(ctx context.Context, o queue.Order, e queue.Entry) (queue.Order, error) {
	return o, nil
}

// UpdateOrder stores a changed order with its log entry; *queue.Conflict when
// its version is no longer read.
func (s *Store) UpdateOrder(ctx context.Context, o queue.Order, e queue.Entry, read int64) error {
	return nil
}

// AcquireLease makes holder the collector for ttl, or says who is.
func (s *Store) AcquireLease(ctx context.Context, holder string, ttl time.Duration) (fleet.Lease, bool, error) {
	return fleet.Lease{}, false, nil
}

// RenewLease is the holder's heartbeat; false when the lease is somebody else's now.
func (s *Store) RenewLease(ctx context.Context, holder string, load fleet.CollectorLoad) (bool, error) {
	return false, nil
}

// ReleaseLease gives the lease back, if holder has it.
func (s *Store) ReleaseLease(ctx context.Context, holder string) error { return nil }

// Lease is who collects now; the zero Lease when nobody ever did.
func (s *Store) Lease(ctx context.Context) (fleet.Lease, error) { return fleet.Lease{}, nil }

// RequestRead asks the collecting process to read a server now.
func (s *Store) RequestRead(ctx context.Context, server, by string) error { return nil }

// TakeReadRequests returns the waiting requests and forgets them.
func (s *Store) TakeReadRequests(ctx context.Context) ([]fleet.ReadRequest, error) { return nil, nil }

// Revision grows with every change. Reading it is cheap.
func (s *Store) Revision(ctx context.Context) (int64, error) { return 0, nil }

// Changed returns a channel that is closed at this process's next write. Ask
// again after each; take the channel before reading what it guards.
func (s *Store) Changed() <-chan struct{} { return nil }

// Watch sends the revision whenever it has grown, through this process or
// another, looking every so often. The newest wins; it closes when ctx ends.
func (s *Store) Watch(ctx context.Context, every time.Duration) <-chan int64 { return nil }
