package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"ironage/config"
	"ironage/internal/fleet"
	"ironage/internal/notify"
	"ironage/internal/queue"
	"ironage/internal/store"
)

// newWebhooksCommand makes `ironage webhooks`.
func newWebhooksCommand(env *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "webhooks",
		Short: "Look at the webhooks that are told about work orders",
		Long: "Webhooks are configured under webhooks: in the configuration. The process that collects tells them every change of every order, in order,\n" +
			"and tries again for about a day. What cannot be delivered is kept as a dead letter.",
		Example: "ironage webhooks list\nironage webhooks dead\nironage webhooks retry 3\nironage webhooks test glpi",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newWebhooksListCommand(env), newWebhooksDeadCommand(env), newWebhooksTestCommand(env),
		newDeadLetterCommand(env, "retry", "Deliver a dead letter now", func(ctx context.Context, st *store.Store, c *config.Config, id int64) error {
			d, change, err := st.DeadLetter(ctx, id)
			if err != nil {
				return err
			}
			w := c.Webhooks[d.Hook]
			if w == nil {
				return fmt.Errorf("webhook %s is no longer configured; ironage webhooks drop %d forgets its letter", d.Hook, id)
			}
			h, err := hookOf(ctx, w, env.getenv)
			if err != nil {
				return err
			}
			if err := env.notifier(st).Send.Send(ctx, h, change); err != nil {
				return fmt.Errorf("webhook %s: %w; the letter is kept", d.Hook, err)
			}
			return st.DropDeadLetter(ctx, id, env.actor(), "deliver")
		}),
		newDeadLetterCommand(env, "drop", "Forget a dead letter", func(ctx context.Context, st *store.Store, _ *config.Config, id int64) error {
			return st.DropDeadLetter(ctx, id, env.actor(), "drop")
		}))
	return cmd
}

// hookJSON is one webhook of `webhooks list --output json`; its keys are stable.
type hookJSON struct {
	Name  string    `json:"name"`
	Host  string    `json:"host"`
	Seq   int64     `json:"told_to"`
	Last  int64     `json:"latest_change"`
	Tries int       `json:"failed_tries"`
	Next  time.Time `json:"next_try,omitzero"`
	Error string    `json:"error,omitempty"`
}

func newWebhooksListCommand(env *cli) *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List the webhooks and how far each was told", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			as, err := env.format("table", "json", "csv")
			if err != nil {
				return err
			}
			c, err := env.configOrDefault()
			if err != nil {
				return err
			}
			st, done, err := env.openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer done()
			hooks, rows, err := env.hooks(cmd.Context(), st, c)
			if err != nil {
				return err
			}
			if as == "table" && len(rows) == 0 {
				_, err := fmt.Fprintln(env.prose(), "No webhooks are configured; see docs/webhooks.md.")
				return err
			}
			return env.printAs(as, []string{"name", "host", "told", "waiting", "state"}, rows, hooks)
		}}
}

func (env *cli) hooks(ctx context.Context, st *store.Store, c *config.Config) ([]hookJSON, [][]string, error) {
	last, err := st.LastOrderChange(ctx)
	if err != nil {
		return nil, nil, err
	}
	hooks, rows := []hookJSON{}, [][]string{}
	for _, name := range slices.Sorted(maps.Keys(c.Webhooks)) {
		p, err := st.HookProgress(ctx, name)
		if err != nil {
			return nil, nil, err
		}
		h := hookJSON{Name: name, Host: hookHost(c.Webhooks[name]), Seq: p.Seq, Last: last, Tries: p.Tries, Next: p.Next, Error: p.Error}
		state, waiting := "ok", last-p.Seq
		switch {
		case !p.Known:
			state, waiting = "not told yet: no process has collected since it was configured", 0
		case p.Tries > 0:
			next := "now"
			if !p.Next.IsZero() {
				next = p.Next.Local().Format("15:04:05")
			}
			state = fmt.Sprintf("failed %s, next try %s: %s", plural(p.Tries, "time"), next, p.Error)
		}
		hooks = append(hooks, h)
		rows = append(rows, []string{name, h.Host, fmt.Sprint(p.Seq), fmt.Sprint(waiting), state})
	}
	return hooks, rows, nil
}

// hookHost is as much of a webhook's address as may be shown: paths hold tokens.
func hookHost(w *config.Webhook) string {
	if !w.URLRef.IsZero() {
		return w.URLRef.String()
	}
	u, err := url.Parse(w.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

func newWebhooksDeadCommand(env *cli) *cobra.Command {
	return &cobra.Command{Use: "dead", Short: "List the changes that could not be delivered", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			as, err := env.format("table", "json", "csv")
			if err != nil {
				return err
			}
			st, done, err := env.openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer done()
			dead, err := st.DeadLetters(cmd.Context())
			if err != nil {
				return err
			}
			if as == "table" && len(dead) == 0 {
				_, err := fmt.Fprintln(env.prose(), "No dead letters: everything was delivered.")
				return err
			}
			var rows [][]string
			for _, d := range dead {
				rows = append(rows, []string{fmt.Sprint(d.ID), d.Hook, fmt.Sprint(d.Order), d.What, d.At.Local().Format("2006-01-02 15:04"), fmt.Sprint(d.Tries), d.Error})
			}
			if dead == nil {
				dead = []notify.DeadLetter{}
			}
			return env.printAs(as, []string{"id", "webhook", "order", "change", "given_up", "tries", "error"}, rows, dead)
		}}
}

func newDeadLetterCommand(env *cli, name, short string, do func(context.Context, *store.Store, *config.Config, int64) error) *cobra.Command {
	return &cobra.Command{Use: name + " ID", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return usage("%q is not the number of a dead letter; `ironage webhooks dead` shows them", args[0])
			}
			if by := env.actor(); !by.Role.Includes(queue.Engineer) {
				return fmt.Errorf("this takes an engineer; %s is a %s", by.Name, by.Role)
			}
			c, err := env.configOrDefault()
			if err != nil {
				return err
			}
			st, done, err := env.openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer done()
			if err := do(cmd.Context(), st, c, id); errors.Is(err, store.ErrNotFound) {
				return exit(exitNotFound, err)
			} else if err != nil {
				return err
			}
			_, err = fmt.Fprintf(env.prose(), "Dead letter %d is done with.\n", id)
			return err
		}}
}

func newWebhooksTestCommand(env *cli) *cobra.Command {
	return &cobra.Command{Use: "test NAME", Short: "Send a made-up change to a webhook", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := env.configOrDefault()
			if err != nil {
				return err
			}
			w := c.Webhooks[args[0]]
			if w == nil {
				return exit(exitNotFound, fmt.Errorf("no webhook is named %q; `ironage webhooks list` shows them", args[0]))
			}
			h, err := hookOf(cmd.Context(), w, env.getenv)
			if err != nil {
				return err
			}
			by := env.actor()
			change := notify.Change{Order: queue.Order{Server: "test", Slot: "disk/test", Kind: fleet.Disk, State: queue.Proposed, Tier: queue.P4},
				Entry: queue.Entry{Time: env.now(), Actor: by, Action: "test", Reason: "made up by ironage webhooks test"}}
			if err := env.notifier(nil).Send.Send(cmd.Context(), h, change); err != nil {
				return fmt.Errorf("webhook %s: %w", w.Name, err)
			}
			_, err = fmt.Fprintf(env.prose(), "Webhook %s took it.\n", w.Name)
			return err
		}}
}
