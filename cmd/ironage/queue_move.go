package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
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
	return fmt.Sprintf("%s: %s.\n\nFrom %s to %s. Who: %s. Needs: %s.\n\nSeveral orders are changed one after the other, and each is reported; the exit code is the highest of all.",
		a.label, a.summary, join(a.from), to, a.who, a.needs)
}

func newQueueMoveCommand(env *cli, a personAction) *cobra.Command {
	var f changeFlags
	cmd := &cobra.Command{
		Use:   a.word + " ORDER…",
		Short: strings.ToUpper(a.summary[:1]) + a.summary[1:],
		Long:  a.long(),
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := f.read(env)
			if err != nil {
				return err
			}
			return env.queueMove(cmd.Context(), args, a, in)
		},
	}
	for _, field := range a.fields {
		f.field(cmd, field, fieldUsage(field))
	}
	f.register(cmd)
	if a.checked {
		cmd.Flags().StringSliceVar(&f.confirm, "confirm", nil, "code of a check that you confirm; what is to be confirmed is said when it is missing")
	}
	return cmd
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

// queueMove moves orders and says what came of it.
func (env *cli) queueMove(ctx context.Context, args []string, a personAction, in changeInput) error {
	by := env.actor()
	return env.changeOrders(ctx, args, in.Version, in.Fields["part_number"], func(desk *ops.Desk, o queue.Order, version int64) (queue.Order, error) {
		c := queue.Change{Action: a.word, Reason: in.Reason, Fields: map[string]string{}, Confirmed: in.Confirm}
		for name, v := range in.Fields {
			c.Fields[name] = v
		}
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

func newQueueNoteCommand(env *cli) *cobra.Command {
	var f changeFlags
	cmd := &cobra.Command{
		Use:   "note ORDER [TEXT…]",
		Short: "Add a note to an order's log",
		Long:  "Add a note to an order's log. Finished orders take notes too. Who: technician. With --input the note is its \"reason\".",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			in, err := f.read(env)
			if err != nil {
				return err
			}
			text := in.Reason
			if len(args) > 1 {
				text = strings.Join(args[1:], " ")
			}
			return env.changeOrders(ctx, args[:1], in.Version, "", func(desk *ops.Desk, o queue.Order, version int64) (queue.Order, error) {
				return desk.Note(ctx, env.actor(), o.ID, version, text)
			})
		},
	}
	f.register(cmd)
	return cmd
}

func newQueueEditCommand(env *cli) *cobra.Command {
	var f changeFlags
	cmd := &cobra.Command{
		Use:   "edit ORDER…",
		Short: "Change fields of orders without moving them",
		Long:  "Change fields of open orders without moving them. Who: technician; engineer for the tier and the due date; lead for the tier of P1 and P4.",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := f.read(env)
			if err != nil {
				return err
			}
			return env.queueEdit(cmd.Context(), args, in)
		},
	}
	// What may be edited at all is what a lead may edit of an ordinary open order.
	for _, field := range queue.EditFields(queue.Order{State: queue.Proposed, Tier: queue.P2}, queue.Lead) {
		f.field(cmd, field, strings.TrimSuffix(fieldUsage(field), " (default: you)"))
	}
	f.field(cmd, queue.Field{Name: "reason"}, "why, for whoever reads the log")
	f.register(cmd)
	return cmd
}

func (env *cli) queueEdit(ctx context.Context, args []string, in changeInput) error {
	return env.changeOrders(ctx, args, in.Version, in.Fields["part_number"], func(desk *ops.Desk, o queue.Order, version int64) (queue.Order, error) {
		return desk.Edit(ctx, env.actor(), o.ID, version, in.Fields, in.Reason)
	})
}

func newQueueAssignCommand(env *cli) *cobra.Command {
	var note string
	cmd := &cobra.Command{
		Use:     "assign ORDER… PERSON",
		Short:   "Say who does the work, and hand it over",
		Long:    "Say who does the work. A note goes into the log in the same step, and stands on the pick list. Who: technician.",
		Example: "ironage queue assign 12 minh --note \"drive 3 is already unlocked\"\nironage queue assign 12 13 14 minh",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, person := args[:len(args)-1], strings.TrimSpace(args[len(args)-1])
			if _, err := strconv.Atoi(strings.TrimPrefix(person, "#")); err == nil || person == "" {
				return usage("%q is not a person; the last word says who does the work: ironage queue assign 12 13 minh", person)
			}
			env.warnIfViewer(person)
			return env.queueEdit(cmd.Context(), ids, changeInput{Fields: map[string]string{"assignee": person}, Reason: note})
		},
	}
	cmd.Flags().StringVar(&note, "note", "", "what the other should know")
	return cmd
}

// warnIfViewer says when the configuration lets a person only look on. Where
// roles come from groups, nobody but that person's own machine knows.
func (env *cli) warnIfViewer(person string) {
	c, err := env.config()
	if err != nil || len(c.People.Groups) > 0 || c.RoleOf(person).Includes(queue.Technician) {
		return
	}
	env.warnf("%s is a %s by the configuration (people.roles) and cannot record the work", clean(person), c.RoleOf(person))
}
