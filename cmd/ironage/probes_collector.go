package main

import (
	"context"
	"fmt"
	"time"

	"ironage/internal/fleet"
)

// collectorJSON is how the process that polls is doing, as it said with its
// last sign of life. The JSON keys are stable; times are in milliseconds.
type collectorJSON struct {
	Holder     string    `json:"holder"` // empty: nobody collects, and nobody died doing it
	Collecting bool      `json:"collecting"`
	Time       time.Time `json:"time,omitzero"` // of the figures
	Age        float64   `json:"age_ms"`        // of the figures
	Since      time.Time `json:"since,omitzero"`

	Endpoints int            `json:"endpoints"`
	Slots     int            `json:"slots"`
	InFlight  int            `json:"in_flight"`
	Beside    int            `json:"beside"`
	Waiting   fleet.LaneLoad `json:"waiting"`
	Late      int            `json:"late"`
	Silent    int            `json:"silent"`
	Unread    int            `json:"unread"`
	Behind    float64        `json:"behind_ms"`
	DelayP99  float64        `json:"delay_p99_ms"`
	DelayMost float64        `json:"delay_max_ms"`
	Reads     int64          `json:"reads"`
	Rate      float64        `json:"reads_per_second"`
	Unsaved   int            `json:"unsaved"`
	SaveError string         `json:"save_error,omitempty"`
	Saves     int64          `json:"saves"`
	SaveTook  float64        `json:"save_ms"` // in all

	Notifications fleet.NotificationCounts `json:"notifications"`
	Transport     fleet.TransportLoad      `json:"transport"`
	Process       processJSON              `json:"process"`
}

type processJSON struct {
	Heap       int64   `json:"heap_bytes"`
	Live       int64   `json:"live_bytes"`
	Memory     int64   `json:"memory_bytes"`
	Goroutines int     `json:"goroutines"`
	Files      int     `json:"files"`
	Clearings  int64   `json:"clearings"`
	CPU        float64 `json:"cpu_ms"`
	ClearCPU   float64 `json:"clearing_cpu_ms"`
	Writing    float64 `json:"writing_ms"`
}

func collectorJSONOf(l fleet.Lease, now time.Time) collectorJSON {
	w := &l.Load
	c := collectorJSON{Holder: l.Holder, Collecting: l.Live(now), Time: w.Time, Since: l.Taken,
		Endpoints: w.Endpoints, Slots: w.Slots, InFlight: w.InFlight, Beside: w.Beside, Waiting: w.Waiting, Late: w.Late, Silent: w.Silent, Unread: w.Unread,
		Behind: millis(w.Behind), DelayP99: millis(w.DelayP99), DelayMost: millis(w.DelayMost), Reads: w.Reads, Rate: w.Rate,
		Unsaved: w.Unsaved, SaveError: w.SaveError, Saves: w.Saves, SaveTook: millis(w.SaveTook), Notifications: w.Notifications, Transport: w.Transport,
		Process: processJSON{w.Process.Heap, w.Process.Live, w.Process.Memory, w.Process.Goroutines, w.Process.Files, w.Process.Clearings,
			millis(w.Process.CPU), millis(w.Process.ClearCPU), millis(w.Process.Writing)}}
	if !w.Time.IsZero() {
		c.Age = millis(now.Sub(w.Time))
	}
	return c
}

// probesOfCollector prints the figures of the collecting process alone: that
// costs nothing, however large the fleet is.
func (env *cli) probesOfCollector(ctx context.Context, as string) error {
	st, done, err := env.openStore(ctx)
	if err != nil {
		return err
	}
	defer done()
	lease, err := st.Lease(ctx)
	if err != nil {
		return err
	}
	switch as {
	case "json":
		return printJSON(env.out, struct {
			Schema    string        `json:"schema"`
			Collector collectorJSON `json:"collector"`
		}{"ironage.collector/v1", collectorJSONOf(lease, env.now())})
	case "csv":
		return printCSV(env.out, []string{"figure", "value"}, env.collectorRows(lease))
	}
	rows := env.collectorRows(lease)
	if len(rows) == 1 {
		_, err := fmt.Fprintln(env.prose(), rows[0][1])
		return err
	}
	return env.printTable([]string{"FIGURE", "VALUE"}, rows)
}

// collectorRows are the figures as people read them.
func (env *cli) collectorRows(l fleet.Lease) [][]string {
	now, w := env.now(), &l.Load
	if l.Holder == "" {
		return [][]string{{"collector", "nobody collects now"}}
	}
	t := env.tongue()
	who := t.Say("%s collects", l.Holder)
	if !l.Live(now) {
		who = t.Say("%s collected last, %s ago", l.Holder, since(now, l.Heartbeat))
	}
	if w.Time.IsZero() {
		return [][]string{{"collector", who}}
	}
	v, p, n := &w.Transport, &w.Process, &w.Notifications
	mib := func(n int64) float64 { return float64(n) / (1 << 20) }
	rows := [][]string{
		{"collector", who},
		{"figures", t.Say("%s ago", since(now, w.Time))},
		{"endpoints", t.Say("%d: %d being asked (%d of them beside the %d slots), %d silent, %d not read yet", w.Endpoints, w.InFlight, w.Beside, w.Slots, w.Silent, w.Unread)},
		{"waiting", t.Say("%d for a status read, %d for an inventory, %d silent, %d that somebody asked for, %d that called", w.Waiting.Status, w.Waiting.Inventory, w.Waiting.Silent, w.Waiting.Asked, w.Waiting.Called)},
		{"schedule", t.Say("%d late; longest wait now %.1f s; polls began up to %.1f s late, 99 in a hundred at most %.1f s", w.Late, w.Behind.Seconds(), w.DelayMost.Seconds(), w.DelayP99.Seconds())},
		{"reads", t.Say("%.1f a second, %d in all", w.Rate, w.Reads)},
		{"store", t.Say("%d not saved yet; %d writes of %.1f ms on average, %.1f ms of them as the only writer", w.Unsaved, w.Saves, average(w.SaveTook, w.Saves), average(p.Writing, w.Saves))},
	}
	if w.SaveError != "" {
		rows = append(rows, []string{"", clean(w.SaveError)})
	}
	return append(rows,
		[]string{"sockets", t.Say("%d, with a receive buffer of %d KiB each; %d of %d requests in flight, %d wait for a place, %d gave theirs up", v.Sockets, v.Buffer>>10, v.InFlight, v.Window, v.Waiting, v.Beside)},
		[]string{"lost", t.Say("%s datagrams thrown away by the system, %d came too late, %d from strangers", told(t.Int, v.KernelDrops), v.Late+v.Dropped, v.Strays)},
		[]string{"memory", t.Say("%.0f MiB, %.0f MiB in use; cleared %d times; %d goroutines, %s open files", mib(p.Memory), mib(p.Live), p.Clearings, p.Goroutines, told(t.Int, int64(p.Files)))},
		[]string{"processor", t.Say("%.1f s, about %.1f s of them to clear memory", p.CPU.Seconds(), p.ClearCPU.Seconds())},
		[]string{"notifications", t.Say("%d heard: %d of known servers, %d of unknown ones, %d refused, %d missed", n.Heard, n.Accepted, n.Unknown, n.Refused, n.Missed)})
}

// told is a figure that not every system tells.
func told(number func(int64) string, n int64) string {
	if n < 0 {
		return "?"
	}
	return number(n)
}

func average(d time.Duration, n int64) float64 {
	if n == 0 {
		return 0
	}
	return millis(d) / float64(n)
}

// collectorLine is how the collecting process is doing, in a line or two below
// the endpoints.
func (env *cli) collectorLine(l fleet.Lease) string {
	now, w := env.now(), &l.Load
	switch {
	case l.Holder == "":
		return env.tongue().Say("nobody collects now") + "\n"
	case w.Time.IsZero():
		return env.tongue().Say("%s collects", clean(l.Holder)) + "\n"
	}
	line := env.tongue().Say("Collector: %s, %s ago: %.1f reads a second, %d late, longest wait %.1f s, %d waiting, %d not saved, %s answers thrown away by the system; more: ironage probes --collector",
		l.Holder, since(now, w.Time), w.Rate, w.Late, w.Behind.Seconds(), w.Waiting.Total(), w.Unsaved, told(env.tongue().Int, w.Transport.KernelDrops))
	return clean(line) + "\n"
}
