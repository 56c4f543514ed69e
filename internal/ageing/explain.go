package ageing

import (
	"fmt"
	"math"
)

// String is the probability as people read it: "39.4 %", ">= 1.3 %",
// "<0.1 %", "failed" or "no data". It never says more than 95 %.
func (r Risk) String() string {
	switch pct := 100 * min(r.P, 0.95); {
	case r.Failed:
		return "failed"
	case !r.Known:
		return "no data"
	case pct < 0.1 && r.AtLeast:
		return ">= 0.0 %"
	case pct < 0.1:
		return "<0.1 %"
	case r.AtLeast:
		return fmt.Sprintf(">= %.1f %%", pct)
	default:
		return fmt.Sprintf("%.1f %%", pct)
	}
}

// Explain is the estimate in one line: every number with the code of its source.
func (r Risk) Explain() string { return r.String() }

// Hazard is the number of failures to expect of a part within the given years;
// NaN for kinds without an estimate and 0 for a part that has failed already.
func (m *Model) Hazard(*Subject, float64) float64 { return math.NaN() }

// Hazards is Hazard for several horizons at once: h[i] belongs to years[i].
func (m *Model) Hazards(s *Subject, years, h []float64) {
	for i, y := range years {
		h[i] = m.Hazard(s, y)
	}
}

// Risk is the estimate over a horizon with everything that led to it.
func (m *Model) Risk(s *Subject, years float64) Risk {
	return Risk{Years: years, Failed: s.Failed, Version: m.Tables.Version}
}
