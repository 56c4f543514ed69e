package sim

import (
	"testing"

	"ironage/internal/fleet"
)

func TestTheFleetHasAPast(t *testing.T) {
	f, _ := build(t, Options{Seed: 1})
	h := f.History()
	began := noon.AddDate(0, -watchedMonths, 0)
	models := map[string]int{}
	for i, x := range h.Exchanges {
		models[x.Old.Model]++
		if i > 0 && x.At.Before(h.Exchanges[i-1].At) || !x.At.After(began) || !x.At.Before(noon) {
			t.Errorf("exchange %d at %s: want the oldest first, all since %s", i, x.At, began)
		}
		if x.Old.Identity() == "" || x.Old.Identity() == x.New.Identity() || x.Old.Model != x.New.Model {
			t.Errorf("%s %s: %s was followed by %s; want another serial number of the same model", x.Server, x.Key, x.Old.Serial, x.New.Serial)
		}
		if got := h.Seen[x.Server][x.Key]; !got.Equal(x.At) && x.At.Sub(got).Seconds() > 1 {
			t.Errorf("%s %s: seen since %s, want since its exchange at %s", x.Server, x.Key, got, x.At)
		}
	}
	if most := models[commonModel(f.machines)]; most < 12 || most < len(h.Exchanges)/4 {
		t.Errorf("got exchanges %v; want many of one model", models)
	}
	parts := 0
	for _, m := range f.machines {
		for key, at := range h.Seen[m.server.Name] {
			parts++
			if at.Before(began) || at.After(noon) {
				t.Errorf("%s %s was first seen at %s", m.server.Name, key, at)
			}
		}
		for _, c := range m.parts(noon) {
			if _, seen := h.Seen[m.server.Name][c.Key()]; m.hasBMC && c.Kind == fleet.Disk && c.Identity() != "" && !seen {
				t.Errorf("%s %s was never seen", m.server.Name, c.Key())
			}
		}
	}
	if parts < 200 {
		t.Errorf("got %d parts that were seen, want hundreds", parts)
	}
}
