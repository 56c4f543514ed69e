package ops

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// sliceOfAll is the whole fleet.
var sliceOfAll = outlook.Slice{}

// Trip is everything that somebody needs to know on the way to an order, as
// the view shows it now.
func (d *Desk) Trip(o queue.Order) queue.Trip { return d.Trips([]queue.Order{o})[0] }

// Trips are the trips of several orders, in their order.
func (d *Desk) Trips(orders []queue.Order) []queue.Trip {
	v := d.View()
	_, set := d.currentRules()
	p := planner{view: v, set: set, taken: takenFrom(v, set.Stock, d.countedAt()), now: d.now()}
	p.taken.date(set.Life, p.now)
	out := make([]queue.Trip, len(orders))
	for i := range orders {
		out[i] = p.trip(orders[i])
	}
	return out
}

// planner makes trips from one view.
type planner struct {
	view  *View
	set   *outlook.Settings
	taken *taken
	now   time.Time
}

func (p *planner) trip(o queue.Order) queue.Trip {
	part := o.Fitted()
	_, slot, _ := strings.Cut(o.Slot, "/")
	t := queue.Trip{Order: o, Slot: cmp.Or(o.Place, slot, o.Slot), Pull: part.Serial, Chassis: o.Chassis, Criticality: o.Criticality,
		Bring: cmp.Or(o.FitPart, ageing.PartNumber(part.PartNumber), part.Model), Capacity: capacity(o.Kind, part.CapacityBytes)}
	c := &fleet.Component{Kind: o.Kind, Name: slot, Model: part.Model, Part: part.PartNumber}
	if e := p.view.Fleet.Find(o.Server); e != nil {
		p.place(&t, e)
		if now := e.State.Component(o.Slot); now != nil {
			c = now
			t.Slot = cmp.Or(now.Place, t.Slot)
		}
		t.Redundancy, t.Array = protection(&e.State, o.Slot)
	}
	if o.Slot == queue.ServerSlot {
		t.Slot, t.Pull = "the whole machine", cmp.Or(part.Serial, t.Chassis)
		if v := p.view.Outlook.Server(o.Server); v != nil && !v.Over() {
			t.Slot, t.Pull = "the parts that the reason lists", ""
		}
	}
	t.Form = form(c)
	t.HotSwap = hotSwap(&o, c)
	p.shelf(&t, c)
	return t
}

// place is what the inventory says of the machine.
func (p *planner) place(t *queue.Trip, e *fleet.Entry) {
	s, dev := &e.Server, &e.State.Device
	t.Site, t.Room, t.Rack, t.Position, t.Height, t.Face = s.Site, s.Room, s.Rack, s.Position, s.Height, s.Face
	t.AssetTag, t.Service = s.AssetTag, s.Service
	t.Owner = cmp.Or(s.Owner, p.set.Services[s.Service].Owner)
	t.Machine = strings.TrimSpace(cmp.Or(dev.Vendor, s.Manufacturer) + " " + cmp.Or(dev.Model, s.Model))
	t.Chassis = cmp.Or(t.Chassis, dev.Serial, s.Serial)
	t.Criticality = cmp.Or(s.Criticality, p.set.Services[s.Service].Criticality, t.Criticality, fleet.CriticalityNormal)
	t.Warranty = warranty(p.set.Life, s, p.now)
}

func warranty(life ageing.Policy, s *fleet.Server, now time.Time) string {
	cover, days, _ := life.CoverOf(s, now)
	end := s.WarrantyEnd
	switch cover {
	case ageing.CoverActive, ageing.CoverExpiring:
		return fmt.Sprintf("until %s (%d days left)", end, days)
	case ageing.CoverExpired:
		return fmt.Sprintf("ended %s", end)
	case ageing.CoverFuture:
		return fmt.Sprintf("begins %s", s.WarrantyStart)
	}
	return "not known"
}

// protection is what stands in for the part, and how that is now: the volumes
// that it may belong to, else the units that share its load.
func protection(st *fleet.State, slot string) (redundancy, array string) {
	at := slices.IndexFunc(st.Components, func(c fleet.Component) bool { return c.Key() == slot })
	if at < 0 {
		return "", ""
	}
	c := &st.Components[at]
	redundancy = health.RedundancyOf(st)[at].Why
	if c.Kind == fleet.Disk || c.Kind == fleet.RAIDController || c.Kind == fleet.Battery {
		return redundancy, volumes(st, c)
	}
	working, fitted := 0, 0
	for i := range st.Components {
		if o := &st.Components[i]; o.Kind == c.Kind && o.Health != fleet.Absent {
			fitted++
			if o.Health == fleet.OK {
				working++
			}
		}
	}
	return redundancy, fmt.Sprintf("%d of %d work", working, fitted)
}

// volumes are the volumes that c may belong to with their state, worst first.
func volumes(st *fleet.State, c *fleet.Component) string {
	var vs []*fleet.Component
	for i := range st.Components {
		v := &st.Components[i]
		if v.Kind == fleet.RAIDVolume && (v.Group == "" || c.Group == "" || v.Group == c.Group || v.Group == c.Slot) {
			vs = append(vs, v)
		}
	}
	slices.SortStableFunc(vs, func(a, b *fleet.Component) int { return cmp.Compare(b.Health.Severity(), a.Health.Severity()) })
	var words []string
	for _, v := range vs[:min(len(vs), mostVolumes)] {
		w := v.Label() + ": " + cmp.Or(v.Native.Meaning(), v.Health.String())
		if pct := v.Attributes["progress_pct"]; pct != "" {
			w += " (" + pct + " %)"
		}
		words = append(words, w)
	}
	if more := len(vs) - mostVolumes; more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, "; ")
}

// mostVolumes is how many volumes a trip names.
const mostVolumes = 3

// form is what tells one part of a kind from another that does not fit, as far
// as the device says.
func form(c *fleet.Component) string {
	var words []string
	for _, name := range []string{"form_factor", "bus", "media", "speed", "rated_watts", "type"} {
		v := c.Attributes[name]
		if v == "" {
			continue
		}
		if name == "rated_watts" {
			v += " W"
		}
		words = append(words, v)
	}
	return strings.Join(words, ", ")
}

// hotSwap says what the device says, else what is usual; a person checks.
func hotSwap(o *queue.Order, c *fleet.Component) string {
	switch strings.ToLower(c.Attributes["hot_swap"]) {
	case "yes", "true":
		return "hot-swappable, the device says"
	case "no", "false":
		return "power off first: not hot-swappable, the device says"
	}
	switch o.Kind {
	case fleet.Disk:
		if strings.EqualFold(c.Attributes["bus"], "pcie") {
			return "power off first unless the slot is made for it: it sits on PCIe"
		}
		return "usually hot-swappable; check the carrier"
	case fleet.PSU:
		return "usually hot-swappable; check that the other one carries the load"
	case fleet.Fan:
		return "usually hot-swappable; check, and be quick"
	}
	return "power off first"
}

// shelf says which spares there are.
func (p *planner) shelf(t *queue.Trip, c *fleet.Component) {
	o := &t.Order
	kept := slices.ContainsFunc(p.view.Spares, func(m queue.SpareMove) bool { return m.Order == o.ID && m.Kept() })
	if o.Spare != "" && (kept || o.State == queue.Ready || o.State == queue.InProgress) {
		w := "kept for this order: " + o.Spare
		if o.PartSerial != "" {
			w += " (S/N " + o.PartSerial + ")"
		}
		t.OnHand = append(t.OnHand, w)
	}
	if o.Slot == queue.ServerSlot {
		return
	}
	kind := ageing.LifeKind(c)
	part, model := ageing.PartNumber(cmp.Or(o.FitPart, o.Old.PartNumber, c.Part)), cmp.Or(o.Old.Model, c.Model)
	item, ok := p.set.Stock.Find(kind, part, model)
	if !ok {
		return
	}
	t.Substitutes = item.Substitutes
	t.OnHand = append(t.OnHand, p.taken.onHand(item)...)
	t.Shelves = p.taken.shelves(item)
	left := 0
	for _, i := range item.Lines {
		left += p.taken.lines[i].OnHand
	}
	t.InStock = &left
}

// capacity is a size as it is printed on such parts: disks in powers of ten,
// memory in powers of two.
func capacity(k fleet.Kind, bytes int64) string {
	if bytes <= 0 {
		return ""
	}
	base, units := 1000.0, []string{"B", "kB", "MB", "GB", "TB", "PB"}
	if k == fleet.Memory {
		base, units = 1024, []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB"}
	}
	v, unit := float64(bytes), 0
	for v >= base && unit < len(units)-1 {
		v /= base
		unit++
	}
	if v >= 100 {
		return fmt.Sprintf("%.0f %s", v, units[unit])
	}
	return strconv.FormatFloat(math.Round(100*v)/100, 'f', -1, 64) + " " + units[unit]
}
