package ping

import (
	"errors"
	"net/netip"
	"os"
	"syscall"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/scarce"
)

// What this machine lacks says nothing about a host, nor about its own rights.
func TestScarcityIsNoEvidence(t *testing.T) {
	none := os.NewSyscallError("socket", syscall.EMFILE)
	if got := judge(netip.MustParseAddr("192.0.2.1"), 0, nil, nil, none); got.Reach != fleet.NotAsked || got.Note != scarce.Advice {
		t.Errorf("judge: got %+v, want not-asked with what to do", got)
	}
	if mode, note := findMode(false, func(bool, Mode) error { return none }); mode != Refused || note != scarce.Advice {
		t.Errorf("findMode: got %s, %q, want that descriptors are missing, not rights", mode, note)
	}
	if mode, note := findMode(false, func(bool, Mode) error { return errors.New("no") }); mode != Refused || note == scarce.Advice {
		t.Errorf("findMode: got %s, %q, want how to allow pings", mode, note)
	}
}
