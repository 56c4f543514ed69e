package ageing

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// reckoning makes an Age of statements, best first: the first believable one
// is the age, the others are cross-checks. It keeps those only when asked,
// because a fleet is reckoned often and explained part by part.
type reckoning struct {
	today, limit time.Time
	detail       bool
	age          Age
}

// claim takes one source's date into account.
func (r *reckoning) claim(src Source, d Date, raw string) {
	switch {
	case d.Precision == NoDate:
	case d.Time.Before(Earliest):
		r.reject(src, d, raw, BadDate, "before 2000")
	case d.after(r.limit):
		r.reject(src, d, raw, BadDate, "in the future")
	case r.age.Known:
		r.check(Claim{Source: src, Since: d.Time, Precision: d.Precision, Raw: raw})
	default:
		a := &r.age
		a.Known, a.Since, a.Precision, a.Source = true, d.Time, d.Precision, src
		a.Days = max(0, int(r.today.Sub(d.Time)/(24*time.Hour)))
		a.Years = float64(a.Days) / DaysPerYear
		a.Approximate, a.LowerBound, a.Confidence = standing(src)
	}
}

// reject notes a statement that cannot be true, with its raw text for display.
func (r *reckoning) reject(src Source, d Date, raw string, flag Flags, why string) {
	r.age.Flags |= flag
	r.check(Claim{Source: src, Since: d.Time, Precision: d.Precision, Raw: raw, Bad: why})
}

func (r *reckoning) check(c Claim) {
	if r.detail {
		r.age.Checks = append(r.age.Checks, c)
	}
}

// text claims a date as somebody wrote it.
func (r *reckoning) text(src Source, raw string) {
	d, ok := readDate(raw)
	if ok {
		r.claim(src, d, raw)
	} else if raw != "" {
		r.reject(src, Date{}, raw, BadDate, "not a date")
	}
}

// manufactured claims the date that a device tells of itself.
func (r *reckoning) manufactured(raw string, firstSeen time.Time) {
	if made, ok := readDate(raw); ok && madeTooLate(made, firstSeen) {
		r.reject(FromManufacture, made, raw, DateConflict, "later than it was first seen")
		return
	}
	r.text(FromManufacture, raw)
}

// settled reports that a further believable date would change nothing.
func (r *reckoning) settled() bool { return r.age.Known && !r.detail }

// moment claims the day of a point in time, if there is one.
func (r *reckoning) moment(src Source, t time.Time) {
	if t.IsZero() || r.settled() && !t.After(r.limit) {
		return
	}
	raw := ""
	if r.detail {
		raw = t.UTC().Format(time.DateOnly)
	}
	r.claim(src, Date{today(t), Day}, raw)
}

// powerOn claims the day that lies so many hours back.
func (r *reckoning) powerOn(hours float64, now time.Time) {
	if hours <= 0 || r.settled() {
		return
	}
	raw := ""
	if r.detail {
		raw = fmt.Sprintf("%.0f h", hours)
	}
	r.claim(FromPowerOn, Date{today(now.Add(-time.Duration(hours * float64(time.Hour)))), Day}, raw)
}

// done is the age, for risk at least as old as the power-on hours tell.
func (r *reckoning) done(hours float64) Age {
	a := r.age
	if !a.Known {
		a.Confidence = None
	}
	a.HazardYears = a.Years
	if on := hours / HoursPerYear; on > a.Years {
		if a.Known && on > a.Years+differsBy {
			a.Flags |= OlderThanRecorded
		}
		a.HazardYears = on
	}
	return a
}

// OfServer is the server's age: its in-service date from the inventory, else
// the purchase date, else the manufacture date of its chassis, else the median
// of those of at least three parts that were never swapped, else the longest
// power-on time of a disk, else when it was first seen. Firmware dates, clocks,
// uptime and warranty terms are never used.
func OfServer(s fleet.Server, st *fleet.State, now time.Time) Age {
	return ofServerItself(&s, st, now, true)
}

// ServerAge is OfServer without Checks, for those who ask about a whole fleet.
func ServerAge(s *fleet.Server, st *fleet.State, now time.Time) Age {
	return ofServerItself(s, st, now, false)
}

func ofServerItself(s *fleet.Server, st *fleet.State, now time.Time, detail bool) Age {
	r := reckoning{today: today(now), limit: now.UTC().AddDate(0, 0, 1), detail: detail}
	r.text(FromInventory, string(s.InService))
	r.text(FromPurchase, string(s.Purchased))
	r.compare(s.InService, s.Purchased)
	if st != nil {
		seen := earliest(st.FirstSeen)
		r.manufactured(chassisMade(st), seen)
		if !r.settled() {
			if made, ok := medianMade(st, r.limit); ok {
				r.claim(FromEstimate, Date{made, Month}, made.Format("2006-01"))
			}
			r.powerOn(longestHours(st), now)
		}
		r.moment(FromFirstSeen, seen)
	}
	age := r.done(0)
	if age.Source == FromPowerOn {
		age.LowerBound = true // the disk may be younger than the server, never older than its own hours
	}
	return age
}

// compare flags dates of which one has something in service before it was bought.
func (r *reckoning) compare(inService, purchased fleet.Date) {
	in, ok := readDate(string(inService))
	bought, also := readDate(string(purchased))
	if ok && also && bought.Time.Sub(in.Time).Hours() > differsBy*HoursPerYear {
		r.age.Flags |= DateConflict
	}
}

// chassisMade is the manufacture date of the box itself, not of an enclosure beside it.
func chassisMade(st *fleet.State) string {
	for i := range st.Components {
		c := &st.Components[i]
		if c.Kind == fleet.Chassis && c.Manufactured != "" && !strings.Contains(strings.ToLower(c.Name), "enclosure") {
			return c.Manufactured
		}
	}
	return ""
}

// medianMade is the median manufacture date of the original parts; at least
// three must tell one.
func medianMade(st *fleet.State, limit time.Time) (time.Time, bool) {
	var dates []time.Time
	for i := range st.Components {
		c := &st.Components[i]
		if c.Manufactured == "" || c.Kind == fleet.Chassis {
			continue
		}
		key := c.Key()
		if _, swapped := st.Swapped[key]; swapped || !st.Parts.Get(key).Fitted.IsZero() {
			continue
		}
		made, ok := readDate(c.Manufactured)
		if ok && !made.Time.Before(Earliest) && !made.after(limit) && !madeTooLate(made, st.FirstSeen[key]) {
			dates = append(dates, made.Time)
		}
	}
	if len(dates) < 3 {
		return time.Time{}, false
	}
	slices.SortFunc(dates, time.Time.Compare)
	return dates[len(dates)/2], true
}

// madeTooLate reports that a part was seen more than a week before it is said to be made.
func madeTooLate(made Date, firstSeen time.Time) bool {
	return !firstSeen.IsZero() && made.after(firstSeen.Add(7*24*time.Hour))
}

func longestHours(st *fleet.State) float64 {
	longest := 0.0
	for i := range st.Components {
		if st.Components[i].Kind == fleet.Disk {
			hours, _ := believableHours(st.Components[i].PowerOnHours)
			longest = max(longest, hours)
		}
	}
	return longest
}

// believableHours turns a device's power-on hours into hours, 0 for "not
// said"; bad is true for hours that cannot be.
func believableHours(h *float64) (hours float64, bad bool) {
	switch {
	case h == nil || *h == 0:
		return 0, false
	case !(*h > 0) || *h > MaxHours || math.IsInf(*h, 0):
		return 0, true
	}
	return *h, false
}

func earliest(seen map[string]time.Time) time.Time {
	var first time.Time
	for _, t := range seen {
		if first.IsZero() || t.Before(first) {
			first = t
		}
	}
	return first
}
