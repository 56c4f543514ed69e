package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"ironage/internal/audit"
	"ironage/internal/fleet"
	"ironage/internal/queue"
)

// decided is a database in which a few decisions were made.
func decided(t *testing.T) *Store {
	t.Helper()
	s := openAt(t, filepath.Join(t.TempDir(), "ironage.db"))
	for _, slot := range []string{"disk/1", "disk/2"} {
		o, e, err := queue.Propose(queue.Proposal{Server: "a", Slot: slot, Kind: fleet.Disk, Note: "clicks"}, queue.Actor{Name: "lan", Role: queue.Lead}, noon)
		if err != nil {
			t.Fatal(err)
		}
		if o, err = s.CreateOrder(t.Context(), o, e); err != nil {
			t.Fatal(err)
		}
		next, e, err := queue.Apply(o, queue.Change{Action: "approve"}, queue.Actor{Name: "hoa", Role: queue.Lead}, noon)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.UpdateOrder(t.Context(), next, e, o.Version); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.AckFinding(t.Context(), "a", "", "over-age", fleet.Ack{By: "lan", At: noon, Note: "known"}); err != nil {
		t.Fatal(err)
	}
	return s
}

func breaks(t *testing.T, s *Store) []audit.Break {
	t.Helper()
	_, b, err := s.VerifyAudit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecisionsAreChained(t *testing.T) {
	s := decided(t)
	head, b, err := s.VerifyAudit(t.Context())
	if err != nil || len(b) > 0 || head.Seq != 5 || head.Actor != "lan" || head.Action != "acknowledge" {
		t.Fatalf("got head %+v, breaks %v, %v", head, b, err)
	}
	var subjects []string
	if err := s.Audit(t.Context(), 3, func(e audit.Entry) bool { subjects = append(subjects, e.Subject); return true }); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(subjects, ", "); got != "order 2, server a: over-age" {
		t.Errorf("got %s", got)
	}
}

// TestTamperingWithTheDatabaseShows does what somebody with the file could do,
// triggers switched off.
func TestTamperingWithTheDatabaseShows(t *testing.T) {
	for name, statements := range map[string][]string{
		"changed":           {`UPDATE audit SET actor = 'nobody' WHERE seq = 3`},
		"removed":           {`DELETE FROM audit WHERE seq = 3`},
		"cut off":           {`DELETE FROM audit WHERE seq = 5`},
		"reordered":         {`UPDATE audit SET seq = 99 WHERE seq = 3`, `UPDATE audit SET seq = 3 WHERE seq = 4`, `UPDATE audit SET seq = 4 WHERE seq = 99`},
		"order's log":       {`UPDATE order_log SET doc = replace(doc, 'hoa', 'lan') WHERE order_id = 1 AND version = 2`},
		"order's log cut":   {`DELETE FROM order_log WHERE order_id = 1 AND version = 2`},
		"order moved":       {`UPDATE orders SET state = 'rejected' WHERE id = 1`},
		"order removed":     {`PRAGMA foreign_keys = OFF`, `DROP TRIGGER orders_no_delete`, `DELETE FROM orders WHERE id = 1`},
		"order turned back": {`UPDATE orders SET version = 1, state = 'proposed' WHERE id = 2`},
	} {
		t.Run(name, func(t *testing.T) {
			s := decided(t)
			for _, q := range append([]string{`DROP TRIGGER audit_no_update`, `DROP TRIGGER audit_no_delete`, `DROP TRIGGER order_log_no_update`, `DROP TRIGGER order_log_no_delete`}, statements...) {
				if _, err := s.decisions.Exec(q); err != nil {
					t.Fatalf("%s: %v", q, err)
				}
			}
			if b := breaks(t, s); len(b) == 0 {
				t.Error("nobody saw it")
			}
		})
	}
}

// TestTwoProcessesShareOneChain: both decide at once, through connections of
// their own.
func TestTwoProcessesShareOneChain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ironage.db")
	const each = 40
	var wg sync.WaitGroup
	for _, who := range []string{"lan", "hoa"} {
		s := openAt(t, path)
		wg.Go(func() {
			for i := range each {
				o, e, err := queue.Propose(queue.Proposal{Server: who, Slot: fmt.Sprint("disk/", i), Kind: fleet.Disk, Note: "clicks"}, queue.Actor{Name: who, Role: queue.Lead}, noon)
				if err == nil {
					_, err = s.CreateOrder(t.Context(), o, e)
				}
				if err != nil {
					t.Errorf("%s %d: %v", who, i, err)
				}
			}
		})
	}
	wg.Wait()
	head, b, err := openAt(t, path).VerifyAudit(t.Context())
	if err != nil || len(b) > 0 || head.Seq != 2*each {
		t.Errorf("got head %d, breaks %v, %v; want %d entries", head.Seq, b, err, 2*each)
	}
}

// TestAnOlderLogIsTakenIn: a database from before the chain.
func TestAnOlderLogIsTakenIn(t *testing.T) {
	s := decided(t)
	for _, q := range []string{`DROP TRIGGER audit_no_delete`, `DELETE FROM audit`, `UPDATE meta SET value = 0 WHERE name = 'audit_entries'`} {
		if _, err := s.decisions.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.adoptLog(t.Context()); err != nil {
		t.Fatal(err)
	}
	head, b, err := s.VerifyAudit(t.Context())
	if err != nil || len(b) > 0 || head.Seq != 4 {
		t.Fatalf("got head %+v, breaks %v, %v; want the four entries of the orders", head, b, err)
	}
}
