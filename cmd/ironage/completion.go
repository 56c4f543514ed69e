package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/ops"
)

// completionTime bounds what a Tab key waits for.
const completionTime = 2 * time.Second

// completeArguments lets the shell complete names of servers and numbers of
// orders wherever a command takes them, by the first word of its usage.
func (env *cli) completeArguments(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		env.completeArguments(sub)
	}
	if cmd.ValidArgsFunction != nil {
		return
	}
	words := strings.Fields(cmd.Use)
	switch {
	case len(words) < 2:
	case strings.Contains(words[1], "ORDER"):
		cmd.ValidArgsFunction = env.offer(strings.Contains(words[1], "…"), orderOffers)
	case strings.Contains(words[1], "SERVER") || cmd.Name() == "server":
		cmd.ValidArgsFunction = env.offer(strings.Contains(words[1], "…"), serverOffers)
	}
}

// offer makes a completion of what is in the database; one that cannot be read
// offers nothing, because a shell has no place for an error.
func (env *cli) offer(several bool, of func(*ops.View) []string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 && !several {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
		defer cancel()
		desk, done, err := env.openDesk(ctx)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		defer done()
		var out []string
		for _, o := range of(desk.View()) {
			if strings.HasPrefix(o, strings.TrimPrefix(typed, "#")) {
				out = append(out, o)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

// serverOffers are the servers, each with its health as a description.
func serverOffers(v *ops.View) []string {
	var out []string
	for e := range v.Fleet.All() {
		out = append(out, clean(e.Server.Name)+"\t"+e.State.Health.String())
	}
	return out
}

// orderOffers are the open orders, each with what it is about.
func orderOffers(v *ops.View) []string {
	var out []string
	for i := range v.Orders {
		if o := &v.Orders[i]; o.State.Open() {
			out = append(out, strconv.FormatInt(o.ID, 10)+"\t"+clean(string(o.State)+" "+o.Server))
		}
	}
	return out
}
