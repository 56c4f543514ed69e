package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"ironage/internal/lists"
	"ironage/internal/outlook"
)

func newServicesCommand(env *cli) *cobra.Command {
	var filtered filterFlag
	language := lists.Services()
	cmd := &cobra.Command{
		Use:   "services [FILTER…]",
		Short: "Show what each service stands on: servers, health, age, and the risk that some part fails",
		Long: "services lists what the servers are for: how many there are, their worst health, how many are past their service life, and how likely\n" +
			"some part of them fails within a year. Servers without a service stand last.",
		Example: "ironage services\nironage services 'share:>50% criticality:high,critical'\nironage services --output json",
		RunE: func(cmd *cobra.Command, args []string) error {
			keep, err := parseFilter(env, language, filtered, args...)
			if err != nil {
				return err
			}
			return env.services(cmd.Context(), keep)
		},
	}
	filtered.register(cmd, language.Names())
	completes(cmd, env, language, true)
	return cmd
}

func (env *cli) services(ctx context.Context, keep func(*outlook.ServiceLine) bool) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	f, err := env.outlook(ctx, outlook.Slice{})
	if err != nil {
		return err
	}
	all := f.Services()
	services := slices.DeleteFunc(slices.Clone(all), func(l outlook.ServiceLine) bool { return !keep(&l) })
	list := make([]groupJSON, len(services))
	rows := make([][]string, len(services))
	for i := range services {
		s := &services[i]
		list[i] = groupJSONOf(&s.GroupLine)
		list[i].Owner = s.Owner
		rows[i] = append([]string{firstOf(s.Value, outlook.Unset), string(s.Criticality), s.Owner}, list[i].cells()...)
	}
	switch {
	case as == "table" && len(rows) == 0 && len(all) > 0:
		_, err := fmt.Fprintln(env.prose(), "No service matches.")
		return err
	case as == "table" && len(rows) == 0:
		_, err := fmt.Fprintln(env.prose(), "There are no servers yet. Add them to the configuration: docs/configuration.md")
		return err
	}
	head := append([]string{"service", "criticality", "owner"}, groupColumns...)
	if as == "table" {
		return env.printFitting(head, rows)
	}
	return env.printAs(as, head, rows, struct {
		Schema   string      `json:"schema"`
		Services []groupJSON `json:"services"`
	}{"ironage.services/v1", list})
}
