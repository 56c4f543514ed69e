package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// The reasons that a caller may act on (errors.Is).
var (
	ErrNotFound    = errors.New("not found")
	ErrNewer       = errors.New("database of a newer version")
	ErrForeign     = errors.New("database of another program")
	ErrNotDatabase = errors.New("not a database")
	ErrCorrupt     = errors.New("database damaged")
	ErrFull        = errors.New("disk full")
	ErrReadOnly    = errors.New("cannot be written to")
	ErrBusy        = errors.New("database busy")
	ErrDisk        = errors.New("disk error")
	ErrUnsupported = errors.New("unsupported database")
)

// Error says what happened, to which file, and what to do. Err is one of the
// reasons above, joined with the cause.
type Error struct {
	What, File, Try string
	Err             error
}

// Error is one sentence for a person.
func (e *Error) Error() string {
	s := e.What
	if e.File != "" {
		s = fmt.Sprintf("database %s: %s", e.File, e.What)
	}
	if e.Try != "" {
		s += "; " + e.Try
	}
	return s
}

// Unwrap gives the reason and the cause.
func (e *Error) Unwrap() error { return e.Err }

// fileError words an error of the file system.
func fileError(path, what string, err error) error {
	e := &Error{What: what, File: path, Err: err, Try: "check the path in store.url"}
	var info os.FileInfo
	switch {
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		e.What, e.Try, e.Err = "the disk is full", "free some space on the disk of the database, and try again", errors.Join(ErrFull, err)
	case errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS):
		e.What, e.Err = what+": "+cause(err), errors.Join(ErrReadOnly, err)
		e.Try = "give this user the right to write to the file and its directory, or name another file in store.url"
	default:
		e.What = what + ": " + cause(err)
		if info, _ = os.Stat(path); info != nil && info.IsDir() {
			e.Try = "store.url must name a file, not a directory"
		}
	}
	return e
}

// cause is the innermost words of a file error: the path is said already.
func cause(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}
