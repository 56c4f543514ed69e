package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/fleet"
	"ironage/probes"
	"ironage/probes/bench"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// benchFlags say what is polled how.
type benchFlags struct {
	target  targetFlags
	targets []string
	rhythm  string
	rounds  int
	workers int
	sockets int
	buffer  int
	naive   bool
	decode  bool
}

func newBenchCommand(env *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure how many servers this machine can poll",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newBenchPollCommand(env), newBenchPingCommand(env), newBenchAgentsCommand(env))
	return cmd
}

func newBenchPollCommand(env *cli) *cobra.Command {
	var f benchFlags
	cmd := &cobra.Command{
		Use:   "poll",
		Short: "Read existing endpoints in rounds, and say what it cost",
		Long: "Reads SNMP agents that exist, through the planner and the transport that the collector uses, keeps nothing,\n" +
			"and prints what that took. The first round of --rhythm status learns the rows and is not counted.\n" +
			"It asks as fast as the answers come: point it at simulated agents, or at devices that may be loaded.",
		Example: "ironage bench poll --targets 10.0.0.1+200 --rhythm status --rounds 3\n" +
			"ironage bench poll --targets 127.10.0.1+10000 --port 16100 --community drac_r640 --rhythm inventory --compare --output json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), env) },
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&f.targets, "targets", nil, "addresses to read: one, or the first and how many (10.0.0.1+200); repeatable")
	flags.StringVar(&f.rhythm, "rhythm", string(fleet.Status), "inventory (everything) or status (what changes)")
	flags.IntVar(&f.rounds, "rounds", 3, "how often each is read")
	flags.IntVar(&f.workers, "workers", 0, "endpoints in flight at most, not counting an eighth more, 32 at most, that read the silent first (default: what the receive buffers hold, 256 at most)")
	flags.IntVar(&f.sockets, "sockets", 0, "shared UDP sockets (default 4)")
	flags.IntVar(&f.buffer, "buffer", 0, "receive buffer to ask the system for, bytes for each socket; Linux grants twice that, so 106496 gives its own default of 212992 (default: as much as is granted)")
	flags.BoolVar(&f.naive, "compare", false, "also walk the same tables as a plain gosnmp poller would")
	flags.BoolVar(&f.decode, "decode", false, "also make components of what was read, as the collector does")
	f.target.register(flags)
	return cmd
}

func (f *benchFlags) run(ctx context.Context, env *cli) error {
	as, err := env.format("table", "json")
	if err != nil {
		return err
	}
	job, err := f.job(ctx, env)
	if err != nil {
		return err
	}
	env.spareMemory() // as the collector does
	env.measuredMemory()
	lib, err := profile.BuiltIn()
	if err != nil {
		return err
	}
	hub, err := f.hub()
	if err != nil {
		return err
	}
	defer func() { _ = hub.Close() }()
	p := probes.New(lib, nil, env.now).Over(hub)
	defer func() { _ = p.Close() }()
	ours, err := bench.Poll(ctx, p, hub, job)
	if err != nil {
		return err
	}
	results := []bench.Result{ours}
	if f.naive {
		tables := p.Tables(job.First())
		if err := errors.Join(p.Close(), hub.Close()); err != nil { // what we hold is not the other's burden
			return err
		}
		job.Rounds = 1 // it does the same every time, slowly
		theirs, err := bench.Naive(ctx, job, tables)
		if err != nil {
			return err
		}
		results = append(results, theirs)
	}
	if as == "json" {
		return printJSON(env.out, map[string]any{"schema": "ironage.bench/v1", "results": results})
	}
	return env.printBench(results)
}

func (f *benchFlags) hub() (*snmp.Hub, error) {
	if f.buffer > 0 {
		return snmp.NewHubBuffered(f.sockets, f.buffer)
	}
	return snmp.NewHub(f.sockets)
}

// job is what the flags ask for.
func (f *benchFlags) job(ctx context.Context, env *cli) (bench.Job, error) {
	switch {
	case len(f.targets) == 0:
		return bench.Job{}, usage("--targets is missing: whom to read, e.g. --targets 10.0.0.1+200")
	case f.rhythm != string(fleet.Status) && f.rhythm != string(fleet.Inventory):
		return bench.Job{}, usage("--rhythm %s: it is status or inventory", f.rhythm)
	case f.rounds < 1 || f.rounds > mostRounds:
		return bench.Job{}, usage("--rounds must be 1 to %d", mostRounds)
	case f.workers < 0 || f.workers > mostBenchWorkers || f.sockets < 0 || f.sockets > mostBenchSockets || f.buffer < 0:
		return bench.Job{}, usage("--workers must be 0 to %d, --sockets 0 to %d, --buffer not negative", mostBenchWorkers, mostBenchSockets)
	}
	cred, err := f.target.credential(ctx, env)
	if err != nil {
		return bench.Job{}, err
	}
	job := bench.Job{Rhythm: fleet.Rhythm(f.rhythm), Rounds: f.rounds, Workers: f.workers, Decode: f.decode,
		Like: probes.Target{Endpoint: fleet.Endpoint{Role: fleet.BMC}, Credential: cred, Options: f.target.options(), NoPing: true}}
	for _, text := range f.targets {
		addresses, err := f.expand(text)
		if err != nil {
			return bench.Job{}, usage("--targets %s: %v", text, err)
		}
		if len(job.Addresses)+len(addresses) > mostTargets {
			return bench.Job{}, usage("--targets: at most %d addresses in one run", mostTargets)
		}
		job.Addresses = append(job.Addresses, addresses...)
	}
	return job, nil
}

// Bounds of what one run may be asked for.
const (
	mostRounds       = 10_000
	mostBenchWorkers = 4096
	mostBenchSockets = 64
)

// mostTargets is what one run may be asked for.
const mostTargets = 1 << 17

// expand turns "10.0.0.1+200" into so many consecutive addresses.
func (f *benchFlags) expand(text string) ([]string, error) {
	first, count, ranged := strings.Cut(text, "+")
	if !ranged {
		a, err := f.target.address(text)
		return []string{a}, err
	}
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 || n > mostTargets {
		return nil, fmt.Errorf("after the + comes how many addresses, 1 to %d", mostTargets)
	}
	at, err := netip.ParseAddr(first)
	if err != nil {
		return nil, errors.New("before the + comes an address, such as 10.0.0.1")
	}
	out := make([]string, n)
	for i := range out {
		if !at.IsValid() {
			return nil, errors.New("there are not so many addresses")
		}
		out[i] = net.JoinHostPort(at.String(), strconv.Itoa(f.target.port))
		at = at.Next()
	}
	return out, nil
}

// printBench writes the figures side by side.
func (env *cli) printBench(results []bench.Result) error {
	w := tabwriter.NewWriter(env.out, 0, 8, 2, ' ', tabwriter.AlignRight)
	row := func(name string, cell func(*bench.Result) string) {
		_, _ = fmt.Fprintf(w, "%s\t", name)
		for i := range results {
			_, _ = fmt.Fprintf(w, "%s\t", cell(&results[i]))
		}
		_, _ = fmt.Fprintln(w) // the writer keeps the first error for Flush
	}
	ms := func(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/1e6) }
	row("", func(r *bench.Result) string { return r.Poller })
	row("rhythm", func(r *bench.Result) string { return r.Rhythm })
	row("devices × rounds", func(r *bench.Result) string { return fmt.Sprintf("%d × %d", r.Devices, r.Rounds) })
	row("answered", func(r *bench.Result) string { return strconv.Itoa(r.Answered) })
	row("failed", func(r *bench.Result) string { return strconv.Itoa(r.Failed) })
	row("fallen silent", func(r *bench.Result) string { return strconv.Itoa(r.Fallen) })
	row("PDUs per read", func(r *bench.Result) string { return fmt.Sprintf("%.1f", r.PerDevice(r.PDUs)) })
	row("varbinds per read", func(r *bench.Result) string { return fmt.Sprintf("%.1f", r.PerDevice(r.Varbinds)) })
	row("bytes per read", func(r *bench.Result) string { return fmt.Sprintf("%.0f", r.PerDevice(r.Bytes)) })
	row("retries", func(r *bench.Result) string { return strconv.Itoa(r.Retries) })
	row("a round takes", func(r *bench.Result) string { return ms(r.Wall) })
	row("until the last answer", func(r *bench.Result) string { return ms(r.LiveWall) })
	row("CPU per read", func(r *bench.Result) string { return fmt.Sprintf("%.0f µs", float64(r.CPU())/1e3) })
	row("of it in the system", func(r *bench.Result) string {
		return fmt.Sprintf("%.0f %%", 100*float64(r.System)/max(float64(r.User+r.System), 1))
	})
	row("reads per core-second", func(r *bench.Result) string { return fmt.Sprintf("%.0f", 1e9/max(float64(r.CPU()), 1)) })
	row("latency p50, p90, p99", func(r *bench.Result) string { return ms(r.P50) + ", " + ms(r.P90) + ", " + ms(r.P99) })
	row("peak memory", func(r *bench.Result) string { return fmt.Sprintf("%.1f MB", float64(r.Peak)/1e6) })
	row("with the program, in RAM", func(r *bench.Result) string { return fmt.Sprintf("%.1f MB", float64(r.Resident)/1e6) })
	if results[0].LearnResident > 0 {
		row("while it learned the rows", func(r *bench.Result) string { return fmt.Sprintf("%.1f MB", float64(r.LearnResident)/1e6) })
	}
	row("goroutines, sockets", func(r *bench.Result) string { return fmt.Sprintf("%d, %d", r.Goroutines, r.Sockets) })
	if err := w.Flush(); err != nil {
		return err
	}
	if t := results[0].Traffic; t != nil && t.KernelDrops > 0 {
		_, err := fmt.Fprintf(os.Stderr, "The kernel dropped %d answers for want of room in the receive buffers (%d bytes each); raise net.core.rmem_max.\n", t.KernelDrops, t.Buffer)
		return err
	}
	return nil
}
