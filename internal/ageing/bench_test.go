package ageing

import (
	"fmt"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// benchServer is a server of sixty parts as a probe finds them, with two dates
// in the inventory, counters on its disks and an inlet sensor.
func benchServer() (*fleet.Server, *fleet.State) {
	s := &fleet.Server{Name: "db-01", InService: "2018-06-15", Purchased: "2018-05"}
	st := &fleet.State{FirstSeen: map[string]time.Time{}, Swapped: map[string]time.Time{}}
	add := func(n int, c fleet.Component, change func(i int, c *fleet.Component)) {
		for i := range n {
			c := c
			c.Slot = fmt.Sprintf("%s %d", c.Kind, i)
			c.Health = fleet.OK
			if change != nil {
				change(i, &c)
			}
			if c.Serial != "" {
				st.FirstSeen[c.Key()] = now.AddDate(0, -2, 0)
				st.Parts.Put(c.Key(), fleet.PartRecord{Serial: c.Serial, FirstSeen: now.AddDate(0, -2, 0), Trails: watched(c.Counters)})
			}
			st.Components = append(st.Components, c)
		}
	}
	add(24, fleet.Component{Kind: fleet.Disk, Attributes: map[string]string{"media": "hdd"}, Unit: fleet.Celsius}, func(i int, c *fleet.Component) {
		c.Serial, c.Manufactured, c.Reading = fmt.Sprintf("ZC1A%04d", i), "2018-W05", ptr(31)
		c.Counters = map[string]float64{"reallocated": 0, "pending": 0, "media_errors": 0}
	})
	add(24, fleet.Component{Kind: fleet.Memory}, func(i int, c *fleet.Component) { c.Serial = fmt.Sprintf("0A1B%04X", i) })
	add(2, fleet.Component{Kind: fleet.CPU}, nil)
	add(2, fleet.Component{Kind: fleet.PSU}, func(i int, c *fleet.Component) { c.Serial = fmt.Sprintf("PS%d", i) })
	add(6, fleet.Component{Kind: fleet.Fan}, nil)
	add(1, fleet.Component{Kind: fleet.Battery, Name: "BBU"}, nil)
	add(1, fleet.Component{Kind: fleet.RAIDController}, nil)
	add(1, fleet.Component{Kind: fleet.Temperature, Name: "Inlet Temp", Reading: ptr(24), Unit: fleet.Celsius}, nil)
	return s, st
}

// BenchmarkOfPart is one part's age, asked for alone.
func BenchmarkOfPart(b *testing.B) {
	s, st := benchServer()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		OfPart(&st.Components[i%len(st.Components)], s, st, now)
	}
}

// BenchmarkHazard is the hazard of one disk with counters over one year.
func BenchmarkHazard(b *testing.B) {
	s, st := benchServer()
	m := DefaultModel()
	v := NewSurvey(s, st, now)
	sub := v.Subject(&st.Components[0], v.Age(&st.Components[0]))
	b.ReportAllocs()
	for b.Loop() {
		m.Hazard(&sub, 1)
	}
}

// BenchmarkPart is all that a recomputation of the fleet needs of one part, a
// server's survey shared among its parts: age, band, signals and four horizons.
func BenchmarkPart(b *testing.B) {
	s, st := benchServer()
	m, p := DefaultModel(), DefaultPolicy()
	years, h := []float64{60 / DaysPerYear, .25, .5, 1}, make([]float64, 4)
	b.ReportAllocs()
	var v *Survey
	for i := 0; b.Loop(); i++ {
		i %= len(st.Components)
		if i == 0 {
			v = NewSurvey(s, st, now)
		}
		c := &st.Components[i]
		age := v.Age(c)
		p.BandOf(c, age)
		sub := v.Subject(c, age)
		m.Hazards(&sub, years, h)
	}
}
