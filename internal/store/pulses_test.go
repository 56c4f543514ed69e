package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/fleet/change"
)

// beat is a server as of a minute.
func beat(server string, n int) fleet.State {
	at := noon.Add(time.Duration(n) * time.Minute)
	return fleet.State{Server: server, Health: fleet.OK, Updated: at, Endpoints: []fleet.EndpointState{{LastOK: at, Cost: fleet.Cost{Bytes: n}}}}
}

func count(t *testing.T, s *Store, what string) int {
	t.Helper()
	var n int
	if err := s.readers.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM `+what).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func save(t *testing.T, s *Store, states ...fleet.State) {
	t.Helper()
	if err := s.SaveStates(t.Context(), states, nil, nil); err != nil {
		t.Fatal(err)
	}
}

// asOf says up to which minute a server is known to whoever comes anew.
func asOf(t *testing.T, path, server string) int {
	t.Helper()
	got, err := openAt(t, path).StatesOf(t.Context(), []string{server})
	if err != nil || len(got) != 1 {
		t.Fatalf("got %d states of %s, %v, want one", len(got), server, err)
	}
	n := int(got[0].Updated.Sub(noon) / time.Minute)
	if got[0].Endpoints[0].Cost.Bytes != n {
		t.Fatalf("got %+v, want all of it of one minute", got[0])
	}
	return n
}

// TestPulses: quiet polls leave the rows of states alone, up to a number; what
// people call a change does not.
func TestPulses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ironage.db")
	s := openAt(t, path)
	rows := map[int]int{} // by which poll the row was written
	for n := range 5 * mostPulses {
		save(t, s, beat("a", n))
		var updated int64
		if err := s.readers.QueryRow(`SELECT updated FROM states`).Scan(&updated); err != nil {
			t.Fatal(err)
		}
		rows[int(fromMicros(updated).Sub(noon)/time.Minute)]++
		if got := asOf(t, path, "a"); got != n {
			t.Fatalf("poll %d: whoever comes anew sees poll %d", n, got)
		}
	}
	if len(rows) != 5 && len(rows) != 6 {
		t.Errorf("got rows of the polls %v, want every %dth poll written as a row", rows, mostPulses+1)
	}
	journal := count(t, s, "journal")
	worse := beat("a", 5*mostPulses)
	worse.Health = fleet.Warning
	save(t, s, worse)
	if n := count(t, s, `states WHERE health = 'warning'`); n != 1 || count(t, s, "journal") != journal {
		t.Error("a change of health is not in the row of the state")
	}
	later := beat("a", 5*mostPulses+60)
	later.Health = fleet.Warning
	save(t, s, later)
	if count(t, s, "journal") != journal {
		t.Error("a pulse follows a row that is an hour old")
	}
}

// forge puts a row into the journal that no ironage of this version wrote.
func forge(t *testing.T, s *Store, doc []byte) {
	t.Helper()
	if err := s.note(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		revision, err := bump(ctx, tx)
		if err == nil {
			_, err = tx.ExecContext(ctx, insertJournal, revision, doc)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestPulsesThatDoNotFit are passed over, by those who follow and by those who
// come anew, and the next poll brings the state up to date again.
func TestPulsesThatDoNotFit(t *testing.T) {
	was, is := beat("a", 1), beat("a", 2)
	delta, ok := change.Make(&was, &is)
	if !ok || len(delta) == 0 {
		t.Fatal("no delta")
	}
	var p packer
	pack := func(pulses ...pulse) []byte {
		doc, err := p.packPulses(pulses)
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	plain := func(doc []byte) []byte {
		var u unpacker
		raw, err := u.unpack(doc)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	head := func(s *Store) int64 {
		e, _ := s.mirror.find("a")
		return e.head
	}
	for name, doc := range map[string]func(s *Store) []byte{
		"another base":   func(s *Store) []byte { return pack(pulse{"a", head(s) - 1, delta}) },
		"another server": func(s *Store) []byte { return pack(pulse{"b", head(s), delta}) },
		"no delta":       func(s *Store) []byte { return pack(pulse{"a", head(s), []byte{0xff}}) },
		"another form": func(s *Store) []byte {
			raw := plain(pack(pulse{"a", head(s), delta}))
			raw[0]++
			return raw
		},
		"a bit that flipped": func(s *Store) []byte {
			raw := plain(pack(pulse{"a", head(s), delta}))
			raw[len(raw)-1] ^= 4
			return raw
		},
		"nothing":  func(*Store) []byte { return []byte{} },
		"rubbish":  func(*Store) []byte { return []byte("zrubbish that is not packed") },
		"cut":      func(s *Store) []byte { return pack(pulse{"a", head(s), delta})[:20] },
		"no count": func(*Store) []byte { return pack()[:6] },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ironage.db")
			s, other := openAt(t, path), openAt(t, path)
			save(t, s, beat("a", 0))
			save(t, s, beat("a", 1))
			if _, _, err := other.States(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
			forge(t, s, doc(s))
			if got := asOf(t, path, "a"); got != 1 {
				t.Errorf("who comes anew sees poll %d, want 1", got)
			}
			for _, st := range []*Store{s, other} {
				if got, _, err := st.States(t.Context(), 0); err != nil || got[0].Endpoints[0].Cost.Bytes != 1 {
					t.Errorf("got %+v, %v, want poll 1", got, err)
				}
			}
			save(t, s, beat("a", 3))
			if got := asOf(t, path, "a"); got != 3 {
				t.Errorf("after the next poll whoever comes anew sees poll %d, want 3", got)
			}
		})
	}
}

// TestJournalIsPruned: it holds what somebody needs, and not for ever what
// belongs to servers that nobody polls any more.
func TestJournalIsPruned(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ironage.db")
	now := noon
	s, err := Open(t.Context(), path, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	save(t, s, beat("gone", 0))
	save(t, s, beat("gone", 1))
	if _, _, err := s.States(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	most := 0
	for n := range 6 * pruneEvery {
		now = noon.Add(time.Duration(n) * time.Minute)
		var states []fleet.State
		for i := range 3 {
			states = append(states, beat(fmt.Sprint("srv", i), n))
		}
		save(t, s, states...)
		if n > 3*pruneEvery {
			most = max(most, count(t, s, "journal"))
		}
	}
	if most > pruneEvery+2*mostPulses || most < mostPulses {
		t.Errorf("the journal grew to %d rows, want about %d", most, pruneEvery+mostPulses)
	}
	if got := asOf(t, path, "gone"); got != 1 {
		t.Errorf("the server that nobody polls any more is as of poll %d, want 1", got)
	}
	if got := asOf(t, path, "srv1"); got != 6*pruneEvery-1 {
		t.Errorf("a polled one is as of poll %d, want %d", got, 6*pruneEvery-1)
	}
}

// TestLeaseTellsTheForm: whoever cannot follow the pulses of the collector is told
// so by its lease; one that says no form is an older ironage.
func TestLeaseTellsTheForm(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ironage.db")
	s, other := openAt(t, path), openAt(t, path)
	foreign := func(what string, want bool) {
		t.Helper()
		if l, err := other.Lease(t.Context()); err != nil || l.Holder != "me" || l.Foreign != want {
			t.Errorf("%s: got %+v, %v, want foreign %v", what, l, err, want)
		}
	}
	acquire := func() {
		t.Helper()
		if l, got, err := s.AcquireLease(t.Context(), "me", time.Minute); err != nil || !got || l.Foreign {
			t.Fatalf("got %+v, %v, %v, want its own lease", l, got, err)
		}
	}
	acquire()
	foreign("just taken", false)
	for _, work := range []string{`{}`, `{"form":"00000001","endpoints":7}`} {
		if _, err := s.readings.ExecContext(t.Context(), `UPDATE leases SET work = $1`, work); err != nil {
			t.Fatal(err)
		}
		foreign(work, true)
		if held, err := s.RenewLease(t.Context(), "me", fleet.CollectorLoad{Endpoints: 7}); err != nil || !held {
			t.Fatal(held, err)
		}
		foreign("a heartbeat of this version", false)
	}
	acquire()
	foreign("taken again", false)
}
