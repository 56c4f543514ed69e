package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/filter"
	"ironage/internal/lists"
	"ironage/internal/queue"
)

// orderFilter says which orders to list.
type orderFilter struct {
	states []string
	tiers  []string
	server string
	all    bool
	words  filterFlag
}

func newQueueListCommand(env *cli) *cobra.Command {
	var f orderFilter
	language := lists.Orders(env.aboutServers(nil))
	cmd := &cobra.Command{
		Use:   "list [FILTER…]",
		Short: "List work orders: open ones, or also finished ones",
		Long: "List work orders by tier and due date. Without --all, --state or a state in the FILTER those that still wait for something.\n" +
			"A FILTER is that of the console (docs/filters.md), with the fields " + strings.Join(language.Names(), ", ") + ".",
		Example: "ironage queue list\nironage queue list 'kind:disk rack:A* age:>14d'\nironage queue list --all state:closed who:minh",
		RunE:    func(cmd *cobra.Command, args []string) error { return env.queueList(cmd.Context(), f, args) },
	}
	f.words.register(cmd, language.Names())
	completes(cmd, env, language, true)
	cmd.Flags().StringSliceVar(&f.states, "state", nil, "only these states")
	cmd.Flags().StringSliceVar(&f.tiers, "tier", nil, "only these tiers (P1 to P4)")
	cmd.Flags().StringVar(&f.server, "server", "", "only this server")
	cmd.Flags().BoolVar(&f.all, "all", false, "also the finished ones")
	var names []string
	for _, s := range queue.States() {
		names = append(names, string(s))
	}
	// Cannot fail: the flag was made above.
	_ = cmd.RegisterFlagCompletionFunc("state", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (env *cli) queueList(ctx context.Context, f orderFilter, args []string) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	for _, s := range f.states {
		if !slices.Contains(queue.States(), queue.State(s)) {
			return usage("--state %s: the states are %s", s, join(queue.States()))
		}
	}
	if _, err := parseFilter(env, lists.Orders(env.aboutServers(nil)), f.words, args...); err != nil {
		return err // before anything is read
	}
	if filter.Mentions(strings.Join(append(args, f.words.text), " "), "state") {
		f.all = true
	}
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return err
	}
	defer done()
	keep, err := parseFilter(env, lists.Orders(env.aboutServers(desk.View())), f.words, args...)
	if err != nil {
		return err
	}
	orders := slices.Clone(desk.View().Orders)
	orders = slices.DeleteFunc(orders, func(o queue.Order) bool { return !f.takes(o) || !keep(&o) })
	if as == "table" && len(orders) == 0 {
		_, err := fmt.Fprintln(env.prose(), "No such work orders. Propose one with: ironage queue add SERVER SLOT --note WHY")
		return err
	}
	return env.printOrders(as, orders)
}

func (f orderFilter) takes(o queue.Order) bool {
	switch {
	case len(f.states) > 0 && !slices.Contains(f.states, string(o.State)):
		return false
	case len(f.states) == 0 && !f.all && o.State.Final():
		return false
	case len(f.tiers) > 0 && !slices.ContainsFunc(f.tiers, func(t string) bool { return strings.EqualFold(t, string(o.Tier)) }):
		return false
	}
	return f.server == "" || strings.EqualFold(f.server, o.Server)
}

func join[S ~string](list []S) string {
	var words []string
	for _, s := range list {
		words = append(words, string(s))
	}
	return strings.Join(words, ", ")
}

// ordersJSON is what --output json prints; its keys are stable.
type ordersJSON struct {
	Schema string        `json:"schema"` // ironage.orders/v1
	Orders []queue.Order `json:"orders"`
	// Refused are orders that a command was to change and did not.
	Refused []refusedJSON `json:"refused,omitempty"`
}

// printOrders prints a list of orders. CSV has more columns than a terminal is wide.
func (env *cli) printOrders(as string, orders []queue.Order) error {
	head := []string{"id", "tier", "state", "server", "slot", "due", "assignee", "why"}
	if as == "csv" {
		head = append(head, "kind", "old_serial", "new_serial", "part_number", "order_ref", "expected", "created", "created_by", "changed", "changed_by", "version", "flags")
	}
	var rows [][]string
	for _, o := range orders {
		row := []string{fmt.Sprint(o.ID), string(o.Tier), string(o.State), o.Server, o.Slot, env.due(o, as), o.Assignee, why(o, as)}
		if as == "csv" {
			newSerial := ""
			if o.New != nil {
				newSerial = o.New.Serial
			}
			row = append(row, o.Kind.String(), o.Old.Serial, newSerial, o.FitPart, o.OrderRef, string(o.Expected), utc(o.Created), o.CreatedBy,
				utc(o.Changed), o.ChangedBy, fmt.Sprint(o.Version), strings.Join(o.Flags, " "))
		}
		rows = append(rows, row)
	}
	if orders == nil {
		orders = []queue.Order{}
	}
	return env.printAs(as, head, rows, ordersJSON{Schema: "ironage.orders/v1", Orders: orders})
}

// due says until when, and whether that has passed.
func (env *cli) due(o queue.Order, as string) string {
	if o.Due.IsZero() {
		return ""
	}
	if as != "table" {
		return o.Due.UTC().Format(time.DateOnly)
	}
	day := env.tongue().Date(o.Due.UTC())
	if o.State.Open() && env.now().After(o.Due) {
		return env.tongue().Say("%s overdue", day)
	}
	return day
}

// why is the first reason, in a terminal no longer than a line bears.
func why(o queue.Order, as string) string {
	if len(o.Reasons) == 0 {
		return ""
	}
	text := clean(cmp.Or(o.Reasons[0].Text, string(o.Reasons[0].Code)))
	if r := []rune(text); as == "table" && len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return text
}

func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
