package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/maintenance"
	"ironage/internal/ops"
)

func newMaintenanceCommand(env *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "maintenance",
		Short: "Announce work on servers: what is found there meanwhile is kept, and does not alert",
		Long: "Announce work on servers. While a window lasts, what is found on its servers is shown and kept, but does not alert, and ironage proposes no\n" +
			"work orders for them. A window ends by itself. docs/maintenance.md tells more.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return env.listMaintenance(cmd.Context(), false) },
	}
	cmd.AddCommand(newMaintenanceListCommand(env), newMaintenanceAddCommand(env), newMaintenanceChangeCommand(env), newMaintenanceEndCommand(env))
	return cmd
}

func newMaintenanceListCommand(env *cli) *cobra.Command {
	var past bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the windows that are active and coming",
		Long:    "List the windows of maintenance: active ones, those that end first before the others, then coming ones.",
		Example: "ironage maintenance list\nironage maintenance list --past --output json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return env.listMaintenance(cmd.Context(), past) },
	}
	cmd.Flags().BoolVar(&past, "past", false, "those that are over too")
	return cmd
}

// windowJSON is a window as `maintenance list --output json` prints it; its
// keys are stable.
type windowJSON struct {
	maintenance.Window
	State   string                  `json:"state"` // active, coming, past
	Now     *maintenance.Occurrence `json:"occurrence,omitempty"`
	Servers int                     `json:"servers"`
}

// windowsJSON is the whole of it.
type windowsJSON struct {
	Schema  string       `json:"schema"` // ironage.maintenance/v1
	Windows []windowJSON `json:"windows"`
}

func (env *cli) listMaintenance(ctx context.Context, past bool) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return err
	}
	defer done()
	v, now := desk.View(), env.now()
	doc := windowsJSON{Schema: "ironage.maintenance/v1", Windows: []windowJSON{}}
	for i := range v.Windows {
		if w := windowOf(v, &v.Windows[i], now); past || w.State != maintenance.Past.String() {
			doc.Windows = append(doc.Windows, w)
		}
	}
	if as == "table" && len(doc.Windows) == 0 {
		text := "No maintenance is announced. ironage maintenance add --rack NAME --for 4h --reason TEXT announces some."
		_, err := fmt.Fprintln(env.prose(), env.tongue().Text(text))
		return err
	}
	return env.printWindows(as, doc)
}

// windowOf is a window with how it stands now and how many servers it is about.
func windowOf(v *ops.View, w *maintenance.Window, now time.Time) windowJSON {
	out := windowJSON{Window: *w, State: w.Phase(now).String()}
	find := map[string]func(time.Time) (maintenance.Occurrence, bool){"active": w.At, "coming": w.Next, "past": w.Last}[out.State]
	if o, ok := find(now); ok {
		out.Now = &o
	}
	for e := range v.Fleet.All() {
		if w.About(&e.Server) {
			out.Servers++
		}
	}
	return out
}

func (env *cli) printWindows(as string, doc windowsJSON) error {
	rows := make([][]string, len(doc.Windows))
	for i := range doc.Windows {
		w := &doc.Windows[i]
		at := func(t time.Time) string {
			if as == "csv" {
				return t.UTC().Format(time.RFC3339)
			}
			return t.In(env.now().Location()).Format("2006-01-02 15:04")
		}
		from, to, times := "", "", "once"
		if w.Now != nil {
			from, to = at(w.Now.From), at(w.Now.To)
		}
		if w.Every != nil {
			times = w.Every.String()
		}
		rows[i] = []string{fmt.Sprint(w.ID), w.State, string(w.Scope), w.Name, from, to, fmt.Sprint(w.Servers), w.Reason, w.By, times}
	}
	return env.printAs(as, []string{"id", "state", "scope", "name", "from", "to", "servers", "reason", "by", "times"}, rows, doc)
}

func newMaintenanceEndCommand(env *cli) *cobra.Command {
	var forGood bool
	cmd := &cobra.Command{
		Use:   "end ID…",
		Short: "End windows early, or cancel coming ones",
		Long: "End windows early, or cancel coming ones. Of a recurring window that is active, only this occurrence ends, unless --for-good is given; one\n" +
			"that is not active now can only be ended for good. Who: technician for servers and racks, engineer for the rest.",
		Example: "ironage maintenance end 3\nironage maintenance end 5 --for-good",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.changeWindows(cmd.Context(), args, func(ctx context.Context, desk *ops.Desk, w maintenance.Window) (maintenance.Window, error) {
				return desk.EndWindow(ctx, env.actor(), w.ID, w.Version, forGood || w.Every == nil)
			})
		},
	}
	cmd.Flags().BoolVar(&forGood, "for-good", false, "a recurring window never comes again")
	return cmd
}

// changeWindows does something with windows, each by its number, and prints
// what they are then.
func (env *cli) changeWindows(ctx context.Context, args []string, do func(context.Context, *ops.Desk, maintenance.Window) (maintenance.Window, error)) error {
	ids := make([]int64, len(args))
	for i, a := range args {
		id, err := strconv.ParseInt(strings.TrimPrefix(a, "#"), 10, 64)
		if err != nil {
			return usage("%q is not the number of a window; ironage maintenance list shows them", a)
		}
		ids[i] = id
	}
	as, err := env.format("table", "json")
	if err != nil {
		return err
	}
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return err
	}
	defer done()
	for _, id := range ids {
		at := slices.IndexFunc(desk.View().Windows, func(w maintenance.Window) bool { return w.ID == id })
		if at < 0 {
			return usage("there is no maintenance %d; ironage maintenance list --past shows all", id)
		}
		w, err := do(ctx, desk, desk.View().Windows[at])
		if err != nil {
			return err
		}
		if err := env.printWindow(as, desk.View(), &w); err != nil {
			return err
		}
	}
	return nil
}

// printWindow says what a window is now.
func (env *cli) printWindow(as string, v *ops.View, w *maintenance.Window) error {
	out := windowOf(v, w, env.now())
	if as == "json" {
		return printJSON(env.out, out)
	}
	text := fmt.Sprintf("maintenance %d of %s: %s", w.ID, clean(w.What()), out.State)
	if out.Now != nil && out.State != "past" {
		at := func(t time.Time) string { return t.In(env.now().Location()).Format("2006-01-02 15:04") }
		text += fmt.Sprintf(", %s to %s", at(out.Now.From), at(out.Now.To))
	}
	if w.Every != nil {
		text += ", " + w.Every.String()
	}
	_, err := fmt.Fprintf(env.out, "%s; %d server(s): %s\n", text, out.Servers, clean(w.Reason))
	return err
}
