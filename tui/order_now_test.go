package tui

import (
	"testing"
	"time"

	"ironage/internal/fleet"
)

func TestProofText(t *testing.T) {
	now := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	sh := &shared{now: func() time.Time { return now }}
	for good, want := range map[int]string{1: "1 of 3 good reads in a row, in the slot for 40s", 9: "3 of 3 good reads in a row, in the slot for 40s"} {
		if got := sh.proofText(fleet.Proof{Good: good, Since: now.Add(-40 * time.Second)}, 3); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
