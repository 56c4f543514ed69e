package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/notify"
	"ironage/internal/queue"
	"ironage/internal/store"
)

func newQueueWatchCommand(env *cli) *cobra.Command {
	var after, order int64
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Print each change of the queue as it happens, until Ctrl-C",
		Long: "Print each change of every order as it happens, whoever makes it, until Ctrl-C. --output json writes one document a line, the same that\n" +
			"webhooks get (docs/webhooks.md), with the number of the change beside it: --after that number goes on from there, and misses nothing.",
		Example: "ironage queue watch\nironage queue watch --after 0 --output json | jq -r .change.action",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("after") {
				after = -1
			} else if after < 0 {
				return usage("--after %d: the changes are numbered from 1", after)
			}
			return env.queueWatch(cmd.Context(), after, order)
		},
	}
	cmd.Flags().Int64Var(&after, "after", 0, "begin after the change of this number; 0: with the first ever (default: with the next)")
	cmd.Flags().Int64Var(&order, "order", 0, "only this order")
	return cmd
}

// changeJSON is a line of `queue watch --output json`; its keys are stable,
// and but for seq those of a webhook's document.
type changeJSON struct {
	Schema string      `json:"schema"` // ironage.order-change/v1
	Seq    int64       `json:"seq"`
	ID     string      `json:"id"`
	Order  queue.Order `json:"order"`
	Change queue.Entry `json:"change"`
}

const (
	changeSchema = "ironage.order-change/v1"
	watchEvery   = 250 * time.Millisecond
	watchBatch   = 200
)

func (env *cli) queueWatch(ctx context.Context, after, order int64) error {
	as, err := env.format("table", "json")
	if err != nil {
		return err
	}
	st, done, err := env.openStore(ctx)
	if err != nil {
		return err
	}
	defer done()
	if after < 0 {
		if after, err = st.LastOrderChange(ctx); err != nil {
			return err
		}
	}
	// Ctrl-C is how it ends; what happened until then is still printed.
	toTheEnd := context.WithoutCancel(ctx)
	for range st.Watch(ctx, watchEvery) {
		if after, err = env.printChanges(toTheEnd, st, as, after, order); err != nil {
			return err
		}
	}
	_, err = env.printChanges(toTheEnd, st, as, after, order)
	return err
}

// printChanges prints what happened after a change and returns the number of the last one.
func (env *cli) printChanges(ctx context.Context, st *store.Store, as string, after, order int64) (int64, error) {
	for {
		changes, err := st.OrderChanges(ctx, after, watchBatch)
		if err != nil {
			return after, err
		}
		for i := range changes {
			c := &changes[i]
			after = c.Seq
			if order != 0 && c.Order.ID != order {
				continue
			}
			if err := env.printChange(as, c); err != nil {
				return after, err
			}
		}
		if len(changes) < watchBatch {
			return after, nil
		}
	}
}

func (env *cli) printChange(as string, c *notify.Change) error {
	if as == "json" {
		enc := json.NewEncoder(env.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(changeJSON{Schema: changeSchema, Seq: c.Seq, ID: c.ID(), Order: c.Order, Change: c.Entry})
	}
	e := &c.Entry
	what := e.Action
	if e.From != e.To && e.To != "" {
		what += " → " + string(e.To)
	}
	words := []string{e.Time.Local().Format("2006-01-02 15:04:05"), fmt.Sprintf("order %d", c.Order.ID), string(c.Order.Tier),
		clean(c.Order.Slot) + " of " + clean(c.Order.Server), what, "by " + clean(e.Actor.Name), clean(joined(e.Reason, changedWords(*e)))}
	_, err := fmt.Fprintln(env.out, strings.TrimRight(strings.Join(words, "  "), " "))
	return err
}
