package ops

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/maintenance"
	"ironage/internal/queue"
)

// rack is a server in a rack, beside one in another.
func rack() []fleet.Server {
	bmc := func(a string) []fleet.Endpoint { return []fleet.Endpoint{{Role: fleet.BMC, Address: a}} }
	return []fleet.Server{{Name: "box", Site: "hanoi", Room: "dc1", Rack: "A03", Service: "mail", Endpoints: bmc("10.0.0.1")},
		{Name: "far", Site: "hanoi", Room: "dc1", Rack: "B01", Endpoints: bmc("10.0.0.2")}}
}

func workOn(scope maintenance.Scope, name string, from, to time.Time) maintenance.Window {
	return maintenance.Window{Scope: scope, Name: name, Reason: "new PDU", From: from, To: to}
}

func (o *office) add(by queue.Actor, w maintenance.Window) maintenance.Window {
	o.t.Helper()
	w, err := o.desk.AddWindow(o.t.Context(), by, w)
	if err != nil {
		o.t.Fatal(err)
	}
	return w
}

// said are the texts of the events about maintenance and acknowledgements, oldest first.
func (o *office) said() []string {
	o.t.Helper()
	es, err := o.store.Events(o.t.Context(), fleet.EventQuery{})
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for i := range es {
		out = append([]string{es[i].Health.String() + ": " + es[i].Text}, out...)
	}
	return out
}

// alerting are the causes that wait for a person.
func (o *office) alerting() (n int) {
	o.t.Helper()
	for _, c := range health.Causes(o.desk.View().Fleet, o.now) {
		if c.Alerts() {
			n++
		}
	}
	return n
}

func TestWhoMayAnnounceWhat(t *testing.T) {
	o := newOffice(t, rack()...)
	end := noon.Add(time.Hour)
	for _, c := range []struct {
		by    queue.Actor
		scope maintenance.Scope
		name  string
		may   bool
	}{
		{viewer, maintenance.Server, "box", false}, {tech, maintenance.Server, "box", true}, {tech, maintenance.Rack, "A03", true},
		{tech, maintenance.Site, "hanoi", false}, {tech, maintenance.Service, "mail", false}, {tech, maintenance.Fleet, "", false},
		{eng, maintenance.Site, "hanoi", true}, {eng, maintenance.Service, "mail", true}, {eng, maintenance.Fleet, "", true},
	} {
		_, err := o.desk.AddWindow(t.Context(), c.by, workOn(c.scope, c.name, noon, end))
		if denied := errors.As(err, new(*Denied)); denied == c.may || c.may && err != nil {
			t.Errorf("%s %s of %q: %v, may: %v", c.by.Name, c.scope, c.name, err, c.may)
		}
	}
	site := o.add(eng, workOn(maintenance.Site, "hanoi", noon, end))
	if _, err := o.desk.EndWindow(t.Context(), tech, site.ID, site.Version, false); !errors.As(err, new(*Denied)) {
		t.Errorf("a technician ends the maintenance of a site: %v", err)
	}
}

func TestUnknownAndPastAreRefused(t *testing.T) {
	o := newOffice(t, rack()...)
	for _, c := range []struct {
		w    maintenance.Window
		want string
	}{
		{workOn(maintenance.Server, "bux", noon, noon.Add(time.Hour)), `no server "bux"`},
		{workOn(maintenance.Rack, "A04", noon, noon.Add(time.Hour)), `no rack "A04"`},
		{workOn(maintenance.Rack, "A03", noon.Add(-2*time.Hour), noon.Add(-time.Hour)), "past"},
		{workOn(maintenance.Rack, "A03", noon.Add(2*time.Hour), noon.Add(time.Hour)), "before it begins"},
	} {
		if _, err := o.desk.AddWindow(t.Context(), eng, c.w); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.w, err, c.want)
		}
	}
}

// A rack in maintenance: what is found there is shown, and does not alert; when
// the time is over it alerts again by itself, with an event.
func TestMaintenanceSilencesAndEndsByItself(t *testing.T) {
	o := newOffice(t, rack()...)
	st := o.read(disk("1", "SN-1", fleet.Critical))
	if o.alerting() == 0 {
		t.Fatal("a failed disk does not alert")
	}
	w := o.add(tech, workOn(maintenance.Rack, "dc1/A03", noon.Add(time.Hour), noon.Add(3*time.Hour)))
	if w.Name != "hanoi/dc1/A03" || w.By != "tom" {
		t.Errorf("made %+v, want the whole name of the rack, by tom", w)
	}
	if o.alerting() == 0 {
		t.Error("before it begins nothing alerts")
	}
	o.now = noon.Add(time.Hour)
	o.refresh()
	o.settle(st)
	e := o.desk.View().Fleet.Find("box")
	if n := o.alerting(); n != 0 || e.Maintenance == nil || e.Maintenance.Window != w.ID || !e.State.Findings[0].Maintenance {
		t.Fatalf("while it lasts %d causes alert; the server shows %+v", n, e.Maintenance)
	}
	if far := o.desk.View().Fleet.Find("far"); far.Maintenance != nil {
		t.Errorf("the server in another rack is covered: %+v", far.Maintenance)
	}
	o.now = noon.Add(3 * time.Hour)
	o.refresh()
	if o.alerting() == 0 {
		t.Error("after its end nothing alerts")
	}
	o.settle(st)
	o.settle(st)
	if got := strings.Join(o.said(), "\n"); strings.Count(got, "has begun, until 2026-01-01 15:00 UTC: new PDU") != 1 ||
		strings.Count(got, "critical: maintenance of rack hanoi/dc1/A03 is over: 1 finding alerts again") != 1 ||
		!strings.Contains(got, "tom announced maintenance of rack hanoi/dc1/A03, from 2026-01-01 13:00 UTC to 2026-01-01 15:00 UTC: new PDU") {
		t.Errorf("told:\n%s", got)
	}
}

func TestEndedEarlyAndConflict(t *testing.T) {
	o, ctx := newOffice(t, rack()...), t.Context()
	o.read(disk("1", "SN-1", fleet.Critical))
	w := o.add(tech, workOn(maintenance.Server, "box", noon, noon.Add(3*time.Hour)))
	if o.alerting() != 0 {
		t.Error("it alerts though the window has begun")
	}
	longer := w
	longer.To = noon.Add(5 * time.Hour)
	changed, err := o.desk.ChangeWindow(ctx, eng, w.ID, w.Version, longer)
	if err != nil || !changed.To.Equal(longer.To) {
		t.Fatalf("changed: %+v, %v", changed, err)
	}
	var conflict *maintenance.Conflict
	if _, err := o.desk.EndWindow(ctx, tech, w.ID, w.Version, false); !errors.As(err, &conflict) || !strings.Contains(err.Error(), "changed by eva") {
		t.Errorf("from a stale version: %v, want a conflict that names eva", err)
	}
	if _, err := o.desk.EndWindow(ctx, tech, w.ID, changed.Version, false); err != nil {
		t.Fatal(err)
	}
	if o.alerting() == 0 {
		t.Error("ended early, and nothing alerts")
	}
	if got := o.said(); !strings.Contains(got[len(got)-1], "critical: tom ended maintenance of server box early: 1 finding alerts again") {
		t.Errorf("told %q", got)
	}
	log, err := o.desk.WindowLog(ctx, w.ID)
	if err != nil || len(log) != 3 || log[1].Actor != "eva" || log[2].Action != "end" {
		t.Errorf("its log: %+v, %v", log, err)
	}
}

// Nothing is proposed while people work on the server; a swap is noticed.
func TestProposalsWaitForTheEnd(t *testing.T) {
	s := newScene(t)
	s.add(tech, workOn(maintenance.Server, "box", s.now, s.now.Add(time.Hour)))
	s.poll(disk("1", "OLD-1", fleet.Critical))
	s.poll(disk("1", "OLD-1", fleet.Critical))
	s.poll(disk("1", "OLD-1", fleet.Critical))
	s.none("in maintenance")
	s.now = s.now.Add(time.Hour)
	s.refresh()
	s.poll(disk("1", "OLD-1", fleet.Critical))
	o := s.start(s.only())
	s.add(tech, workOn(maintenance.Server, "box", s.now, s.now.Add(time.Hour)))
	s.swap("1", "NEW-1", fleet.OK)
	if got := s.only(); got.ID != o.ID || got.State != queue.Replaced || got.New == nil || got.New.Serial != "NEW-1" {
		t.Errorf("a swap in maintenance: %s, new part %+v, want it replaced", got.State, got.New)
	}
}

func TestAcknowledgementEndsWithAnEvent(t *testing.T) {
	s := newScene(t)
	ctx := t.Context()
	s.poll(disk("1", "SN-1", fleet.Warning))
	if err := s.desk.AckFinding(ctx, tech, "box", "disk/1", health.Degraded, "", time.Time{}); err != nil {
		t.Fatal(err)
	}
	s.poll(disk("1", "SN-1", fleet.OK))
	s.poll(disk("1", "SN-1", fleet.Warning))
	if got := s.findings(); got != "degraded warning acknowledged by tom" {
		t.Fatalf("gone and back: %s", got)
	}
	s.poll(disk("1", "SN-1", fleet.Critical))
	s.poll(disk("1", "SN-1", fleet.Critical))
	s.poll(disk("1", "SN-1", fleet.Warning))
	if got := s.findings(); got != "degraded warning" {
		t.Errorf("after it was worse: %s, want the acknowledgement ended", got)
	}
	count := 0
	for _, text := range s.said() {
		if strings.Contains(text, "it got worse, and the acknowledgement by tom ended") {
			count++
		}
	}
	if count != 1 {
		t.Errorf("told %d times, want once: %q", count, s.said())
	}
}

func TestAcknowledgementUntil(t *testing.T) {
	s := newScene(t)
	ctx := t.Context()
	s.poll(disk("1", "SN-1", fleet.Warning))
	if err := s.desk.AckFinding(ctx, tech, "box", "disk/1", health.Degraded, "spare ordered", s.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if s.findings() != "degraded warning acknowledged by tom" || s.alerting() != 0 {
		t.Fatalf("acknowledged: %s, %d alert", s.findings(), s.alerting())
	}
	es, err := s.desk.History(ctx, "box", 10)
	if err != nil || len(es) == 0 || !strings.Contains(es[0].Text, "until 2026-01-01 13:01 UTC (spare ordered)") {
		t.Errorf("told %+v, %v", es, err)
	}
	if err := s.desk.AckEvents(ctx, tech, []int64{es[0].ID}, "", s.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if s.desk.View().Events[0].Ack == nil {
		t.Error("the event is not acknowledged")
	}
	s.now = s.now.Add(time.Hour)
	s.refresh() // before the collecting process noticed
	if got := s.findings(); got != "degraded warning" || s.desk.View().Events[0].Ack != nil {
		t.Errorf("when its time was over: %s, event %+v", got, s.desk.View().Events[0].Ack)
	}
	s.poll(disk("1", "SN-1", fleet.Warning))
	s.poll(disk("1", "SN-1", fleet.Warning))
	last := s.said()
	if got := strings.Join(last, "\n"); strings.Count(got, "the acknowledgement by tom is over, and it is still there") != 1 {
		t.Errorf("told:\n%s", got)
	}
}
