package tui

import (
	"math"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// pastReadings are the hours that the tests' store keeps: a day's wave over a
// month with a gap of a day in it, and file systems that grow.
func pastReadings(metric string, since time.Time) []fleet.HourValue {
	var out []fleet.HourValue
	first := before(31 * 24 * time.Hour).UTC().Truncate(time.Hour)
	for at := first; at.Before(threeAM); at = at.Add(time.Hour) {
		back := threeAM.Sub(at)
		if at.Before(since) || back > 9*24*time.Hour && back < 10*24*time.Hour {
			continue
		}
		spread := 0.03
		v := 22 + 3*math.Sin(2*math.Pi*float64(at.Hour())/24)
		switch {
		case strings.HasPrefix(metric, "filesystem/"):
			spread = 0.001
			v = 6956*(1<<30) - back.Hours()/24*20*(1<<30)
		case metric == fleet.TrendCPU:
			v *= 1.5
		}
		out = append(out, fleet.HourValue{Metric: metric, Hour: at, Min: v * (1 - spread), Avg: v, Max: v * (1 + spread), Count: 60})
	}
	return out
}

// richFills are the predictions for the file systems of richServer.
func richFills() map[string]fleet.Fill {
	return map[string]fleet.Fill{
		"/":                   {Why: fleet.FillShort, History: 3, Made: before(time.Hour)},
		"/var/lib/postgresql": {At: threeAM.Add(10 * 24 * time.Hour), PerDay: 20 * (1 << 30), History: 720, Made: before(time.Hour)},
	}
}
