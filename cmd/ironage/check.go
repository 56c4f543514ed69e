package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/collect"
	"ironage/internal/fleet"
	"ironage/internal/health"
	"ironage/probes"
	"ironage/probes/ping"
	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// exitUnknown is what a Nagios plugin exits with when it cannot tell; the
// other codes of check are those of the healths.
const exitUnknown = 3

// checkLimit bounds a whole check: a slow management controller takes a
// minute, a broken one would take for ever.
const checkLimit = 5 * time.Minute

type checkFlags struct {
	target    targetFlags
	recording string
	all       bool
}

func newCheckCommand(env *cli) *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check HOST[:PORT]",
		Short: "Look at one server once, without any configuration",
		Long: "Look at one server once: ping and SNMP, everything that the profiles of its family read, and what a person should know.\n" +
			"Exit codes are those of a Nagios plugin: 0 ok, 1 warning, 2 critical, 3 unknown; --output nagios prints like one.",
		Example: "ironage check 10.0.0.7 --community env:SNMP_COMMUNITY\n" +
			"ironage check bmc-a1-07 --snmp 3 --user monitor --auth sha256 --auth-secret env:AUTH --priv aes128 --priv-secret env:PRIV\n" +
			"ironage check --recording r640.snmprec --output json",
		Args: func(_ *cobra.Command, args []string) error { return f.checkArgs(args) },
		RunE: func(cmd *cobra.Command, args []string) error {
			code, err := env.check(cmd.Context(), &f, args)
			if err != nil {
				return exit(exitUnknown, err)
			}
			return exit(code, nil)
		},
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return exit(exitUnknown, fmt.Errorf("%w; try --help", err)) })
	f.target.register(cmd.Flags())
	cmd.Flags().StringVar(&f.recording, "recording", "", "read this .snmprec file instead of a host")
	cmd.Flags().BoolVar(&f.all, "all", false, "list every sensor, also those that are ok")
	return cmd
}

func (f *checkFlags) checkArgs(args []string) error {
	switch {
	case f.recording != "" && len(args) > 0:
		return exit(exitUnknown, errors.New("give a HOST or --recording FILE, not both"))
	case f.recording == "" && len(args) != 1:
		return exit(exitUnknown, fmt.Errorf("check takes one HOST (there are %d), or --recording FILE", len(args)))
	}
	return nil
}

// check looks, prints, and returns the exit code.
func (env *cli) check(ctx context.Context, f *checkFlags, args []string) (int, error) {
	as, err := env.format("table", "json", "csv", "nagios")
	if err != nil {
		return exitUnknown, err
	}
	lib, err := env.library()
	if err != nil {
		return exitUnknown, err
	}
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	obs, err := env.observe(ctx, f, lib, args)
	if err != nil {
		return exitUnknown, err
	}
	r := reportOf(obs, env.now())
	if f.recording != "" {
		r.Reachable.SNMP, r.Reachable.Note = fleet.NotAsked, words("read from a recording", r.Reachable.Note)
	}
	if err := env.printReport(as, r, f.all); err != nil {
		return exitUnknown, err
	}
	return exitOf(r.Health), nil
}

// observe asks the host, or reads the recording.
func (env *cli) observe(ctx context.Context, f *checkFlags, lib *profile.Library, args []string) (fleet.Observation, error) {
	prober := probes.New(lib, ping.New(ping.Options{}), env.now)
	defer func() { _ = prober.Close() }() // sockets that cannot be closed end with the program
	if f.recording != "" {
		rec, err := readRecording(f.recording)
		if err != nil {
			return fleet.Observation{}, err
		}
		return prober.Observe(ctx, rec, probes.Target{Server: f.recording}), nil
	}
	address, err := f.target.address(args[0])
	if err != nil {
		return fleet.Observation{}, err
	}
	credential, err := f.target.credential(ctx, env)
	if err != nil {
		return fleet.Observation{}, err
	}
	return prober.Read(ctx, probes.Target{Server: args[0], Endpoint: fleet.Endpoint{Address: address},
		Credential: credential, Options: f.target.options(), NoPing: f.target.noPing}, fleet.Inventory), nil
}

// reportOf judges one observation by itself: the same rules as everywhere,
// without a history to compare with.
func reportOf(obs fleet.Observation, now time.Time) checkReport {
	server := fleet.Server{Name: obs.Server, Endpoints: []fleet.Endpoint{obs.Endpoint}}
	state, _ := collect.Fold(fleet.State{}, server, obs, health.Default(), now)
	r := checkReport{Schema: checkSchema, Target: obs.Server, Time: obs.Time, Device: obs.Device, Health: state.Health,
		RollUp: obs.RollUp, Totals: obs.Totals, Filesystems: some(obs.Filesystems), Components: some(obs.Components),
		Findings: some(state.Findings), NotReported: some(obs.NotReported), Profiles: some(obs.Profiles),
		Errors: some(obs.Errors), Cost: obs.Cost}
	r.Reachable.Ping, r.Reachable.SNMP, r.Reachable.Note = obs.Ping.Reach, obs.SNMP, obs.SNMPNote
	if obs.Ping.Received > 0 {
		ms := float64(obs.Ping.Avg) / float64(time.Millisecond)
		r.Reachable.RTTMillis = &ms
	}
	if r.Reachable.Note == "" {
		r.Reachable.Note = obs.Ping.Note
	}
	return r
}

// some makes an empty list of a missing one: JSON has [] for both.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func exitOf(h fleet.Health) int {
	switch h {
	case fleet.OK:
		return exitOK
	case fleet.Warning:
		return 1
	case fleet.Critical:
		return 2
	}
	return exitUnknown
}

var _ probes.Pinger = (*ping.Prober)(nil)
var _ profile.Source = (*snmp.Session)(nil)
