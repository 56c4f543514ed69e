package health

import (
	"fmt"

	"ironage/internal/fleet"
)

// Sample is one measured value that a fresh read brought.
type Sample struct {
	Measure  Measure
	Key      string // component key or mount point; empty for the server
	Value    float64
	Evidence fleet.Evidence
}

// ID names the level that the sample belongs to.
func (s Sample) ID() string { return string(s.Measure) + ":" + s.Key }

// Samples are the measured values of an answered read that thresholds judge.
// Values outside what the measure can be are left out: a disk at 0 or 255 °C
// is a placeholder, not a fire.
func Samples(o *fleet.Observation) []Sample {
	var out []Sample
	for i := range o.Filesystems {
		fs := &o.Filesystems[i]
		if pct, ok := fs.UsedPct(); ok && pct <= 101 && !fs.ReadOnly {
			out = append(out, Sample{FilesystemUsed, fs.Mount, pct, fs.Evidence})
		}
	}
	if pct, ok := MemoryUsedPct(o.Totals); ok {
		out = append(out, Sample{Measure: MemoryUsed, Value: pct, Evidence: fleet.Evidence{Role: o.Endpoint.Role, Time: o.Time,
			Meaning: fmt.Sprintf("%.0f %% of memory used", pct)}})
	}
	out = append(out, fillSamples(o)...)
	for i := range o.Components {
		c := &o.Components[i]
		if c.Kind != fleet.Disk || c.Health == fleet.Absent {
			continue
		}
		if c.WearUsedPct != nil && *c.WearUsedPct >= 0 && *c.WearUsedPct <= 255 {
			out = append(out, Sample{Wear, c.Key(), *c.WearUsedPct, c.Native.Evidence()})
		}
		if c.Reading != nil && c.Unit == fleet.Celsius && !limited(c) && *c.Reading >= 1 && *c.Reading <= 150 {
			out = append(out, Sample{DiskTemperature, c.Key(), *c.Reading, c.Native.Evidence()})
		}
	}
	return out
}

// limited reports whether the device gave limits, by which its reading is judged.
func limited(c *fleet.Component) bool {
	return c.Limits != nil && (c.Limits.WarnHigh != nil || c.Limits.CritHigh != nil)
}

// MemoryUsedPct is the share of memory that programs cannot have: what is not
// available where the system says so, else what is used.
func MemoryUsedPct(t fleet.Totals) (float64, bool) {
	if t.MemoryBytes == nil || *t.MemoryBytes <= 0 {
		return 0, false
	}
	total := float64(*t.MemoryBytes)
	switch {
	case t.MemoryAvailableBytes != nil && *t.MemoryAvailableBytes >= 0:
		return max(0, 100*(total-float64(*t.MemoryAvailableBytes))/total), true
	case t.MemoryUsedBytes != nil && *t.MemoryUsedBytes >= 0:
		return min(100, 100*float64(*t.MemoryUsedBytes)/total), true
	}
	return 0, false
}

// Judge moves the levels on by one read: thresholds with their margin first,
// then the same hysteresis as for verdicts. The maps are changed in place;
// holds are kept under "level/" + the sample's ID.
func Judge(levels map[string]fleet.Level, holds map[string]fleet.Hold, samples []Sample, first bool, r Rules, o *fleet.Observation) {
	need := r.ReadsFor(0)
	for _, s := range samples {
		id, hold := s.ID(), "level/"+s.ID()
		was, had := levels[id]
		if !had {
			was.Health = fleet.OK
		}
		read := Read{Health: r.Limits[s.Measure].of(s, was.Health), At: o.Time, Evidence: s.Evidence}
		if _, set := r.Limits[s.Measure]; !set {
			read.Health = fleet.OK
		}
		h := read.Health
		if !first {
			var wait *fleet.Hold
			if w, ok := holds[hold]; ok {
				wait = &w
			}
			h, wait = Confirm(was.Health, wait, read, need)
			if wait == nil {
				delete(holds, hold)
			} else {
				holds[hold] = *wait
			}
		}
		switch {
		case h == fleet.OK:
			delete(levels, id)
			continue
		case h != was.Health:
			was.Since = o.Time
		}
		levels[id] = fleet.Level{Health: h, Value: s.Value, Since: was.Since, Evidence: s.Evidence}
	}
}

// of says where a sample stands, given where its measure stood.
func (l Limit) of(s Sample, was fleet.Health) fleet.Health {
	if s.Measure.Falling() {
		return l.Below(s.Value, was)
	}
	return l.Level(s.Value, was)
}
