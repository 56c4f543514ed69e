package main

import (
	"testing"
	"time"

	"ironage/internal/maintenance"
)

// A window that came once and is made to recur has no end of coming: its own end
// was that of the one time.
func TestMadeToRecur(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	w := maintenance.Window{ID: 3, Reason: "patches", From: now, To: now.Add(2 * time.Hour)}
	f := windowFlags{every: "sat", at: "22:00", long: "4h"}
	was := w
	if err := f.fill(&w, now); err != nil {
		t.Fatal(err)
	}
	if err := maintenance.Check(&w, &was, now); err != nil || !w.To.IsZero() {
		t.Errorf("ends %v: %v, want for good", w.To, err)
	}
}
