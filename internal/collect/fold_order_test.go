package collect

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// TestOrderOfRows: agents do not answer in a dependable order. A read in
// another order, or one that leaves rows out, finds every part where it was,
// and what it did not bring is not taken for read.
func TestOrderOfRows(t *testing.T) {
	o := fleet.Observation{Endpoint: bmcEP, Rhythm: fleet.Inventory, SNMP: fleet.Answered, Time: noon}
	for i := range 6 {
		o.Components = append(o.Components, fleet.Component{Kind: fleet.Temperature, Slot: fmt.Sprint("T", i), Name: fmt.Sprint("T", i), Health: fleet.OK, Unit: fleet.Celsius, Reading: ptr(float64(20 + i))})
	}
	first, _ := Fold(fleet.State{}, box, o, health.Default(), noon)
	for name, order := range map[string][]int{"as before": {0, 1, 2, 3, 4, 5}, "backwards": {5, 4, 3, 2, 1, 0}, "some": {4, 1}, "one twice": {0, 1, 1, 2, 3, 4, 5}} {
		next := o
		next.Rhythm, next.Time, next.Components = fleet.Status, noon.Add(time.Minute), nil
		for _, i := range order {
			c := o.Components[i]
			c.Reading = ptr(*c.Reading + 10)
			next.Components = append(next.Components, c)
		}
		st, events := Fold(first, box, next, health.Default(), next.Time)
		if len(st.Components) != 6 || len(events) != 0 {
			t.Errorf("%s: got %d components and events %v", name, len(st.Components), events)
		}
		for i := range 6 {
			key := o.Components[i].Key()
			c, want, values := st.Component(key), float64(20+i), 1
			if slices.Contains(order, i) {
				want, values = want+10, 2
			}
			if c == nil || *c.Reading != want || st.Trends.Get(key).Len() != values {
				t.Errorf("%s: %s: got %+v and a trend of %d values, want %v and %d", name, key, c, st.Trends.Get(key).Len(), want, values)
			}
		}
		if first.Trends.Get("temperature/T0").Len() != 1 || *first.Components[0].Reading != 20 {
			t.Fatalf("%s: the state before was written to", name)
		}
	}
}
