package outlook

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// rack makes a fleet as large installations have it: 60 components a server,
// 48 of which age, with the records that months of polling leave behind.
func rack(servers int) []fleet.Entry {
	out := make([]fleet.Entry, servers)
	for i := range out {
		s := fleet.Server{Name: fmt.Sprintf("srv-%05d", i), Site: fmt.Sprintf("site-%d", i%7), Service: fmt.Sprintf("svc-%d", i%40),
			Manufacturer: "Dell", Model: fmt.Sprintf("R%d40", 6+i%3), InService: fleet.Date(fmt.Sprintf("%d-%02d-15", 2014+i%10, 1+i%12)),
			WarrantyEnd: fleet.Date(fmt.Sprintf("%d-%02d-15", 2019+i%10, 1+i%12))}
		out[i] = fleet.Entry{Server: s, State: stateOf(i)}
	}
	return out
}

func stateOf(i int) fleet.State {
	st := fleet.State{Server: fmt.Sprintf("srv-%05d", i), Health: fleet.OK, FirstSeen: map[string]time.Time{}}
	add := func(kind fleet.Kind, n int, change func(c *fleet.Component, j int)) {
		for j := range n {
			c := fleet.Component{Kind: kind, Slot: fmt.Sprintf("%s %d", kind, j), Name: fmt.Sprintf("%s %d", kind, j), Health: fleet.OK,
				Native: fleet.SeenOf(fleet.Evidence{OID: "1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1.4." + fmt.Sprint(j), Value: "3", Meaning: "online"})}
			change(&c, j)
			st.Components = append(st.Components, c)
			if kind.Replaceable() {
				seen := noon.AddDate(0, -3-i%20, 0)
				st.FirstSeen[c.Key()] = seen
				rec := fleet.PartRecord{Serial: c.Serial, FirstSeen: seen, Trails: map[string]fleet.Trail{}}
				for name, v := range c.Counters {
					rec.Trails[name] = fleet.Trail{Base: v, BaseAt: seen}
				}
				st.Parts.Put(c.Key(), rec)
			}
		}
	}
	// As most devices write them: capital letters, and disks that say they are online.
	serial := func(c *fleet.Component, j int) {
		c.Serial = strings.ToUpper(fmt.Sprintf("SN%s%d%04d", c.Kind, i, j))
	}
	add(fleet.Disk, 16, func(c *fleet.Component, j int) {
		serial(c, j)
		c.Vendor, c.Model, c.Part, c.Group = "SEAGATE", fmt.Sprintf("ST%d000NM", 1+i%9), fmt.Sprintf("0%dX", i%30), "RAID.Integrated.1"
		c.Firmware, c.Manufactured = "GA67", fmt.Sprintf("%d-W%02d", 2014+i%10, 1+i%52)
		c.PowerOnHours = num(float64(20000 + 100*(i%300)))
		c.Attributes = map[string]string{"media": "hdd", "state": "online"}
		c.Counters = map[string]float64{"reallocated": float64(i % 97 / 94), "pending": float64((i + j) % 499 / 498), "media_errors": 0}
	})
	add(fleet.Memory, 16, func(c *fleet.Component, j int) {
		serial(c, j)
		c.Model, c.Part, c.Counters = "M393A4K40", fmt.Sprintf("M%d", i%20), map[string]float64{"corrected_errors": 0}
	})
	add(fleet.CPU, 2, func(c *fleet.Component, _ int) { c.Model = "Xeon Gold 6130" })
	add(fleet.PSU, 2, func(c *fleet.Component, j int) {
		serial(c, j)
		c.Model, c.Part = "PWR SPLY 750W", fmt.Sprintf("PS%d", i%5)
	})
	add(fleet.Fan, 8, func(c *fleet.Component, _ int) { c.Reading, c.Unit = num(6000), fleet.RPM })
	add(fleet.RAIDController, 1, func(c *fleet.Component, _ int) { c.Model = "PERC H730" })
	add(fleet.Battery, 1, func(c *fleet.Component, _ int) { c.Name = "Battery on Integrated RAID Controller" })
	add(fleet.NIC, 2, func(c *fleet.Component, _ int) { c.Model = "X710" })
	add(fleet.RAIDVolume, 2, func(c *fleet.Component, _ int) {
		c.Group, c.Attributes = "RAID.Integrated.1", map[string]string{"raid_level": "6", "members": "8"}
	})
	add(fleet.Temperature, 8, func(c *fleet.Component, j int) { c.Reading, c.Unit = num(float64(22+j)), fleet.Celsius })
	add(fleet.Power, 2, func(c *fleet.Component, _ int) { c.Reading, c.Unit = num(210), fleet.Watt })
	return st
}

func num(f float64) *float64 { return &f }

// BenchmarkBuild is one full recomputation of 10,000 servers with 60 components
// each: ages, risks, priorities, and what to order. Aim: under a second.
func BenchmarkBuild(b *testing.B) {
	snap := fleet.NewSnapshot(1, noon, rack(10_000))
	set := DefaultSettings()
	b.ReportAllocs()
	for b.Loop() {
		f := Build(nil, snap, nil, &set, noon)
		if lines := f.Forecast(Slice{}); len(lines) == 0 {
			b.Fatal("no forecast")
		}
	}
}

// BenchmarkBuildOne is the next outlook after one server of 10,000 was read,
// with its forecast. Aim: under a millisecond.
func BenchmarkBuildOne(b *testing.B) {
	snap := fleet.NewSnapshot(1, noon, rack(10_000))
	set := DefaultSettings()
	in := &Inputs{}
	f := Build(nil, snap, in, &set, noon)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		snap = snap.With(int64(i), noon, []fleet.Entry{*snap.At(i % snap.Len())})
		f = Build(f, snap, in, &set, noon)
		if lines := f.Forecast(Slice{}); len(lines) == 0 {
			b.Fatal("no forecast")
		}
	}
}

// BenchmarkQueries are the sums and lists that a screen asks for.
func BenchmarkQueries(b *testing.B) {
	set := DefaultSettings()
	f := Build(nil, fleet.NewSnapshot(1, noon, rack(10_000)), nil, &set, noon)
	for name, query := range map[string]func(){
		"Histogram": func() { f.Histogram(Slice{}) }, "Totals": func() { f.Totals(Slice{}) }, "Ranking": func() { f.Ranking(Slice{}, 100) },
		"RankingByRisk": func() { f.RankingByRisk(Slice{}, 100) }, "OverAge": func() { f.OverAge(Slice{}) }, "Services": func() { f.Services() },
		"ForecastOfSite": func() { f.Forecast(Slice{Site: "site-1"}) }, "Budget": func() { f.budget(Slice{}) }, "Explain": func() { f.Explain("srv-00007", "disk/disk 3") },
	} {
		b.Run(name, func(b *testing.B) {
			f.plans.once.Do(f.plan)
			for b.Loop() {
				query()
			}
		})
	}
}
