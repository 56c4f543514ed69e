package tui

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/ops"
)

// sumsOf counts a console's fleet.
func sumsOf(sh *shared) *fleetSums {
	var f fleetSums
	f.sync(sh.digests.all, sh.now())
	return &f
}

// TestSumsFollow holds that counting on from view to view leads to what counting
// everything does.
func TestSumsFollow(t *testing.T) {
	sh := newConsole(t, 200, 60, handView()).app.sh
	var on fleetSums
	on.sync(sh.digests.all, sh.now())
	for i := range sh.view.Fleet.Len() {
		e := *sh.view.Fleet.At(i)
		e.State.Health, e.Server.Rack, e.Server.Service = fleet.Health(i%4), fmt.Sprint("R", i%3), fmt.Sprint("s", i%2)
		e.State.Endpoints = slices.Clone(e.State.Endpoints[:min(i%3, len(e.State.Endpoints))])
		sh.view = &ops.View{Fleet: sh.view.Fleet.With(sh.view.Fleet.Revision+1, threeAM, []fleet.Entry{e}), Outlook: sh.view.Outlook}
		sh.digests.sync(sh.view, sh.now())
		now := sh.now().Add(time.Duration(i) * time.Minute)
		on.sync(sh.digests.all, now)
		want := sumsOf(sh)
		want.tell(now)
		for _, f := range []*fleetSums{&on, want} {
			maps.DeleteFunc(f.bands, func(_ ageing.Band, n int) bool { return n == 0 })
			maps.DeleteFunc(f.reach, func(_ fleet.Reach, n int) bool { return n == 0 })
		}
		if !reflect.DeepEqual(&on, want) {
			t.Fatalf("after %s: got %+v, want %+v", e.Server.Name, on, want)
		}
	}
}
