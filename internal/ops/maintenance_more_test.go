package ops

import (
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/maintenance"
)

// What another window still covers does not alert again, and must not be said to.
func TestEndedUnderAnotherWindow(t *testing.T) {
	o := newOffice(t, rack()...)
	o.read(disk("1", "SN-1", fleet.Critical))
	o.add(eng, workOn(maintenance.Site, "hanoi", noon, noon.Add(9*time.Hour)))
	w := o.add(tech, workOn(maintenance.Server, "box", noon, noon.Add(3*time.Hour)))
	if _, err := o.desk.EndWindow(t.Context(), tech, w.ID, w.Version, false); err != nil {
		t.Fatal(err)
	}
	if o.alerting() != 0 {
		t.Error("it alerts though the site's window holds")
	}
	if got := o.said(); !strings.HasSuffix(got[len(got)-1], "ended maintenance of server box early: another window still covers it") {
		t.Errorf("told %q", got[len(got)-1])
	}
}

// A window that began a moment ago, and that nobody has said so about yet, is
// ended: that is said.
func TestEndedBeforeItWasToldOf(t *testing.T) {
	o := newOffice(t, rack()...)
	w := o.add(tech, workOn(maintenance.Server, "box", noon.Add(time.Minute), noon.Add(3*time.Hour)))
	o.now = noon.Add(2 * time.Minute)
	if _, err := o.desk.EndWindow(t.Context(), tech, w.ID, w.Version, false); err != nil {
		t.Fatal(err)
	}
	if got := o.said(); !strings.Contains(got[len(got)-1], "tom ended maintenance of server box early") {
		t.Errorf("told %q", got)
	}
}

// What age asks for is said once a day: held back by maintenance that a person
// ends, it is said at the next read.
func TestAgeIsProposedAfterMaintenanceEndedEarly(t *testing.T) {
	s := newScene(t, fleet.Server{Name: "box", InService: "2014-03-01"})
	w := s.add(tech, workOn(maintenance.Server, "box", s.now, s.now.Add(5*time.Hour)))
	s.poll(disk("1", "SN-1", fleet.OK))
	s.poll(disk("1", "SN-1", fleet.OK))
	s.none("in maintenance")
	s.now = s.now.Add(2 * time.Hour)
	s.poll(disk("1", "SN-1", fleet.OK))
	if _, err := s.desk.EndWindow(t.Context(), tech, w.ID, w.Version, false); err != nil {
		t.Fatal(err)
	}
	s.poll(disk("1", "SN-1", fleet.OK))
	s.only()
}
