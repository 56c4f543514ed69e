package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/queue"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

func openAt(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// refused opens path and expects a sentence that names the file and what to do.
func refused(t *testing.T, url string, kind error, words ...string) {
	t.Helper()
	s, err := Open(t.Context(), url, clock)
	if err == nil {
		_ = s.Close()
		t.Fatalf("%s was opened, want %v", url, kind)
	}
	if kind != nil && !errors.Is(err, kind) {
		t.Errorf("got %v, want it to be %q", err, kind)
	}
	var e *Error
	if !errors.As(err, &e) || e.Try == "" {
		t.Errorf("got %T %v, want a sentence that says what to do", err, err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("got %q, want it to say %q", err, w)
		}
	}
}

func TestURLs(t *testing.T) {
	refused(t, "", ErrUnsupported, "store.url")
	refused(t, "postgres://db/ironage", ErrUnsupported, "PostgreSQL")
	refused(t, "mysql:x", ErrUnsupported, `"mysql"`)
	for _, url := range []string{"sqlite:/var/x.db", "sqlite:///var/x.db", "/var/x.db"} {
		if got, err := pathOf(url); err != nil || got != "/var/x.db" {
			t.Errorf("%s: got %q, %v, want /var/x.db", url, got, err)
		}
	}
}

func TestFileIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "ironage.db")
	s := openAt(t, path)
	if err := s.RequestRead(t.Context(), "a", "lan"); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: got %v, %v, want 0600", path+suffix, info.Mode().Perm(), err)
		}
	}
}

func TestNotADatabase(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"yaml": "store:\n  url: this file is no database at all\n", "short": "x"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, path, ErrNotDatabase, path, "not a database")
		if got, err := os.ReadFile(path); err != nil || string(got) != content {
			t.Errorf("%s was changed to %q, %v", name, got, err)
		}
	}
	refused(t, dir, nil, "must name a file")
	refused(t, filepath.Join(dir, "yaml", "x.db"), nil, "directory")
}

func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	if os.Getuid() == 0 {
		// Rights do not bind root; /proc takes no files from anybody.
		refused(t, "/proc/ironage.db", nil, "/proc/ironage.db", "cannot be opened for writing")
		return
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	refused(t, filepath.Join(dir, "ironage.db"), ErrReadOnly, "permission denied", "right to write")
}

func TestForeign(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	db, err := connect(path, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE bookmarks (url TEXT)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, path, ErrForeign, "another program")
}

func TestCorrupt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ironage.db")
	s := openAt(t, path)
	var states []fleet.State
	for i := range 200 {
		states = append(states, fleet.State{Server: fmt.Sprint("srv", i), Device: fleet.Device{Model: strings.Repeat("m", 500)}})
	}
	if err := s.SaveStates(t.Context(), states, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(b) / 8; i < len(b); i++ { // the schema stays, the tables are torn
		b[i] = 0xa5
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	torn, err := Open(t.Context(), path, clock)
	if err == nil {
		defer func() { _ = torn.Close() }()
		_, _, err = torn.States(t.Context(), 0)
	}
	if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "restore") {
		t.Errorf("got %v, want to be told that %s is damaged and what to do", err, path)
	}
}

func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ironage.db")
	s := openAt(t, path)
	o, e, err := queue.Propose(queue.Proposal{Server: "a", Slot: "disk/1", Kind: fleet.Disk, Note: "clicks"}, queue.Actor{Name: "lan", Role: queue.Lead}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if o, err = s.CreateOrder(t.Context(), o, e); err != nil {
		t.Fatal(err)
	}
	// SQLite answers the same when its file may not grow as when the disk is full.
	if _, err := s.decisions.Exec("PRAGMA max_page_count = 1"); err != nil {
		t.Fatal(err)
	}
	next, e, err := queue.Note(o, strings.Repeat("long ", 700), queue.Actor{Name: "lan", Role: queue.Lead}, noon)
	if err != nil {
		t.Fatal(err)
	}
	for range 200 { // until the free pages are used up
		if err = s.UpdateOrder(t.Context(), next, e, o.Version); err != nil {
			break
		}
		o = next
		if next, e, err = queue.Note(o, strings.Repeat("long ", 700), queue.Actor{Name: "lan", Role: queue.Lead}, noon); err != nil {
			t.Fatal(err)
		}
	}
	if !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), "the disk is full; nothing was written") {
		t.Fatalf("got %v, want to be told that the disk is full", err)
	}
	got, err := s.Order(t.Context(), o.ID)
	log, logErr := s.OrderLog(t.Context(), o.ID)
	if err != nil || logErr != nil || got.Version != o.Version || int64(len(log)) != o.Version {
		t.Errorf("got version %d with %d entries, %v, %v, want %d of both", got.Version, len(log), err, logErr, o.Version)
	}
	if _, err := s.decisions.Exec("PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	if err := s.UpdateOrder(t.Context(), next, e, o.Version); err != nil {
		t.Errorf("with space again: got %v, want it written", err)
	}
	if b := breaks(t, s); len(b) > 0 {
		t.Errorf("the log of decisions has breaks: %v", b)
	}
}

// later is our own migrations and one more, as a newer version has them.
func later(t *testing.T) fs.FS {
	t.Helper()
	own, err := ownMigrations()
	if err != nil {
		t.Fatal(err)
	}
	steps := fstest.MapFS{"00099_later.sql": {Data: []byte("-- +goose Up\nCREATE TABLE later (x BIGINT);\n")}}
	names, err := fs.Glob(own, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		b, err := fs.ReadFile(own, n)
		if err != nil {
			t.Fatal(err)
		}
		steps[n] = &fstest.MapFile{Data: b}
	}
	return steps
}

func TestOlderIsCopiedAndMigrated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ironage.db")
	s := openAt(t, path)
	if err := s.ReplaceServers(t.Context(), []fleet.Server{{Name: "old"}}); err != nil {
		t.Fatal(err)
	}
	ours, err := s.version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	newer, err := openWith(t.Context(), path, clock, later(t))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := newer.Servers(t.Context()); err != nil || len(got) != 1 || got[0].Name != "old" {
		t.Errorf("got %+v, %v, want the inventory kept", got, err)
	}
	if err := newer.Close(); err != nil {
		t.Fatal(err)
	}
	copied := fmt.Sprintf("%s.v%d-20260101T120000.bak", path, ours)
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("got %v, want a private copy", err)
	}
	if got, err := openAt(t, copied).Servers(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("the copy holds %+v, %v, want the inventory", got, err)
	}
	refused(t, path, ErrNewer, path, fmt.Sprintf("newer ironage (database version 99, this program knows %d)", ours))
}

func TestBrokenMigrationLeavesTheDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ironage.db")
	if err := openAt(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	steps := later(t).(fstest.MapFS)
	steps["00100_broken.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE half (x BIGINT);\nCREATE TABLE nonsense nonsense;\n")}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond) // it may have been another process: it tries for a while
	defer cancel()
	if s, err := openWith(ctx, path, clock, steps); err == nil {
		_ = s.Close()
		t.Fatal("got no error from a broken migration")
	}
	s, err := openWith(t.Context(), path, clock, later(t))
	if err != nil {
		t.Fatalf("after it: %v", err)
	}
	_ = s.Close()
}

func TestManyOpenAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ironage.db")
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			s, err := Open(t.Context(), path, clock)
			if err != nil {
				t.Errorf("open %d: %v", i, err)
				return
			}
			if err := s.RequestRead(t.Context(), fmt.Sprint("srv", i), "lan"); err != nil {
				t.Errorf("write %d: %v", i, err)
			}
			if err := s.Close(); err != nil {
				t.Errorf("close %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if got, err := openAt(t, path).TakeReadRequests(t.Context()); err != nil || len(got) != 6 {
		t.Errorf("got %d requests, %v, want 6", len(got), err)
	}
}

func TestLogIsAppendOnly(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "ironage.db"))
	o, e, err := queue.Propose(queue.Proposal{Server: "a", Slot: "disk/1", Kind: fleet.Disk, Note: "clicks"}, queue.Actor{Name: "lan", Role: queue.Lead}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = s.CreateOrder(t.Context(), o, e); err != nil {
		t.Fatal(err)
	}
	for _, tamper := range []string{"UPDATE order_log SET actor = 'nobody'", "DELETE FROM order_log", "DELETE FROM orders"} {
		if _, err := s.decisions.Exec(tamper); err == nil {
			t.Errorf("%s: got no error", tamper)
		}
	}
}

func TestDecisionsWaitForTheDisk(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "ironage.db"))
	for name, want := range map[string]int{"decisions": 2, "readings": 1} {
		db := s.decisions
		if name == "readings" {
			db = s.readings
		}
		var synchronous, foreign int
		var journal string
		if err := errors.Join(db.QueryRow("PRAGMA synchronous").Scan(&synchronous), db.QueryRow("PRAGMA foreign_keys").Scan(&foreign),
			db.QueryRow("PRAGMA journal_mode").Scan(&journal)); err != nil {
			t.Fatal(err)
		}
		if synchronous != want || foreign != 1 || journal != "wal" {
			t.Errorf("%s: got synchronous %d, foreign_keys %d, journal %s, want %d, 1, wal", name, synchronous, foreign, journal, want)
		}
	}
}
