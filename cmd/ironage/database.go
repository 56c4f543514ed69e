package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	_ "modernc.org/sqlite" // the store's own driver, for a look without the store

	"ironage/internal/fleet"
)

// databaseLimit bounds the look at a large database.
const databaseLimit = 30 * time.Second

// examineDatabase checks that the pages of a database are whole, and that it
// can be written to right now, without writing anything.
func examineDatabase(ctx context.Context, path string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, databaseLimit)
	defer cancel()
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: "mode=rw&_pragma=busy_timeout(5000)"}).String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // goes back to the pool that is closed next
	var verdict string
	if err := conn.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("damaged: %s", verdict)
	}
	if _, err := conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return fmt.Errorf("cannot be written to: %w", err)
	}
	_, err = conn.ExecContext(ctx, `ROLLBACK`)
	return err
}

// examineSpace warns when the disk of the database is about to be full.
func examineSpace(dir string) []diagnosis {
	free, known := freeBytes(dir)
	if !known || free > lowSpace {
		return nil
	}
	return []diagnosis{{Subject: "store", Health: fleet.Critical, Text: fmt.Sprintf("only %d MiB are free in %s", free>>20, dir), Fix: "free some space: without it nothing that people decide can be kept"}}
}
