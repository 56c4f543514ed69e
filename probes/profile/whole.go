package profile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// faults turns the device's list of open faults into findings, joined to the
// components that they speak of.
func (r *reader) faults(own []fleet.Component) []fleet.Finding {
	var out []fleet.Finding
	for _, f := range r.p.Faults {
		for _, index := range r.rowsOf(f.Entry.Num) {
			rw := &row{reader: r, entry: f.Entry.Num, index: index}
			if f.Keep != nil && !rw.holds(f.Keep, false) || f.Skip != nil && rw.holds(f.Skip, false) {
				continue
			}
			var v said
			ok := rw.ask(f.Severity, &v)
			text := rw.text(f.Text)
			if !ok || v.Silent || v.Skip || text == "" || v.Health == fleet.OK {
				continue
			}
			one := fleet.Finding{Code: "fault", Health: v.Health, Text: text, Evidence: v.evidence.Evidence()}
			if day, err := time.Parse(time.DateOnly, rw.text(f.Since)); err == nil {
				one.Since = day
			}
			if c := r.about(own, rw.text(f.About)); c != nil {
				one.Key = pendingKey(c)
				if f.Raises {
					raise(c, &v)
				}
			}
			out = append(out, one)
		}
	}
	return distinct(out)
}

// maxFaults bounds the list of a device that logs without end.
const maxFaults = 500

// distinct makes one of entries that say the same of the same part: the worst,
// since the earliest.
func distinct(fs []fleet.Finding) []fleet.Finding {
	at := make(map[[2]string]int, len(fs))
	out := fs[:0]
	for _, f := range fs {
		key := [2]string{f.Key, f.Text}
		i, again := at[key]
		switch {
		case !again && len(out) < maxFaults:
			at[key] = len(out)
			out = append(out, f)
		case again:
			since := out[i].Since
			if f.Health.Worse(out[i].Health) {
				out[i] = f
			}
			if !since.IsZero() && (f.Since.IsZero() || since.Before(f.Since)) {
				f.Since = since
			}
			out[i].Since = f.Since
		}
	}
	return out
}

// pendingKey stands for a component's key until slots are assigned, which is
// only possible on the full list.
func pendingKey(c *fleet.Component) string {
	return strings.Join([]string{c.Kind.String(), c.Index, c.Profile.String(), c.Name}, "\x00")
}

// settleKeys replaces pending keys by the real ones.
func settleKeys(fs []fleet.Finding, cs []fleet.Component) {
	if !slices.ContainsFunc(fs, func(f fleet.Finding) bool { return f.Key != "" }) {
		return
	}
	keys := make(map[string]string, len(cs))
	for i := range cs {
		keys[pendingKey(&cs[i])] = cs[i].Key()
	}
	for i := range fs {
		if fs[i].Key != "" {
			fs[i].Key = keys[fs[i].Key]
		}
	}
}

// about finds the component that a fault names: by its path or the nearest
// path above, by its whole name, or by the end of one.
func (r *reader) about(own []fleet.Component, name string) *fleet.Component {
	if name == "" {
		return nil
	}
	for path, more := folded(name), len(r.path) > 0; more; path, more = above(path) {
		key, ok := r.path[path]
		if !ok {
			continue
		}
		if i := slices.IndexFunc(own, func(c fleet.Component) bool { return pendingKey(&c) == key }); i >= 0 {
			return &own[i]
		}
	}
	for i := range own {
		if own[i].Name == name || own[i].Index == name {
			return &own[i]
		}
	}
	for i := range own {
		if n := own[i].Name; n != "" && (strings.HasSuffix(name, "/"+n) || strings.HasSuffix(n, "/"+name)) {
			return &own[i]
		}
	}
	return nil
}

// above is the path of what a path's last element stands in.
func above(path string) (string, bool) {
	i := strings.LastIndexByte(path, '/')
	return path[:max(i, 0)], i > 0
}

func raise(c *fleet.Component, v *said) {
	one := fleet.Verdict{Health: v.Health, Seen: v.evidence}
	if v.Health.Worse(c.Health) {
		c.Health, c.Native = v.Health, v.evidence
		c.Verdicts = append([]fleet.Verdict{one}, c.Verdicts...)
		return
	}
	c.Verdicts = append(c.Verdicts, one)
}

// summaries compares the device's status of each group of parts with the
// parts: one that is worse than all of them means that something is wrong that
// no part shows.
func (r *reader) summaries(none *row, own []fleet.Component) []fleet.Finding {
	var out []fleet.Finding
	for _, s := range r.p.Summaries {
		var v said
		if !none.ask(s.Of, &v) || v.Silent || v.Health != fleet.Warning && v.Health != fleet.Critical {
			continue
		}
		worst, seen := fleet.Absent, 0
		for i := range own {
			if slices.Contains(s.Kinds, own[i].Kind) {
				worst, seen = fleet.Worst(worst, own[i].Health), seen+1
			}
		}
		if worst == fleet.Warning || worst == fleet.Critical {
			continue // a part explains it
		}
		text := fmt.Sprintf("the device calls its %s %s (%s)", s.Text, v.Health, v.Label)
		if seen > 0 {
			text += fmt.Sprintf(", but none of the %d parts listed says so", seen)
		}
		out = append(out, fleet.Finding{Code: "summary-disagrees", Health: v.Health, Evidence: v.evidence.Evidence(), Text: text})
	}
	return out
}

// totalSetters are the figures that a profile may fill.
func totalSetters() map[string]func(*fleet.Totals) any {
	return map[string]func(*fleet.Totals) any{
		"memory_bytes":           func(t *fleet.Totals) any { return &t.MemoryBytes },
		"memory_used_bytes":      func(t *fleet.Totals) any { return &t.MemoryUsedBytes },
		"memory_available_bytes": func(t *fleet.Totals) any { return &t.MemoryAvailableBytes },
		"swap_total_bytes":       func(t *fleet.Totals) any { return &t.SwapTotalBytes },
		"swap_used_bytes":        func(t *fleet.Totals) any { return &t.SwapUsedBytes },
		"cpu_sockets":            func(t *fleet.Totals) any { return &t.CPUSockets },
		"cpu_cores":              func(t *fleet.Totals) any { return &t.CPUCores },
		"logical_cpus":           func(t *fleet.Totals) any { return &t.LogicalCPUs },
		"uptime_seconds":         func(t *fleet.Totals) any { return &t.UptimeSeconds },
		"load_1":                 func(t *fleet.Totals) any { return &t.Load1 },
		"load_5":                 func(t *fleet.Totals) any { return &t.Load5 },
		"load_15":                func(t *fleet.Totals) any { return &t.Load15 },
	}
}

// namedTotal is a figure with the rule that fills it.
type namedTotal struct {
	rule   *Total
	figure func(*fleet.Totals) any
}

func (r *reader) totals(t *fleet.Totals, none *row, own []fleet.Component) {
	for _, one := range r.p.totals {
		rule := one.rule
		var n *float64
		if rule.Sum != "" || rule.Count != "" {
			n = rule.over(own)
		}
		if rule.Entry.Num != "" {
			n = r.distinct(rule)
		} else if n == nil {
			n = none.number(&rule.Field)
		}
		if n != nil {
			setTotal(one.figure(t), *n)
		}
	}
}

// distinct counts the values that a field has over the rows of a table.
func (r *reader) distinct(t *Total) *float64 {
	seen := map[string]bool{}
	for _, index := range r.rowsOf(t.Entry.Num) {
		rw := &row{reader: r, entry: t.Entry.Num, index: index}
		if s := rw.text(&t.Field); s != "" {
			seen[folded(s)] = true
		}
	}
	if len(seen) == 0 {
		return nil
	}
	n := float64(len(seen))
	return &n
}

// setTotal fills a figure that no profile of higher priority filled.
func setTotal(to any, n float64) {
	switch p := to.(type) {
	case **int64:
		if *p == nil && n >= 0 && n < 1<<62 {
			i := int64(n)
			*p = &i
		}
	case **float64:
		if *p == nil {
			*p = &n
		}
	}
}

// over sums or counts over the fitted components of a kind.
func (t *Total) over(own []fleet.Component) *float64 {
	sum, found := 0.0, false
	distinct := map[string]bool{}
	for i := range own {
		c := &own[i]
		if c.Kind != t.Kind || c.Health == fleet.Absent {
			continue
		}
		switch {
		case t.Count == "name":
			distinct[c.Name] = true
		case t.Count == "index":
			distinct[c.Index] = true
		case t.Count != "":
			distinct[c.Attributes[t.Count]] = true
		case t.Sum == "capacity" && c.CapacityBytes != nil:
			sum, found = sum+float64(*c.CapacityBytes), true
		case t.Sum != "" && t.Sum != "capacity":
			if n, ok := parseNumber(c.Attributes[t.Sum]); ok {
				sum, found = sum+n, true
			}
		}
	}
	if t.Count != "" {
		sum, found = float64(len(distinct)), len(distinct) > 0
	}
	if !found {
		return nil
	}
	return &sum
}

// maxFilesystems bounds the list: container hosts mount thousands.
const maxFilesystems = 2000

// twinBytes is the use above which two mounts of equal size and equal use are
// one file system mounted twice (a bind mount, a subvolume). Equal small use is
// chance: empty datasets look alike.
const twinBytes = 1 << 30

func (r *reader) filesystems() []fleet.Filesystem {
	f := r.p.Filesystems
	if f == nil {
		return nil
	}
	var out []fleet.Filesystem
	seen := map[string]bool{}
	twins := map[[2]int64]bool{}
	for _, index := range r.rowsOf(f.Entry.Num) {
		rw := &row{reader: r, entry: f.Entry.Num, index: index}
		if f.Keep != nil && !rw.holds(f.Keep, false) || f.Skip != nil && rw.holds(f.Skip, false) {
			continue
		}
		mount := rw.text(f.Mount)
		if mount == "" || seen[mount] || len(out) >= maxFilesystems {
			continue
		}
		seen[mount] = true
		size, used := rw.number(f.Size), rw.number(f.Used)
		units := rw.number(f.Units)
		if size != nil && *size == 0 {
			continue // an empty drive, or no file system at all
		}
		one := fleet.Filesystem{Mount: mount, Type: rw.text(f.Type), Index: index,
			Evidence: rw.used(f)}
		one.SizeBytes, one.UsedBytes = inBytes(size, used, units)
		one.ReadOnly = f.ReadOnly != nil && rw.holds(f.ReadOnly, true)
		if one.SizeBytes != nil && one.UsedBytes != nil && *one.UsedBytes > twinBytes {
			twin := [2]int64{*one.SizeBytes, *one.UsedBytes}
			if twins[twin] {
				continue
			}
			twins[twin] = true
		}
		out = append(out, one)
		rw.tell(f.Mount, false) // agents renumber file systems while they run
	}
	return out
}

// used is the evidence of how full a file system is.
func (r *row) used(f *FilesystemTable) fleet.Evidence {
	var c cell
	r.eval(f.Used, &c)
	return r.evidence(&c, "units used", f.Used, f.Line)
}

// inBytes multiplies units out. A file system that uses more than its size
// (beyond a little) has a figure that wrapped more than once: its size is
// unknown, which is better than nonsense.
func inBytes(size, used, units *float64) (*int64, *int64) {
	if units == nil || *units <= 0 || used == nil {
		return nil, nil
	}
	product := func(n *float64) *int64 {
		if n == nil || *n < 0 || *n**units > 1<<62 {
			return nil
		}
		// In whole numbers: 131072 × 1459617792 must not lose its last digits.
		i := int64(*n) * int64(*units)
		return &i
	}
	if size != nil && *used > *size*1.1 {
		return nil, product(used)
	}
	return product(size), product(used)
}
