//go:build unix

package tui

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"ironage/internal/lang"
	"ironage/internal/outlook"
	"ironage/internal/report"
)

// TestStoryPlanning: next year's budget is due. See how old the fleet is, whose
// servers are over age, what that costs, and find the same numbers in the report.
func TestStoryPlanning(t *testing.T) {
	inBoth(t, func(t *testing.T, code lang.Code) {
		v := ageingView()
		s := tell(t, code, 120, 40, v)
		r := report.Make(v.Outlook, v.Orders, report.Options{Slice: outlook.Slice{Service: "TDOffice"}})
		s.follow(planSteps(r)...)
		s.quits("q")
		got := r.Summary
		if over := got.ServerBands.Over + got.ServerBands.FarOver; got.Servers != 3 || over != 2 || got.BudgetTotal.String() != "2198.60" {
			t.Errorf("the report counts %d of %d servers over age and %s, not what the screens did", over, got.Servers, got.BudgetTotal)
		}
		var page bytes.Buffer
		if err := report.Markdown(&page, r); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"TDOffice", "hn-a07-01", "hn-a07-02", "2,198.60"} {
			if !strings.Contains(page.String(), want) {
				t.Errorf("the report lacks %q:\n%s", want, &page)
			}
		}
	})
}

// planSteps lead from the whole fleet to the servers of one service, and to what
// a report about it counts.
func planSteps(r *report.Report) []act {
	parts := fmt.Sprint(r.Summary.Parts)
	return []act{
		{keys: "5", en: []string{"12 servers, 6 past their service life (50%)"}, vi: []string{"12 máy chủ"}},
		{keys: "\t", en: []string{"[Over age 6]", "Servers past their service life: 6, oldest first"}, vi: []string{" 6]"}, both: []string{"hn-b02-13", "hn-a07-02"}},
		{keys: "b", en: []string{"Which servers, by [site]", "every site 12 servers 6 over age"}, vi: []string{"12 máy chủ"}},
		{keys: "\t", en: []string{"[service]", "operations centre 2 servers 2 over age", "TDOffice 3 servers 2 over age"}, vi: []string{"TDOffice 3 máy chủ 2 quá tuổi thọ"}},
		{keys: "TDO", both: []string{"▸ TDOffice"}, gone: []string{"operations centre"}},
		{keys: "\r", en: []string{"Ageing of service TDOffice", "[Over age 2]"}, vi: []string{" 2]"}, both: []string{"hn-a07-01", "hn-a07-02"}, gone: []string{"hn-b02-13"}},
		{keys: "\x1b[Z", en: []string{"3 servers, 2 past their service life (67%)", parts + " parts"}, vi: []string{"3 máy chủ", parts + " linh kiện"}},
		{keys: "\t\t\t\t", en: []string{"[Budget]", "Together 2,198.60 USD without tax"}, vi: []string{"2.198,60 USD"}},
	}
}
