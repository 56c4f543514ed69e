package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ironage/internal/ageing"
	"ironage/internal/outlook"
)

var update = flag.Bool("update", false, "write the golden files anew")

// faces are all formats of a report.
var faces = map[string]func(io.Writer, *Report) error{
	"report.md":   Markdown,
	"report.json": JSON,
	"report.html": HTML,
	"report.csv":  func(w io.Writer, r *Report) error { return CSV(w, r, "") },
}

func TestGoldenFiles(t *testing.T) {
	f, orders := handmade(t)
	r := Make(f, orders, Options{Top: 10, Milestones: milestones(orders), Since: newYear.AddDate(-1, 0, 0)})
	for name, write := range faces {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := write(&got, r); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path) //nolint:gosec // a golden file
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s is no longer as it was; look at the difference after: go test ./internal/report -update", path)
			}
		})
	}
}

func TestNobodyCanWriteIntoThePage(t *testing.T) {
	f, orders := handmade(t)
	r := Make(f, orders, Options{})
	page := render(t, HTML, r)
	for _, bad := range []string{"<script", "\x1b", "alert(1)</td", "ZgotmplZ", "http://x\")"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page contains %q", bad)
		}
	}
	if !strings.Contains(page, "&lt;script&gt;") {
		t.Error("the hostile name is not in the page at all")
	}
	if found := regexp.MustCompile(`(?i)(\b(src|href)\s*=|url\()`).FindString(page); found != "" {
		t.Errorf("the page refers to something outside itself: %q", found)
	}
	text := render(t, Markdown, r)
	for _, bad := range []string{"<script", "\x1b", "*b*"} {
		if strings.Contains(text, bad) {
			t.Errorf("the Markdown contains %q", bad)
		}
	}
}

func TestSpreadsheetsGetNoFormulas(t *testing.T) {
	f, orders := handmade(t)
	r := Make(f, orders, Options{})
	in := csv.NewReader(strings.NewReader(render(t, faces["report.csv"], r)))
	in.FieldsPerRecord = -1
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	number := regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?$`)
	guarded := 0
	for _, row := range rows {
		for _, cell := range row {
			if cell == "" || number.MatchString(cell) {
				continue
			}
			if strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("cell %q starts like a formula", cell)
			}
			if strings.HasPrefix(cell, "'") {
				guarded++
			}
		}
	}
	if guarded == 0 {
		t.Error("no cell was guarded: the test proves nothing")
	}
}

func TestEachTableAloneHasAsManyColumnsAsItsHead(t *testing.T) {
	f, orders := handmade(t)
	r := Make(f, orders, Options{})
	for _, name := range TableNames() {
		var b bytes.Buffer
		if err := CSV(&b, r, name); err != nil {
			t.Fatal(err)
		}
		if _, err := csv.NewReader(&b).ReadAll(); err != nil { // also when a line is longer than the first
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := CSV(io.Discard, r, "nonsense"); err == nil || !strings.Contains(err.Error(), "over_age") {
		t.Errorf("an unknown table: got %v, want the names of those that there are", err)
	}
}

// TestTheNumbersAreTheSameEverywhere compares what each face says of the totals.
func TestTheNumbersAreTheSameEverywhere(t *testing.T) {
	f, orders := handmade(t)
	rapid.Check(t, func(rt *rapid.T) {
		o := Options{Top: rapid.IntRange(0, 5).Draw(rt, "top"), Slice: outlook.Slice{
			Service: rapid.SampledFrom([]string{"", "TDOffice", "National reporting", "-", "nobody"}).Draw(rt, "service"),
			Vendor:  rapid.SampledFrom([]string{"", "Dell Inc.", "HPE"}).Draw(rt, "vendor")}}
		r := Make(f, orders, o)
		want := summaryOfJSON(t, render(t, JSON, r))
		if len(want) < 15 {
			t.Fatalf("got only %v from the JSON", want)
		}
		page, text, cells := render(t, HTML, r), render(t, Markdown, r), render(t, faces["report.csv"], r)
		labels := map[string]string{}
		for _, row := range r.summaryTable().Rows {
			labels[row[0].Raw] = row[0].Text
		}
		for name, v := range want {
			label := labels[name]
			if got := numberIn(t, page, regexp.QuoteMeta(label)+`</td><td data-column="value" data-value="([^"]+)"`); got != v {
				t.Errorf("%+v: HTML says %s is %v, JSON %v", o, name, got, v)
			}
			if got := numberIn(t, cells, `(?m)^summary,`+name+`,(.+)$`); got != v {
				t.Errorf("%+v: CSV says %s is %v, JSON %v", o, name, got, v)
			}
			if got := numberIn(t, text, `(?m)^\| `+regexp.QuoteMeta(escape(label))+` \| ([0-9.,]+)`); got != v {
				t.Errorf("%+v: Markdown says %s is %v, JSON %v", o, name, got, v)
			}
		}
	})
}

// summaryOfJSON are the totals by the names that the summary table gives them.
func summaryOfJSON(t *testing.T, text string) map[string]float64 {
	t.Helper()
	var r Report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	s := &r.Summary
	money, err := strconv.ParseFloat(s.BudgetTotal.String(), 64)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]float64{
		"servers": float64(s.Servers), "servers_critical": float64(s.Health.Critical), "servers_ok": float64(s.Health.OK), "servers_unknown": float64(s.Health.Unknown),
		"servers_over_age": float64(s.ServerBands.Past()), "over_age_pct": s.OverAgePct, "servers_without_date": float64(s.ServersNoDate),
		"servers_to_renew": float64(s.Renew), "warranty_expired": float64(s.Warranty.Expired), "parts": float64(s.Parts), "parts_over_age": float64(s.PartBands.Past()),
		"parts_without_date": float64(s.PartsNoDate), "failed_parts": float64(s.FailedParts), "firm_demand": float64(s.FirmDemand),
		"expected_failures_3": s.Expected.Months3, "expected_failures_12": s.Expected.Months12, "parts_to_order": float64(s.PartsToOrder),
		"budget_total": money, "parts_without_price": float64(s.PartsNoPrice), "open_orders": float64(r.Orders.Open),
	}
}

func numberIn(t *testing.T, text, pattern string) float64 {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("nothing matches %s", pattern)
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(m[1]), ",", ""), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func render(t testing.TB, write func(io.Writer, *Report) error, r *Report) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheBudgetAddsUp(t *testing.T) {
	f, orders := handmade(t)
	b := Make(f, orders, Options{}).Budget
	var quarters, lines, kinds ageing.Money
	for _, q := range b.Quarters {
		quarters = quarters.Plus(q.Cost)
		of := ageing.Money(0)
		for _, k := range q.Kinds {
			of, kinds = of.Plus(k.Cost), kinds.Plus(k.Cost)
		}
		if of != q.Cost {
			t.Errorf("%s: kinds add up to %s, not %s", q.Quarter, of, q.Cost)
		}
	}
	for _, l := range b.Lines.Rows {
		lines = lines.Plus(l.Cost)
	}
	if b.Total.Cost == 0 || quarters != b.Total.Cost || lines != b.Total.Cost || kinds != b.Total.Cost {
		t.Errorf("quarters %s, lines %s, kinds %s; want %s of each, and more than nothing", quarters, lines, kinds, b.Total.Cost)
	}
}

func TestAReportOfASliceIsAboutThatOnly(t *testing.T) {
	f, orders := handmade(t)
	r := Make(f, orders, Options{Slice: outlook.Slice{Service: "TDOffice"}})
	if r.Summary.Servers != 2 || len(r.Services) != 1 || r.Services[0].Owner != "Nguyễn Thị Hồng" {
		t.Errorf("got %d servers, services %+v; want two servers of TDOffice with its owner", r.Summary.Servers, r.Services)
	}
	if r.Orders.Open != 1 || r.Orders.Overdue != 1 || r.Orders.Oldest[0].ID != 7 {
		t.Errorf("got orders %+v, want order 7 alone, overdue", r.Orders)
	}
	for _, p := range r.Risks.Rows {
		if p.Service != "TDOffice" {
			t.Errorf("a part of %s is in the report of TDOffice", p.Service)
		}
	}
	if r.Failed.Total != 1 || r.Failed.Rows[0].Place != "Bay 0" || *r.Failed.Rows[0].P != 1 {
		t.Errorf("failed parts: got %+v, want the disk in bay 0", r.Failed)
	}
}

func TestAnEmptyFleetHasAReport(t *testing.T) {
	f := outlook.Build(nil, fleetOf(), nil, settings(), newYear)
	r := Make(f, nil, Options{})
	for name, write := range faces {
		if text := render(t, write, r); len(text) < 200 || strings.Contains(text, "NaN") {
			t.Errorf("%s of an empty fleet: %s", name, text)
		}
	}
}

func TestTheYoungDiskWithPendingSectorsOutranksTheOldCleanOnes(t *testing.T) {
	f, orders := handmade(t)
	r := Make(f, orders, Options{})
	for _, p := range r.Risks.Rows {
		switch {
		case p.Server == "young-01" && p.Place == "Bay 1":
			return
		case p.P != nil && *p.P < 1:
			t.Fatalf("%s %s (%s) stands before the disk with pending sectors", p.Server, p.Place, p.Risk)
		}
	}
	t.Error("the disk with pending sectors is not in the ranking")
}
