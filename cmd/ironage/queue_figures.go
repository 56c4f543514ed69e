package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/ops"
	"ironage/internal/queue"
	"ironage/internal/report"
	"ironage/internal/store"
)

func newQueueFiguresCommand(env *cli) *cobra.Command {
	var since, by string
	cmd := &cobra.Command{
		Use:   "figures",
		Short: "Say how long orders take from the fault to the proof, and where they wait",
		Long: "Say how long orders took for each stage of their way: half of them no longer than the median, nine of ten no longer than the next column.\n" +
			"A stage counts the orders that went all the way through it. Below it, where orders stood and for how long altogether, with the reasons\n" +
			"that people gave for deferring them. Orders that still stand somewhere count up to now.",
		Example: "ironage queue figures --by kind\nironage queue figures --since 2026-01-01 --by site --output csv",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return env.queueFigures(cmd.Context(), since, by) },
	}
	cmd.Flags().StringVar(&since, "since", "", "only orders that changed since this day (2026-01-31; default: a year ago)")
	cmd.Flags().StringVar(&by, "by", "", "keep apart by kind, vendor (of the server) or site")
	// Cannot fail: the flag was made above.
	_ = cmd.RegisterFlagCompletionFunc("by", cobra.FixedCompletions(figureKeys, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

var figureKeys = []string{"kind", "vendor", "site"}

// figuresJSON is what `queue figures --output json` prints; its keys are stable.
type figuresJSON struct {
	Schema string        `json:"schema"` // ironage.figures/v1
	Since  time.Time     `json:"since"`
	By     string        `json:"by,omitempty"`
	Groups []figureGroup `json:"groups"`
}

type figureGroup struct {
	Group  string `json:"group"`
	Orders int    `json:"orders"`
	// The same as in the report of the fleet.
	Stages  []report.Stage `json:"stages"`
	Waiting []report.Wait  `json:"waiting"`
}

// figuresSince is the day from which figures are kept where none is named.
func (env *cli) figuresSince() time.Time { return env.now().AddDate(-1, 0, 0) }

// milestones are those of all orders that changed since a day.
func (env *cli) milestones(ctx context.Context, st *store.Store, since time.Time) ([]queue.Milestones, error) {
	orders, logs, err := st.OrderLogs(ctx, since)
	if err != nil {
		return nil, err
	}
	ms := make([]queue.Milestones, len(orders))
	for i := range orders {
		ms[i] = queue.MilestonesOf(&orders[i], logs[orders[i].ID], env.now())
	}
	return ms, nil
}

func (env *cli) queueFigures(ctx context.Context, since, by string) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	if by != "" && !slices.Contains(figureKeys, by) {
		return usage("--by %s: expected %s", by, strings.Join(figureKeys, ", "))
	}
	from, err := env.sinceDay(since)
	if err != nil {
		return err
	}
	if from.IsZero() {
		from = env.figuresSince()
	}
	desk, st, done, err := env.openHistory(ctx)
	if err != nil {
		return err
	}
	defer done()
	ms, err := env.milestones(ctx, st, from)
	if err != nil {
		return err
	}
	return env.printFigures(as, figuresJSON{Schema: "ironage.figures/v1", Since: from.UTC(), By: by, Groups: figureGroups(ms, figureKey(desk.View(), by))})
}

// figureKey tells the group of an order; "" is not known, or all.
func figureKey(v *ops.View, by string) func(*queue.Milestones) string {
	return func(m *queue.Milestones) string {
		if by == "" {
			return ""
		}
		if by == "kind" {
			return m.Order.Kind.String()
		}
		s := v.Outlook.Server(m.Order.Server)
		switch {
		case s == nil: // it left the inventory
			return ""
		case by == "site":
			return s.Entry.Server.Site
		}
		return s.Vendor()
	}
}

func figureGroups(ms []queue.Milestones, key func(*queue.Milestones) string) []figureGroup {
	by := map[string][]queue.Milestones{}
	for i := range ms {
		k := key(&ms[i])
		by[k] = append(by[k], ms[i])
	}
	groups := []figureGroup{}
	for _, k := range sortedKeys(by) {
		groups = append(groups, figureGroup{Group: k, Orders: len(by[k]), Stages: report.Stages(by[k]), Waiting: report.Waits(by[k])})
	}
	return groups
}

func (env *cli) printFigures(as string, f figuresJSON) error {
	switch as {
	case "json":
		return printJSON(env.out, f)
	case "csv":
		return printCSV(env.out, []string{"group", "what", "name", "orders", "median_seconds", "p90_seconds", "longest_seconds", "total_seconds", "reasons"}, f.lines())
	}
	if len(f.Groups) == 0 {
		_, err := fmt.Fprintf(env.prose(), "No order changed since %s.\n", f.Since.Local().Format(time.DateOnly))
		return err
	}
	for i := range f.Groups {
		if err := env.printGroup(&f, &f.Groups[i], i == 0); err != nil {
			return err
		}
	}
	return nil
}

// lines are the figures as rows of numbers.
func (f *figuresJSON) lines() [][]string {
	number := func(p *float64) string {
		if p == nil {
			return ""
		}
		return fmt.Sprintf("%.0f", *p)
	}
	var rows [][]string
	for _, g := range f.Groups {
		for _, s := range g.Stages {
			rows = append(rows, []string{g.Group, "stage", s.Stage, fmt.Sprint(s.Orders), number(s.Median), number(s.P90), number(s.Longest), "", ""})
		}
		for _, w := range g.Waiting {
			rows = append(rows, []string{g.Group, "waiting", w.State, fmt.Sprint(w.Orders), "", "", "", number(&w.Total), strings.Join(w.Reasons, " | ")})
		}
	}
	return rows
}

// printGroup prints the two tables of one group for people.
func (env *cli) printGroup(f *figuresJSON, g *figureGroup, first bool) error {
	t := env.tongue()
	title := t.Count(g.Orders, "%d order changed since %s", "%d orders changed since %s", t.Date(f.Since.Local()))
	if f.By != "" {
		title = fmt.Sprintf("%s %s: %s", t.Text(f.By), cmp.Or(clean(g.Group), t.Say("not known")), title)
	}
	if !first {
		title = "\n" + title
	}
	if _, err := fmt.Fprintln(env.out, title); err != nil {
		return err
	}
	var rows [][]string
	for _, s := range g.Stages {
		rows = append(rows, []string{s.Stage, fmt.Sprint(s.Orders), report.Span(s.Median), report.Span(s.P90), report.Span(s.Longest)})
	}
	if err := env.printTable([]string{"STAGE", "ORDERS", "MEDIAN", "9 OF 10", "LONGEST"}, rows); err != nil || len(g.Waiting) == 0 {
		return err
	}
	rows = nil
	for _, w := range g.Waiting {
		rows = append(rows, []string{w.State, fmt.Sprint(w.Orders), report.Span(&w.Total), strings.Join(w.Reasons, " | ")})
	}
	return env.printTable([]string{"STOOD IN", "ORDERS", "TOGETHER", "REASONS"}, rows)
}
