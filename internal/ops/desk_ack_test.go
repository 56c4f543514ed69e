package ops

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

func TestAcknowledgementHoldsUntilItGetsWorse(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	o.read(disk("1", "SN-1", fleet.Warning))
	if err := o.desk.AckFinding(ctx, viewer, "box", "disk/1", health.Degraded, "", time.Time{}); !errors.As(err, new(*Denied)) {
		t.Fatalf("a viewer: got %v, want denied", err)
	}
	if err := o.desk.AckFinding(ctx, tech, "box", "disk/1", "nonsense", "", time.Time{}); !errors.Is(err, ErrNoFinding) {
		t.Fatalf("a finding that is not there: got %v", err)
	}
	if err := o.desk.AckFinding(ctx, tech, "box", "disk/1", health.Degraded, "spare ordered", time.Time{}); err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		what string
		h    fleet.Health
		want string
	}{
		{"at once, without another read", fleet.Absent, "degraded warning acknowledged by tom"},
		{"gone", fleet.OK, ""},
		{"comes again", fleet.Warning, "degraded warning acknowledged by tom"},
		{"gets worse", fleet.Critical, "failed critical"},
	}
	for _, s := range steps {
		if s.h != fleet.Absent {
			o.read(disk("1", "SN-1", s.h))
		}
		if got := o.findings(); got != s.want {
			t.Errorf("%s: got %q, want %q", s.what, got, s.want)
		}
	}
	o.read(disk("1", "SN-1", fleet.Warning))
	if err := o.desk.UnackFinding(ctx, tech, "box", "disk/1", health.Degraded); err != nil {
		t.Fatal(err)
	}
	if got, want := o.findings(), "degraded warning"; got != want {
		t.Errorf("withdrawn: got %q, want %q", got, want)
	}
	events, err := o.desk.History(ctx, "box", 10)
	if err != nil || len(events) != 2 || !strings.Contains(events[1].Text, "tom acknowledged: disk Bay 1 reads warning") || !strings.Contains(events[1].Text, "(spare ordered)") {
		t.Errorf("audit: got %v %+v", err, events)
	}
}

// A word about one thing is no word about the next: not about another fault
// that the device lists, and not about the part that comes into the slot.
func TestAcknowledgementIsForWhatWasSeen(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	fault := func(text string) fleet.Finding {
		return fleet.Finding{Code: health.Fault, Health: fleet.Warning, Text: text}
	}
	show := func(st *fleet.State, faults ...fleet.Finding) string {
		st.Faults = faults
		st.Findings = health.Assess(fleet.Server{Name: "box"}, st, nil, health.Default().Rules, o.now)
		o.save(st)
		return o.findings()
	}
	st := o.read(disk("1", "SN-1", fleet.OK))
	show(st, fault("the log is full"))
	if err := o.desk.AckFinding(ctx, tech, "box", "", health.Fault, "", time.Time{}); err != nil {
		t.Fatal(err)
	}
	if got, want := show(st, fault("the log is full"), fault("the lid is open")), "fault warning acknowledged by tom; fault warning"; got != want {
		t.Errorf("another fault: got %q, want %q", got, want)
	}
	if err := o.desk.UnackFinding(ctx, tech, "box", "", health.Fault); err != nil {
		t.Fatal(err)
	}
	if got, want := o.findings(), "fault warning; fault warning"; got != want {
		t.Errorf("withdrawn: got %q, want %q", got, want)
	}

	st = o.read(disk("1", "SN-1", fleet.Critical))
	if err := o.desk.AckFinding(ctx, tech, "box", "disk/1", health.Failed, "", time.Time{}); err != nil {
		t.Fatal(err)
	}
	if got, want := show(st), "failed critical acknowledged by tom"; got != want {
		t.Errorf("the old part: got %q, want %q", got, want)
	}
	o.now = o.now.Add(time.Hour)
	st = o.read(disk("1", "SN-2", fleet.Critical))
	st.Swapped = map[string]time.Time{"disk/1": o.now.Add(-time.Minute)}
	if got, want := show(st), "failed critical"; got != want {
		t.Errorf("the new part: got %q, want %q", got, want)
	}
}

func TestAcknowledgeEvents(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	if err := o.store.SaveStates(ctx, nil, []fleet.Event{{Time: noon, Kind: fleet.EventHealth, Server: "box", Text: "x"}}, nil); err != nil {
		t.Fatal(err)
	}
	o.refresh()
	id := o.desk.View().Events[0].ID
	if err := o.desk.AckEvents(ctx, viewer, []int64{id}, "", time.Time{}); err == nil {
		t.Error("a viewer acknowledged an event")
	}
	if err := o.desk.AckEvents(ctx, tech, []int64{id}, "seen", time.Time{}); err != nil {
		t.Fatal(err)
	}
	if e := o.desk.View().Events[0]; e.Ack == nil || e.Ack.By != "tom" {
		t.Errorf("in the view: got %+v", e.Ack)
	}
}

// A state stands in memory once while nothing is marked in it, and what is marked
// is never what the collector left.
func TestStatesAreKeptOnce(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	kept := func() (once bool, acknowledged bool) {
		if err := o.desk.Refresh(ctx); err != nil {
			t.Fatal(err)
		}
		st := o.desk.cache.states["box"]
		return st == &o.desk.View().Fleet.Find("box").State, len(st.Findings) > 0 && st.Findings[0].Acknowledged
	}
	for _, step := range []struct {
		what string
		do   func() error
		once bool
	}{
		{"a read", func() error { o.read(disk("1", "SN-1", fleet.Warning)); return nil }, true},
		{"acknowledged", func() error {
			return o.desk.AckFinding(ctx, tech, "box", "disk/1", health.Degraded, "", time.Time{})
		}, false},
		{"read again", func() error { o.read(disk("1", "SN-1", fleet.Warning)); return nil }, false},
		{"withdrawn", func() error { return o.desk.UnackFinding(ctx, tech, "box", "disk/1", health.Degraded) }, true},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if once, marked := kept(); once != step.once || marked {
			t.Errorf("%s: kept once %v, want %v; the collector's own is marked: %v", step.what, once, step.once, marked)
		}
	}
}
