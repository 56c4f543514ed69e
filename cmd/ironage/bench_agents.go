package main

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/sim"
	"ironage/internal/sim/agent"
	"ironage/probes/profile"
)

// benchAgentsFlags say whom to play.
type benchAgentsFlags struct {
	targets   string
	community string
	crowd     agent.Crowd
}

func newBenchAgentsCommand(env *cli) *cobra.Command {
	var f benchAgentsFlags
	cmd := &cobra.Command{
		Use:   "agents",
		Short: "Play many management controllers on this machine, to rehearse with",
		Long: "Answers SNMP version 2c on addresses of this machine's own loopback network as so many management controllers\n" +
			"of a PowerEdge R640 would, until it is interrupted. Nothing outside this machine can reach them. Poll them with\n" +
			"ironage bench poll, or put their addresses into an inventory. Needs Linux.",
		Example: "ironage bench agents --targets 127.10.0.1+10000 --port 16100\n" +
			"ironage bench agents --targets 127.10.0.1+10000 --port 16100 --latency 20ms --dead 5 --loss 1",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), env) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.targets, "targets", "127.10.0.1+100", "addresses to answer at: the first and how many")
	flags.IntVar(&f.crowd.Port, "port", 16100, "port to answer at (UDP)")
	flags.StringVar(&f.community, "community", "public", "community to answer; it is not a secret here")
	flags.DurationVar(&f.crowd.Latency, "latency", 0, "time from a question to its answer")
	flags.Float64Var(&f.crowd.Loss, "loss", 0, "per cent of the questions that get no answer, by chance")
	flags.Float64Var(&f.crowd.Dead, "dead", 0, "per cent of the addresses that never answer, always the same ones")
	flags.IntVar(&f.crowd.Sockets, "sockets", 2, "sockets that share the port")
	return cmd
}

func (f *benchAgentsFlags) run(ctx context.Context, env *cli) error {
	first, count, ranged := strings.Cut(f.targets, "+")
	at, err := netip.ParseAddr(first)
	if err != nil {
		return usage("--targets %s: it begins with an address, such as 127.10.0.1+100", f.targets)
	}
	f.crowd.First, f.crowd.Count, f.crowd.Community = at, 1, f.community
	if ranged {
		if f.crowd.Count, err = strconv.Atoi(count); err != nil {
			return usage("--targets %s: after the + comes how many addresses", f.targets)
		}
	}
	if err := f.crowd.Check(); err != nil {
		return usage("%v", err)
	}
	lib, err := profile.BuiltIn()
	if err != nil {
		return err
	}
	if f.crowd.Variables, f.crowd.Personal, err = sim.Controller(lib, env.now()); err != nil {
		return err
	}
	agents, err := agent.ListenBulk(f.crowd)
	if err != nil {
		return err
	}
	begun := time.Now()
	_, err = fmt.Fprintf(env.out, "Playing %d management controllers of %d objects each from %s on, port %d, until interrupted.\n",
		f.crowd.Count, agents.Variables(), at, agents.Port())
	<-ctx.Done()
	if closed := agents.Close(); err == nil {
		err = closed
	}
	requests, answers, lost := agents.Counts()
	if err == nil {
		_, err = fmt.Fprintf(env.out, "%d questions, %d answers, %d left unanswered as asked, in %s.\n", requests, answers, lost, time.Since(begun).Round(time.Second))
	}
	return err
}
