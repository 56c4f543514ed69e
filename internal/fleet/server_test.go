package fleet_test

import (
	"reflect"
	"testing"

	"ironage/internal/fleet"
	"ironage/internal/fleet/fleettest"
)

// Every field of a server, its endpoints and its parts makes it another one.
func TestSameServer(t *testing.T) {
	for i := range reflect.TypeFor[fleet.Server]().NumField() {
		name := reflect.TypeFor[fleet.Server]().Field(i).Name
		if name == "Expected" {
			continue // a map, whose order is nobody's
		}
		filled := func(differ map[int]int) (s fleet.Server, leaves int) {
			leaves = fleettest.Fill(reflect.ValueOf(&s).Elem().Field(i).Addr().Interface(), differ)
			return s, leaves
		}
		a, leaves := filled(nil)
		if b, _ := filled(nil); !a.Same(&b) {
			t.Errorf("%s alike: got another server", name)
		}
		for n := 1; n <= leaves; n++ {
			if c, _ := filled(map[int]int{n: 1}); a.Same(&c) || c.Same(&a) {
				t.Errorf("%s, leaf %d differs: got the same server %+v", name, n, c)
			}
		}
		if none := (fleet.Server{}); leaves == 0 || a.Same(&none) {
			t.Errorf("%s of %d leaves: got the server that has none", name, leaves)
		}
	}
	one, two := fleet.Server{Expected: map[fleet.Kind]int{fleet.Disk: 1}}, fleet.Server{Expected: map[fleet.Kind]int{fleet.Disk: 2}}
	if one.Same(&two) || one.Same(&fleet.Server{}) {
		t.Error("other parts expected: got the same server")
	}
	if x, y := (fleet.Server{Parts: []fleet.PartNote{}}), (fleet.Server{Expected: map[fleet.Kind]int{}}); !x.Same(&y) {
		t.Error("nothing and none: got another server")
	}
}
