package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"ironage/internal/queue"
	"ironage/internal/store"
)

// Exit codes of `ironage queue` beside exitOK, exitFailed (refused) and exitUsage.
const (
	exitConflict = 3 // somebody else changed the order first
	exitNotFound = 4 // no such order, server or component
)

const queueLong = `Parts that should be replaced, from the proposal until the new part is proven healthy and the paperwork is done.

Every change is refused when the order's state, your role or a missing field does not allow it, and says why. Who, when, why and which fields changed is kept in the order's log for ever.

Exit codes: 0 done; 1 refused, that order was not changed; 2 not asked properly; 3 somebody else changed the order first; 4 no such order, server or component.`

// newQueueCommand makes `ironage queue`; its sub-commands for changes come
// from the queue's own table of transitions.
func newQueueCommand(env *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "queue",
		Short: "Look at and work on the replacement queue",
		Long:  queueLong,
		Example: "ironage queue list --state approved,ordered\n" +
			"ironage queue add rack-a1-07 \"disk/Bay 3\" --note \"clicks\"\n" +
			"ironage queue approve 12 --part-number 400-AXYZ\n" +
			"ironage queue show 12",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newQueueListCommand(env), newQueueShowCommand(env), newQueueLogCommand(env),
		newQueueAddCommand(env), newQueueNoteCommand(env), newQueueEditCommand(env), newQueueAssignCommand(env),
		newQueuePicklistCommand(env), newQueueDisposalsCommand(env), newQueueFiguresCommand(env), newQueueWatchCommand(env))
	for _, a := range personActions() {
		cmd.AddCommand(newQueueMoveCommand(env, a))
	}
	return cmd
}

// orderID reads the number of an order: 12 or #12.
func orderID(arg string) (int64, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(arg, "#"), 10, 64)
	if err != nil || id <= 0 {
		return 0, usage("%q is not the number of an order; `ironage queue list` shows them", arg)
	}
	return id, nil
}

// queueError words what came back from the desk and gives it its exit code.
func (env *cli) queueError(err error) error {
	var (
		conflict  *queue.Conflict
		duplicate *queue.Duplicate
		refusal   *queue.Refusal
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &conflict):
		return exit(exitConflict, fmt.Errorf("%s; look at it again with `ironage queue show %d`", env.conflictWords(conflict), conflict.Order.ID))
	case errors.As(err, &duplicate):
		return exit(exitFailed, fmt.Errorf("%w; look at it with `ironage queue show %d`", err, duplicate.Order.ID))
	case errors.As(err, &refusal):
		return exit(exitFailed, fmt.Errorf("%w%s", err, adviceFor(refusal)))
	case errors.Is(err, store.ErrNotFound):
		return exit(exitNotFound, fmt.Errorf("%w; `ironage queue list --all` shows every order", err))
	}
	return err
}

// conflictWords says who was faster, with the time as the person's clock shows it.
func (env *cli) conflictWords(c *queue.Conflict) string {
	at, layout := c.At.Local(), "15:04"
	if y, m, d := at.Date(); env.now().Local().Format("2006-1-2") != fmt.Sprintf("%d-%d-%d", y, m, d) {
		layout = "2006-01-02 15:04"
	}
	what := ""
	if n := len(c.Since); n > 0 {
		what = " (" + c.Since[n-1].Action + ")"
		if from, to := c.Since[0].From, c.Since[n-1].To; from != to {
			what = fmt.Sprintf(" (%s → %s)", from, to)
		}
	}
	return fmt.Sprintf("order %d was changed by %s at %s%s", c.Order.ID, c.By, at.Format(layout), what)
}

// missingFields are the names of the fields that a refused change lacks.
func missingFields(r *queue.Refusal) []string {
	var names []string
	for _, t := range queue.Transitions() {
		if t.Action != r.Action {
			continue
		}
		for _, f := range t.Fields {
			for _, label := range r.Missing {
				if strings.EqualFold(f.Label, label) && !slices.Contains(names, f.Name) {
					names = append(names, f.Name)
				}
			}
		}
	}
	return names
}

// adviceFor says which flags a refused change lacks.
func adviceFor(r *queue.Refusal) string {
	var flags []string
	for _, name := range missingFields(r) {
		flag := "--" + strings.ReplaceAll(name, "_", "-")
		if choices := choicesOf(r.Action, name); len(choices) > 0 {
			flag += " " + strings.Join(choices, "|")
		}
		flags = append(flags, flag)
	}
	for _, c := range r.Confirm {
		flags = append(flags, "--confirm "+c.Code)
	}
	switch {
	case r.Action == "propose" && slices.ContainsFunc(r.Missing, func(m string) bool { return strings.Contains(m, "reason") }):
		return "\nthe probes see no fault: say why it should be replaced, with --note WHY"
	case len(flags) == 0:
		return ""
	}
	return "\ngive " + strings.Join(flags, " ")
}

// choicesOf are the words that a field of an action takes; none where it is free.
func choicesOf(action, field string) []string {
	for _, t := range queue.Transitions() {
		if t.Action != action {
			continue
		}
		for _, f := range t.Fields {
			if f.Name == field && f.Kind == queue.FieldChoice {
				return f.Choices
			}
		}
	}
	return nil
}

func flagName(f queue.Field) string { return strings.ReplaceAll(f.Name, "_", "-") }
