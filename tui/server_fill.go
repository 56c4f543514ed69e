package tui

import (
	"math"

	"charm.land/lipgloss/v2"

	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/lang"
	"time"
)

// fillLine says when a file system will be full, or why nobody can tell.
func (s *serverScreen) fillLine(fs *fleet.Filesystem) (string, lipgloss.Style) {
	st := s.sh.styles
	f, known := s.entry.State.Fills[fs.Mount]
	if !known {
		return s.sh.t.Say("no prediction yet: no history"), st.faint
	}
	look := st.faint
	switch l := s.entry.State.Levels[string(health.Fills)+":"+fs.Mount]; l.Health {
	case fleet.Critical:
		look = st.bad
	case fleet.Warning:
		look = st.warn
	}
	return fillText(s.sh.t, f, s.sh.now()), look
}

// fillText is a prediction in words: "full in about 9 days (2026-03-23),
// growing 4 GiB a day".
func fillText(t *lang.Tongue, f fleet.Fill, now time.Time) string {
	rate := bytesIn(t, f.PerDay)
	if days, known := f.DaysLeft(now); known {
		if days*24 <= 1 {
			return t.Say("full within the hour, growing %s a day", rate)
		}
		if days < 1.5 {
			return t.Say("full within about %d hours, growing %s a day", int(math.Ceil(days*24)), rate)
		}
		return t.Say("full in about %d days (%s), growing %s a day", int(math.Round(days)), t.Date(f.At.In(now.Location())), rate)
	}
	switch f.Why {
	case fleet.FillSteady:
		return t.Say("does not grow")
	case fleet.FillScattered:
		return t.Say("no prediction: it goes up and down more than it grows")
	case fleet.FillOld:
		return t.Say("no prediction: not read for more than a day")
	case fleet.FillFar:
		return t.Say("not full within a year, growing %s a day", rate)
	}
	if f.History >= 48 {
		return t.Say("no prediction: too few readings in %d days of history", f.History/24)
	}
	return t.Say("no prediction: %s of history, two days are needed", t.Say("%d h", f.History))
}

// bytesIn is a size in the binary unit that leaves one to four digits.
func bytesIn(t *lang.Tongue, v float64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB"}
	i := 0
	for math.Abs(v) >= 1024 && i < len(units)-1 {
		v, i = v/1024, i+1
	}
	if i == 0 || math.Abs(v) >= 9.95 || v == math.Trunc(v) {
		return t.Number(v, 0) + " " + units[i]
	}
	return t.Number(v, 1) + " " + units[i]
}
