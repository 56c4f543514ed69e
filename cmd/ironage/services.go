package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"ironage/internal/outlook"
)

func newServicesCommand(env *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "services",
		Short: "Show what each service stands on: servers, health, age, and the risk that some part fails",
		Long: "services lists what the servers are for: how many there are, their worst health, how many are past their service life, and how likely\n" +
			"some part of them fails within a year. Servers without a service stand last.",
		Example: "ironage services\nironage services --output json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return env.services(cmd.Context()) },
	}
}

func (env *cli) services(ctx context.Context) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	f, err := env.outlook(ctx, outlook.Slice{})
	if err != nil {
		return err
	}
	services := f.Services()
	list := make([]groupJSON, len(services))
	rows := make([][]string, len(services))
	for i := range services {
		s := &services[i]
		list[i] = groupJSONOf(&s.GroupLine)
		list[i].Owner = s.Owner
		rows[i] = append([]string{firstOf(s.Value, outlook.Unset), string(s.Criticality), s.Owner}, list[i].cells()...)
	}
	if as == "table" && len(rows) == 0 {
		_, err := fmt.Fprintln(env.out, "There are no servers yet. Add them to the configuration: docs/configuration.md")
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
