package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
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
}

func collectorJSONOf(l fleet.Lease, now time.Time) collectorJSON {
	w := &l.Load
	c := collectorJSON{Holder: l.Holder, Collecting: l.Live(now), Time: w.Time, Since: l.Taken,
		Endpoints: w.Endpoints, Slots: w.Slots, InFlight: w.InFlight, Beside: w.Beside, Waiting: w.Waiting, Late: w.Late, Silent: w.Silent, Unread: w.Unread,
		Behind: millis(w.Behind), DelayP99: millis(w.DelayP99), DelayMost: millis(w.DelayMost), Reads: w.Reads, Rate: w.Rate,
		Unsaved: w.Unsaved, SaveError: w.SaveError, Saves: w.Saves, SaveTook: millis(w.SaveTook), Notifications: w.Notifications, Transport: w.Transport,
		Process: processJSON{w.Process.Heap, w.Process.Live, w.Process.Memory, w.Process.Goroutines, w.Process.Files, w.Process.Clearings,
			millis(w.Process.CPU), millis(w.Process.ClearCPU)}}
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
	took := func(d time.Duration) string { return t.Number(d.Seconds(), 1) + " s" }
	count := func(n int) string { return t.Int(int64(n)) }
	size := func(n int64) string { return t.Number(float64(n)/(1<<20), 0) + " MiB" }
	v, p, n := &w.Transport, &w.Process, &w.Notifications
	rows := [][]string{
		{"collector", who},
		{"figures of", t.Say("%s ago", since(now, w.Time))},
		{"endpoints", t.Say("%s: %s being asked (%s of them beside the %s slots), %s silent, %s not read yet", count(w.Endpoints), count(w.InFlight), count(w.Beside), count(w.Slots), count(w.Silent), count(w.Unread))},
		{"waiting", t.Say("%s for a status read, %s for an inventory, %s silent, %s that somebody asked for, %s that called", count(w.Waiting.Status), count(w.Waiting.Inventory), count(w.Waiting.Silent), count(w.Waiting.Asked), count(w.Waiting.Called))},
		{"behind", t.Say("%s late; longest wait now %s; polls lately began up to %s late, 99 in a hundred at most %s", count(w.Late), took(w.Behind), took(w.DelayMost), took(w.DelayP99))},
		{"reads", t.Say("%s a second, %s in all", t.Number(w.Rate, 1), t.Int(w.Reads))},
		{"store", t.Say("%s states not saved yet; %s writes of %s ms on average", count(w.Unsaved), t.Int(w.Saves), t.Number(average(w.SaveTook, w.Saves), 1))},
	}
	if w.SaveError != "" {
		rows = append(rows, []string{"", clean(w.SaveError)})
	}
	rows = append(rows,
		[]string{"sockets", t.Say("%s, %s KiB of receive buffer each; %s of %s requests in flight, %s wait for a place, %s sessions beside", count(v.Sockets), t.Int(int64(v.Buffer>>10)), count(v.InFlight), count(v.Window), count(v.Waiting), t.Int(v.Beside))},
		[]string{"lost", t.Say("%s datagrams thrown away by the system, %s by ironage, %s of senders that nobody asked", lostBySystem(t.Int, v.KernelDrops), t.Int(v.Dropped), t.Int(v.Strays))},
		[]string{"memory", t.Say("%s of the system, %s in use; cleared %s times; %s goroutines, %s open files", size(p.Memory), size(p.Live), t.Int(p.Clearings), count(p.Goroutines), lostBySystem(t.Int, int64(p.Files)))},
		[]string{"processor", t.Say("%s, of it about %s to clear memory", took(p.CPU), took(p.ClearCPU))},
		[]string{"notifications", t.Say("%s heard: %s of known servers, %s of unknown ones, %s refused, %s missed", t.Int(n.Heard), t.Int(n.Accepted), t.Int(n.Unknown), t.Int(n.Refused), t.Int(n.Missed))})
	return rows
}

// lostBySystem is a figure that not every system tells.
func lostBySystem(number func(int64) string, n int64) string {
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
		return "Collector: nobody collects now\n"
	case w.Time.IsZero():
		return "Collector: " + clean(l.Holder) + "\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Collector: %s, %s ago: %s reads a second, %d late, longest wait %.1f s, %d waiting, %d unsaved", clean(l.Holder), since(now, w.Time),
		strconv.FormatFloat(w.Rate, 'f', 1, 64), w.Late, w.Behind.Seconds(), w.Waiting.Total(), w.Unsaved)
	if n := w.Transport.KernelDrops; n > 0 {
		fmt.Fprintf(&b, ", %d answers thrown away by the system", n)
	}
	b.WriteString("; more: ironage probes --collector\n")
	return b.String()
}
