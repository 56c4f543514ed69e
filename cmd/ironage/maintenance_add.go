package main

import (
	"context"
	"strings"
	"time"
	_ "time/tzdata" // a container may have no time zones of its own

	"github.com/spf13/cobra"

	"ironage/internal/maintenance"
	"ironage/internal/ops"
)

// windowFlags say when a window is, and why.
type windowFlags struct {
	from, long, to, reason string
	every, at, until, zone string
}

func (f *windowFlags) register(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.reason, "reason", "", "what is being done, for whoever looks at night")
	fl.StringVar(&f.from, "from", "", `when it begins: now (default), "2026-03-14 22:00", 22:00, or 2h from now`)
	fl.StringVar(&f.long, "for", "", "how long it lasts: 4h, 90m, 3d")
	fl.StringVar(&f.to, "to", "", "when it ends, instead of --for")
	fl.StringVar(&f.every, "every", "", "recurring: sat; mon,thu; day; weekday; 1 (of the month); last (day of the month)")
	fl.StringVar(&f.at, "at", "", "recurring: at what time of day it begins, e.g. 22:00")
	fl.StringVar(&f.until, "until", "", "recurring: when it stops coming again")
	fl.StringVar(&f.zone, "zone", "", "recurring: the time zone of --at, e.g. Asia/Ho_Chi_Minh (default: this machine's)")
}

// fill writes what was given into a window; now is where times are read from.
func (f *windowFlags) fill(w *maintenance.Window, now time.Time) error {
	if f.reason != "" {
		w.Reason = f.reason
	}
	if f.every != "" || w.Every != nil {
		return f.recur(w, now)
	}
	if f.at != "" || f.until != "" || f.zone != "" {
		return usage("--at, --until and --zone go with --every")
	}
	long := w.To.Sub(w.From)
	if f.from != "" || w.From.IsZero() {
		from, err := maintenance.ParseTime(firstOf(f.from, "now"), now)
		if err != nil {
			return usage("--from: %v", err)
		}
		w.From, w.To = from, from.Add(long)
	}
	switch {
	case f.long != "" && f.to != "":
		return usage("--for and --to do not go together; give one of them")
	case f.long != "":
		long, err := maintenance.ParseSpan(f.long)
		if err != nil {
			return usage("--for: %v", err)
		}
		w.To = w.From.Add(long)
	case f.to != "":
		to, err := maintenance.ParseTime(f.to, now)
		if err != nil {
			return usage("--to: %v", err)
		}
		w.To = to
	case long == 0:
		return usage("say how long it lasts with --for, or when it ends with --to")
	}
	return nil
}

// recur writes the rhythm of a recurring window.
func (f *windowFlags) recur(w *maintenance.Window, now time.Time) error {
	if f.to != "" {
		return usage("a recurring window lasts --for so long each time; --until says when it stops coming again")
	}
	r := maintenance.Rhythm{At: -1, Zone: now.Location().String()}
	if w.Every != nil {
		r = *w.Every
	} else {
		w.To = time.Time{} // of a window that came once it was its end
	}
	var err error
	if f.every != "" {
		if r.Weekdays, r.MonthDay, err = maintenance.ParseEvery(f.every); err != nil {
			return usage("--every: %v", err)
		}
	}
	if f.at != "" {
		if r.At, err = maintenance.ParseClock(f.at); err != nil {
			return usage("--at: %v", err)
		}
	}
	if f.long != "" {
		if r.For, err = maintenance.ParseSpan(f.long); err != nil {
			return usage("--for: %v", err)
		}
	}
	if r.At < 0 || r.For == 0 {
		return usage("a recurring window needs --at (22:00) and --for (4h)")
	}
	r.Zone = firstOf(f.zone, r.Zone)
	w.Every = &r
	if f.from != "" || w.From.IsZero() {
		if w.From, err = maintenance.ParseTime(firstOf(f.from, "now"), now); err != nil {
			return usage("--from: %v", err)
		}
	}
	if f.until != "" {
		if w.To, err = maintenance.ParseTime(f.until, now); err != nil {
			return usage("--until: %v", err)
		}
	}
	return nil
}

// scopeFlags say what a window is about.
type scopeFlags struct {
	server, rack, site, service string
	fleet                       bool
}

func newMaintenanceAddCommand(env *cli) *cobra.Command {
	var f windowFlags
	var of scopeFlags
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Announce maintenance of a server, rack, site, service or of all",
		Long: "Announce maintenance, once or recurring. Overlapping windows are fine: what one of them covers is covered.\n" +
			"Who: technician for servers and racks, engineer for sites, services and the whole fleet.",
		Example: "ironage maintenance add --rack A03 --from \"2026-03-14 22:00\" --for 4h --reason \"new PDU\"\n" +
			"ironage maintenance add --service mail --every sat --at 22:00 --for 4h --reason patches",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, err := of.window()
			if err != nil {
				return err
			}
			return env.addMaintenance(cmd.Context(), w, f)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&of.server, "server", "", "maintenance of this server")
	fl.StringVar(&of.rack, "rack", "", "maintenance of this rack: A03, dc1/A03 or hanoi/dc1/A03")
	fl.StringVar(&of.site, "site", "", "maintenance of this site")
	fl.StringVar(&of.service, "service", "", "maintenance of this service")
	fl.BoolVar(&of.fleet, "fleet", false, "maintenance of the whole fleet")
	f.register(cmd)
	return cmd
}

// window is the scope and name that were given, of which there is just one.
func (of *scopeFlags) window() (maintenance.Window, error) {
	var found []maintenance.Window
	for _, x := range []struct {
		scope maintenance.Scope
		name  string
	}{{maintenance.Server, of.server}, {maintenance.Rack, of.rack}, {maintenance.Site, of.site}, {maintenance.Service, of.service}} {
		if strings.TrimSpace(x.name) != "" {
			found = append(found, maintenance.Window{Scope: x.scope, Name: x.name})
		}
	}
	if of.fleet {
		found = append(found, maintenance.Window{Scope: maintenance.Fleet})
	}
	if len(found) != 1 {
		return maintenance.Window{}, usage("say of what: one of --server, --rack, --site, --service and --fleet")
	}
	return found[0], nil
}

func (env *cli) addMaintenance(ctx context.Context, w maintenance.Window, f windowFlags) error {
	as, err := env.format("table", "json")
	if err != nil {
		return err
	}
	if err := f.fill(&w, env.localNow()); err != nil {
		return err
	}
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return err
	}
	defer done()
	if w, err = desk.AddWindow(ctx, env.actor(), w); err != nil {
		return err
	}
	return env.printWindow(as, desk.View(), &w)
}

func newMaintenanceChangeCommand(env *cli) *cobra.Command {
	var f windowFlags
	cmd := &cobra.Command{
		Use:     "change ID",
		Short:   "Give a window another reason or time",
		Long:    "Give a window another reason or time; what is not given stays. Who: technician for servers and racks, engineer for the rest.",
		Example: "ironage maintenance change 3 --for 6h\nironage maintenance change 5 --every sun --at 02:00",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.changeWindows(cmd.Context(), args, func(ctx context.Context, desk *ops.Desk, w maintenance.Window) (maintenance.Window, error) {
				to := w
				if err := f.fill(&to, env.localNow()); err != nil {
					return w, err
				}
				return desk.ChangeWindow(ctx, env.actor(), w.ID, w.Version, to)
			})
		},
	}
	f.register(cmd)
	return cmd
}
