package storetest

import (
	"errors"
	"testing"
	"time"

	"ironage/internal/audit"
	"ironage/internal/fleet"
	"ironage/internal/maintenance"
	"ironage/internal/store"
)

func rackWork() maintenance.Window {
	return maintenance.Window{Scope: maintenance.Rack, Name: "hanoi/dc1/A03", Reason: "new PDU", By: Lan.Name, Made: Noon,
		From: Noon, To: Noon.Add(4 * time.Hour)}
}

func windows(t *testing.T, o Open) {
	c := newClock()
	s, ctx, ok := open(t, o, c.now), t.Context(), must(t)
	w, err := s.CreateWindow(ctx, rackWork(), Lan)
	ok(err)
	weekly, err := s.CreateWindow(ctx, maintenance.Window{Scope: maintenance.Fleet, Reason: "patches", By: Lan.Name, Made: Noon, From: Noon,
		Every: &maintenance.Rhythm{Weekdays: []time.Weekday{time.Saturday}, At: 60, For: time.Hour, Zone: "Asia/Ho_Chi_Minh"}}, Lan)
	ok(err)
	if w.ID == 0 || weekly.ID <= w.ID || w.Version != 1 {
		t.Fatalf("numbered %d and %d, version %d", w.ID, weekly.ID, w.Version)
	}
	got, err := s.Windows(ctx)
	ok(err)
	if len(got) != 2 || got[1].Name != w.Name || !got[1].To.Equal(w.To) || got[0].Every == nil || got[0].Every.String() != weekly.Every.String() {
		t.Errorf("got %+v, want both as made", got)
	}
	ended, err := maintenance.End(w, false, Minh.Name, Noon.Add(time.Hour))
	ok(err)
	ok(s.UpdateWindow(ctx, ended, Minh, "end", w.Version))
	var conflict *maintenance.Conflict
	if err := s.UpdateWindow(ctx, ended, Lan, "end", w.Version); !errors.As(err, &conflict) || conflict.Window.ChangedBy != Minh.Name {
		t.Errorf("from a stale version: %v, want a conflict with minh", err)
	}
	if got, err := s.Window(ctx, w.ID); err != nil || got.EndedBy != Minh.Name || got.Version != 2 {
		t.Errorf("got %+v, %v, want it ended by minh", got, err)
	}
	if _, err := s.Window(ctx, 99); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("window 99: %v, want not found", err)
	}
	log, err := s.WindowLog(ctx, w.ID)
	ok(err)
	if len(log) != 2 || log[0].Action != "add" || log[1].Actor != Minh.Name || log[1].Origin != Minh.Origin || log[1].After.EndedBy != Minh.Name {
		t.Errorf("its log is %+v", log)
	}
	var said []string
	ok(s.Audit(ctx, 0, func(e audit.Entry) bool { said = append(said, e.Actor+" "+e.Action+" "+e.Subject); return true }))
	if len(said) != 3 || said[2] != "minh end maintenance maintenance 1: rack hanoi/dc1/A03" {
		t.Errorf("the log of decisions says %q", said)
	}
	c.add(100 * 24 * time.Hour)
	if got, err := s.Windows(ctx); err != nil || len(got) != 2 {
		t.Errorf("long after: %d windows, %v, want past ones kept", len(got), err)
	}
}

func windowsTold(t *testing.T, o Open) {
	s, ctx, ok := open(t, o, noon), t.Context(), must(t)
	w, err := s.CreateWindow(ctx, rackWork(), Lan)
	ok(err)
	begun := fleet.Event{Time: Noon, Kind: fleet.EventMaintenance, To: "begun", Text: "begun"}
	ok(s.TellWindow(ctx, w.ID, false, fleet.Event{Time: Noon, Text: "an end before the beginning"}))
	ok(s.TellWindow(ctx, w.ID, true, begun))
	ok(s.TellWindow(ctx, w.ID, true, begun))
	told, err := s.ToldWindows(ctx)
	ok(err)
	if !told[w.ID] || len(told) != 1 {
		t.Errorf("told %v, want the one", told)
	}
	ok(s.TellWindow(ctx, w.ID, false, fleet.Event{Time: Noon, Kind: fleet.EventMaintenance, To: "ended", Text: "ended"}))
	es, err := s.Events(ctx, fleet.EventQuery{Kinds: []fleet.EventKind{fleet.EventMaintenance}})
	ok(err)
	if len(es) != 2 || es[0].Text != "ended" || es[1].Text != "begun" {
		t.Errorf("told %+v, want each once", es)
	}
}

func acksEnd(t *testing.T, o Open) {
	c := newClock()
	s, ctx, ok := open(t, o, c.now), t.Context(), must(t)
	until := Noon.Add(time.Hour)
	ok(s.SaveStates(ctx, nil, []fleet.Event{{Time: Noon, Kind: fleet.EventHealth, Server: "a", Text: "x"}}, nil))
	es, err := s.Events(ctx, fleet.EventQuery{})
	ok(err)
	id := []int64{es[0].ID}
	ok(s.Acknowledge(ctx, id, fleet.Ack{By: "lan", At: Noon, Until: until}))
	unseen := func() int {
		es, err := s.Events(ctx, fleet.EventQuery{Unseen: true})
		ok(err)
		return len(es)
	}
	if es, err = s.Events(ctx, fleet.EventQuery{}); err != nil || es[0].Ack == nil || !es[0].Ack.Until.Equal(until) || unseen() != 0 {
		t.Errorf("acknowledged until a time: %+v, %v", es, err)
	}
	c.add(time.Hour)
	if unseen() != 1 {
		t.Error("an acknowledgement that is over still counts")
	}
	ok(s.Acknowledge(ctx, id, fleet.Ack{By: "minh", At: c.now()}))
	if es, err = s.Events(ctx, fleet.EventQuery{}); err != nil || es[0].Ack.By != "minh" || !es[0].Ack.Until.IsZero() {
		t.Errorf("acknowledged anew: %+v, %v, want by minh for good", es[0].Ack, err)
	}
	ok(s.AckFinding(ctx, "a", "disk/1", "failed@warning", fleet.Ack{By: "lan", At: Noon, Note: "n", Until: until}))
	acks, err := s.FindingAcks(ctx)
	ok(err)
	if len(acks) != 1 || !acks[0].Until.Equal(until) {
		t.Fatalf("got %+v, want until %v", acks, until)
	}
	other := acks[0]
	other.At = Noon.Add(-time.Minute)
	over := fleet.Event{Time: c.now(), Kind: fleet.EventHealth, Server: "a", Key: "disk/1", Text: "over"}
	ok(s.EndFindingAck(ctx, other, "worse", over))
	ok(s.EndFindingAck(ctx, acks[0], "worse", over))
	ok(s.EndFindingAck(ctx, acks[0], "worse", over))
	es, err = s.Events(ctx, fleet.EventQuery{})
	ok(err)
	if acks, err = s.FindingAcks(ctx); err != nil || len(acks) != 0 || len(es) != 2 || es[0].Text != "over" {
		t.Errorf("left %+v, %v; events %+v, want it ended once, with one event", acks, err, es)
	}
}
