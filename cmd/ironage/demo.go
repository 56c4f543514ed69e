package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/sim"
	"ironage/internal/store"
	"ironage/probes"
)

// demoFlags are the flags of the demo.
type demoFlags struct {
	servers   int
	seed      uint64
	speed     float64
	noConsole bool
	duration  time.Duration
}

func newDemoCommand(env *cli) *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Open the console on a simulated fleet: nothing to configure, nothing left behind",
		Long: "demo simulates a data centre's servers as SNMP agents on this machine and opens the console on them.\n" +
			"Parts fail, racks go dark, and whoever takes a work order to \"in progress\" gets a new disk.\n" +
			"It needs no configuration and no root; its files go when it ends.",
		Example: "ironage demo\n" +
			"ironage demo --servers 1000 --speed 4\n" +
			"ironage demo --no-console         # for scripts: join it from elsewhere",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDemo(cmd.Context(), env, f) },
	}
	env.registerLook(cmd)
	flags := cmd.Flags()
	flags.IntVar(&f.servers, "servers", sim.DefaultServers, fmt.Sprintf("how many servers, 1 to %d", sim.MaxServers))
	flags.Uint64Var(&f.seed, "seed", 1, "another fleet and another story; equal seeds give equal ones")
	flags.Float64Var(&f.speed, "speed", 1, "how many seconds of the story pass in a real one")
	flags.BoolVar(&f.noConsole, "no-console", false, "no screen: serve and collect until interrupted, for scripts and second terminals")
	flags.DurationVar(&f.duration, "duration", 0, "end after that time (default: when you quit)")
	return cmd
}

// check refuses what cannot be simulated, as a question asked wrongly.
func (f demoFlags) check(env *cli) error {
	switch {
	case f.servers < 1 || f.servers > sim.MaxServers:
		return usage("--servers %d: the demo has 1 to %d servers", f.servers, sim.MaxServers)
	case !(f.speed > 0) || f.speed > sim.MaxSpeed: // also NaN
		return usage("--speed %g: expected more than 0 and at most %d", f.speed, sim.MaxSpeed)
	case f.duration < 0:
		return usage("--duration %s is negative", f.duration)
	case env.configPath != "" || env.storeURL != "":
		return usage("demo has a configuration and a database of its own; leave out --config and --store\nTo join a demo that runs: ironage --config PATH, without \"demo\"")
	}
	return nil
}

// runDemo simulates a fleet, configures itself for it in a folder of its own,
// and from there on is the ordinary program.
func runDemo(ctx context.Context, env *cli, f demoFlags) (err error) {
	if err := f.check(env); err != nil {
		return err
	}
	if err := env.checkLook(); err != nil {
		return err
	}
	if !f.noConsole && env.mayShow() != nil {
		return usage("the console needs a terminal; without one: ironage demo --no-console, and look at it with ironage --config PATH servers")
	}
	// A closed terminal ends the demo like any other signal: its files go.
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP)
	defer stop()
	if f.duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.duration)
		defer cancel()
	}
	defer func() {
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			err = nil // told to end before it had begun
		}
	}()
	dir, err := os.MkdirTemp("", "ironage-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w\nIt keeps its database in the folder for temporary files; set TMPDIR to one that can be written to", err)
	}
	defer func() {
		if e := os.RemoveAll(dir); e != nil && err == nil {
			err = fmt.Errorf("demo: its files could not be removed: %w", e)
		}
	}()
	book := &demoJobs{}
	servers, err := sim.New(sim.Options{Servers: f.servers, Seed: f.seed, Speed: f.speed, Now: env.now, Jobs: book, Clumsy: true})
	if err != nil {
		return err
	}
	if err := servers.Start(ctx); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer servers.Close()
	if env.configPath, err = writeDemoFiles(dir, servers.Community(), servers.Servers(), servers.Shelf()); err != nil {
		return err
	}
	return env.openDemo(ctx, f, servers, book)
}

// openDemo runs console and collector, or the collector alone, on the files
// that were written.
func (env *cli) openDemo(ctx context.Context, f demoFlags, servers *sim.Fleet, book *demoJobs) error {
	c, err := env.config()
	if err != nil {
		return err
	}
	o := stationOptions{
		wrapPing: func(p probes.Pinger) probes.Pinger { return servers.Pinger(p) },
		opened: func(st *store.Store) {
			// Without a past the demo only has less to show.
			if err := writeDemoHistory(ctx, st, servers.History()); err != nil && ctx.Err() == nil {
				env.warnf("%v", err)
			}
			if err := writeDemoReadings(ctx, st, servers.Readings()); err != nil && ctx.Err() == nil {
				env.warnf("%v", err)
			}
			book.open(st)
		},
		fixed: true,
	}
	join := "ironage --config " + shellWord(env.configPath)
	env.sayDemo(len(c.Servers), join)
	if !f.noConsole {
		o.greeting = "simulated fleet; a second terminal joins with: " + join
		return runConsole(ctx, env, c, o)
	}
	s, err := openStation(ctx, env, c, o)
	if err != nil {
		return err
	}
	defer s.start(ctx, nil)()
	printNotices(ctx, env.err, s)
	return nil
}

// sayDemo tells on the plain screen, where it stays after the console is
// closed, what was started and how to join it.
func (env *cli) sayDemo(servers int, join string) {
	_, _ = fmt.Fprintf(env.prose(), "%d simulated servers answer SNMP on this machine. A second terminal joins with:\n\n  %s\n\n", servers, join) // a closed output has no reader
}

// shellWord quotes a path for pasting into a shell, if it needs that.
func shellWord(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
