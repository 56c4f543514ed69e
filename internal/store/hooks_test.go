package store

import (
	"errors"
	"testing"

	"ironage/internal/notify"
	"ironage/internal/queue"
)

func TestHooksAreToldFromTheLog(t *testing.T) {
	s, ctx := decided(t), t.Context()
	last, err := s.LastOrderChange(ctx)
	if err != nil || last != 4 {
		t.Fatalf("got %d, %v, want four changes", last, err)
	}
	changes, err := s.OrderChanges(ctx, 1, 2)
	if err != nil || len(changes) != 2 || changes[0].Entry.Action != "approve" || changes[0].Order.ID != 1 || changes[0].ID() != "order-1-v2" {
		t.Fatalf("got %+v, %v, want the second and third change", changes, err)
	}
	if p, err := s.HookProgress(ctx, "glpi"); err != nil || p.Known {
		t.Errorf("a new hook: got %+v, %v", p, err)
	}
	want := notify.Progress{Seq: 2, Tries: 3, Next: noon, Error: "it answered 503"}
	if err := s.SaveHookProgress(ctx, "glpi", want); err != nil {
		t.Fatal(err)
	}
	want.Known = true
	if p, err := s.HookProgress(ctx, "glpi"); err != nil || p != want {
		t.Errorf("got %+v, %v, want %+v", p, err, want)
	}
}

func TestDeadLetters(t *testing.T) {
	s, ctx := decided(t), t.Context()
	for range 2 { // a second burial of the same change is no second letter
		if err := s.Bury(ctx, "glpi", 2, notify.Progress{Tries: 14, Error: "it answered 404"}, noon); err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.DeadLetters(ctx)
	if err != nil || len(all) != 1 || all[0].Order != 1 || all[0].What != "approve" || all[0].Error != "it answered 404" {
		t.Fatalf("got %+v, %v", all, err)
	}
	if p, err := s.HookProgress(ctx, "glpi"); err != nil || p.Seq != 2 || p.Tries != 0 {
		t.Errorf("got %+v, %v, want the hook moved on", p, err)
	}
	if _, c, err := s.DeadLetter(ctx, all[0].ID); err != nil || c.Seq != 2 {
		t.Errorf("got %+v, %v", c, err)
	}
	if err := s.DropDeadLetter(ctx, all[0].ID, queue.Actor{Name: "lan", Origin: "local"}, "drop"); err != nil {
		t.Fatal(err)
	}
	if err := s.DropDeadLetter(ctx, all[0].ID, queue.Actor{Name: "lan", Origin: "local"}, "drop"); !errors.Is(err, ErrNotFound) {
		t.Errorf("dropped twice: got %v", err)
	}
	head, b, err := s.VerifyAudit(ctx)
	if err != nil || len(b) > 0 || head.Action != "drop dead letter" || head.Actor != "lan" || head.Subject != "webhook glpi: order 1, version 2" {
		t.Errorf("the log of decisions: got %+v, %v, %v, want who dropped what", head, b, err)
	}
}
