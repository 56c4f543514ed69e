package change

import (
	"maps"
	"reflect"
	"slices"
	"time"

	"ironage/internal/fleet"
)

// alike reports whether two states differ in nothing but what walk.state visits:
// the same parts in the same places, of the same health, with the same findings.
// Every field of a state is looked at here or there; a test holds that.
func alike(p, n *fleet.State) bool {
	return p.Server == n.Server && p.Device == n.Device && p.Health == n.Health && sameTime(p.Since, n.Since) &&
		(p.RollUp == nil) == (n.RollUp == nil) && (p.RollUp == nil || alikeVerdict(p.RollUp, n.RollUp)) &&
		lists(p.Endpoints, n.Endpoints, alikeEndpoint) &&
		lists(p.Components, n.Components, alikeComponent) && lists(p.Shadowed, n.Shadowed, alikeComponent) &&
		lists(p.Findings, n.Findings, alikeFinding) && lists(p.Faults, n.Faults, alikeFinding) &&
		alikeTotals(&p.Totals, &n.Totals) && lists(p.Filesystems, n.Filesystems, alikeFilesystem) &&
		slices.Equal(p.NotReported, n.NotReported) &&
		keyed(p.Fills, n.Fills, func(a, b *fleet.Fill) bool { return a.Why == b.Why }) &&
		slices.Equal(p.Trends.Names, n.Trends.Names) && lists(p.Trends.Values, n.Trends.Values, alikeTrend) &&
		keyed(p.Holds, n.Holds, func(a, b *fleet.Hold) bool {
			return a.Health == b.Health && sameTime(a.Since, b.Since) && sameSource(&a.Evidence, &b.Evidence)
		}) &&
		keyed(p.FirstSeen, n.FirstSeen, times) && keyed(p.Swapped, n.Swapped, times) &&
		slices.Equal(p.Parts.Names, n.Parts.Names) && lists(p.Parts.Values, n.Parts.Values, alikeRecord) &&
		keyed(p.Pending, n.Pending, func(a, b *fleet.Pending) bool {
			return a.What == b.What && a.Value == b.Value && a.Reads == b.Reads && sameTime(a.Since, b.Since)
		}) &&
		keyed(p.Gone, n.Gone, func(a, b *fleet.Gone) bool { return reflect.DeepEqual(a, b) }) && // few, and nobody moves them
		keyed(p.Proofs, n.Proofs, func(a, b *fleet.Proof) bool { return sameTime(a.Since, b.Since) }) &&
		keyed(p.Levels, n.Levels, func(a, b *fleet.Level) bool {
			return a.Health == b.Health && sameTime(a.Since, b.Since) && sameSource(&a.Evidence, &b.Evidence)
		})
}

func times(a, b *time.Time) bool { return sameTime(*a, *b) }

// lists compares lists item by item.
func lists[T any](p, n []T, same func(a, b *T) bool) bool {
	if len(p) != len(n) {
		return false
	}
	if len(p) == 0 || &p[0] == &n[0] {
		return true
	}
	for i := range p {
		if !same(&p[i], &n[i]) {
			return false
		}
	}
	return true
}

// keyed compares maps by their keys, and what stands there.
func keyed[V any](p, n map[string]V, same func(a, b *V) bool) bool {
	if len(p) != len(n) {
		return false
	}
	if len(p) == 0 || reflect.ValueOf(p).UnsafePointer() == reflect.ValueOf(n).UnsafePointer() {
		return true
	}
	var a, b V
	var ok bool
	for k := range p {
		a = p[k]
		if b, ok = n[k]; !ok || !same(&a, &b) {
			return false
		}
	}
	return true
}

// values compares what two pointers point to.
func values[T comparable](p, n *T) bool { return p == n || p != nil && n != nil && *p == *n }

// both reports whether both are there, or neither.
func both[T any](p, n *T) bool { return (p == nil) == (n == nil) }

func alikeVerdict(p, n *fleet.Verdict) bool {
	return p.Health == n.Health && sameSeen(p.Seen, n.Seen)
}

func alikeEndpoint(p, n *fleet.EndpointState) bool {
	return p.Endpoint == n.Endpoint && p.Ping.Reach == n.Ping.Reach && p.Ping.Note == n.Ping.Note && p.SNMP == n.SNMP && p.Note == n.Note &&
		p.Interval == n.Interval && p.WantFull == n.WantFull && p.Engine == n.Engine && slices.Equal(p.Profiles, n.Profiles) &&
		lists(p.Errors, n.Errors, sameError) && lists(p.Unread, n.Unread, sameError)
}

func sameError(p, n *fleet.ReadError) bool {
	return p.What == n.What && p.Text == n.Text && slices.Equal(p.Kinds, n.Kinds)
}

func alikeComponent(p, n *fleet.Component) bool {
	return p.Kind == n.Kind && p.Slot == n.Slot && p.Index == n.Index && p.Name == n.Name && p.Place == n.Place && p.Vendor == n.Vendor &&
		p.Model == n.Model && p.Serial == n.Serial && p.Part == n.Part && p.Firmware == n.Firmware && values(p.CapacityBytes, n.CapacityBytes) &&
		p.Health == n.Health && p.Latched == n.Latched && sameSeen(p.Native, n.Native) && lists(p.Verdicts, n.Verdicts, alikeVerdict) &&
		p.PredictiveFailure == n.PredictiveFailure && both(p.WearUsedPct, n.WearUsedPct) && both(p.PowerOnHours, n.PowerOnHours) &&
		p.Manufactured == n.Manufactured && both(p.Reading, n.Reading) && p.Unit == n.Unit && sameLimits(p.Limits, n.Limits) &&
		keyed(p.Counters, n.Counters, func(_, _ *float64) bool { return true }) && sameAttributes(p.Attributes, n.Attributes) &&
		p.Group == n.Group && p.Role == n.Role && p.Profile == n.Profile
}

func sameLimits(p, n *fleet.Limits) bool {
	return p == n || p != nil && n != nil && values(p.WarnLow, n.WarnLow) && values(p.WarnHigh, n.WarnHigh) &&
		values(p.CritLow, n.CritLow) && values(p.CritHigh, n.CritHigh)
}

func sameAttributes(p, n map[string]string) bool {
	return reflect.ValueOf(p).UnsafePointer() == reflect.ValueOf(n).UnsafePointer() || maps.Equal(p, n)
}

func alikeFinding(p, n *fleet.Finding) bool {
	return p.Code == n.Code && p.Health == n.Health && p.Key == n.Key && sameTime(p.Since, n.Since) && sameSource(&p.Evidence, &n.Evidence) &&
		p.ConsequenceOf == n.ConsequenceOf && p.Acknowledged == n.Acknowledged && p.Maintenance == n.Maintenance && sameAck(p.Ack, n.Ack)
}

func sameAck(p, n *fleet.Ack) bool {
	return p == n || p != nil && n != nil && p.By == n.By && p.Note == n.Note && sameTime(p.At, n.At) && sameTime(p.Until, n.Until)
}

func alikeTotals(p, n *fleet.Totals) bool {
	return both(p.MemoryBytes, n.MemoryBytes) && both(p.MemoryUsedBytes, n.MemoryUsedBytes) && both(p.MemoryAvailableBytes, n.MemoryAvailableBytes) &&
		both(p.SwapTotalBytes, n.SwapTotalBytes) && both(p.SwapUsedBytes, n.SwapUsedBytes) && both(p.CPUSockets, n.CPUSockets) &&
		both(p.CPUCores, n.CPUCores) && both(p.LogicalCPUs, n.LogicalCPUs) && both(p.Load1, n.Load1) && both(p.Load5, n.Load5) &&
		both(p.Load15, n.Load15) && len(p.CPULoadPct) == len(n.CPULoadPct) && both(p.UptimeSeconds, n.UptimeSeconds)
}

func alikeFilesystem(p, n *fleet.Filesystem) bool {
	return p.Mount == n.Mount && p.Type == n.Type && both(p.SizeBytes, n.SizeBytes) && both(p.UsedBytes, n.UsedBytes) && p.Index == n.Index &&
		p.ReadOnly == n.ReadOnly && sameSource(&p.Evidence, &n.Evidence)
}

func alikeRecord(p, n *fleet.PartRecord) bool {
	return p.Serial == n.Serial && sameTime(p.FirstSeen, n.FirstSeen) && sameTime(p.Fitted, n.Fitted) && sameCarried(p.Carried, n.Carried) &&
		p.Reset == n.Reset && keyed(p.Trails, n.Trails, sameTrail) && p.Also == n.Also
}

func sameCarried(p, n *fleet.Carried) bool {
	return p == n || p != nil && n != nil && p.Since == n.Since && p.Source == n.Source && p.Server == n.Server && p.Slot == n.Slot && sameTime(p.Left, n.Left)
}

func sameTrail(p, n *fleet.Trail) bool {
	return p.Base == n.Base && sameTime(p.BaseAt, n.BaseAt) && sameTime(p.FirstRise, n.FirstRise) && sameTime(p.Rose, n.Rose) && p.Undated == n.Undated &&
		lists(p.Steps, n.Steps, func(a, b *fleet.Step) bool { return a.Value == b.Value && sameTime(a.At, b.At) })
}
