package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/queue"
)

func newQueueDisposalsCommand(env *cli) *cobra.Command {
	var since string
	var waiting bool
	cmd := &cobra.Command{
		Use:   "disposals",
		Short: "Print the disposal register: what became of removed disks",
		Long: "Print the disposal register: every disk that was replaced, and whether it was returned, destroyed, wiped or kept, by whom, when and under\n" +
			"which certificate. Those of which nobody has said it come first. `ironage queue close ORDER --disposition …` says it.",
		Example: "ironage queue disposals --waiting\nironage queue disposals --since 2026-01-01 --output csv",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return env.queueDisposals(cmd.Context(), since, waiting) },
	}
	cmd.Flags().StringVar(&since, "since", "", "only disks removed or disposed of since this day (2026-01-31); those that wait always stay")
	cmd.Flags().BoolVar(&waiting, "waiting", false, "only disks of which nobody has said what became of them")
	return cmd
}

// disposalsJSON is what `queue disposals --output json` prints; its keys are stable.
type disposalsJSON struct {
	Schema    string         `json:"schema"` // ironage.disposals/v1
	Waiting   int            `json:"waiting"`
	Disposals []disposalJSON `json:"disposals"`
}

type disposalJSON struct {
	Order       int64      `json:"order"`
	Server      string     `json:"server"`
	Slot        string     `json:"slot"`
	Part        queue.Part `json:"part"`
	Removed     time.Time  `json:"removed,omitzero"`
	Method      string     `json:"method,omitempty"`
	By          string     `json:"by,omitempty"`
	At          time.Time  `json:"at,omitzero"`
	Certificate string     `json:"certificate,omitempty"`
	Settled     bool       `json:"settled"` // the order is closed
}

func (env *cli) queueDisposals(ctx context.Context, since string, waiting bool) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	from, err := env.sinceDay(since)
	if err != nil {
		return err
	}
	st, done, err := env.openStore(ctx)
	if err != nil {
		return err
	}
	defer done()
	orders, err := st.AllOrders(ctx, time.Time{})
	if err != nil {
		return err
	}
	register := slices.DeleteFunc(disposals(orders), func(d disposalJSON) bool {
		return d.Method != "" && (waiting || d.Removed.Before(from) && d.At.Before(from))
	})
	if as == "table" && len(register) == 0 {
		_, err := fmt.Fprintln(env.prose(), "No such disks.")
		return err
	}
	return env.printDisposals(as, register)
}

// disposals is the register with the times as times.
func disposals(orders []queue.Order) []disposalJSON {
	swapped := make(map[int64]time.Time, len(orders))
	for i := range orders {
		swapped[orders[i].ID] = orders[i].SwappedAt
	}
	var out []disposalJSON
	for _, d := range queue.Disposals(orders) {
		out = append(out, disposalJSON{Order: d.Order, Server: d.Server, Slot: d.Slot, Part: d.Part, Removed: swapped[d.Order],
			Method: d.Method, By: d.By, At: d.At, Certificate: d.Certificate, Settled: d.Settled})
	}
	return out
}

func (env *cli) printDisposals(as string, register []disposalJSON) error {
	head := []string{"order", "disposition", "by", "at", "certificate", "server", "slot", "model", "serial", "removed"}
	if as == "csv" {
		head = append(head, "vendor", "part_number", "capacity_bytes", "settled")
	}
	doc := disposalsJSON{Schema: "ironage.disposals/v1", Disposals: []disposalJSON{}}
	var rows [][]string
	for _, d := range register {
		method := d.Method
		if method == "" {
			doc.Waiting++
			if as == "table" {
				method = "waiting"
			}
		}
		if as == "table" {
			method = env.tongue().Text(method)
		}
		when := env.when
		if as == "csv" {
			when = utc
		}
		row := []string{fmt.Sprint(d.Order), method, d.By, when(d.At), d.Certificate, d.Server, d.Slot, d.Part.Model, d.Part.Serial, when(d.Removed)}
		if as == "csv" {
			row = append(row, d.Part.Vendor, d.Part.PartNumber, fmt.Sprint(d.Part.CapacityBytes), fmt.Sprint(d.Settled))
		}
		rows = append(rows, row)
		doc.Disposals = append(doc.Disposals, d)
	}
	return env.printAs(as, head, rows, doc)
}

// sinceDay reads the day of --since; none is the zero time.
func (env *cli) sinceDay(day string) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, day, time.Local)
	switch {
	case err != nil:
		return t, usage("--since %s: expected a date like 2026-01-31", day)
	case t.After(env.now()):
		return t, usage("--since %s: that day has not begun", day)
	}
	return t, nil
}
