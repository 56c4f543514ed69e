package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ironage/internal/ops"
	"ironage/internal/picklist"
	"ironage/internal/queue"
)

// pickFlags say which orders are taken along, and how the list is printed.
type pickFlags struct {
	states, tiers    []string
	site, room, rack string
	assignee         string
	print            picklist.Options
}

func newQueuePicklistCommand(env *cli) *cobra.Command {
	var f pickFlags
	cmd := &cobra.Command{
		Use:   "picklist [ORDER…]",
		Short: "Print what to take along: orders by rack in walking order, parts to load on top",
		Long: "Print orders by room and rack in walking order, with the parts to load on top: where, which slot, which serial number to pull, what to bring\n" +
			"and where it lies, what to be careful about. Without ORDERs those that are ready or in progress; where there are none, approved ones whose\n" +
			"spare is on hand. It fits 80 columns; a page never breaks within an order.",
		Example: "ironage queue picklist --paged | lpr\nironage queue picklist 12 13 17\nironage queue picklist --state ready --room 2 --output csv",
		RunE:    func(cmd *cobra.Command, args []string) error { return env.queuePicklist(cmd.Context(), args, f) },
	}
	fl := cmd.Flags()
	fl.StringSliceVar(&f.states, "state", nil, "only these states")
	fl.StringSliceVar(&f.tiers, "tier", nil, "only these tiers (P1 to P4)")
	fl.StringVar(&f.site, "site", "", "only this site")
	fl.StringVar(&f.room, "room", "", "only this room")
	fl.StringVar(&f.rack, "rack", "", "only this rack")
	fl.StringVar(&f.assignee, "assignee", "", "only the orders of this person")
	fl.BoolVar(&f.print.Feed, "paged", false, "part pages by form feeds, for a printer")
	fl.IntVar(&f.print.Lines, "lines", picklist.PageLines, "lines of a page")
	return cmd
}

func (f *pickFlags) check() error {
	for _, s := range f.states {
		if !slices.Contains(queue.States(), queue.State(s)) {
			return usage("--state %s: the states are %s", s, join(queue.States()))
		}
	}
	for _, t := range f.tiers {
		if !slices.Contains([]string{"P1", "P2", "P3", "P4"}, strings.ToUpper(t)) {
			return usage("--tier %s: the tiers are P1, P2, P3, P4", t)
		}
	}
	if f.print.Lines < picklist.LeastLines {
		return usage("--lines %d: a page has at least %d lines, so that the longest order fits", f.print.Lines, picklist.LeastLines)
	}
	return nil
}

func (env *cli) queuePicklist(ctx context.Context, args []string, f pickFlags) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	ids, err := orderIDs(args)
	if err != nil {
		return err
	}
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return err
	}
	defer done()
	trips, err := env.chooseTrips(ctx, desk, ids, &f)
	if err != nil {
		return err
	}
	stops := make([]picklist.Stop, len(trips))
	for i := range trips {
		log, err := desk.OrderLog(ctx, trips[i].Order.ID)
		if err != nil {
			return env.queueError(err)
		}
		stops[i] = picklist.Stop{Trip: trips[i], Notes: picklist.NotesOf(log)}
	}
	return env.printPicklist(as, picklist.New(stops, env.now()), f.print)
}

// chooseTrips are the trips of the orders that were named, else of those that
// somebody can work on now.
func (env *cli) chooseTrips(ctx context.Context, desk *ops.Desk, ids []int64, f *pickFlags) ([]queue.Trip, error) {
	if len(ids) > 0 {
		trips, err := env.namedTrips(ctx, desk, ids)
		return slices.DeleteFunc(trips, func(t queue.Trip) bool { return !f.takes(&t) }), err
	}
	work := []queue.State{queue.Ready, queue.InProgress}
	if len(f.states) > 0 {
		work = nil
		for _, s := range f.states {
			work = append(work, queue.State(s))
		}
	}
	trips := tripsIn(desk, work, f)
	if len(trips) > 0 || len(f.states) > 0 {
		return trips, nil
	}
	trips = tripsIn(desk, []queue.State{queue.Approved}, f)
	return slices.DeleteFunc(trips, func(t queue.Trip) bool { return t.Order.Spare == "" && len(t.OnHand) == 0 }), nil
}

func (env *cli) namedTrips(ctx context.Context, desk *ops.Desk, ids []int64) ([]queue.Trip, error) {
	var orders []queue.Order
	for _, id := range ids {
		o, err := desk.Order(ctx, id)
		if err != nil {
			return nil, env.queueError(err)
		}
		if !o.State.Open() {
			return nil, exit(exitFailed, fmt.Errorf("order %d is %s: there is nothing left to replace; leave it out", id, o.State))
		}
		orders = append(orders, o)
	}
	return desk.Trips(orders), nil
}

func tripsIn(desk *ops.Desk, states []queue.State, f *pickFlags) []queue.Trip {
	orders := slices.DeleteFunc(slices.Clone(desk.View().Orders), func(o queue.Order) bool { return !slices.Contains(states, o.State) })
	return slices.DeleteFunc(desk.Trips(orders), func(t queue.Trip) bool { return !f.takes(&t) })
}

// takes reports whether a trip fits what was asked for.
func (f *pickFlags) takes(t *queue.Trip) bool {
	for _, pair := range [][2]string{{f.site, t.Site}, {f.room, t.Room}, {f.rack, t.Rack}, {f.assignee, t.Order.Assignee}} {
		if pair[0] != "" && !strings.EqualFold(pair[0], pair[1]) {
			return false
		}
	}
	if len(f.states) > 0 && !slices.Contains(f.states, string(t.Order.State)) {
		return false
	}
	return len(f.tiers) == 0 || slices.ContainsFunc(f.tiers, func(tier string) bool { return strings.EqualFold(tier, string(t.Order.Tier)) })
}

func (env *cli) printPicklist(as string, l picklist.List, o picklist.Options) error {
	switch {
	case as == "json":
		return printJSON(env.out, l)
	case as == "csv":
		return printCSV(env.out, picklist.Head, l.Rows())
	case l.Orders == 0:
		_, err := fmt.Fprintln(env.prose(), "Nothing to take along: no order is ready or in progress, and none that is approved has a spare on hand.\n"+
			"`ironage queue list` shows where they stand; `ironage queue picklist --state approved` takes them all the same.")
		return err
	}
	o.Tongue = env.tongue()
	_, err := io.WriteString(env.out, l.Text(o))
	return err
}
