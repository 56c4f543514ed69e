package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/sqlite/*.sql
var embedded embed.FS

// Migrations are the steps from an empty database to this version's.
func ownMigrations() (fs.FS, error) { return fs.Sub(embedded, "migrations/sqlite") }

// Two processes may start on an old database at once. The one that comes
// second has its steps refused by the first's, and looks again.
const (
	migrateTries = 40
	migratePause = 50 * time.Millisecond
)

func (s *Store) migrate(ctx context.Context, steps fs.FS) error {
	var err error
	for range migrateTries {
		if err = s.migrateOnce(ctx, steps); err == nil {
			return nil
		}
		var known *Error
		if errors.As(s.explain(err), &known) && !errors.Is(known, ErrBusy) {
			return err // waiting does not help
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(migratePause):
		}
	}
	return &Error{What: "it cannot be brought up to date: " + err.Error(), File: s.path,
		Try: "restore the copy beside it (.bak) and use the version of ironage that wrote it", Err: err}
}

func (s *Store) migrateOnce(ctx context.Context, steps fs.FS) error {
	provider, err := goose.NewProvider(dialect, s.decisions, steps, goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	sources := provider.ListSources()
	target := sources[len(sources)-1].Version
	version, err := s.version(ctx)
	switch {
	case err != nil:
		return err
	case version > target:
		return &Error{What: fmt.Sprintf("it was written by a newer ironage (database version %d, this program knows %d)", version, target),
			File: s.path, Try: "use the newer ironage, or name another file in store.url", Err: ErrNewer}
	case version == target:
		return nil
	case version > 0:
		if err := s.copyBeside(ctx, version); err != nil {
			return err
		}
	}
	_, err = provider.Up(ctx)
	return err
}

// version is the last migration that was made; 0 for a new database.
func (s *Store) version(ctx context.Context) (int64, error) {
	tables, err := s.tables(ctx)
	if err != nil {
		return 0, err
	}
	if !isOurs(tables) {
		return 0, &Error{What: "it belongs to another program", File: s.path, Try: "name another file in store.url", Err: ErrForeign}
	}
	if !slices.Contains(tables, goose.DefaultTablename) {
		return 0, nil
	}
	var version int64
	err = s.decisions.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM `+goose.DefaultTablename+` WHERE is_applied`).Scan(&version)
	return version, err
}

func (s *Store) tables(ctx context.Context) ([]string, error) {
	rows, err := s.decisions.QueryContext(ctx, tablesSQL)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(scan scanner) (name string, err error) { return name, scan(&name) })
}

// copyBeside keeps the database as it was before a migration:
// ironage.db.v3-20260101T120000.bak.
func (s *Store) copyBeside(ctx context.Context, version int64) error {
	name := fmt.Sprintf("%s.v%d-%s.bak", s.path, version, s.now().UTC().Format("20060102T150405"))
	if _, err := os.Stat(name); err == nil {
		return nil // another process has made it this very second
	}
	// Made empty first, so that nobody else can ever read it.
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fileError(name, "the copy before the migration cannot be made", err)
	}
	if err := f.Close(); err != nil {
		return fileError(name, "the copy before the migration cannot be made", err)
	}
	if _, err := s.decisions.ExecContext(ctx, copySQL, name); err != nil {
		_ = os.Remove(name) // half a copy is worse than none
		return err
	}
	return nil
}
