package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ironage/internal/ops"
)

func newSparesCommand(env *cli) *cobra.Command {
	var low bool
	cmd := &cobra.Command{
		Use:   "spares",
		Short: "List the spare parts: what is on hand, kept for orders, on order, and too few",
		Long: "List the stock list with what orders took from it since it was written. A part is low when fewer are left at all places together than the\n" +
			"stock list or the forecast asks for. Parts that were taken and that the stock list does not know come last.",
		Example: "ironage spares --low\nironage spares --output csv",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return env.spares(cmd.Context(), low) },
	}
	cmd.Flags().BoolVar(&low, "low", false, "only parts of which too few are left")
	return cmd
}

// stockJSON is what `spares --output json` prints; its keys are stable.
type stockJSON struct {
	Schema string          `json:"schema"` // ironage.spares/v1
	Low    int             `json:"low"`    // lines of parts of which too few are left
	Spares []ops.SpareLine `json:"spares"`
}

func (env *cli) spares(ctx context.Context, low bool) error {
	as, err := env.format("table", "json", "csv")
	if err != nil {
		return err
	}
	desk, done, err := env.openDesk(ctx)
	if err != nil {
		return err
	}
	defer done()
	lines := slices.DeleteFunc(desk.Spares(), func(l ops.SpareLine) bool { return low && !l.Low && l.Missing == 0 })
	if as == "table" && len(lines) == 0 {
		text := "No spare parts are known. List them in stock.csv beside the configuration; see docs/configuration.md."
		if low {
			text = "No part is low."
		}
		_, err := fmt.Fprintln(env.prose(), text)
		return err
	}
	return env.printSpares(as, lines)
}

func (env *cli) printSpares(as string, lines []ops.SpareLine) error {
	head := []string{"part_number", "model", "kind", "place", "on_hand", "kept", "on_order", "minimum", "note"}
	if as == "csv" {
		head = append(head, "counted", "used", "missing", "low", "listed", "orders", "made", "in_stock_since", "over_age")
	}
	doc := stockJSON{Schema: "ironage.spares/v1", Spares: []ops.SpareLine{}}
	var rows [][]string
	for i := range lines {
		l := &lines[i]
		if l.Low {
			doc.Low++
		}
		row := []string{l.PartNumber, l.Model, l.Kind, l.Place, fmt.Sprint(l.OnHand), fmt.Sprint(len(l.Reserved)), fmt.Sprint(l.OnOrder), fmt.Sprint(l.Minimum), spareNote(l)}
		if as == "csv" {
			row = append(row, fmt.Sprint(l.Counted), fmt.Sprint(l.Used), fmt.Sprint(l.Missing), fmt.Sprint(l.Low), fmt.Sprint(l.Listed), reservedFor(l),
				string(l.Made), string(l.InStockSince), fmt.Sprint(l.OverAge))
		}
		rows = append(rows, row)
		doc.Spares = append(doc.Spares, *l)
	}
	return env.printAs(as, head, rows, doc)
}

// spareNote says what a person should do about a line.
func spareNote(l *ops.SpareLine) string {
	var words []string
	if l.Low {
		words = append(words, "below the minimum")
	}
	if l.Missing > 0 {
		words = append(words, fmt.Sprintf("%d more taken than counted", l.Missing))
	}
	if l.Age != "" {
		words = append(words, l.Age)
	}
	if l.OverAge {
		words = append(words, "over age")
	}
	if !l.Listed {
		words = append(words, "not on the stock list")
	}
	if orders := reservedFor(l); orders != "" {
		words = append(words, "kept for order "+orders)
	}
	return strings.Join(words, "; ")
}

func reservedFor(l *ops.SpareLine) string {
	var ids []string
	for _, r := range l.Reserved {
		ids = append(ids, fmt.Sprint(r.Order))
	}
	return strings.Join(ids, " ")
}
