package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ironage/internal/ageing"
	"ironage/internal/outlook"
)

func newForecastCommand(env *cli) *cobra.Command {
	var slice outlook.Slice
	var budget bool
	cmd := &cobra.Command{
		Use:   "forecast",
		Short: "Forecast failures by part number, spares to keep, what to order, and the budget",
		Long: "forecast says for each kind of part and part number how many failures to expect within 3, 6 and 12 months, how many spares cover\n" +
			"the time until an order arrives, and what to order beyond the stock list (spares.stock in the configuration). Parts that failed, or are\n" +
			"likelier than not to, are firm demand and not expectation. --budget prices the quarters ahead. Parts without a price are counted, never free.",
		Example: "ironage forecast\nironage forecast --site hanoi --output csv\nironage forecast --budget",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			as, err := env.format("table", "json", "csv")
			if err != nil {
				return err
			}
			f, err := env.outlook(cmd.Context(), slice)
			if err != nil {
				return err
			}
			if budget {
				return env.printBudget(as, f.Budget(slice))
			}
			return env.printForecast(as, f, slice)
		},
	}
	sliceFlags(cmd.Flags(), &slice)
	cmd.Flags().BoolVar(&budget, "budget", false, "what it costs, by quarter")
	return cmd
}

// forecastJSON is what --output json prints; the keys are stable.
type forecastJSON struct {
	Schema   string                `json:"schema"` // ironage.forecast/v1
	Time     time.Time             `json:"time"`
	Currency string                `json:"currency,omitempty"`
	Spares   sparesJSON            `json:"spares"`
	Lines    []ageing.ForecastLine `json:"lines"`
	Totals   forecastTotals        `json:"totals"`
	Batches  []ageing.Batch        `json:"batches"` // models with more failures than chance explains
}

type sparesJSON struct {
	LeadDays     float64 `json:"lead_days"`
	ReviewDays   float64 `json:"review_days"`
	ServiceLevel float64 `json:"service_level"`
}

type forecastTotals struct {
	Parts             int          `json:"parts"`
	Failed            int          `json:"failed"`
	Firm              int          `json:"firm"`
	Expected          [3]float64   `json:"expected"`
	Order             int          `json:"order"`
	Cost              ageing.Money `json:"cost"` // of the orders that have a price
	PartsWithoutPrice int          `json:"parts_without_price"`
	NoPartNumber      int          `json:"parts_without_part_number"`
}

func (env *cli) printForecast(as string, f *outlook.Fleet, s outlook.Slice) error {
	lines := f.Forecast(s)
	t := ageing.Totals(lines)
	sp := f.Settings.Spares
	out := forecastJSON{Schema: "ironage.forecast/v1", Time: f.Time.UTC(), Currency: f.Settings.Budget.Currency, Lines: lines,
		Spares:  sparesJSON{sp.LeadDays, sp.ReviewDays, sp.ServiceLevel},
		Totals:  forecastTotals{t.Parts, t.Failed, t.Firm, t.Expected, t.Order, t.Cost, t.PartsWithoutPrice, t.NoPartNumber},
		Batches: f.Batches()}
	if out.Lines == nil {
		out.Lines = []ageing.ForecastLine{}
	}
	if out.Batches == nil {
		out.Batches = []ageing.Batch{}
	}
	if as == "table" {
		if err := env.printFitting(forecastTable(lines)); err != nil {
			return err
		}
		return env.printForecastTotals(&out, f.Settings.Stock == nil)
	}
	rows := make([][]string, len(lines))
	for i := range lines {
		rows[i] = forecastRow(&lines[i])
	}
	head := []string{"kind", "part", "model", "parts", "failed", "firm", "3_months", "6_months", "12_months", "spares", "recommended", "on_hand", "on_order", "order", "price", "cost", "notes"}
	return env.printAs(as, head, rows, out)
}

// forecastTable is what people read: what to order and what it costs first,
// then why, so that a narrow window leaves out what matters least.
func forecastTable(lines []ageing.ForecastLine) (head []string, rows [][]string) {
	rows = make([][]string, len(lines))
	for i := range lines {
		l := &lines[i]
		quarter, half, year := decimals(&l.Expected[0], 2), decimals(&l.Expected[1], 2), decimals(&l.Expected[2], 2)
		rows[i] = []string{l.Kind, firstOf(l.Part, l.Model, "not reported"), strconv.Itoa(l.Order), amount(l.Cost),
			strconv.Itoa(l.Failed), strconv.Itoa(l.Firm), year, strconv.Itoa(l.Parts), strconv.Itoa(l.OnHand), strconv.Itoa(l.OnOrder),
			strconv.Itoa(l.Recommended), strconv.Itoa(l.Spares), amount(l.Price), quarter, half,
			l.Model, strings.Join(forecastNotes(l), "; ")}
	}
	return []string{"kind", "part", "buy", "cost", "failed", "firm", "12_months", "parts", "on_hand", "on_order",
		"recommended", "spares", "price", "3_months", "6_months", "model", "notes"}, rows
}

// amount is money as a table shows it; what nobody knows is never 0.
func amount(m *ageing.Money) string {
	if m == nil {
		return "-"
	}
	return m.Grouped()
}

func (env *cli) printForecastTotals(f *forecastJSON, noStock bool) error {
	t := &f.Totals
	var b strings.Builder
	fmt.Fprintf(&b, "\n%d parts: %d failed, %d firm, %.2f, %.2f and %.2f failures expected of the others within 3, 6 and 12 months.\n",
		t.Parts, t.Failed, t.Firm, t.Expected[0], t.Expected[1], t.Expected[2])
	fmt.Fprintf(&b, "Order %d; those with a price cost %s %s", t.Order, t.Cost.Grouped(), f.Currency)
	if t.PartsWithoutPrice > 0 {
		fmt.Fprintf(&b, ", %d have no price", t.PartsWithoutPrice)
	}
	fmt.Fprintf(&b, ". Spares cover %g days at %g %%.\n", f.Spares.LeadDays+f.Spares.ReviewDays, 100*f.Spares.ServiceLevel)
	if t.NoPartNumber > 0 {
		fmt.Fprintf(&b, "%d parts report no part number and are counted by model.\n", t.NoPartNumber)
	}
	if noStock {
		b.WriteString("There is no stock list (spares.stock): what lies on the shelf is not known and counts as none.\n")
	}
	for _, batch := range f.Batches {
		fmt.Fprintf(&b, "More failures than chance explains: %s\n", clean(batch.String()))
	}
	_, err := env.out.Write([]byte(b.String()))
	return err
}

// forecastRow is a line as CSV writes it.
func forecastRow(l *ageing.ForecastLine) []string {
	row := []string{l.Kind, l.Part, l.Model, strconv.Itoa(l.Parts), strconv.Itoa(l.Failed), strconv.Itoa(l.Firm)}
	for _, e := range l.Expected {
		row = append(row, strconv.FormatFloat(e, 'f', 6, 64))
	}
	row = append(row, strconv.Itoa(l.Spares), strconv.Itoa(l.Recommended), strconv.Itoa(l.OnHand), strconv.Itoa(l.OnOrder), strconv.Itoa(l.Order))
	return append(row, money(l.Price), money(l.Cost), strings.Join(forecastNotes(l), "; "))
}

// money is an amount as CSV writes it; one that nobody knows is empty.
func money(m *ageing.Money) string {
	if m == nil {
		return ""
	}
	return m.String()
}

func forecastNotes(l *ageing.ForecastLine) []string {
	var out []string
	note := func(when bool, text string) {
		if when {
			out = append(out, text)
		}
	}
	note(l.Insurance, "one kept for a critical server")
	note(l.Batch, "one more: failures come in batches")
	note(l.Minimum > 0, fmt.Sprintf("at least %d kept", l.Minimum))
	note(l.NoEstimate > 0, fmt.Sprintf("%d without an estimate", l.NoEstimate))
	note(l.Reserved > 0, fmt.Sprintf("%d replaced already", l.Reserved))
	note(l.Approximated, "normal approximation")
	note(l.SubstitutesOnHand > 0, fmt.Sprintf("%d substitutes on hand: %s", l.SubstitutesOnHand, strings.Join(l.Substitutes, ", ")))
	note(!l.InStock, "not in the stock list")
	return out
}

// printBudget prints the quarters, one line per part number.
func (env *cli) printBudget(as string, b ageing.Budget) error {
	if as == "table" {
		return env.printBudgetTable(&b)
	}
	head := []string{"kind", "part", "model", "parts", "price"}
	for _, q := range b.Quarters {
		name := strings.ReplaceAll(q.Name, " ", "_")
		head = append(head, name+"_firm", name+"_planned", name+"_expected", name+"_cost")
	}
	head = append(head, "cost")
	rows := make([][]string, len(b.Lines))
	for i := range b.Lines {
		l := &b.Lines[i]
		rows[i] = []string{l.Kind, l.Part, l.Model, strconv.Itoa(l.Parts), money(l.Price)}
		for _, c := range append(l.Cells, l.Total) {
			rows[i] = append(rows[i], strconv.Itoa(c.Firm), strconv.Itoa(c.Planned), strconv.FormatFloat(c.Expected, 'f', 6, 64), cost(l, c))
		}
		rows[i] = append(rows[i][:len(head)-1], cost(l, l.Total))
	}
	return env.printAs(as, head, rows, struct {
		Schema string `json:"schema"`
		ageing.Budget
	}{"ironage.budget/v1", b})
}

// cost is a cell's cost; without a price there is none.
func cost(l *ageing.BudgetLine, c ageing.Cell) string {
	if l.Price == nil {
		return ""
	}
	return c.Cost.String()
}

func (env *cli) printBudgetTable(b *ageing.Budget) error {
	if err := env.printFitting(budgetTable(b)); err != nil {
		return err
	}
	text := "Each quarter: firm and planned parts + failures expected of the others.\n"
	if b.PartsWithoutPrice > 0 {
		text += fmt.Sprintf("%d parts without a price are in the numbers and not in the cost.\n", b.PartsWithoutPrice)
	}
	_, err := fmt.Fprint(env.out, "\n"+text)
	return err
}

// budgetTable has the whole cost before the quarters, the nearest of them first.
func budgetTable(b *ageing.Budget) (head []string, rows [][]string) {
	head = []string{"kind", "part", strings.TrimRight("cost "+b.Currency, " ")}
	for _, q := range b.Quarters {
		head = append(head, q.Name)
	}
	head = append(head, "price", "parts")
	for i := range b.Lines {
		l := &b.Lines[i]
		total := "no price"
		if l.Price != nil {
			total = l.Total.Cost.Grouped()
		}
		row := []string{l.Kind, firstOf(l.Part, l.Model, "not reported"), total}
		for _, c := range l.Cells {
			row = append(row, demandText(c))
		}
		rows = append(rows, append(row, amount(l.Price), strconv.Itoa(l.Parts)))
	}
	total := []string{"total", "", b.Total.Cost.Grouped()}
	for _, c := range b.Totals {
		total = append(total, demandText(c)+" = "+c.Cost.Grouped())
	}
	return head, append(rows, append(total, "", ""))
}

// demandText is a quarter's demand: whole parts, and the fraction expected.
func demandText(c ageing.Cell) string {
	return fmt.Sprintf("%d + %.2f", c.Firm+c.Planned, c.Expected)
}
