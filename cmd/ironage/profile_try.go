package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"ironage/internal/fleet"
	"ironage/probes/profile"
)

func newProfileTryCommand(env *cli) *cobra.Command {
	var target targetFlags
	var recording string
	var all bool
	cmd := &cobra.Command{
		Use:   "try FILE HOST[:PORT]",
		Short: "Show what a profile file reads from a device, and what it misses",
		Long: "Read a device through this one profile, whether it fits or not, as check would, and say what its author wants to know: tables without\n" +
			"rows, columns without values, values that no enum lists, names that do not tell the parts apart.",
		Example: "ironage profile try acme.yaml --recording acme.snmprec\nironage profile try acme.yaml 10.0.0.7 --community env:SNMP_COMMUNITY",
		Args:    func(_ *cobra.Command, args []string) error { return hostOrRecording(recording, args, 1) },
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.profileTry(cmd.Context(), &target, recording, args, all)
		},
	}
	target.register(cmd.Flags())
	cmd.Flags().StringVar(&recording, "recording", "", "read this .snmprec file instead of a host")
	cmd.Flags().BoolVar(&all, "all", false, "list every sensor, also those that are ok")
	return cmd
}

// tryReport is what "profile try --output json" prints: the report of check,
// and the remarks. The keys are stable.
type tryReport struct {
	Fits bool `json:"fits"`
	checkReport
	Remarks []lintProblem `json:"remarks"`
}

func (env *cli) profileTry(ctx context.Context, t *targetFlags, recording string, args []string, all bool) error {
	as, err := env.format("table", "json")
	if err != nil {
		return err
	}
	file := args[0]
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	variants, problems := profile.Parse(file, data)
	if len(problems) > 0 {
		for _, p := range problems {
			p.File = file
			if _, err := fmt.Fprintln(env.out, clean(p.String())); err != nil {
				return err
			}
		}
		return exit(exitFailed, fmt.Errorf("%s in %s; nothing was read", plural(len(problems), "problem"), file))
	}
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	src, done, err := env.openSource(ctx, t, recording, args[1:])
	if err != nil {
		return err
	}
	defer done()
	r, explained, err := env.trial(ctx, variants, src, file, strings.Join(append([]string{recording}, args[1:]...), ""))
	if err != nil {
		return unreached(strings.Join(args[1:], ""), err)
	}
	if as == "json" {
		return printJSON(env.out, r)
	}
	return env.printTrial(r, explained, all)
}

// trial reads src through the profile alone.
func (env *cli) trial(ctx context.Context, variants []*profile.Profile, src profile.Source, file, target string) (tryReport, profile.Explanation, error) {
	m, explained, err := profile.NewLibrary(variants...).Explain(ctx, src)
	if err != nil {
		return tryReport{}, profile.Explanation{}, err
	}
	p := explained[0].Profile
	m = p.Only(m)
	vars, errs, err := m.ReadInventory(ctx, src)
	if err != nil {
		return tryReport{}, profile.Explanation{}, err
	}
	now := env.now()
	read := m.Decode(vars, now, p.Role)
	obs := fleet.Observation{Server: target, Endpoint: fleet.Endpoint{Role: p.Role}, Rhythm: fleet.Inventory, Time: now,
		Ping: fleet.Ping{Reach: fleet.NotAsked}, SNMP: fleet.Answered, Device: read.Device, RollUp: read.RollUp, Components: read.Components,
		Totals: read.Totals, Filesystems: read.Filesystems, Findings: read.Findings, NotReported: read.NotReported,
		Profiles: m.Names(), Errors: append(errs, read.Errors...)}
	r := tryReport{Fits: explained[0].Fits, checkReport: reportOf(obs, now), Remarks: []lintProblem{}}
	for _, remark := range p.Trial(vars, read, now) {
		r.Remarks = append(r.Remarks, lintProblem{file, remark.Line, remark.Column, remark.Text})
	}
	return r, explained[0], nil
}

func (env *cli) printTrial(r tryReport, e profile.Explanation, all bool) error {
	if err := env.printReport("table", r.checkReport, all); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("\n")
	if !r.Fits {
		fmt.Fprintf(&b, "The profile would not be used for this device%s\n", verdictOn(e))
		for _, c := range e.Clauses {
			b.WriteString(clauseText(c))
		}
	}
	for _, p := range r.Remarks {
		fmt.Fprintf(&b, "%s:%d:%d: %s\n", p.File, p.Line, p.Column, clean(p.Text))
	}
	if len(r.Remarks) == 0 {
		b.WriteString("Every column that the profile names has a value, and every value is in its list.\n")
	}
	_, err := fmt.Fprint(env.out, b.String())
	return err
}
