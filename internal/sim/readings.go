package sim

import (
	"time"

	"ironage/internal/fleet"
)

// How much of the past the readings tell: the last day hour by hour, the month
// before it every six hours.
const (
	pastMonth = 31 * 24 * time.Hour
	pastDay   = 26 * time.Hour
	pastStep  = 6 * time.Hour
)

// mostPast is how many machines have past readings: enough to look at, and
// written in a moment.
const mostPast = 120

// Readings are the hourly readings that an installation would have kept of the
// past month, machine by machine: use, file systems, temperatures and power.
func (f *Fleet) Readings() [][]fleet.HourValue {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out [][]fleet.HourValue
	for _, m := range f.machines[:min(len(f.machines), mostPast)] {
		var rows []fleet.HourValue
		for at := f.began.Add(-pastMonth).UTC().Truncate(pastStep); at.Before(f.began.Truncate(time.Hour)); {
			rows = append(rows, m.readingsAt(f.began, at)...)
			if f.began.Sub(at) > pastDay {
				at = at.Add(pastStep)
			} else {
				at = at.Add(time.Hour)
			}
		}
		out = append(out, rows)
	}
	return out
}

// readingsAt is one hour of a machine.
func (m *machine) readingsAt(began, hour time.Time) []fleet.HourValue {
	var out []fleet.HourValue
	add := func(metric string, v, spread float64) {
		out = append(out, fleet.HourValue{Server: m.server.Name, Metric: metric, Hour: hour, Min: max(v-spread, 0), Avg: v, Max: v + spread, Count: 60})
	}
	at := hour.Add(30 * time.Minute)
	if m.hasOS {
		t := m.totals(at)
		add(fleet.TrendCPU, 100*m.load(at), 4)
		add(fleet.TrendMemory, 100*float64(*t.MemoryUsedBytes)/float64(*t.MemoryBytes), .5)
		for _, fs := range m.filesystems(began, at) {
			if !fs.ReadOnly {
				add(fleet.FilesystemMetric(fs.Mount), float64(max(*fs.UsedBytes, 0)), 0)
			}
		}
	}
	if !m.hasBMC {
		return out
	}
	var parts []fleet.Component
	for i := range m.sensors {
		parts = append(parts, m.sensorPart(&m.sensors[i], at))
	}
	parts = append(parts, m.powerPart(at))
	for i := range parts {
		m.speaks.keep(&parts[i])
		if c := &parts[i]; c.Reading != nil && (c.Kind == fleet.Temperature || c.Kind == fleet.Power) {
			add(c.Key(), *c.Reading, 1)
		}
	}
	return out
}
