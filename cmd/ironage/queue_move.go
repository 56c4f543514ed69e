package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ironage/internal/ops"
	"ironage/internal/queue"
)

// personAction is one word of the transition table that a person may say,
// with everything that its rows ask for.
type personAction struct {
	word    string
	label   string
	summary string
	from    []queue.State
	to      queue.State
	needs   string
	who     string
	fields  []queue.Field
	checked bool
}

// personActions gathers the table's rows by action; rows of the program alone are left out.
func personActions() []personAction {
	var actions []personAction
	for _, t := range queue.Transitions() {
		if t.Person == "" || t.Row == "T1" {
			continue
		}
		at := slices.IndexFunc(actions, func(a personAction) bool { return a.word == t.Action })
		if at < 0 {
			actions = append(actions, personAction{word: t.Action, label: t.Label, summary: t.Summary, to: t.To, needs: t.Needs, who: t.Who})
			at = len(actions) - 1
		}
		a := &actions[at]
		a.from = append(a.from, t.From...)
		a.checked = a.checked || t.Checked
		for _, f := range t.Fields {
			if !slices.ContainsFunc(a.fields, func(g queue.Field) bool { return g.Name == f.Name }) {
				a.fields = append(a.fields, f)
			}
		}
	}
	return actions
}

// long is the action's help, from the table.
func (a *personAction) long() string {
	to := string(a.to)
	if to == "" {
		to = "the state before"
	}
	var from []string
	for _, s := range a.from {
		from = append(from, string(s))
	}
	return fmt.Sprintf("%s: %s.\n\nFrom %s to %s. Who: %s. Needs: %s.", a.label, a.summary, strings.Join(from, ", "), to, a.who, a.needs)
}

func newQueueMoveCommand(env *cli, a personAction) *cobra.Command {
	var version int64
	var confirmed []string
	values := map[string]*string{}
	cmd := &cobra.Command{
		Use:   a.word + " ORDER",
		Short: strings.ToUpper(a.summary[:1]) + a.summary[1:],
		Long:  a.long(),
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c := queue.Change{Action: a.word, Fields: map[string]string{}, Confirmed: confirmed}
			for name, v := range values {
				if *v != "" {
					c.Fields[name] = *v
				}
			}
			return env.queueMove(cmd.Context(), args[0], version, a, c)
		},
	}
	for _, f := range a.fields {
		values[f.Name] = cmd.Flags().String(flagName(f), "", fieldUsage(f))
		if len(f.Choices) > 0 {
			// Cannot fail: the flag was made on the line above.
			_ = cmd.RegisterFlagCompletionFunc(flagName(f), cobra.FixedCompletions(f.Choices, cobra.ShellCompDirectiveNoFileComp))
		}
	}
	addVersionFlag(cmd, &version)
	if a.checked {
		cmd.Flags().StringSliceVar(&confirmed, "confirm", nil, "code of a check that you confirm; what is to be confirmed is said when it is missing")
	}
	return cmd
}

func addVersionFlag(cmd *cobra.Command, version *int64) {
	cmd.Flags().Int64Var(version, "version", 0, "version of the order that you looked at; refused when it has changed since (default: as it is now)")
}

func fieldUsage(f queue.Field) string {
	u := f.Hint
	if len(f.Choices) > 0 {
		u = strings.Join(f.Choices, ", ") + ": " + u
	}
	if f.Kind == queue.FieldPerson {
		u += " (default: you)"
	}
	if f.Kind == queue.FieldDate {
		u += " (2026-01-31)"
	}
	return u
}

// queueMove makes one change and says what came of it.
func (env *cli) queueMove(ctx context.Context, arg string, version int64, a personAction, c queue.Change) error {
	return env.changeOrder(ctx, arg, version, func(desk *ops.Desk, o queue.Order, version int64) (queue.Order, error) {
		by := env.actor()
		for _, f := range a.fields { // who does it is you, unless somebody else is named
			if f.Kind == queue.FieldPerson && c.Fields[f.Name] == "" && queue.Value(o, f.Name) == "" && asks(o, by.Role, a.word, f.Name) {
				c.Fields[f.Name] = by.Name
			}
		}
		return desk.Move(ctx, by, o.ID, version, c)
	})
}

// asks reports whether action requires field of this very order.
func asks(o queue.Order, role queue.Role, action, field string) bool {
	for _, m := range queue.Moves(o, role) {
		if m.Action == action {
			return slices.ContainsFunc(m.Fields, func(f queue.Field) bool { return f.Name == field && f.Required })
		}
	}
	return false
}

// changeOrder reads an order, has it changed, and prints what it has become.
// Without a version, the one just read is meant.
func (env *cli) changeOrder(ctx context.Context, arg string, version int64, change func(*ops.Desk, queue.Order, int64) (queue.Order, error)) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	id, err := orderID(arg)
	if err != nil {
		return err
	}
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return err
	}
	defer done()
	o, err := desk.Order(ctx, id)
	if err != nil {
		return env.queueError(err)
	}
	if version == 0 {
		version = o.Version
	}
	next, err := change(desk, o, version)
	if err != nil {
		return env.queueError(err)
	}
	return env.printChanged(as, o, next)
}

func (env *cli) printChanged(as string, was, next queue.Order) error {
	if as != "table" {
		return env.printOrders(as, []queue.Order{next})
	}
	what := string(next.State)
	if was.State != next.State {
		what = fmt.Sprintf("%s → %s", was.State, next.State)
	}
	_, err := fmt.Fprintf(env.out, "order %d, %s of %s: %s (version %d)\n", next.ID, clean(next.Slot), clean(next.Server), what, next.Version)
	return err
}

func newQueueNoteCommand(env *cli) *cobra.Command {
	var version int64
	cmd := &cobra.Command{
		Use:   "note ORDER TEXT…",
		Short: "Add a note to an order's log",
		Long:  "Add a note to an order's log. Finished orders take notes too. Who: technician.",
		Args:  cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return env.changeOrder(ctx, args[0], version, func(desk *ops.Desk, o queue.Order, version int64) (queue.Order, error) {
				return desk.Note(ctx, env.actor(), o.ID, version, strings.Join(args[1:], " "))
			})
		},
	}
	addVersionFlag(cmd, &version)
	return cmd
}

func newQueueEditCommand(env *cli) *cobra.Command {
	var version int64
	var reason string
	values := map[string]*string{}
	cmd := &cobra.Command{
		Use:   "edit ORDER",
		Short: "Change fields of an order without moving it",
		Long:  "Change fields of an open order without moving it. Who: technician; engineer for the tier and the due date; lead for the tier of P1 and P4.",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, fields := cmd.Context(), map[string]string{}
			for name, v := range values {
				if *v != "" {
					fields[name] = *v
				}
			}
			return env.changeOrder(ctx, args[0], version, func(desk *ops.Desk, o queue.Order, version int64) (queue.Order, error) {
				return desk.Edit(ctx, env.actor(), o.ID, version, fields, reason)
			})
		},
	}
	// What may be edited at all is what a lead may edit of an ordinary open order.
	for _, f := range queue.EditFields(queue.Order{State: queue.Proposed, Tier: queue.P2}, queue.Lead) {
		values[f.Name] = cmd.Flags().String(flagName(f), "", strings.TrimSuffix(fieldUsage(f), " (default: you)"))
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for whoever reads the log")
	addVersionFlag(cmd, &version)
	return cmd
}
