package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ironage/internal/lists"
	"ironage/internal/outlook"
)

// ageingFlags are the flags of ageing.
type ageingFlags struct {
	slice   outlook.Slice
	top     int
	parts   bool
	risk    bool
	by      string
	explain string
	filter  filterFlag
}

func newAgeingCommand(env *cli) *cobra.Command {
	var f ageingFlags
	language := lists.Parts(env.aboutServers(nil))
	cmd := &cobra.Command{
		Use:   "ageing [FILTER…]",
		Short: "Show how old servers and parts are, how likely they fail, and why",
		Long: "ageing says how many servers went into service in which year, and names those past their service life with the source and\n" +
			"the precision of each date. --parts lists parts instead, --risk ranks them by what needs a person first, and --explain tells\n" +
			"everything about one part: its age with all cross-checks, each factor of its risk with the source of its size, and its priority.\n" +
			"A FILTER is that of the console (docs/filters.md); of the lists it takes only the lines for which all its words hold.",
		Example: "ironage ageing                                     # the fleet, and the servers past their life\n" +
			"ironage ageing --service TDOffice --parts\n" +
			"ironage ageing --risk --top 20\n" +
			"ironage ageing --parts 'kind:hdd rack:A* used:>150%'\n" +
			"ironage ageing --by model\n" +
			"ironage ageing --explain 'rack-a1-07/disk/Bay 3'",
		RunE: func(cmd *cobra.Command, args []string) error { return env.ageing(cmd.Context(), f, args) },
	}
	f.filter.register(cmd, language.Names())
	completes(cmd, env, language, true)
	flags := cmd.Flags()
	sliceFlags(flags, &f.slice)
	flags.IntVar(&f.top, "top", 50, "longest list; 0: no limit")
	flags.BoolVar(&f.parts, "parts", false, "list parts past their service life instead of servers")
	flags.BoolVar(&f.risk, "risk", false, "rank parts by priority, with probability and factors")
	flags.StringVar(&f.by, "by", "", "sum up by site, service, vendor or model")
	flags.StringVar(&f.explain, "explain", "", "tell everything about one part: SERVER/COMPONENT, as --parts and --risk name it")
	onlyOneOf(cmd, "parts", "risk", "by", "explain")
	var words []string
	for _, d := range outlook.Dimensions {
		words = append(words, string(d))
	}
	// Cannot fail: the flag was made above.
	_ = cmd.RegisterFlagCompletionFunc("by", cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// sliceFlags are the flags by which every command about the outlook cuts the fleet.
func sliceFlags(flags *pflag.FlagSet, s *outlook.Slice) {
	flags.StringVar(&s.Site, "site", "", "only the servers of this site; - takes those without one")
	flags.StringVar(&s.Service, "service", "", "only the servers of this service; - takes those without one")
	flags.StringVar(&s.Vendor, "vendor", "", "only the servers of this maker")
	flags.StringVar(&s.Model, "model", "", "only the servers of this model")
}

// outlook is the fleet's outlook, provided that the slice has any servers.
func (env *cli) outlook(ctx context.Context, s outlook.Slice) (*outlook.Fleet, error) {
	f, _, err := env.outlookAbout(ctx, s)
	return f, err
}

// outlookAbout is the outlook, with the servers that its lines are about.
func (env *cli) outlookAbout(ctx context.Context, s outlook.Slice) (*outlook.Fleet, *lists.About, error) {
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	env.warnStock()
	f, about := desk.View().Outlook, env.aboutServers(desk.View())
	if s == (outlook.Slice{}) {
		return f, about, nil
	}
	for _, v := range f.Servers {
		if s.Takes(v) {
			return f, about, nil
		}
	}
	return nil, nil, fmt.Errorf("no server fits; the fleet has %s", strings.Join(valuesOf(f), "; "))
}

// warnStock says that the stock list cannot be used: then what lies on the shelf
// would be ordered again.
func (env *cli) warnStock() {
	c, err := env.configOrDefault()
	if err != nil || !c.StockBroken {
		return
	}
	env.warnf("the stock list is not taken: %s; what lies on the shelf and what parts cost is not known", firstMistake(c.StockProblems))
}

func (env *cli) ageing(ctx context.Context, f ageingFlags, args []string) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	filtered := len(args) > 0 || f.filter.text != ""
	switch {
	case f.top < 0:
		return usage("--top %d: expected 0 (no limit) or more", f.top)
	case f.by != "" && outlook.Dimension(f.by).Slice("") == (outlook.Slice{}):
		return usage("--by %s: expected site, service, vendor or model", f.by)
	case filtered && f.by != "":
		return usage("--by sums up servers; give --site, --service, --vendor or --model instead of a filter")
	case filtered && f.explain != "":
		return usage("--explain is about one part; it takes no filter")
	}
	if _, err := parseFilter(env, lists.Parts(env.aboutServers(nil)), f.filter, args...); err != nil {
		return err // before anything is read
	}
	fleet, about, err := env.outlookAbout(ctx, f.slice)
	if err != nil {
		return err
	}
	var keep []func(*outlook.Line) bool
	if filtered {
		one, err := parseFilter(env, lists.Parts(about), f.filter, args...)
		if err != nil {
			return err
		}
		keep = append(keep, one)
	}
	switch {
	case f.explain != "":
		return env.explainPart(as, fleet, f.explain)
	case f.risk:
		return env.printRisk(as, fleet, f, keep)
	case f.by != "":
		return env.printGroups(as, f.by, fleet.GroupBy(outlook.Dimension(f.by), f.slice))
	case f.parts:
		return env.printParts(as, fleet, f, keep)
	}
	return env.printAgeing(as, fleet, f, keep)
}
