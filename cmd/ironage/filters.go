package main

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"ironage/internal/filter"
	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/lists"
	"ironage/internal/ops"
	"ironage/internal/outlook"
)

// filterFlag is the filter of a list command: what its arguments and --filter
// say together, in the language of the console.
type filterFlag struct{ text string }

// register adds --filter to a command, with the list's fields in its help.
func (f *filterFlag) register(cmd *cobra.Command, names []string) {
	cmd.Flags().StringVar(&f.text, "filter", "", "only what the filter takes, e.g. 'health:critical !rack:A*' or @name for a saved one; fields: "+strings.Join(names, ", "))
}

// completes lets the shell complete the words of the filter.
func completes[R any](cmd *cobra.Command, env *cli, l *filter.Language[R], arguments bool) {
	offer := func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		l.Saved = env.savedFilters()
		c := l.Complete(typed, len([]rune(typed)))
		var out []string
		for _, o := range c.Offers {
			text, _ := c.Put(typed, o)
			out = append(out, text)
		}
		return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
	// Cannot fail: the flag was made before.
	_ = cmd.RegisterFlagCompletionFunc("filter", offer)
	if arguments {
		cmd.ValidArgsFunction = offer
	}
}

// parseFilter makes a predicate of arguments and --filter, which must all
// hold. A mistake is shown with a caret under its character.
func parseFilter[R any](env *cli, l *filter.Language[R], f filterFlag, args ...string) (func(R) bool, error) {
	text := strings.TrimSpace(strings.Join(append(slices.Clone(args), f.text), " "))
	if strings.Contains(text, "@") {
		l.Saved = env.savedFilters()
	}
	keep, err := l.Parse(text)
	if err != nil {
		return nil, exit(exitUsage, &saidError{errors.New(pointAt(nil, text, err)), pointAt(env.tongue(), text, err)})
	}
	if keep == nil {
		keep = func(R) bool { return true }
	}
	return keep, nil
}

// pointAt is a filter with a caret under what is wrong with it.
func pointAt(t *lang.Tongue, text string, err error) string {
	var e *filter.Error
	if !errors.As(err, &e) {
		return t.Text(err.Error())
	}
	before := string([]rune(text)[:e.At])
	out := fmt.Sprintf("%s\n  %s\n  %s^", t.Say("filter: %s", e.Say(t.Say)), clean(text), strings.Repeat(" ", ansi.StringWidth(clean(before))))
	if len(e.Fields) > 0 {
		out += "\n" + t.Say("fields are %s", strings.Join(e.Fields, ", "))
	}
	return out
}

// kept are the rows that a filter takes.
func kept[R any](rows []R, keep func(R) bool) []R {
	out := make([]R, 0, len(rows))
	for _, r := range rows {
		if keep(r) {
			out = append(out, r)
		}
	}
	return out
}

// savedFilters are the filters that this person saved in the console, by name.
func (env *cli) savedFilters() map[string]string {
	kept := env.settings()
	return lists.Saved(kept.Names(lists.SavedKey), kept.Get)
}

// serversOf are the servers of a view as lists look for them.
func (env *cli) serversOf(v *ops.View) []*lists.Server { return env.listed(v, v.Fleet.All()) }

// listed are servers as lists look for them; the view tells what else is
// known of them.
func (env *cli) listed(v *ops.View, servers iter.Seq[*fleet.Entry]) []*lists.Server {
	c, err := env.configOrDefault()
	if err != nil { // the desk was opened with it: it can be read
		return nil
	}
	life, now, open := c.Life, env.now(), lists.OpenOrders(v.Orders)
	var out []*lists.Server
	for e := range servers {
		var judged *outlook.Server
		if v.Outlook != nil {
			judged = v.Outlook.Server(e.Server.Name)
		}
		x := lists.NewServer(e, life, now, nil)
		x.Orders, x.Judged = open[e.Server.Name], lists.Judge(v.Outlook, e, judged)
		out = append(out, x)
	}
	return out
}

// aboutServers are the servers that events, orders and parts of a view are
// about; without a view, for the help, there are none.
func (env *cli) aboutServers(v *ops.View) *lists.About {
	about := &lists.About{Now: env.now, Server: func(string) *fleet.Server { return nil }}
	if v == nil || v.Fleet == nil {
		return about
	}
	about.Server = func(name string) *fleet.Server {
		if e := v.Fleet.Find(name); e != nil {
			return &e.Server
		}
		return nil
	}
	if v.Outlook != nil {
		about.Criticality = v.Outlook.Criticality
	}
	return about
}
