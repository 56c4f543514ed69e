package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// TestOwnWriteIsNewsOnce: a revision of this process that is in the database, but
// not known here yet, is no news: who read now would get what was before it, and
// hear nothing when it is known.
func TestOwnWriteIsNewsOnce(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "ironage.db"))
	save(t, s, beat("a", 0))
	if _, _, err := s.States(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	feed := s.Watch(t.Context(), time.Hour) // else only what is told comes
	first := <-feed
	is := beat("a", 1)
	var own int64
	err := s.write(t.Context(), s.readings, func(ctx context.Context, tx *sql.Tx) (err error) {
		own, err = bump(ctx, tx)
		s.mirror.commits(own)
		return err
	}, func() {
		if r, early, err := s.news(t.Context()); err != nil || r != own || !early {
			t.Errorf("got %d, early %v, %v, want %d to be early", r, early, err, own)
		}
		s.mirror.wrote(own, []saving{{state: &is, kept: &is, how: whole}})
		if r, early, err := s.news(t.Context()); err != nil || r != own || early {
			t.Errorf("got %d, early %v, %v, want %d now", r, early, err, own)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case r := <-feed:
		if states, _, err := s.States(t.Context(), first); err != nil || r != own || len(states) != 1 || !states[0].Updated.Equal(is.Updated) {
			t.Errorf("told of %d, got %+v, %v, want what was written", r, states, err)
		}
	case <-time.After(time.Minute):
		t.Fatal("nothing was told")
	}
}

// TestRevisionOfAnother: what this process failed to write, another may write
// under that revision, even before this one has said that it gave up.
func TestRevisionOfAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ironage.db")
	s, other := openAt(t, path), openAt(t, path)
	save(t, s, beat("a", 0))
	feed := s.Watch(t.Context(), time.Millisecond)
	before := <-feed
	s.mirror.commits(before + 1)
	save(t, other, beat("b", 0))
	if r, early, err := s.news(t.Context()); err != nil || r != before+1 || !early {
		t.Fatalf("got %d, early %v, %v", r, early, err)
	}
	failed := errors.New("full")
	if err := s.write(t.Context(), s.readings, func(context.Context, *sql.Tx) error { return failed }); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	select {
	case r := <-feed:
		if states, seen, err := s.States(t.Context(), 0); err != nil || r != before+1 || seen != r || len(states) != 2 {
			t.Errorf("told of %d, got %d states up to %d, %v, want both", r, len(states), seen, err)
		}
	case <-time.After(time.Minute):
		t.Fatal("what the other wrote is lost")
	}
}
