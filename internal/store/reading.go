package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"sync"

	"ironage/internal/fleet"
	"ironage/internal/fleet/change"
)

// atOnce is how many rows are decoded before what was read of the others is looked at again:
// two readers share the work.
const atOnce = 128

// packedState is a row as it is stored.
type packedState struct {
	server   string
	revision int64
	doc      []byte
}

// mostTries is how often a row is read again that another process wrote while it
// was decoded.
const mostTries = 10

// readStates decodes the rows of servers into the mirror. It gives those that
// the mirror does not keep, because others write them all the time.
func (s *Store) readStates(ctx context.Context, names []string) (passing map[string]mirrored, err error) {
	for range mostTries {
		if names = s.mirror.missing(names); len(names) == 0 {
			return nil, nil
		}
		passing = map[string]mirrored{}
		for rest := names; len(rest) > 0 && err == nil; rest = rest[min(len(rest), atOnce):] {
			err = s.readPiece(ctx, rest[:min(len(rest), atOnce)], passing)
		}
		if err != nil || len(passing) == 0 {
			break
		}
	}
	return passing, err
}

// readPiece reads some rows as they are now: what was read of them before may be
// older than what the mirror knew, and forgot when a row overtook it.
func (s *Store) readPiece(ctx context.Context, names []string, passing map[string]mirrored) error {
	if names = s.mirror.missing(names); len(names) == 0 {
		return nil
	}
	tx, revision, err := s.reading(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	if err := s.catchUp(ctx, tx, revision); err != nil {
		return err
	}
	rows, err := s.packedStates(ctx, tx, s.mirror.missing(names))
	if err != nil {
		return err
	}
	return s.decode(rows, revision, passing)
}

func (s *Store) packedStates(ctx context.Context, tx *sql.Tx, names []string) ([]packedState, error) {
	if len(names) == 0 {
		return nil, nil // another reader was there meanwhile
	}
	args := make([]any, len(names))
	for i, name := range names {
		args[i] = name
	}
	return list(ctx, s, tx, func(scan scanner) (r packedState, err error) {
		var doc sql.RawBytes
		err = scan(&r.server, &r.revision, &doc)
		r.doc = bytes.Clone(doc)
		return r, err
	}, `SELECT server, revision, doc FROM states WHERE server IN `+tuples(1, len(names)), args...)
}

// decode decodes rows on all processors.
func (s *Store) decode(rows []packedState, revision int64, passing map[string]mirrored) error {
	var (
		mu     sync.Mutex
		failed error
		group  sync.WaitGroup
		each   = min(runtime.GOMAXPROCS(0), (len(rows)+15)/16)
	)
	for k := range each {
		group.Go(func() {
			u := s.unpacker()
			defer s.unpackers.Put(u)
			for i := k; i < len(rows); i += each {
				e, kept, err := s.decodeOne(u, &rows[i], revision)
				if err == nil && kept {
					continue
				}
				mu.Lock()
				if err != nil {
					failed = err
				} else {
					passing[rows[i].server] = e
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return failed
}

func (s *Store) unpacker() *unpacker {
	if u, ok := s.unpackers.Get().(*unpacker); ok {
		return u
	}
	return &unpacker{}
}

// decodeOne decodes a row, moves it on by its pulses, and keeps it.
func (s *Store) decodeOne(u *unpacker, r *packedState, revision int64) (mirrored, bool, error) {
	if have, ok := s.mirror.find(r.server); ok { // by another reader
		return have, true, nil
	}
	for {
		pulses := s.mirror.pulsesOf(r.server)
		e, err := u.moved(r, pulses)
		if err != nil {
			return e, false, fmt.Errorf("state of %s: %w", r.server, err)
		}
		s.commons.Share(&fleet.State{}, e.state)
		if e, kept, more := s.mirror.read(r.server, e, revision, len(pulses)); !more {
			return e, kept, nil
		}
	}
}

// moved is a row with the pulses that follow it. As long as nobody else has the
// state, it is moved in place.
func (u *unpacker) moved(r *packedState, pulses []waitingPulse) (mirrored, error) {
	var st fleet.State
	if err := u.state(r.doc, &st); err != nil {
		return mirrored{}, err
	}
	e := mirrored{head: r.revision, whole: r.revision, since: st.Updated, state: &st}
	for i := range pulses {
		p := &pulses[i]
		switch {
		case p.revision <= e.head:
		case p.base != e.head:
			e.pulses = mostPulses // whoever writes next writes all of it
		case change.Move(&st, p.delta) != nil: // begin again without it
			e, err := u.moved(r, pulses[:i])
			e.pulses = mostPulses
			return e, err
		default:
			e.moved(p.revision)
		}
	}
	if e.oldest == 0 { // perhaps nobody wrote pulses yet
		e.pulses = max(e.pulses, spread(r.server, r.revision))
	}
	return e, nil
}
