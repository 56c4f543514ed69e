package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// This file is everything that is particular to SQLite; the other files'
// statements run on PostgreSQL too.

const dialect = goose.DialectSQLite3

// busyMillis is how long a writer waits for another process.
const busyMillis = 10000

// What each kind of connection sets. WAL with synchronous=NORMAL does not wait
// for the disk; a later commit with FULL carries the earlier ones with it.
var (
	commonPragmas   = []string{fmt.Sprintf("busy_timeout(%d)", busyMillis), "journal_mode(WAL)", "foreign_keys(1)", "temp_store(MEMORY)", "journal_size_limit(67108864)"}
	decisionPragmas = append(commonPragmas[:len(commonPragmas):len(commonPragmas)], "synchronous(FULL)")
	readingPragmas  = append(commonPragmas[:len(commonPragmas):len(commonPragmas)], "synchronous(NORMAL)")
	readerPragmas   = append(commonPragmas[:len(commonPragmas):len(commonPragmas)], "query_only(1)")
)

// connect makes a handle of at most n connections. Transactions take the
// write lock when they begin, so that none fails half-way for want of it.
func connect(path string, pragmas []string, n int) (*sql.DB, error) {
	q := url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}
	if n > 1 {
		q.Del("_txlock") // readers must not lock
	}
	// A path may hold characters that mean something in a URI.
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path))
	db, err := sql.Open("sqlite", "file:"+escaped+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

const sqliteHeader = "SQLite format 3\x00"

// prepareFile makes sure that path can be a database: it creates it readable
// by its owner alone, because inventories are nobody else's business.
func prepareFile(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fileError(path, "its directory cannot be made", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fileError(path, "it cannot be opened for writing", err)
	}
	defer func() { _ = f.Close() }() // only read from
	head := make([]byte, len(sqliteHeader))
	n, err := io.ReadFull(f, head)
	switch {
	case errors.Is(err, io.EOF): // new, or empty: SQLite will make it a database
		return nil
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return fileError(path, "it cannot be read", err)
	case string(head[:n]) != sqliteHeader:
		return &Error{What: "the file is not a database", File: path,
			Try: "name another file in store.url, or move this one away and start again", Err: ErrNotDatabase}
	}
	return nil
}

// isOurs reports whether the database is empty or made by us.
func isOurs(tables []string) bool {
	if len(tables) == 0 {
		return true
	}
	for _, t := range tables {
		if t == goose.DefaultTablename {
			return true
		}
	}
	return false
}

const (
	tablesSQL = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	// copySQL writes a consistent, compact copy of the database into a new file.
	copySQL = `VACUUM INTO $1`
	// otherWritesSQL changes whenever another connection has committed.
	otherWritesSQL = `PRAGMA data_version`
)

// explain turns what SQLite says into what a person needs to know. Errors that
// are somebody's answer (a conflict, a refusal) pass as they are.
func (s *Store) explain(err error) error {
	var known *Error
	var e *sqlite.Error
	if err == nil || errors.As(err, &known) || !errors.As(err, &e) {
		return err
	}
	what, try, kind := "", "", error(nil)
	code := e.Code() & 0xff
	if code == codes.SQLITE_IOERR && noSpace(s.path) {
		code = codes.SQLITE_FULL // the files beside the database could not grow
	}
	switch code {
	case codes.SQLITE_FULL:
		what, kind = "the disk is full; nothing was written", ErrFull
		try = "free some space on the disk of the database, and try again"
	case codes.SQLITE_READONLY:
		what, kind = "it cannot be written to", ErrReadOnly
		try = "give this user the right to write to the file and its directory"
	case codes.SQLITE_CORRUPT:
		what, kind = "the file is damaged", ErrCorrupt
		try = "keep the file, and restore a copy (the .bak files beside it, or your backup)"
	case codes.SQLITE_NOTADB:
		what, kind = "the file is not a database", ErrNotDatabase
		try = "name another file in store.url, or move this one away and start again"
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		what, kind = fmt.Sprintf("another process has been writing for more than %d s", busyMillis/1000), ErrBusy
		try = "try again; if it stays so, look for a stopped ironage process (fuser shows it)"
	case codes.SQLITE_CANTOPEN:
		what, kind = "it cannot be opened", ErrReadOnly
		try = "check that the directory exists, can be written to and is on a local disk"
	case codes.SQLITE_IOERR:
		what, kind = "the disk reported an error", ErrDisk
		try = "check the disk (dmesg) and its free space; do not use a network file system"
	default:
		return fmt.Errorf("database %s: %w", s.path, err)
	}
	return &Error{What: what, File: s.path, Try: try, Err: errors.Join(kind, err)}
}

// noSpace tries whether the disk of path takes another page.
func noSpace(path string) bool {
	f, err := os.CreateTemp(filepath.Dir(path), ".ironage-space-*")
	if err != nil {
		return errors.Is(err, syscall.ENOSPC)
	}
	_, err = f.Write(make([]byte, 4096))
	// Whether the probe could be closed and removed does not change the answer.
	_, _ = f.Close(), os.Remove(f.Name())
	return errors.Is(err, syscall.ENOSPC)
}

// isOpenClash reports whether err is the unique index that allows one open order per place.
func isOpenClash(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == codes.SQLITE_CONSTRAINT_UNIQUE && strings.Contains(e.Error(), "orders.server")
}
