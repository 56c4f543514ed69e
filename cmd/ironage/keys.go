package main

import (
	"strings"

	"github.com/spf13/cobra"

	"ironage/tui"
)

func newKeysCommand(env *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "keys [SCREEN]",
		Short: "Print the keys of the console",
		Long: "Print every key of the console by screen, as the ? page of the console shows them, to read before or to hang\n" +
			"beside the desk. The table is in the reader's language; JSON and CSV are English.",
		Example: "ironage keys\nironage keys servers\nironage keys --lang vi",
		Args:    cobra.MaximumNArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return tui.KeyScreens(env.tongue()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error { return env.printKeys(strings.Join(args, "")) },
	}
}

// printKeys prints the key table, or the part about one screen.
func (env *cli) printKeys(screen string) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	t := env.tongue()
	if as != "table" {
		t = nil
	}
	keys := tui.KeyTable(t, screen)
	if len(keys) == 0 && t != nil { // an English name will do in every language
		keys = tui.KeyTable(nil, screen)
	}
	if len(keys) == 0 {
		return usage("there is no screen %q; there are: %s", screen, strings.Join(tui.KeyScreens(t), ", "))
	}
	rows := make([][]string, len(keys))
	for i, k := range keys {
		rows[i] = []string{k.Screen, k.Key, k.What}
	}
	return env.printAs(as, []string{"screen", "key", "what"}, rows, keys)
}
