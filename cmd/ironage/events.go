package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/fleet"
)

// eventFlags choose which events are listed.
type eventFlags struct {
	kinds  []string
	since  time.Duration
	limit  int
	unseen bool
}

var eventKinds = []fleet.EventKind{fleet.EventHealth, fleet.EventSerial, fleet.EventFirmware, fleet.EventCapacity, fleet.EventAppeared, fleet.EventVanished, fleet.EventMoved, fleet.EventDuplicate,
	fleet.EventSilent, fleet.EventUnreachable, fleet.EventBack, fleet.EventRefused, fleet.EventSite, fleet.EventQueue, fleet.EventCollector, fleet.EventNotification}

func newEventsCommand(env *cli) *cobra.Command {
	var f eventFlags
	cmd := &cobra.Command{
		Use:     "events [SERVER]",
		Short:   "List what changed, newest first",
		Example: "ironage events --unseen\nironage events rack-a1-07 --since 24h --output json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			as, err := env.format("table", "json", "csv")
			if err != nil {
				return err
			}
			q, err := f.query(env.now(), args)
			if err != nil {
				return err
			}
			st, done, err := env.openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer done()
			events, err := st.Events(cmd.Context(), q)
			if err != nil {
				return err
			}
			return env.printEvents(as, events)
		},
	}
	kinds := make([]string, len(eventKinds))
	for i, k := range eventKinds {
		kinds[i] = string(k)
	}
	cmd.Flags().StringSliceVar(&f.kinds, "kind", nil, "only these kinds: "+strings.Join(kinds, ", "))
	cmd.Flags().DurationVar(&f.since, "since", 0, "only what happened in the last so many hours, e.g. 24h")
	cmd.Flags().IntVar(&f.limit, "limit", 100, "at most so many")
	cmd.Flags().BoolVar(&f.unseen, "unseen", false, "only what nobody acknowledged")
	return cmd
}

func (f *eventFlags) query(now time.Time, args []string) (fleet.EventQuery, error) {
	q := fleet.EventQuery{Unseen: f.unseen, Limit: f.limit}
	if f.limit < 1 || f.since < 0 {
		return q, usage("--limit must be at least 1 and --since not negative")
	}
	if f.since > 0 {
		q.Since = now.Add(-f.since)
	}
	if len(args) == 1 {
		q.Server = args[0]
	}
	for _, k := range f.kinds {
		if !slices.Contains(eventKinds, fleet.EventKind(k)) {
			return q, usage("--kind %s: there is no such kind; see ironage events --help", k)
		}
		q.Kinds = append(q.Kinds, fleet.EventKind(k))
	}
	return q, nil
}

func (env *cli) printEvents(as string, events []fleet.Event) error {
	if as == "table" && len(events) == 0 {
		_, err := fmt.Fprintln(env.out, "No events.")
		return err
	}
	rows := make([][]string, len(events))
	for i, e := range events {
		ack := ""
		if e.Ack != nil {
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
