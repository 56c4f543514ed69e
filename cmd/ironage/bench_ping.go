package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/fleet"
	"ironage/probes/bench"
	"ironage/probes/ping"
)

// benchPingFlags say what is pinged how.
type benchPingFlags struct {
	targets []string
	rounds  int
	sockets int
	pace    time.Duration
}

func newBenchPingCommand(env *cli) *cobra.Command {
	var f benchPingFlags
	cmd := &cobra.Command{
		Use:     "ping",
		Short:   "Ping existing hosts in rounds, and say what it cost",
		Example: "ironage bench ping --targets 10.0.0.1+200 --rounds 3\nironage bench ping --targets 127.10.0.1+10000 --output json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), env) },
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&f.targets, "targets", nil, "addresses to ping: one, or the first and how many (10.0.0.1+200); repeatable")
	flags.IntVar(&f.rounds, "rounds", 3, "how often each is pinged")
	flags.IntVar(&f.sockets, "sockets", 4, "sockets that ping at the same time")
	flags.DurationVar(&f.pace, "pace", 35*time.Microsecond, "time between two echoes of one socket, at least 20µs; 200µs gives round trips true to a millisecond on a busy machine, too")
	return cmd
}

func (f *benchPingFlags) run(ctx context.Context, env *cli) error {
	as, err := env.format("table", "json")
	if err != nil {
		return err
	}
	hosts, err := f.hosts()
	if err != nil {
		return err
	}
	p := ping.New(ping.Options{Concurrency: f.sockets, Timeout: time.Second})
	if mode, note := p.Mode(); mode == ping.Refused {
		return fmt.Errorf("%s", note)
	}
	r, err := bench.Sweeps(ctx, len(hosts), f.rounds, func() []fleet.Ping { return p.Sweep(ctx, hosts, f.pace) })
	if err != nil {
		return err
	}
	if as == "json" {
		return printJSON(env.out, map[string]any{"schema": "ironage.bench/v1", "results": []bench.Result{r}})
	}
	return env.printPings(&r)
}

// hosts is every address that the flags name.
func (f *benchPingFlags) hosts() ([]netip.Addr, error) {
	if len(f.targets) == 0 {
		return nil, usage("--targets is missing: whom to ping, e.g. --targets 10.0.0.1+200")
	}
	if f.rounds < 1 || f.sockets < 1 || f.sockets > 64 || f.pace < 0 {
		return nil, usage("--rounds must be at least 1, --sockets 1 to 64, --pace not negative")
	}
	var out []netip.Addr
	list := benchFlags{target: targetFlags{port: 161}}
	for _, text := range f.targets {
		addresses, err := list.expand(text)
		if err != nil {
			return nil, usage("--targets %s: %v", text, err)
		}
		for _, a := range addresses {
			if host, _, err := net.SplitHostPort(a); err == nil {
				a = host
			}
			at, err := netip.ParseAddr(strings.Trim(a, "[]"))
			if err != nil {
				return nil, usage("--targets %s: it must be an address, not a name", text)
			}
			out = append(out, at)
		}
	}
	if slices.ContainsFunc(out, func(a netip.Addr) bool { return a.Is6() != out[0].Is6() }) {
		return nil, usage("--targets: IPv4 and IPv6 need a run each")
	}
	return out, nil
}

func (env *cli) printPings(r *bench.Result) error {
	w := tabwriter.NewWriter(env.out, 0, 8, 2, ' ', 0)
	for _, row := range [][2]string{
		{"hosts × rounds", fmt.Sprintf("%d × %d", r.Devices, r.Rounds)},
		{"answered", fmt.Sprint(r.Answered)},
		{"silent", fmt.Sprint(r.Failed)},
		{"a round takes", fmt.Sprintf("%.1f ms", float64(r.Wall)/1e6)},
		{"CPU per host", fmt.Sprintf("%.1f µs", float64(r.CPU())/1e3)},
		{"round trip p50, p90, p99", fmt.Sprintf("%.2f ms, %.2f ms, %.2f ms", float64(r.P50)/1e6, float64(r.P90)/1e6, float64(r.P99)/1e6)},
		{"peak memory", fmt.Sprintf("%.1f MB", float64(r.Peak)/1e6)},
		{"goroutines", fmt.Sprint(r.Goroutines)},
	} {
		if _, err := fmt.Fprintf(w, "%s\t%s\n", row[0], row[1]); err != nil {
			return err
		}
	}
	return w.Flush()
}
