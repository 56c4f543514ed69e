package collect

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/health"
)

// mounted is a read of an operating system with these used GiB of 100 by mount.
func mounted(at time.Time, used map[string]int64) fleet.Observation {
	obs := answered(at)
	obs.Endpoint = fleet.Endpoint{Role: fleet.OS, Address: "10.0.0.7"}
	size := int64(100 << 30)
	for mount, n := range used {
		obs.Filesystems = append(obs.Filesystems, fleet.Filesystem{Mount: mount, SizeBytes: &size, UsedBytes: ptr(n << 30)})
	}
	slices.SortFunc(obs.Filesystems, func(a, b fleet.Filesystem) int { return fleet.CompareNames(a.Mount, b.Mount) })
	return obs
}

// answered is a whole read without anything in it.
func answered(at time.Time) fleet.Observation {
	return fleet.Observation{Server: "box", Time: at, SNMP: fleet.Answered, Rhythm: fleet.Inventory}
}

func ptr[T any](v T) *T { return &v }

var osServer = fleet.Server{Name: "box", Endpoints: []fleet.Endpoint{{Role: fleet.OS, Address: "10.0.0.7"}}}

// memory is a store that remembers 4 GiB more each day.
type memory struct {
	fakeStore
	asked []string
}

func (m *memory) Readings(_ context.Context, _, metric string, since time.Time) ([]fleet.HourValue, error) {
	m.asked = append(m.asked, metric)
	var out []fleet.HourValue
	for i := range 20 * 24 {
		at := since.Add(time.Duration(10*24+i) * time.Hour)
		out = append(out, fleet.HourValue{Hour: at, Avg: float64(i) / 24 * 4 * (1 << 30), Count: 1})
	}
	return out, nil
}

// TestFillsBecomeAFinding goes from readings to a finding in two predictions,
// and away with the file system.
func TestFillsBecomeAFinding(t *testing.T) {
	store := &memory{}
	o := newOutlooks(store)
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var st fleet.State
	read := func(obs fleet.Observation) *fold {
		o.take("box", &obs)
		f := folded(&st, osServer, &obs, health.Default(), obs.Time)
		st = f.next
		o.ask(f)
		select {
		case q := <-o.asked:
			o.fills[q.server] = o.foresee(t.Context(), q)
		default:
		}
		return f
	}
	finding := func() string {
		for _, f := range st.Findings {
			if f.Code == health.FillsSoon {
				return f.Text
			}
		}
		return ""
	}
	read(mounted(at, map[string]int64{"/srv": 80}))
	if !slices.Equal(store.asked, []string{"filesystem//srv"}) {
		t.Fatalf("asked %q", store.asked)
	}
	read(mounted(at.Add(time.Minute), map[string]int64{"/srv": 80}))
	if f := st.Fills["/srv"]; f.At.IsZero() || finding() != "" {
		t.Errorf("after one prediction: got %+v and finding %q, want the prediction and no finding yet", f, finding())
	}
	read(mounted(at.Add(2*time.Minute), map[string]int64{"/srv": 80}))
	if len(store.asked) != 1 {
		t.Errorf("asked %d times within an hour, want once", len(store.asked))
	}
	read(mounted(at.Add(time.Hour), map[string]int64{"/srv": 80}))
	last := read(mounted(at.Add(61*time.Minute), map[string]int64{"/srv": 80}))
	if got := finding(); got != "file system /srv fills in about 5 days (2026-03-06), growing 4 GiB a day" {
		t.Errorf("after two predictions: got %q", got)
	}
	if !slices.ContainsFunc(last.events, func(e fleet.Event) bool { return e.Key == "filesystem//srv" && e.Health == fleet.Warning }) {
		t.Errorf("events: got %+v, want the warning", last.events)
	}
	frozen := func(after time.Duration) fleet.Observation {
		obs := mounted(at.Add(after), map[string]int64{"/srv": 80})
		obs.Filesystems[0].ReadOnly = true
		return obs
	}
	before := st
	read(frozen(3 * time.Hour))
	read(frozen(3*time.Hour + time.Minute))
	if finding() != "" {
		t.Errorf("read-only: got %q, want no finding: it cannot grow", finding())
	}
	st = before
	read(mounted(at.Add(62*time.Minute), map[string]int64{"/": 10}))
	if finding() != "" {
		t.Errorf("unmounted: got %q, want no finding", finding())
	}
}

// TestHoursOfARead: everything that charts and predictions need is kept, and
// what changes slowly only from inventories.
func TestHoursOfARead(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 10, 0, 0, time.UTC)
	obs := mounted(at, map[string]int64{"/srv": 80})
	fan := fleet.Component{Kind: fleet.Fan, Name: "Fan 1", Slot: "Fan 1", Health: fleet.OK, Reading: ptr(8000.0), Unit: fleet.RPM}
	disk := fleet.Component{Kind: fleet.Disk, Name: "sda", Slot: "sda", Health: fleet.OK, Serial: "S1", WearUsedPct: ptr(12.0), Counters: map[string]float64{"media_errors": 3, "crc_errors": 9}}
	names := func(rhythm fleet.Rhythm) []string {
		obs.Rhythm, obs.Components = rhythm, []fleet.Component{fan, disk}
		st, _ := Fold(fleet.State{}, osServer, obs, health.Default(), at)
		f := folded(&st, osServer, &obs, health.Default(), at)
		h := hours{}
		h.add(f)
		var out []string
		for v := range h.values {
			if !v.Hour.Equal(at.Truncate(time.Hour)) || v.Count != 1 {
				t.Errorf("got %+v at %v", v, v.Hour)
			}
			out = append(out, v.Metric)
		}
		slices.Sort(out)
		return out
	}
	if got, want := names(fleet.Inventory), []string{"errors/disk/sda", "fan/Fan 1", "filesystem//srv", "wear/disk/sda"}; !slices.Equal(got, want) {
		t.Errorf("inventory: got %q, want %q", got, want)
	}
	if got, want := names(fleet.Status), []string{"fan/Fan 1", "filesystem//srv"}; !slices.Equal(got, want) {
		t.Errorf("status: got %q, want %q", got, want)
	}
}

// TestHoursAreBounded: a device decides how many parts it shows, not how many
// rows an hour costs.
func TestHoursAreBounded(t *testing.T) {
	obs := answered(time.Date(2026, 3, 1, 12, 10, 0, 0, time.UTC))
	used := map[string]int64{}
	for i := range 500 {
		name := "x" + time.Duration(i).String()
		used["/"+name] = 1
		obs.Components = append(obs.Components, fleet.Component{Kind: fleet.Fan, Name: name, Slot: name, Health: fleet.OK, Reading: ptr(1.0)},
			fleet.Component{Kind: fleet.Disk, Name: name, Slot: name, Health: fleet.OK, WearUsedPct: ptr(1.0), Counters: map[string]float64{"pending": 1}})
	}
	obs.Endpoint, obs.Filesystems = osServer.Endpoints[0], mounted(obs.Time, used).Filesystems
	st := fleet.State{}
	f := folded(&st, osServer, &obs, health.Default(), obs.Time)
	h := hours{}
	h.add(f)
	if most := mostFans + mostMounts + mostWorn + mostErrored; len(slices.Collect(h.values)) != most {
		t.Errorf("got %d metrics of one server, want %d", len(slices.Collect(h.values)), most)
	}
}

// TestHoursOfManyMetrics: a device that gives hundreds of readings has each
// counted once for each hour, like any other.
func TestHoursOfManyMetrics(t *testing.T) {
	h := hours{}
	at := time.Date(2026, 3, 1, 12, 59, 0, 0, time.UTC)
	for read := range 3 {
		for i := range 3 * usuallyMetrics {
			h.take("srv", fmt.Sprint("fan/", i), at.Add(time.Duration(read)*time.Minute), float64(read))
		}
	}
	all := slices.Collect(h.values)
	if len(all) != 6*usuallyMetrics {
		t.Fatalf("got %d hours, want two of each metric", len(all))
	}
	for _, v := range all {
		want := fleet.HourValue{Server: "srv", Metric: v.Metric, Hour: at.Truncate(time.Hour), Count: 1}
		if v.Hour.After(at) {
			want.Hour, want.Min, want.Avg, want.Max, want.Count = at.Add(time.Minute), 1, 1.5, 2, 2
		}
		if v != want {
			t.Errorf("got %+v, want %+v", v, want)
		}
	}
}
