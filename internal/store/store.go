// Package store keeps what survives a restart: inventory, states, events,
// acknowledgements, the replacement queue and its log, hourly readings, and
// the lease that says who collects. It must never decide anything: rules live
// in queue, health and collect.
//
// What a person decided is on the disk before the call returns; readings may
// lose the last seconds in a power cut. Several processes may have the same
// database open; each notices what the others write (Watch).
package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ironage/internal/fleet"
)

// Store is an open database. All methods may be called from several goroutines.
type Store struct {
	path string
	now  func() time.Time
	// Two ways to write: decisions wait for the disk, readings do not. Both
	// take turns through writing, because a database has one writer at a time
	// and waiting here is shorter and fairer than in its busy handler.
	decisions *sql.DB
	readings  *sql.DB
	readers   *sql.DB
	writing   chan struct{}
	written   atomic.Int64 // nanoseconds in which this process had the database to itself
	changes   broadcast
	packers   chan *packer // whose tables are too large to make for each state
	unpackers sync.Pool    // of *unpacker
	mirror    mirror
	prepared  prepared      // of readings
	saved     atomic.Int64  // how often states were saved
	commons   fleet.Commons // what the states that were read share
}

// Open opens or creates the database at url ("sqlite:/path" or a bare path),
// brings an older one up to date after putting a copy beside it, and refuses a
// newer one. Its errors are *Error: what happened, to which file, what to do.
func Open(ctx context.Context, url string, now func() time.Time) (*Store, error) {
	steps, err := ownMigrations()
	if err != nil {
		return nil, err
	}
	return openWith(ctx, url, now, steps)
}

func openWith(ctx context.Context, url string, now func() time.Time, steps fs.FS) (*Store, error) {
	path, err := pathOf(url)
	if err != nil {
		return nil, err
	}
	if err := prepareFile(path); err != nil {
		return nil, err
	}
	s := &Store{path: path, now: now, writing: make(chan struct{}, 1), packers: make(chan *packer, 1)}
	s.changes.init()
	if err := s.open(ctx, steps); err != nil {
		_ = s.Close() // the first error is the one to tell
		return nil, s.explain(err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, steps fs.FS) error {
	var err error
	if s.decisions, err = connect(s.path, decisionPragmas, 1); err != nil {
		return err
	}
	if err := s.migrate(ctx, steps); err != nil {
		return err
	}
	if err := s.adoptLog(ctx); err != nil {
		return err
	}
	if s.readings, err = connect(s.path, readingPragmas, 1); err != nil {
		return err
	}
	if s.prepared, err = prepare(ctx, s.readings, bumpSQL, insertJournal, upsertOne, upsertSome, mergeOne, mergeSome); err != nil {
		return err
	}
	s.readers, err = connect(s.path, readerPragmas, 4)
	if err != nil {
		return err
	}
	_, err = s.Revision(ctx)
	return err
}

// pathOf is the file that a store URL names.
func pathOf(url string) (string, error) {
	scheme, rest, found := strings.Cut(url, ":")
	switch {
	case strings.TrimSpace(url) == "":
		return "", &Error{What: "no database is named", Try: "set store.url in the configuration, for example sqlite:/var/lib/ironage/ironage.db", Err: ErrUnsupported}
	case scheme == "postgres" || scheme == "postgresql":
		return "", &Error{What: "PostgreSQL is not supported by this version", Try: "use sqlite:/path/to/ironage.db", Err: ErrUnsupported}
	case found && scheme == "sqlite":
		url = strings.TrimPrefix(rest, "//")
	case found && len(scheme) > 1 && !strings.ContainsAny(scheme, `/\.`): // one letter is a Windows drive
		return "", &Error{What: fmt.Sprintf("%q is no kind of database", scheme), Try: "use sqlite:/path/to/ironage.db", Err: ErrUnsupported}
	}
	path, err := filepath.Abs(url)
	if err != nil {
		return "", &Error{What: "the path of the database cannot be resolved", File: url, Try: "give an absolute path", Err: err}
	}
	return path, nil
}

// Path is the database's file.
func (s *Store) Path() string { return s.path }

// Close closes the database. It must not be used afterwards.
func (s *Store) Close() error {
	var first error
	for _, db := range []*sql.DB{s.readers, s.readings, s.decisions} {
		if db == nil {
			continue
		}
		if err := db.Close(); err != nil && first == nil {
			first = s.explain(err)
		}
	}
	return first
}

// decide writes what a person decided: when it returns nil, the disk has it.
func (s *Store) decide(ctx context.Context, do func(context.Context, *sql.Tx) error) error {
	return s.write(ctx, s.decisions, do)
}

// note writes what may lose its last seconds in a power cut.
func (s *Store) note(ctx context.Context, do func(context.Context, *sql.Tx) error) error {
	return s.write(ctx, s.readings, do)
}

// Written is how long this process was the database's writer since it opened
// it: while it is, nobody else can write.
func (s *Store) Written() time.Duration { return time.Duration(s.written.Load()) }

// write runs do in a transaction and tells everybody, those of done first. Once it has begun it is
// not cancelled half-way: a caller that gives up must not be left guessing
// whether its change was made. The wait is bounded by the busy timeout.
func (s *Store) write(ctx context.Context, db *sql.DB, do func(context.Context, *sql.Tx) error, done ...func()) error {
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-ctx.Done():
		return fmt.Errorf("waiting to write: %w", ctx.Err())
	}
	ctx = context.WithoutCancel(ctx)
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return s.explain(err)
	}
	begun := time.Now()
	defer func() {
		_ = tx.Rollback() // after a commit it does nothing
		s.mirror.committed()
		s.written.Add(int64(time.Since(begun)))
	}()
	if err := do(ctx, tx); err != nil {
		return s.explain(err)
	}
	if err := tx.Commit(); err != nil {
		return s.explain(err)
	}
	for _, tell := range done {
		tell()
	}
	s.changes.tell()
	return nil
}

// micros is how times are stored; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
