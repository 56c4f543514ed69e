package queue

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// fleetDisk stands for the ordinary order in manuals: the one with most needs.
const fleetDisk = fleet.Disk

// step is one transition while it is being made.
type step struct {
	o   *Order // already in the new state, not yet returned
	was State
	c   *Change
	by  Actor
	now time.Time
}

func critical(o *Order) bool { return o.Criticality == fleet.CriticalityCritical }

func leadForP4(o *Order) string {
	if o.Tier == P4 {
		return "an order of tier P4 is approved by a lead"
	}
	return ""
}

func leadForP1(o *Order) string {
	if o.Tier == P1 {
		return "an order of tier P1 is deferred by a lead"
	}
	return ""
}

// trackedSwap keeps people from stating what the probes can prove.
func trackedSwap(o *Order) string {
	if !o.Untracked {
		return "this part has a serial number: ironage sees the swap by itself, after two reads with the new one"
	}
	return ""
}

// swapAfterFault refuses a time by which the reads of the old part, healthy or
// not, would count as those of the new one. People round their times.
func swapAfterFault(s *step) string {
	for i := range s.o.Reasons {
		if r := &s.o.Reasons[i]; r.Code.fault() && r.StillTrue && s.o.SwappedAt.Before(r.FirstSeen.Add(-time.Hour)) {
			return fmt.Sprintf("the swap is stated for %s, but the fault (%s) was first seen at %s; expected a later time", stamp(s.o.SwappedAt), r.Code, stamp(r.FirstSeen))
		}
	}
	return ""
}

func nothingToDispose(o *Order) string {
	if !o.DataBearing() {
		return "only disks wait for a person; ironage closes this order by itself"
	}
	return ""
}

// newPartSeen is the proof that the program needs for a swap.
func newPartSeen(s *step) string {
	if s.c.New == nil || fleet.NormalSerial(s.c.New.Serial) == "" {
		if s.o.Untracked {
			return "a part without a serial number is stated by a technician"
		}
		return "no new serial number was seen"
	}
	if fleet.NormalSerial(s.c.New.Serial) == fleet.NormalSerial(fitted(s.o).Serial) {
		return "the serial number " + s.c.New.Serial + " is that of the old part"
	}
	return ""
}

func oldPartBack(s *step) string {
	if s.c.New == nil || fleet.NormalSerial(s.c.New.Serial) == "" ||
		fleet.NormalSerial(s.c.New.Serial) != fleet.NormalSerial(s.o.Old.Serial) {
		return "the serial number seen is not that of the old part"
	}
	return ""
}

func resumable(s *step) string {
	if s.o.Tier == P1 || s.o.Tier == P2 || dayReached(s.o.DeferredTill, s.now) {
		return ""
	}
	return fmt.Sprintf("it is deferred until %s and its tier is %s", s.o.DeferredTill, s.o.Tier)
}

func disposedOf(s *step) string {
	if s.o.DataBearing() && disposition(s.o).Method == "" {
		return "nobody has said what became of the removed disk"
	}
	return ""
}

func dayReached(d fleet.Date, now time.Time) bool {
	t, err := time.Parse(time.DateOnly, string(d))
	return err != nil || !now.UTC().Before(t) // a date that cannot be read must not hide an order for ever
}

// fitted is the part that sat in the slot before the next swap.
func fitted(o *Order) Part {
	if o.Attempt > 1 && o.New != nil {
		return *o.New
	}
	return o.Old
}

func approved(s *step) { s.o.Approver = s.by.Name }

func rejected(s *step) {
	if s.o.QuietTill == "" {
		s.o.QuietTill = fleet.Date(day(s.now.AddDate(0, 0, quietDays)))
	}
}

func started(s *step) {
	if s.o.Attempt == 0 {
		s.o.Attempt = 1
	}
	s.o.StartedAt = s.now
}

// swapped records the new part; a technician's statement has only its time
// and perhaps a serial number, which the fields have set already.
func swapped(s *step) {
	s.o.BeforeSwap = s.was
	if s.by.Role != System {
		p := Part{PartNumber: s.o.FitPart} // what a swap before had put there says nothing of this part
		if strings.TrimSpace(s.c.Fields["new_serial"]) != "" {
			p.Serial = newPart(s.o).Serial
		}
		s.o.New = &p
		return
	}
	p := boundPart(*s.c.New)
	s.o.New = &p
	s.o.SwappedAt = s.c.Evidence.Time.UTC()
	if s.c.Evidence.Time.IsZero() {
		s.o.SwappedAt = s.now
	}
}

func swappedEarly(s *step) {
	swapped(s)
	raise(s.o, FlagUnplannedSwap)
}

func proven(s *step) { s.o.VerifiedAt = s.now }

func verificationFailed(s *step) {
	raise(s.o, FlagVerificationFailed)
	s.o.Attempt = max(s.o.Attempt, 1) + 1
	s.o.BeforeSwap = ""
}

func reseated(s *step) {
	raise(s.o, FlagReseat)
	s.o.New, s.o.SwappedAt, s.o.BeforeSwap = nil, time.Time{}, ""
}

func disposed(s *step) {
	if s.o.Disposition != nil && s.o.Disposition.At.IsZero() {
		ownDisposition(s.o).At = s.now
	}
}

func deferred(s *step) { s.o.Before, s.o.DeferredTier = s.was, s.o.Tier }

func resumed(s *step) { s.o.Before, s.o.DeferredTill, s.o.DeferredTier = "", "", "" }

func raise(o *Order, f string) {
	if !slices.Contains(o.Flags, f) {
		o.Flags = append(slices.Clip(o.Flags), f)
	}
}

// who is the role column of the manual.
func (t *transition) who() string {
	var w []string
	if t.person != "" {
		p := string(t.person)
		if t.limit != "" {
			p += " (" + t.limit + ")"
		}
		w = append(w, p)
	}
	if t.system {
		w = append(w, "system")
	}
	return strings.Join(w, ", ")
}

// needsInWords is the column of required fields of the manual.
func (t *transition) needsInWords() string {
	var w []string
	for _, n := range t.needs {
		w = append(w, n.words())
	}
	if t.checked {
		w = append(w, "the checks before work")
	}
	person := strings.Join(w, ", ")
	switch {
	case t.proof == "":
		return person
	case t.person == "":
		return t.proof
	}
	return "person: " + person + "; system: " + t.proof
}

// words is the field as the manual names it. The conditions are few enough
// to be told by the field.
func (n need) words() string {
	f := catalogue[n.field].Field
	label := strings.ToLower(f.Label)
	switch {
	case n.required == nil:
		label += " (optional)"
	case n.field == "change_ref":
		label += " (critical servers)"
	case len(f.Choices) > 0:
		label += " (" + strings.Join(f.Choices, ", ") + ")"
	}
	return label
}
