package sim

import (
	"testing"
	"time"

	"ironage/internal/fleet"
)

// TestPastReadings: what was read before goes on in what is read now, under the
// same names.
func TestPastReadings(t *testing.T) {
	f, _ := build(t, Options{Seed: 1})
	past := f.Readings()
	if len(past) == 0 || len(past) > mostPast {
		t.Fatalf("got the past of %d machines", len(past))
	}
	for i, rows := range past {
		m := f.machines[i]
		now := map[string]float64{}
		for _, c := range m.parts(noon) {
			if c.Reading != nil {
				now[c.Key()] = *c.Reading
			}
		}
		for _, fs := range m.filesystems(noon, noon) {
			now[fleet.FilesystemMetric(fs.Mount)] = float64(*fs.UsedBytes)
		}
		latest := map[string]fleet.HourValue{}
		for _, r := range rows {
			if r.Server != m.server.Name || r.Hour.After(noon) || noon.Sub(r.Hour) > pastMonth+pastStep || !(r.Min <= r.Avg && r.Avg <= r.Max) {
				t.Fatalf("%s: got %+v", m.server.Name, r)
			}
			latest[r.Metric] = r
		}
		for metric, r := range latest {
			is, known := now[metric]
			if !known && metric != fleet.TrendCPU && metric != fleet.TrendMemory {
				t.Errorf("%s: %s is no longer read", m.server.Name, metric)
			}
			if known && noon.Sub(r.Hour) > 2*time.Hour {
				t.Errorf("%s: %s was read last at %s", m.server.Name, metric, r.Hour)
			}
			if len(metric) > 11 && metric[:11] == "filesystem/" && (r.Avg > is*1.001 || r.Avg < is*.9) {
				t.Errorf("%s: %s goes from %.0f to %.0f", m.server.Name, metric, r.Avg, is)
			}
		}
	}
}
