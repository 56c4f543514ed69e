package main

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"

	"ironage/internal/ageing"
)

// inWindow is what a command prints into a terminal of so many columns.
func inWindow(t *testing.T, columns uint16, show func(*cli) error) []string {
	t.Helper()
	window, tty, err := pty.Open()
	if err != nil {
		t.Fatalf("no terminal here: %v", err)
	}
	if err := pty.Setsize(tty, &pty.Winsize{Cols: columns, Rows: 40}); err != nil {
		t.Fatal(err)
	}
	shown := make(chan []byte)
	go func() {
		text, err := io.ReadAll(window)
		if err != nil && !errors.Is(err, syscall.EIO) { // Linux's end of a terminal
			t.Error(err)
		}
		shown <- text
	}()
	err = errors.Join(show(&cli{out: tty}), tty.Close())
	text := <-shown
	if err = errors.Join(err, window.Close()); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
}

func dearLines() []ageing.ForecastLine {
	price, cost := ageing.Money(1_250_50), ageing.Money(1_250_500_00)
	return []ageing.ForecastLine{
		{Kind: "hdd", Part: "ST4000NM0033-9ZM170", Model: "Constellation ES.3", Parts: 4812, Firm: 7, Expected: [3]float64{1, 2, 4.125}, Order: 1000, InStock: true, Price: &price, Cost: &cost},
		{Kind: "memory", Model: "M393B2G70BH0", Parts: 2},
	}
}

// A window too narrow for the forecast has what to order and its cost, and says what it lacks.
func TestForecastFits(t *testing.T) {
	show := func(env *cli) error { return env.printFitting(forecastTable(dearLines())) }
	narrow := inWindow(t, 80, show)
	if !strings.HasPrefix(narrow[0], "KIND    PART                 BUY   COST          FAILED  FIRM  12 MONTHS") {
		t.Errorf("got the columns %q", narrow[0])
	}
	if !strings.Contains(narrow[1], "1000  1,250,500.00") || !strings.HasPrefix(narrow[2], "memory  M393B2G70BH0         0     -") {
		t.Errorf("got the rows\n%s\n%s", narrow[1], narrow[2])
	}
	if narrow[3] != "A wider window also shows: on hand, on order, recommended, spares, price, 3 months, 6 months, model, notes" {
		t.Errorf("got %q of what is left out", narrow[3])
	}
	for _, line := range narrow[:3] {
		if len(line) > 80 {
			t.Errorf("%d columns in a window of 80: %q", len(line), line)
		}
	}
	if wide := inWindow(t, 250, show); !strings.HasSuffix(wide[2], "not in the stock list") || !strings.Contains(wide[1], " 1,250.50 ") || wide[3] != "" {
		t.Errorf("a wide window does not have everything:\n%s", strings.Join(wide, "\n"))
	}
}

func dearBudget() ageing.Budget {
	price, cell := ageing.Money(1_250_50), ageing.Cell{Firm: 2, Expected: 0.5, Cost: 3_126_25}
	total := ageing.Cell{Firm: 4, Expected: 1, Cost: 6_252_50}
	return ageing.Budget{Currency: "USD", Quarters: ageing.Calendar{{Name: "Q1 2026"}, {Name: "Q2 2026"}}, Totals: []ageing.Cell{cell, cell}, Total: total,
		Lines: []ageing.BudgetLine{{Kind: "hdd", Part: "ST4000", Parts: 9, Price: &price, Cells: []ageing.Cell{cell, cell}, Total: total},
			{Kind: "memory", Parts: 3, Cells: []ageing.Cell{{}, {}}}}}
}

// The whole cost and the next quarter outlast the later ones.
func TestBudgetFits(t *testing.T) {
	got := inWindow(t, 60, func(env *cli) error { return env.printBudget("table", dearBudget()) })
	want := []string{
		"KIND    PART          COST USD  Q1 2026",
		"hdd     ST4000        6,252.50  2 + 0.50",
		"memory  not reported  no price  0 + 0.00",
		"total                 6,252.50  2 + 0.50 = 3,126.25",
		"A wider window also shows: Q2 2026, price, parts",
	}
	if !slices.Equal(got[:len(want)], want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Programs read amounts without separators, and columns in their old order.
func TestBudgetForPrograms(t *testing.T) {
	var out bytes.Buffer
	env := &cli{out: &out}
	if err := env.printBudget("csv", dearBudget()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	if !strings.HasPrefix(lines[0], "kind,part,model,parts,price,Q1_2026_firm,") || !strings.HasSuffix(lines[1], ",6252.50") || !strings.HasPrefix(lines[1], "hdd,ST4000,,9,1250.50,2,0,0.500000,3126.25,") {
		t.Errorf("got\n%s", out.String())
	}
	row := forecastRow(&dearLines()[0])
	if got := strings.Join(row, ","); got != "hdd,ST4000NM0033-9ZM170,Constellation ES.3,4812,0,7,1.000000,2.000000,4.125000,0,0,0,0,1000,1250.50,1250500.00," {
		t.Errorf("got %s", got)
	}
}
