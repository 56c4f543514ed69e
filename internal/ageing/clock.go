package ageing

import (
	"fmt"
	"slices"
	"time"

	"ironage/internal/fleet"
)

// OfServer is the server's age: its in-service date from the inventory, else
// the purchase date, else the median manufacture date of at least three of its
// parts, else the longest power-on time of a disk, else when it was first seen.
// Firmware dates, clocks, uptime and warranty terms are never used.
func OfServer(s fleet.Server, st *fleet.State, now time.Time) Age {
	claims := recordedClaims(s, FromInventory, FromPurchase)
	hours := 0.0
	if st != nil {
		hours = longestHours(st)
		if made, ok := medianMade(st, now); ok {
			claims = append(claims, Claim{FromEstimate, made, Month, made.Format("2006-01")})
		}
		claims = append(claims, hoursClaim(hours, now), firstSeenClaim(earliest(st.FirstSeen)))
	}
	age := choose(claims, 0, now)
	if age.Source == FromPowerOn {
		age.LowerBound = true // the disk may be younger than the server, never older than its own hours
	}
	return age
}

// OfPart is the age of one component in its slot, from the best source for its
// kind (reference §1.2). The server's own date counts only while the slot's
// serial number has never changed.
func OfPart(c *fleet.Component, s *fleet.Server, st *fleet.State, now time.Time) Age {
	var swapped, firstSeen time.Time
	if st != nil {
		swapped, firstSeen = st.Swapped[c.Key()], st.FirstSeen[c.Key()]
	}
	hours := believableHours(c.PowerOnHours)
	made, conflict := madeClaim(c, firstSeen)
	own := []Claim{made, hoursClaim(hours, now)}
	var ofServer []Claim
	if swapped.IsZero() {
		ofServer = recordedClaims(*s, FromServerInventory, FromServerPurchase)
	}
	claims := []Claim{}
	if !swapped.IsZero() {
		claims = append(claims, Claim{FromSwap, today(swapped), Day, swapped.UTC().Format(time.DateOnly)})
	}
	if c.Kind == fleet.Disk { // a disk often outlives or is younger than its server
		claims = append(append(claims, own...), ofServer...)
	} else {
		claims = append(append(claims, ofServer...), own...)
	}
	claims = append(claims, firstSeenClaim(firstSeen))
	age := choose(claims, hours, now)
	if conflict {
		age.Flags |= DateConflict
	}
	if c.Identity() == "" {
		age.Flags |= Untracked
	}
	return age
}

func recordedClaims(s fleet.Server, inService, purchased Source) []Claim {
	var out []Claim
	for _, r := range []struct {
		raw    fleet.Date
		source Source
	}{{s.InService, inService}, {s.Purchased, purchased}} {
		d, err := ParseDate(r.raw)
		if r.raw == "" || err != nil {
			continue // config refuses unreadable dates where people can see it
		}
		out = append(out, Claim{r.source, d.Time, d.Precision, string(r.raw)})
	}
	return out
}

// madeClaim is the manufacture date the device reports. A date more than a
// week after the part was first seen cannot be true.
func madeClaim(c *fleet.Component, firstSeen time.Time) (claim Claim, conflict bool) {
	d, err := ParseDate(fleet.Date(c.Manufactured))
	if err != nil || d.Precision == NoDate {
		return Claim{}, false
	}
	if !firstSeen.IsZero() && d.Time.After(firstSeen.AddDate(0, 0, 7)) {
		return Claim{}, true
	}
	return Claim{FromManufacture, d.Time, d.Precision, c.Manufactured}, false
}

func hoursClaim(hours float64, now time.Time) Claim {
	if hours <= 0 {
		return Claim{}
	}
	since := today(now.Add(-time.Duration(hours * float64(time.Hour))))
	return Claim{FromPowerOn, since, Day, fmt.Sprintf("%.0f h", hours)}
}

func firstSeenClaim(t time.Time) Claim {
	if t.IsZero() {
		return Claim{}
	}
	return Claim{FromFirstSeen, today(t), Day, t.UTC().Format(time.DateOnly)}
}

// believableHours turns a device's power-on hours into hours, 0 for "not said".
func believableHours(h *float64) float64 {
	if h == nil || !(*h > 0) || *h > MaxHours {
		return 0
	}
	return *h
}

func longestHours(st *fleet.State) float64 {
	longest := 0.0
	for i := range st.Components {
		if st.Components[i].Kind == fleet.Disk {
			longest = max(longest, believableHours(st.Components[i].PowerOnHours))
		}
	}
	return longest
}

// medianMade is the median manufacture date of the parts that were never
// swapped; at least three must tell one.
func medianMade(st *fleet.State, now time.Time) (time.Time, bool) {
	var dates []time.Time
	for i := range st.Components {
		c := &st.Components[i]
		if _, swapped := st.Swapped[c.Key()]; swapped {
			continue
		}
		if made, _ := madeClaim(c, st.FirstSeen[c.Key()]); (Date{made.Since, made.Precision}).Believable(now) {
			dates = append(dates, made.Since)
		}
	}
	if len(dates) < 3 {
		return time.Time{}, false
	}
	slices.SortFunc(dates, time.Time.Compare)
	return dates[len(dates)/2], true
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
