package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"ironage/internal/maintenance"
)

func newEventsAckCommand(env *cli) *cobra.Command {
	var note, until string
	cmd := &cobra.Command{
		Use:   "ack ID…",
		Short: "Acknowledge events: somebody knows of them",
		Long: "Acknowledge events. They stay in the list, with your name and note. With --until they wait for a person again from then on. An event that\n" +
			"somebody else acknowledged keeps the first word. Who: technician.",
		Example: "ironage events ack 4711 4712 --note \"power work in row A\" --until 4h",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return env.ackEvents(cmd.Context(), args, note, until) },
	}
	cmd.Flags().StringVar(&note, "note", "", "why they are known, or what is being done")
	cmd.Flags().StringVar(&until, "until", "", "until when: 4h, 3d, 2026-03-14 or 22:00; nothing: for good")
	return cmd
}

func (env *cli) ackEvents(ctx context.Context, args []string, note, until string) error {
	ids := make([]int64, len(args))
	for i, a := range args {
		id, err := strconv.ParseInt(strings.TrimPrefix(a, "#"), 10, 64)
		if err != nil || id < 1 {
			return usage("%q is not the number of an event; ironage events shows them in its first column", a)
		}
		ids[i] = id
	}
	end, err := maintenance.ParseUntil(until, env.localNow())
	if err != nil {
		return usage("--until: %v", err)
	}
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return err
	}
	defer done()
	if err := desk.AckEvents(ctx, env.actor(), ids, note, end); err != nil {
		return err
	}
	text := fmt.Sprintf("%d event(s) acknowledged", len(ids))
	if !end.IsZero() {
		text += " until " + end.Format("2006-01-02 15:04")
	}
	_, err = fmt.Fprintln(env.prose(), text)
	return err
}
