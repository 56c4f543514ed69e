package collect

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// anyObservation is what a misbehaving device and network may send.
func anyObservation(t *rapid.T) fleet.Observation {
	ep := rapid.SampledFrom([]fleet.Endpoint{bmcEP, osEP}).Draw(t, "endpoint")
	o := fleet.Observation{Endpoint: ep, Rhythm: rapid.SampledFrom([]fleet.Rhythm{fleet.Inventory, fleet.Status}).Draw(t, "rhythm"),
		SNMP: rapid.SampledFrom([]fleet.Reach{fleet.Answered, fleet.Answered, fleet.Answered, fleet.Silent, fleet.Refused, fleet.Garbled}).Draw(t, "snmp"),
		Ping: fleet.Ping{Reach: rapid.SampledFrom([]fleet.Reach{fleet.Answered, fleet.Silent, fleet.NotPermitted}).Draw(t, "ping"), Sent: 3, Received: 2}}
	for range rapid.IntRange(0, 6).Draw(t, "parts") {
		c := fleet.Component{Kind: rapid.SampledFrom([]fleet.Kind{fleet.Disk, fleet.PSU, fleet.RAIDVolume, fleet.Temperature}).Draw(t, "kind"),
			Name:   rapid.SampledFrom([]string{"1", "2", "3", ""}).Draw(t, "name"),
			Serial: rapid.SampledFrom([]string{"", "N/A", "AB1", "AB2", "AB3"}).Draw(t, "serial"),
			Health: rapid.SampledFrom([]fleet.Health{fleet.OK, fleet.Warning, fleet.Critical, fleet.Unknown, fleet.Absent}).Draw(t, "health")}
		c.Slot = c.Name
		c.Latched = rapid.Bool().Draw(t, "latched")
		if rapid.Bool().Draw(t, "reads") {
			v := rapid.Float64().Draw(t, "value")
			c.Reading, c.Unit, c.WearUsedPct = &v, fleet.Celsius, &v
		}
		o.Components = append(o.Components, c)
	}
	if rapid.Bool().Draw(t, "rollup") {
		o.RollUp = &fleet.Verdict{Health: rapid.SampledFrom([]fleet.Health{fleet.OK, fleet.Critical, fleet.Unknown}).Draw(t, "overall")}
	}
	if rapid.IntRange(0, 3).Draw(t, "errors") == 0 {
		o.Errors = []fleet.ReadError{{What: "disk", Kinds: []fleet.Kind{fleet.Disk}}}
	}
	return o
}

// Whatever comes, the state stays sound: keys are unique, silence changes no
// component, a truncated table loses none, every bad verdict has a finding,
// and nothing that a server does not hold is remembered for ever.
func TestFoldStaysSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		st, now := fleet.State{}, noon
		for range rapid.IntRange(1, 25).Draw(t, "reads") {
			now = now.Add(time.Minute)
			o := anyObservation(t)
			o.Time = now
			seen := fmt.Sprint(o.Components)
			next, events := Fold(st, both, o, health.Default(), now)
			if fmt.Sprint(o.Components) != seen {
				t.Fatal("the observation was written to")
			}
			sound(t, &st, &next, &o, events)
			st = next
		}
	})
}

func sound(t *rapid.T, prev, next *fleet.State, o *fleet.Observation, events []fleet.Event) {
	keys := map[string]bool{}
	for i := range next.Components {
		c := &next.Components[i]
		if keys[c.Key()] {
			t.Fatalf("two components %s", c.Key())
		}
		keys[c.Key()] = true
	}
	if spare := cap(next.Components) - len(next.Components); spare > 0 {
		t.Fatalf("the list of components keeps room for %d more", spare)
	}
	if o.SNMP != fleet.Answered && fmt.Sprint(prev.Components) != fmt.Sprint(next.Components) {
		t.Fatalf("a read without an answer changed components")
	}
	if o.SNMP == fleet.Answered && len(o.Errors) > 0 {
		for i := range prev.Components {
			if c := &prev.Components[i]; c.Kind == fleet.Disk && !keys[c.Key()] && c.Identity() == "" && !shadowed(next, c) {
				t.Fatalf("a truncated table lost %s", c.Key())
			}
		}
	}
	if next.Health == fleet.Absent {
		t.Fatal("a server is absent")
	}
	if next.Health != fleet.OK && len(next.Findings) == 0 {
		t.Fatalf("health %s without a finding", next.Health)
	}
	weighed := health.Weigh(next.Components)
	for i := range next.Components {
		if weighed[i].Worse(next.Health) && weighed[i] != fleet.Absent {
			t.Fatalf("server %s, part %s %s", next.Health, next.Components[i].Key(), weighed[i])
		}
	}
	for _, e := range events {
		if e.Time.IsZero() || e.Text == "" || e.Server != both.Name {
			t.Fatalf("event without time, words or server: %+v", e)
		}
	}
	for key := range next.Levels {
		if len(key) > 200 {
			t.Fatalf("level %q", key)
		}
	}
	if len(next.Pending) > 40 || len(next.Holds) > 40 || len(next.Gone) > 40 {
		t.Fatalf("remembers too much: %d pending, %d holds, %d gone", len(next.Pending), len(next.Holds), len(next.Gone))
	}
}

func shadowed(st *fleet.State, c *fleet.Component) bool {
	for i := range st.Shadowed {
		if st.Shadowed[i].Key() == c.Key() {
			return true
		}
	}
	return false
}

// BenchmarkFold is what one status read of a server with sixty components costs.
func BenchmarkFold(b *testing.B) {
	o := fleet.Observation{Endpoint: bmcEP, Rhythm: fleet.Inventory, SNMP: fleet.Answered, Ping: fleet.Ping{Reach: fleet.Answered, Sent: 3, Received: 3}}
	for i := range 60 {
		c := disk(fmt.Sprint("Bay ", i), fmt.Sprint("SN-", i), fleet.OK)
		hours := 40000.0 + float64(i)
		c.PowerOnHours, c.Counters = &hours, map[string]float64{"reallocated": 3, "pending": 0, "crc_errors": 12, "media_errors": 1}
		o.Components = append(o.Components, c)
	}
	st, _ := Fold(fleet.State{}, box, o, health.Default(), noon)
	o.Rhythm = fleet.Status
	b.ReportAllocs()
	for b.Loop() {
		o.Time = o.Time.Add(time.Minute)
		st, _ = Fold(st, box, o, health.Default(), noon.Add(time.Hour))
	}
}

// Whatever a device tells: a slot's record has the identity of the part that
// is listed there, and its trails and hours never hold what another part counted.
// Every real part counts in a range of its own, so that a value in a
// stranger's record shows.
func TestRecordsStaySound(t *testing.T) {
	ranges := map[string]float64{"AB1": 1000, "AB2": 2000, "AB3": 3000}
	rapid.Check(t, func(t *rapid.T) {
		st, now := fleet.State{}, noon
		grown := map[string]float64{}
		for range rapid.IntRange(1, 30).Draw(t, "reads") {
			now = now.Add(time.Minute)
			o := anyObservation(t)
			o.Time = now
			for i := range o.Components {
				c := &o.Components[i]
				if base := ranges[c.Serial]; base > 0 && rapid.Bool().Draw(t, "counts") {
					grown[c.Serial] += rapid.SampledFrom([]float64{0, 1, 5}).Draw(t, "more")
					hours := base + grown[c.Serial]
					c.Counters, c.PowerOnHours = map[string]float64{"pending": base + grown[c.Serial]}, &hours
				}
			}
			f := folded(&st, both, &o, health.Default(), now)
			recordsSound(t, &f.next, ranges)
			st = f.next
		}
	})
}

func recordsSound(t *rapid.T, st *fleet.State, ranges map[string]float64) {
	if st.Parts.Len() > 40 {
		t.Fatalf("remembers %d parts", st.Parts.Len())
	}
	for key, rec := range st.Parts.All() {
		if rec.Serial == "" {
			continue
		}
		if c := st.Component(key); c != nil && c.Health != fleet.Absent && c.Identity() != "" && c.Identity() != rec.Serial && st.Pending[key].What == "" {
			t.Fatalf("%s holds %s, the record is of %s", key, c.Serial, rec.Serial)
		}
		base := ranges[rec.Serial]
		if rec.Hours != 0 && (rec.Hours < base || rec.Hours >= base+1000) {
			t.Fatalf("%s: the record of %s has %v hours of another part", key, rec.Serial, rec.Hours)
		}
		tr := rec.Trails["pending"]
		for _, v := range []float64{tr.Base, tr.Value()} {
			if !tr.BaseAt.IsZero() && (v < base || v >= base+1000) {
				t.Fatalf("%s: the record of %s counts %v of another part", key, rec.Serial, v)
			}
		}
		if rec.FirstSeen.IsZero() {
			t.Fatalf("%s was never seen", key)
		}
	}
}
