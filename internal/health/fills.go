package health

import (
	"fmt"
	"math"
	"slices"
	"time"

	"ironage/internal/fleet"
)

// What a prediction of a full file system needs.
const (
	// FillWindow is how far back it looks.
	FillWindow  = 30 * 24 * time.Hour
	fillLeast   = 48 * time.Hour // of history: a day's ups and downs, twice
	fillHours   = 24             // hours with readings among them
	fillFresh   = 24 * time.Hour // the latest reading is not older
	fillPoints  = 120            // at most so many; pairs of them grow with the square
	fillHorizon = 365.0          // days; beyond it is no prediction
	fillNoise   = 2.0            // the growth must be so many times the scatter
	fillNever   = 1e6            // days, where there is no prediction: beyond every threshold
)

// point is a used size at a time, in days before now.
type point struct{ day, used float64 }

// PredictFill says when a file system of that size and use will be full, from
// the hours that its used bytes were kept for. The growth is Theil and Sen's
// slope (the median of the slopes between all pairs), which one clean-up or one
// dump does not turn. It says nothing where the history is too short, where
// growth cannot be told from scatter, and where it would be further than a year.
func PredictFill(hours []fleet.HourValue, size, used int64, now time.Time) fleet.Fill {
	f := fleet.Fill{Made: now}
	points := pointsOf(hours, now)
	if len(points) > 0 {
		f.History = int(math.Round((points[len(points)-1].day - points[0].day) * 24))
	}
	switch {
	case len(points) == 0 || time.Duration(f.History)*time.Hour < fillLeast || len(points) < fillHours:
		f.Why = fleet.FillShort
		return f
	case -points[len(points)-1].day*24 > fillFresh.Hours():
		f.Why = fleet.FillOld
		return f
	}
	points = thinned(points)
	slope, low := theilSen(points)
	span := points[len(points)-1].day - points[0].day
	f.PerDay = slope
	free := float64(size - used)
	switch {
	case !(slope > 0):
		f.Why = fleet.FillSteady
	case low <= 0 || slope*span < fillNoise*scatter(points, slope):
		f.Why = fleet.FillScattered
	case free/slope > fillHorizon:
		f.Why = fleet.FillFar
	default:
		f.At = now.Add(time.Duration(max(free, 0) / slope * 24 * float64(time.Hour))).Truncate(time.Hour)
	}
	return f
}

// pointsOf are the hours of the window that can be believed, oldest first.
func pointsOf(hours []fleet.HourValue, now time.Time) []point {
	var out []point
	for _, h := range hours {
		back := now.Sub(h.Hour)
		if h.Count <= 0 || !(h.Avg >= 0) || math.IsInf(h.Avg, 0) || back > FillWindow || back < -time.Hour {
			continue
		}
		out = append(out, point{-back.Hours() / 24, h.Avg})
	}
	slices.SortFunc(out, func(a, b point) int {
		switch {
		case a.day < b.day:
			return -1
		case a.day > b.day:
			return 1
		}
		return 0
	})
	return out
}

// thinned puts neighbours together until few enough points are left.
func thinned(points []point) []point {
	if len(points) <= fillPoints {
		return points
	}
	first, span := points[0].day, points[len(points)-1].day-points[0].day
	var out []point
	for at := 0; at < len(points); {
		slot := int((points[at].day - first) / span * (fillPoints - 1))
		sum, n := point{}, 0.0
		for ; at < len(points) && int((points[at].day-first)/span*(fillPoints-1)) == slot; at++ {
			sum.day, sum.used, n = sum.day+points[at].day, sum.used+points[at].used, n+1
		}
		out = append(out, point{sum.day / n, sum.used / n})
	}
	return out
}

// theilSen is the median slope between all pairs, and the lower end of its
// 95 % confidence interval (Sen 1968: from the variance of Kendall's S).
func theilSen(points []point) (slope, low float64) {
	var slopes []float64
	for i := range points {
		for j := i + 1; j < len(points); j++ {
			if d := points[j].day - points[i].day; d > 0 {
				slopes = append(slopes, (points[j].used-points[i].used)/d)
			}
		}
	}
	if len(slopes) == 0 {
		return 0, 0
	}
	slices.Sort(slopes)
	n := float64(len(points))
	spread := 1.96 * math.Sqrt(n*(n-1)*(2*n+5)/18)
	at := int((float64(len(slopes)) - spread) / 2)
	return middle(slopes), slopes[max(min(at, len(slopes)-1), 0)]
}

// scatter is how far the points lie off the line, typically: the median
// distance, scaled to a standard deviation.
func scatter(points []point, slope float64) float64 {
	rest := make([]float64, len(points))
	for i, p := range points {
		rest[i] = p.used - slope*p.day
	}
	slices.Sort(rest)
	m := middle(rest)
	for i := range rest {
		rest[i] = math.Abs(rest[i] - m)
	}
	slices.Sort(rest)
	return 1.4826 * middle(rest)
}

// middle is the median of sorted values.
func middle(vs []float64) float64 {
	n := len(vs)
	if n%2 == 1 {
		return vs[n/2]
	}
	return (vs[n/2-1] + vs[n/2]) / 2
}

// fillSamples are the days left of the file systems that were predicted anew.
func fillSamples(o *fleet.Observation) []Sample {
	var out []Sample
	for mount, f := range o.Fills {
		days, known := f.DaysLeft(o.Time)
		s := Sample{Measure: Fills, Key: mount, Value: fillNever, Evidence: fleet.Evidence{Role: o.Endpoint.Role, Time: f.Made,
			Meaning: "was filling up, and no longer grows as it did"}}
		if known {
			s.Value = days
			s.Evidence.Meaning = FillWords(f, o.Time)
		}
		out = append(out, s)
	}
	return out
}

// FillWords is a prediction as a finding tells it: "fills in about 9 days
// (2026-03-23), growing 4 GiB a day".
func FillWords(f fleet.Fill, now time.Time) string {
	days, _ := f.DaysLeft(now)
	grows := "growing " + BytesText(f.PerDay) + " a day"
	switch {
	case days*24 <= 1:
		return "fills within the hour, " + grows
	case days < 1.5:
		return fmt.Sprintf("fills within about %.0f hours, %s", math.Ceil(days*24), grows)
	}
	return fmt.Sprintf("fills in about %.0f days (%s), %s", days, f.At.Format("2006-01-02"), grows)
}

// BytesText is a size in the binary unit that leaves one to four digits: "4 GiB".
func BytesText(v float64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB"}
	i := 0
	for math.Abs(v) >= 1024 && i < len(units)-1 {
		v, i = v/1024, i+1
	}
	if i == 0 || math.Abs(v) >= 9.95 || v == math.Trunc(v) {
		return fmt.Sprintf("%.0f %s", v, units[i])
	}
	return fmt.Sprintf("%.1f %s", v, units[i])
}
