package snmp

import (
	"context"
	"errors"

	"ironage/internal/fleet"
)

// Session asks one agent. It is safe for use by several goroutines, which then
// take turns: one message is in flight at a time.
type Session struct{}

// Dial resolves the address and opens a socket; nothing is sent before the
// first question. known is what earlier sessions learned.
func Dial(ctx context.Context, address string, c Credential, o Options, known Limits) (*Session, error) {
	return nil, errors.New("not yet")
}

// Get reads objects.
func (s *Session) Get(ctx context.Context, oids []OID) ([]Variable, error) { return nil, nil }

// Columns reads whole columns.
func (s *Session) Columns(ctx context.Context, columns []OID) ([]Variable, error) { return nil, nil }

// Limits is what was learned.
func (s *Session) Limits() Limits { return Limits{} }

// Cost is what was spent.
func (s *Session) Cost() fleet.Cost { return fleet.Cost{} }

// Close frees the socket.
func (s *Session) Close() error { return nil }
