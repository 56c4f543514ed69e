package ageing

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Band says where an age stands against the service life.
type Band uint8

// The bands (reference §2.2). BandUnknown is never shown as a warning;
// BandNone means that no age policy applies to the kind.
const (
	BandUnknown Band = iota
	BandNone
	BandOK
	BandAgeing
	BandOver
	BandFarOver
)

var bandNames = [...]string{"unknown", "no policy", "ok", "ageing", "over age", "far over age"}

// Bands lists the bands in the order in which people want to see them.
var Bands = []Band{BandFarOver, BandOver, BandAgeing, BandOK, BandUnknown, BandNone}

func (b Band) String() string { return bandNames[b] }

// Policy is how long each kind of thing is planned to serve, and where the
// bands begin. The zero Policy has no age policy for anything.
type Policy struct {
	// Life is the service life in years by life kind ("server", "hdd", "dimm", …); 0 or missing = no policy.
	Life map[string]float64
	// Models overrides it for single part numbers or models (written as NormalModel
	// does), Vendors for a kind of one vendor ("hdd/seagate"); both before Life.
	Models, Vendors map[string]float64
	// AgeingPct, OverPct and FarOverPct are where the bands begin, in per cent of the life.
	AgeingPct, OverPct, FarOverPct float64
	// ExpiringDays is how long before its end a warranty counts as expiring.
	ExpiringDays int
}

// DefaultPolicy is the built-in policy with the lives of reference §2.1.
func DefaultPolicy() Policy {
	return Policy{
		Life: map[string]float64{
			"server": 5, "hdd": 5, "ssd": 5, "dimm": 8, "cpu": 8, "psu": 7, "fan": 7, "battery": 3,
			"capacitor": 7, "cmos": 6, "controller": 7, "board": 7, "nic": 8,
		},
		AgeingPct: 80, OverPct: 100, FarOverPct: 150,
		ExpiringDays: 90,
	}
}

// LifeKinds lists the kinds that can have a service life, sorted.
func LifeKinds() []string { return slices.Sorted(maps.Keys(DefaultPolicy().Life)) }

// Check returns what is wrong with the policy, or nil.
func (p Policy) Check() error {
	var errs []error
	for _, lives := range []map[string]float64{p.Life, p.Vendors, p.Models} {
		for _, k := range slices.Sorted(maps.Keys(lives)) {
			if y := lives[k]; !finite(y) || y < 0 {
				errs = append(errs, fmt.Errorf("life of %s: %v is not a number of years from 0 up", k, y))
			}
		}
	}
	if !(0 < p.AgeingPct && p.AgeingPct < p.OverPct && p.OverPct < p.FarOverPct) {
		errs = append(errs, fmt.Errorf("bands %v, %v, %v must rise", p.AgeingPct, p.OverPct, p.FarOverPct))
	}
	return errors.Join(errs...)
}

// Consumed is how much of its service life something has used, in per cent:
// age against life, for an SSD the larger of that and its wear. The second
// result is false when nothing tells.
func (p Policy) Consumed(lifeKind string, a Age, wearUsedPct *float64) (float64, bool) {
	return p.consumed(p.Life[lifeKind], lifeKind, a, wearUsedPct)
}

// consumed knows nothing of what was first seen not long ago: it may be of any
// age, and to call it young would be to invent a date.
func (p Policy) consumed(life float64, lifeKind string, a Age, wearUsedPct *float64) (float64, bool) {
	if life <= 0 {
		return 0, false
	}
	pct, known := 0.0, false
	if a.Known {
		// Life in days, because ages are whole days: four years of 1461 days are exactly 80 % of five.
		pct = 100 * float64(a.Days) / (life * DaysPerYear)
		known = a.Dated() || pct >= p.AgeingPct
	}
	if lifeKind == "ssd" && wearUsedPct != nil && *wearUsedPct >= 0 && *wearUsedPct <= 255 {
		pct, known = max(pct, *wearUsedPct), true
	}
	return pct, known
}

// Band says in which band an age lies.
func (p Policy) Band(lifeKind string, a Age, wearUsedPct *float64) Band {
	life := p.Life[lifeKind]
	pct, known := p.consumed(life, lifeKind, a, wearUsedPct)
	return p.band(life, pct, known)
}

func (p Policy) band(life, pct float64, known bool) Band {
	switch {
	case life <= 0:
		return BandNone
	case !known:
		return BandUnknown
	case pct >= p.FarOverPct:
		return BandFarOver
	case pct >= p.OverPct:
		return BandOver
	case pct >= p.AgeingPct:
		return BandAgeing
	}
	return BandOK
}

// NormalModel is how a model or part number is compared: upper case, single blanks.
func NormalModel(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), " ")) }

// LifeOf is the service life in years of a component, and which line of the
// policy decided: "model ST4000NM0033", "hdd/seagate" or "hdd"; "" where the
// kind does not age. 0 years: there is no age policy.
func (p Policy) LifeOf(c *fleet.Component) (years float64, rule string) {
	kind := LifeKind(c)
	if kind == "" {
		return 0, ""
	}
	if len(p.Models) > 0 {
		for _, name := range [...]string{PartNumber(c.Part), c.Model} {
			name = NormalModel(name)
			if years, ok := p.Models[name]; ok && name != "" {
				return years, "model " + name
			}
		}
	}
	if len(p.Vendors) > 0 && c.Vendor != "" {
		key := kind + "/" + strings.ToLower(strings.Join(strings.Fields(c.Vendor), " "))
		if years, ok := p.Vendors[key]; ok {
			return years, key
		}
	}
	return p.Life[kind], kind
}

// BandOf says in which band a component of that age lies, and how much of its
// life is consumed, in per cent: NaN when nothing tells or there is no policy.
func (p Policy) BandOf(c *fleet.Component, a Age) (Band, float64) {
	life, _ := p.LifeOf(c)
	pct, known := p.consumed(life, LifeKind(c), a, c.WearUsedPct)
	band := p.band(life, pct, known)
	if !known {
		pct = math.NaN()
	}
	return band, pct
}

// LifeKind names the table and the service-life policy that apply to a
// component, or "" for sensors, volumes and the box, which is the server itself.
func LifeKind(c *fleet.Component) string {
	switch c.Kind {
	case fleet.Disk:
		return diskLife(c)
	case fleet.Memory:
		return "dimm"
	case fleet.CPU:
		return "cpu"
	case fleet.PSU:
		return "psu"
	case fleet.Fan:
		return "fan"
	case fleet.RAIDController:
		return "controller"
	case fleet.NIC:
		return "nic"
	case fleet.Battery:
		return batteryLife(c.Name)
	case fleet.Other:
		// Devices name what they sense after the board that it sits on.
		if c.Reading == nil && !says(c.Name, "redundan", "intrusion", "battery", "temp", "power", "fan") && says(c.Name, "system board", "mainboard", "motherboard", "backplane") {
			return "board"
		}
	}
	return ""
}

func diskLife(c *fleet.Component) string {
	switch strings.ToLower(c.Attributes["media"]) {
	case "hdd":
		return "hdd"
	case "ssd", "nvme", "flash", "ssm":
		return "ssd"
	}
	if c.WearUsedPct != nil || c.Attributes["bus"] == "nvme" || says(c.Model, "ssd", "nvme") {
		return "ssd"
	}
	return "hdd"
}

func batteryLife(name string) string {
	switch {
	case says(name, "cmos", "vbat", "batt 3.0v"):
		return "cmos"
	case says(name, "capacitor", "supercap", "cvpm", "cachevault"):
		return "capacitor"
	}
	return "battery"
}

// Cover says where a warranty or support contract stands.
type Cover string

// The states of cover.
const (
	CoverUnknown  Cover = "unknown"
	CoverExpired  Cover = "expired"
	CoverExpiring Cover = "expiring"
	CoverActive   Cover = "active"
	CoverFuture   Cover = "future" // it has not begun yet
)

// Cover says where a warranty stands that begins and ends on the given dates;
// without a start it has begun. Days are until its end, or until its start
// when that lies ahead.
func (p Policy) Cover(start, end fleet.Date, now time.Time) (cover Cover, days int) {
	if d, err := ParseDate(start); err == nil && d.Precision != NoDate && d.Time.After(today(now)) {
		return CoverFuture, int(d.Time.Sub(today(now)).Hours() / 24)
	}
	return p.Warranty(end, now)
}

// CoverOf is where a server's warranty and its support stand; support that
// nobody wrote down ends with the warranty.
func (p Policy) CoverOf(s *fleet.Server, now time.Time) (warranty Cover, days int, support Cover) {
	warranty, days = p.Cover(s.WarrantyStart, s.WarrantyEnd, now)
	if support, _ = p.Warranty(s.SupportEnd, now); support == CoverUnknown {
		support = warranty
	}
	return warranty, days, support
}

// Warranty says where a warranty that ends on the given date stands; the last
// day still counts as covered. Days is how many are left, negative once over.
func (p Policy) Warranty(end fleet.Date, now time.Time) (cover Cover, days int) {
	d, err := ParseDate(end)
	if err != nil || d.Precision == NoDate {
		return CoverUnknown, 0
	}
	days = int(d.Time.Sub(today(now)).Hours() / 24)
	switch {
	case days < 0:
		return CoverExpired, days
	case days <= p.ExpiringDays:
		return CoverExpiring, days
	}
	return CoverActive, days
}

// ReplacedForAge reports whether parts of a life kind are replaced because they
// are old. Memory, processors and boards are not: their risk hardly rises with
// age (reference §2.1), so they are watched, and go with their server.
func ReplacedForAge(lifeKind string) bool {
	switch lifeKind {
	case "dimm", "cpu", "board":
		return false
	}
	return true
}
