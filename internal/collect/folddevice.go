package collect

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// hasBMC reports whether a management controller speaks for the hardware.
func (f *fold) hasBMC() bool {
	return slices.ContainsFunc(f.srv.Endpoints, func(e fleet.Endpoint) bool { return e.Role == fleet.BMC })
}

// leads reports whether this endpoint's word on the hardware wins.
func (f *fold) leads() bool { return f.role == fleet.BMC || !f.hasBMC() }

// otherMachine reports whether this read must not be folded, because the
// chassis has another serial number than the one that is known.
func (f *fold) otherMachine() bool {
	was, is := fleet.NormalSerial(f.prev.Device.Serial), fleet.NormalSerial(f.obs.Device.Serial)
	if !f.leads() || was == "" || is == "" || was == is {
		if is != "" {
			delete(f.next.Pending, deviceKey)
		}
		return false
	}
	w := f.next.Pending[deviceKey]
	if w.What != fleet.EventSerial || w.Value != is {
		w = fleet.Pending{What: fleet.EventSerial, Value: is, Since: f.at}
	}
	if f.full {
		w.Reads++
	}
	if w.Reads < swapReads {
		f.next.Pending[deviceKey] = w
		f.ep.WantFull = true
		return true
	}
	f.event(fleet.Event{Kind: fleet.EventSerial, From: f.prev.Device.Serial, To: f.obs.Device.Serial, Health: fleet.Warning,
		Text: fmt.Sprintf("another machine answers at %s: S/N %s → %s; check the address, and the inventory", f.ep.Address, f.prev.Device.Serial, f.obs.Device.Serial)})
	f.startAnew()
	return false
}

// deviceKey is the pending change of the chassis itself; component keys have a slash.
const deviceKey = "device"

// startAnew drops what was known about the machine before. The endpoints stay:
// they are addresses, not hardware.
func (f *fold) startAnew() {
	n := fleet.State{Server: f.next.Server, Endpoints: f.next.Endpoints, Updated: f.at, Since: f.next.Since, Health: f.next.Health}
	for key, rec := range f.next.Parts.All() {
		if rec.Serial != "" { // whoever has it now continues its history; a part without a name stays behind
			n.Parts.Put(key, rec)
		}
	}
	f.partsOwned, f.firstSeenOwned = true, false
	prev := fleet.State{Server: n.Server, Endpoints: f.prev.Endpoints, Updated: f.prev.Updated, Health: f.prev.Health}
	f.prev, f.next, f.first, f.full = &prev, n, true, true
	for i := range f.next.Endpoints {
		f.next.Endpoints[i].LastFull = time.Time{}
	}
	f.ep = f.endpoint()
	f.ep.LastFull = f.at
	f.ownMaps()
}

// device merges who the machine says it is: the controller knows the hardware,
// the operating system its own name.
func (f *fold) device() {
	d, o := &f.next.Device, f.obs.Device
	wasFirmware := d.Firmware
	for _, p := range []struct {
		to   *string
		from string
		mine bool
	}{
		{&d.Vendor, o.Vendor, f.leads()}, {&d.Model, o.Model, f.leads()}, {&d.Serial, o.Serial, f.leads()},
		{&d.Controller, o.Controller, f.leads()}, {&d.Firmware, o.Firmware, f.leads()},
		{&d.Hostname, o.Hostname, f.role == fleet.OS || !f.hasOS()}, {&d.OS, o.OS, f.role == fleet.OS || !f.hasOS()},
	} {
		if p.from != "" && (p.mine || *p.to == "") {
			*p.to = p.from
		}
	}
	if !f.first && f.full && f.leads() && wasFirmware != "" && d.Firmware != wasFirmware {
		f.event(fleet.Event{Kind: fleet.EventFirmware, From: wasFirmware, To: d.Firmware, Health: fleet.OK,
			Text: fmt.Sprintf("firmware of %s: %s → %s", firstOf(d.Controller, "the controller"), wasFirmware, d.Firmware)})
	}
	if f.full && f.leads() {
		f.next.NotReported = slices.DeleteFunc(slices.Clone(f.obs.NotReported), func(k fleet.Kind) bool {
			return slices.ContainsFunc(f.obs.Components, func(c fleet.Component) bool { return c.Kind == k })
		})
	}
}

func (f *fold) hasOS() bool {
	return slices.ContainsFunc(f.srv.Endpoints, func(e fleet.Endpoint) bool { return e.Role == fleet.OS })
}

func firstOf(ss ...string) string {
	for _, s := range ss {
		if s != "" {
			return s
		}
	}
	return ""
}

// rollup folds the device's own overall status, through hysteresis like any
// verdict.
func (f *fold) rollup() {
	o := f.obs.RollUp
	if o == nil || !f.leads() && f.next.RollUp != nil && f.next.RollUp.Seen.Role() == fleet.BMC {
		return
	}
	v := *o
	v.Seen = v.Seen.By(f.role)
	if f.next.RollUp != nil && !f.first {
		v.Health = f.confirm("rollup", f.next.RollUp.Health, health.Read{Health: o.Health, At: f.at, Evidence: v.Seen.Evidence()}, f.rules.ReadsFor(0))
		if v.Health != o.Health {
			v.Seen = f.next.RollUp.Seen
		}
	}
	f.next.RollUp = &v
}

// confirm runs hysteresis for one thing whose waiting change is kept under key.
func (f *fold) confirm(key string, was fleet.Health, r health.Read, need health.Reads) fleet.Health {
	var wait *fleet.Hold
	if h, ok := f.next.Holds[key]; ok {
		wait = &h
	}
	is, wait := health.Confirm(was, wait, r, need)
	if wait == nil {
		delete(f.next.Holds, key)
	} else {
		f.next.Holds[key] = *wait
	}
	return is
}

// totals merges whole-machine figures: the operating system knows what is
// used, the controller what is fitted.
func (f *fold) totals() {
	n, o := &f.next.Totals, f.obs.Totals
	mine := f.role == fleet.OS || !f.hasOS()
	for _, p := range []struct{ to, from **int64 }{
		{&n.MemoryBytes, &o.MemoryBytes}, {&n.MemoryUsedBytes, &o.MemoryUsedBytes}, {&n.MemoryAvailableBytes, &o.MemoryAvailableBytes},
		{&n.SwapTotalBytes, &o.SwapTotalBytes}, {&n.SwapUsedBytes, &o.SwapUsedBytes}, {&n.CPUSockets, &o.CPUSockets},
		{&n.CPUCores, &o.CPUCores}, {&n.LogicalCPUs, &o.LogicalCPUs}, {&n.UptimeSeconds, &o.UptimeSeconds},
	} {
		if *p.from != nil && (mine || *p.to == nil) {
			*p.to = *p.from
		}
	}
	for _, p := range []struct{ to, from **float64 }{{&n.Load1, &o.Load1}, {&n.Load5, &o.Load5}, {&n.Load15, &o.Load15}} {
		if *p.from != nil && (mine || *p.to == nil) {
			*p.to = *p.from
		}
	}
	if len(o.CPULoadPct) > 0 && (mine || len(n.CPULoadPct) == 0) {
		n.CPULoadPct = o.CPULoadPct
	}
}

// filesystems takes the list of a read that brought one; a controller's (an iLO
// repeats what its host told it) only where nobody asks the operating system.
// An empty list counts only from a whole inventory of the operating system.
func (f *fold) filesystems() {
	o := f.obs
	if f.role != fleet.OS && f.hasOS() {
		return
	}
	if len(o.Filesystems) == 0 && (!f.full || f.role != fleet.OS || len(o.Errors) > 0) {
		return
	}
	f.next.Filesystems = o.Filesystems
	f.mounted = true
	mounted := func(mount string) bool {
		return slices.ContainsFunc(o.Filesystems, func(fs fleet.Filesystem) bool { return fs.Mount == mount })
	}
	f.foreseen(mounted)
	if len(o.Errors) > 0 {
		return
	}
	for id := range f.next.Levels {
		measure, mount, _ := strings.Cut(id, ":")
		if m := health.Measure(measure); (m == health.FilesystemUsed || m == health.Fills) && !mounted(mount) {
			delete(f.next.Levels, id)
		}
	}
}

// foreseen takes the predictions that were made since the last read.
func (f *fold) foreseen(mounted func(string) bool) {
	if f.obs.Fills == nil {
		return
	}
	fills := maps.Clone(f.obs.Fills)
	maps.DeleteFunc(fills, func(mount string, _ fleet.Fill) bool { return !mounted(mount) })
	f.next.Fills = fills
	for id := range f.next.Levels { // one that is read-only now, say: what was foreseen of it holds no more
		if mount, is := strings.CutPrefix(id, string(health.Fills)+":"); is {
			if _, still := fills[mount]; !still {
				delete(f.next.Levels, id)
			}
		}
	}
}

// faults keeps what each endpoint itself lists as wrong. A read with errors
// that lists nothing says nothing.
func (f *fold) faults() {
	if len(f.obs.Findings) == 0 && len(f.obs.Errors) > 0 {
		return
	}
	var out []fleet.Finding
	for _, have := range f.prev.Faults {
		if have.Evidence.Role != f.role {
			out = append(out, have)
		}
	}
	for _, o := range f.obs.Findings {
		if o.Code == "" {
			o.Code = health.Fault
		}
		o.Evidence.Role = f.role
		if o.Evidence.Time.IsZero() {
			o.Evidence.Time = f.at
		}
		out = append(out, o)
	}
	f.next.Faults = out
}

// trends adds the read's figures to the short rings behind the sparklines.
func (f *fold) trends() {
	o := f.obs
	if len(o.Totals.CPULoadPct) > 0 {
		sum := 0.0
		for _, v := range o.Totals.CPULoadPct {
			sum += v
		}
		f.trend(fleet.TrendCPU, fleet.Percent, sum/float64(len(o.Totals.CPULoadPct)))
	}
	if pct, ok := health.MemoryUsedPct(o.Totals); ok {
		f.trend(fleet.TrendMemory, fleet.Percent, pct)
	}
	for i := range f.next.Components {
		c := &f.next.Components[i]
		if c.Reading == nil || c.Health == fleet.Absent || !f.fresh(c) {
			continue
		}
		if c.Kind == fleet.Temperature || c.Kind == fleet.Power || c.Kind == fleet.Disk {
			f.trend(f.key(c), c.Unit, *c.Reading)
		}
	}
}

func (f *fold) trend(name string, unit fleet.Unit, v float64) {
	t := f.next.Trends.Get(name)
	if t.Unit() != unit {
		t = fleet.TrendOf(unit, nil, time.Time{})
	}
	f.next.Trends.Put(name, t.Break(f.at, f.ep.Interval).Add(math.Round(v*100)/100, f.at))
}

// levels judges the measured values of this read.
func (f *fold) levels() {
	o := *f.obs
	o.Time = f.at
	if !f.mounted {
		o.Fills = nil
	}
	// Judge by the keys under which the parts are listed.
	o.Components = f.next.Components
	if len(f.old) > 0 || slices.ContainsFunc(o.Components, func(c fleet.Component) bool { return !f.fresh(&c) }) {
		o.Components = slices.DeleteFunc(slices.Clone(o.Components), func(c fleet.Component) bool { return !f.fresh(&c) })
	}
	health.Judge(f.next.Levels, f.next.Holds, health.Samples(&o), f.first, f.rules, &o)
}

// loss keeps the round trip and the share of lost echoes, answered or not; a
// host that answers nothing at all is not lossy but silent.
func (f *fold) loss() {
	p := f.obs.Ping
	if p.Reach != fleet.Answered || p.Sent == 0 {
		return
	}
	key := health.EndpointKey(f.role)
	name := "loss/" + key
	f.trend(name, fleet.Percent, p.LossPct())
	if f.role == fleet.OS || !f.hasOS() {
		f.trend(fleet.TrendRTT, fleet.Millisecond, float64(p.Avg.Microseconds())/1000)
	}
	recent := f.next.Trends.Get(name).Recent(lossWindow)
	if len(recent) < lossWindow {
		return
	}
	sum := 0.0
	for _, v := range recent {
		sum += v
	}
	o := *f.obs
	o.Time = f.at
	s := health.Sample{Measure: health.PacketLoss, Key: key, Value: sum / float64(len(recent)),
		Evidence: fleet.Evidence{Role: f.role, Time: f.at, Meaning: fmt.Sprintf("%d of %d echoes answered in the latest read", p.Received, p.Sent)}}
	health.Judge(f.next.Levels, f.next.Holds, []health.Sample{s}, false, f.rules, &o)
}

// lossWindow is how many reads make the share of lost echoes: one lost echo of
// three is chance, not a lossy line.
const lossWindow = 10
