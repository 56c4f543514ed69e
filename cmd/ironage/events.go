package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/fleet"
	"ironage/internal/lists"
)

// eventFlags choose which events are listed.
type eventFlags struct {
	kinds  []string
	since  time.Duration
	limit  int
	unseen bool
	filter filterFlag
}

func newEventsCommand(env *cli) *cobra.Command {
	var f eventFlags
	language := lists.Events(env.aboutServers(nil))
	cmd := &cobra.Command{
		Use:   "events [SERVER|FILTER…]",
		Short: "List what changed, newest first",
		Long: "List what changed, newest first. A FILTER is that of the console (docs/filters.md), with the fields " + strings.Join(language.Names(), ", ") + ".\n" +
			"The name of a server alone takes the events of that server.",
		Example: "ironage events --unseen\nironage events rack-a1-07 --since 24h --output json\nironage events 'kind:disk health:critical rack:A*'",
		RunE: func(cmd *cobra.Command, args []string) error {
			as, err := env.format("table", "json", "csv")
			if err != nil {
				return err
			}
			q, err := f.query(env.now())
			if err != nil {
				return err
			}
			events, err := env.events(cmd.Context(), q, f.filter, args)
			if err != nil {
				return err
			}
			return env.printEvents(as, events)
		},
	}
	cmd.AddCommand(newEventsAckCommand(env))
	f.filter.register(cmd, language.Names())
	completes(cmd, env, language, true)
	kinds := make([]string, len(lists.EventKinds))
	for i, k := range lists.EventKinds {
		kinds[i] = string(k)
	}
	cmd.Flags().StringSliceVar(&f.kinds, "kind", nil, "only these kinds: "+strings.Join(kinds, ", "))
	cmd.Flags().DurationVar(&f.since, "since", 0, "only what happened in the last so many hours, e.g. 24h")
	cmd.Flags().IntVar(&f.limit, "limit", 100, "at most so many")
	cmd.Flags().BoolVar(&f.unseen, "unseen", false, "only what nobody acknowledged")
	return cmd
}

func (f *eventFlags) query(now time.Time) (fleet.EventQuery, error) {
	q := fleet.EventQuery{Unseen: f.unseen, Limit: f.limit}
	if f.limit < 1 || f.since < 0 {
		return q, usage("--limit must be at least 1 and --since not negative")
	}
	if f.since > 0 {
		q.Since = now.Add(-f.since)
	}
	for _, k := range f.kinds {
		if !slices.Contains(lists.EventKinds, fleet.EventKind(k)) {
			return q, usage("--kind %s: there is no such kind; see ironage events --help", k)
		}
		q.Kinds = append(q.Kinds, fleet.EventKind(k))
	}
	return q, nil
}

// eventPage is how many events are read at once to be filtered.
const eventPage = 1000

// events reads what the query asks for, newest first; with a filter it reads
// on until there are as many as were asked for.
func (env *cli) events(ctx context.Context, q fleet.EventQuery, f filterFlag, args []string) ([]fleet.Event, error) {
	filtered := len(args) > 0 || f.text != ""
	if _, err := parseFilter(env, lists.Events(env.aboutServers(nil)), f, args...); err != nil {
		return nil, err // before anything is read
	}
	if !filtered {
		st, done, err := env.openStore(ctx)
		if err != nil {
			return nil, err
		}
		defer done()
		return st.Events(ctx, q)
	}
	desk, st, done, err := env.openHistory(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if len(args) > 0 && desk.View().Fleet.Find(args[0]) != nil {
		q.Server, args = args[0], args[1:]
	}
	keep, err := parseFilter(env, lists.Events(env.aboutServers(desk.View())), f, args...)
	if err != nil {
		return nil, err
	}
	var out []fleet.Event
	most := q.Limit
	q.Limit = eventPage
	for {
		page, err := st.Events(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range page {
			if keep(&page[i]) {
				if out = append(out, page[i]); len(out) == most {
					return out, nil
				}
			}
		}
		if len(page) < eventPage {
			return out, nil
		}
		q.Before = page[len(page)-1].ID
	}
}

func (env *cli) printEvents(as string, events []fleet.Event) error {
	if as == "table" && len(events) == 0 {
		_, err := fmt.Fprintln(env.prose(), "No events.")
		return err
	}
	rows := make([][]string, len(events))
	for i, e := range events {
		ack := ""
		if e.Ack != nil && !e.Ack.Lapsed(env.now()) {
			ack = e.Ack.By
		}
		at := e.Time.Local().Format("2006-01-02 15:04:05")
		if as == "csv" {
			at = e.Time.UTC().Format(time.RFC3339)
		}
		rows[i] = []string{fmt.Sprint(e.ID), at, e.Health.String(), string(e.Kind), e.Server, e.Key, e.Text, ack}
	}
	if events == nil {
		events = []fleet.Event{}
	}
	return env.printAs(as, []string{"id", "time", "health", "kind", "server", "component", "text", "acknowledged"}, rows, events)
}
