package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"ironage/internal/fleet"
)

// Outline is what can be told of every server without reading its state: the
// states have a name, a health and a time only. It comes with the revision that
// it shows. A large store is opened with it; StatesOf then brings the rest.
func (s *Store) Outline(ctx context.Context) ([]fleet.State, int64, error) {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, 0, s.explain(err)
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	revision, err := s.revision(ctx, tx)
	if err != nil {
		return nil, 0, err
	}
	states, err := list(ctx, s, tx, func(scan scanner) (v fleet.State, err error) {
		var health string
		var updated int64
		if err := scan(&v.Server, &health, &updated); err != nil {
			return v, err
		}
		v.Updated = fromMicros(updated)
		v.Health, _ = fleet.ParseHealth(health) // a word that nobody knows is unknown
		return v, nil
	}, `SELECT server, health, updated FROM states ORDER BY server`)
	return states, revision, err
}

// HasServers reports whether there is an inventory at all.
func (s *Store) HasServers(ctx context.Context) (has bool, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM servers)`).Scan(&has)
	return has, s.explain(err)
}

// StatesOf are the states of some servers as they are now, by name; of those
// that were never read there is none. What another reader decodes at the same
// time is taken from it.
func (s *Store) StatesOf(ctx context.Context, servers []string) ([]fleet.State, error) {
	if len(servers) == 0 {
		return nil, nil
	}
	args := make([]any, len(servers))
	var names strings.Builder
	for i, name := range servers {
		if i > 0 {
			names.WriteByte(',')
		}
		names.WriteString("$" + strconv.Itoa(i+1))
		args[i] = name
	}
	return s.storedStates(ctx, "server IN ("+names.String()+")", args...)
}
