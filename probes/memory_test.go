package probes

import (
	"fmt"
	"testing"

	"ironage/probes/snmp"
)

// TestWhoIsSilent: whoever did not answer is asked beside the window the next
// time, whether nobody said why, the host did, or a router.
func TestWhoIsSilent(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false}, {snmp.ErrTimeout, true}, {snmp.ErrSilentUser, true}, {snmp.ErrPortClosed, true}, {snmp.ErrNoRoute, true},
		{snmp.ErrUnknownUser, false}, {snmp.ErrGarbled, false},
	} {
		if c.err != nil {
			c.err = fmt.Errorf("10.0.0.1: %w", c.err)
		}
		if got := silent(c.err); got != c.want {
			t.Errorf("%v: got %v, want %v", c.err, got, c.want)
		}
	}
}
