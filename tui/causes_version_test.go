package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/ops"
)

// TestCollectorOfAnotherVersionIsNotMissed: nobody is sent to look for a collector
// that is there, and whose reads are not seen here.
func TestCollectorOfAnotherVersionIsNotMissed(t *testing.T) {
	var es []fleet.Entry
	for i := range 8 {
		ep := fleet.Endpoint{Role: fleet.BMC}
		name := fmt.Sprint("srv", i)
		es = append(es, fleet.Entry{Server: fleet.Server{Name: name, Endpoints: []fleet.Endpoint{ep}},
			State: fleet.State{Server: name, Endpoints: []fleet.EndpointState{{Endpoint: ep, LastOK: before(time.Hour), Interval: time.Minute}}}})
	}
	sh := tableShared()
	sh.digests = newDigests(sh.life, nil)
	var w health.Watch
	for _, foreign := range []bool{false, true, false} {
		sh.view = &ops.View{Fleet: fleet.NewSnapshot(1, threeAM, es), Collector: ops.Collector{Owner: "noc:1", Foreign: foreign}}
		rows := causeRows(sh, &w)
		if len(rows) != 1 || strings.Contains(rows[0].text, "another version") != foreign {
			t.Errorf("foreign %v: got %+v", foreign, rows)
		}
	}
}
