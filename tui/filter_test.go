package tui

import (
	"errors"
	"strings"
	"testing"

	"ironage/internal/ageing"
	"ironage/internal/ops"
)

// filterFleet is a shared with the hand-written fleet.
func filterFleet(t testing.TB, v *ops.View) *shared {
	t.Helper()
	return newConsole(t, 80, 24, v).app.sh
}

func TestFilter(t *testing.T) {
	sh := filterFleet(t, handView())
	lang := serverLanguage(sh)
	tests := []struct {
		filter string
		want   string // names, without the common beginning "hn-"
	}{
		{"health:critical", "a07-01"},
		{"health:crit", "a07-01"},
		{"health:critical,warning", "a07-01 a07-03 b02-11 b02-13"},
		{"disk", "a07-01 a07-03"},
		{"disk health:critical age:>5y rack:A* service:TDOffice", "a07-01"},
		{"kind:psu", "b02-11"},
		{"kind:disk,psu !health:critical", "a07-03 b02-11"},
		{"rack:a07", "a07-01 a07-02 a07-03 a07-04"},
		{"rack:?02", "b02-11 b02-12 b02-13 b02-14"},
		{"rack:A0", ""},
		{"vendor:hpe model:gen9", "b02-13 b02-14"},
		{`service:"national reporting"`, "a07-04 b02-11"},
		{`"national reporting"`, "a07-04 b02-11"},
		{"service:national*", "a07-04 b02-11"},
		{"criticality:critical", "a07-01"},
		{"age:unknown", "c11-22"},
		{"age:<3y room:dc1", "c11-20 c11-21 kho-dữ-liệu-23"},
		{"age:2y", "c11-20 c11-21 kho-dữ-liệu-23"},
		{"age:<=30m", "c11-20 c11-21 kho-dữ-liệu-23"},
		{"!age:<5y !age:unknown health:ok", "a07-02"},
		{"band:far-over health:ok", "a07-02"},
		{"stale:yes", "b02-12 c11-21"},
		{"serial:wfk012", "a07-01"},
		{"wfk012", "a07-01"},
		{"state:ordered", "a07-03"},
		{"tier:P2,p1", "a07-03 b02-13"},
		{"kho du lieu", "kho-dữ-liệu-23"},
		{"Dữ", "kho-dữ-liệu-23"},
		{"10.1.0.13", "b02-13"},
		{"site:hanoi", "a07-01 a07-02 a07-03 a07-04 b02-11 b02-12 b02-13 b02-14 c11-20 c11-21 c11-22 kho-dữ-liệu-23"},
	}
	for _, x := range tests {
		t.Run(x.filter, func(t *testing.T) {
			keep, err := lang.Parse(x.filter)
			if err != nil {
				t.Fatalf("got error %v", err)
			}
			var got []string
			for _, d := range sh.digests.all {
				if keep(d) {
					got = append(got, strings.TrimPrefix(d.name, "hn-"))
				}
			}
			if text := strings.Join(got, " "); text != x.want {
				t.Errorf("got %q, want %q", text, x.want)
			}
		})
	}
}

func TestFilterErrors(t *testing.T) {
	lang := serverLanguage(filterFleet(t, handView()))
	tests := []struct {
		filter string
		at     int
		part   string
	}{
		{"disk heath:critical", 5, "did you mean health"},
		{"!rak:A1", 1, "did you mean rack"},
		{"health:bad", 7, "one of ok, warning, critical, unknown"},
		{"health:", 7, "a value is missing after health"},
		{"tier:p", 5, "could be p1 or p2"},
		{"age:>x", 5, "a number is needed"},
		{"age:>5q", 6, "the unit is"},
		{"age:<>5", 4, "does not compare"},
		{`service:"national`, 8, "not closed"},
		{"rack:A1,", 8, "missing after the comma"},
		{":x", 0, "field name is missing"},
		{"đĩa !", 5, "a word is missing"},
		{"đĩa fe80::1", 4, "no field"},
	}
	for _, x := range tests {
		t.Run(x.filter, func(t *testing.T) {
			_, err := lang.Parse(x.filter)
			var fe *filterError
			if !errors.As(err, &fe) {
				t.Fatalf("got %v, want a filterError", err)
			}
			if fe.At != x.at || !strings.Contains(fe.Text, x.part) {
				t.Errorf("got character %d, %q; want character %d, …%s…", fe.At, fe.Text, x.at, x.part)
			}
		})
	}
}

func TestEmptyFilterKeepsAll(t *testing.T) {
	for _, text := range []string{"", "   "} {
		if keep, err := serverLanguage(filterFleet(t, handView())).Parse(text); keep != nil || err != nil {
			t.Errorf("parse(%q): got a predicate or %v, want neither", text, err)
		}
	}
}

func FuzzFilter(f *testing.F) {
	for _, s := range []string{"disk health:critical age:>5y", `!service:"a b",c*`, "a,,b", ":::", "age:>=", `"`, "rack:?*?*", "đĩa!x"} {
		f.Add(s)
	}
	sh := &shared{styles: newStyles(theme{}, nil), keys: defaultKeys(), now: threeAMNow, life: ageing.DefaultPolicy()}
	sh.digests = newDigests(sh.life, nil)
	sh.digests.sync(handView(), threeAM)
	lang := serverLanguage(sh)
	f.Fuzz(func(t *testing.T, text string) {
		keep, err := lang.Parse(text)
		if err != nil {
			var fe *filterError
			if !errors.As(err, &fe) || fe.At < 0 || fe.At > len([]rune(text)) {
				t.Fatalf("parse(%q): error %v does not point into the text", text, err)
			}
			return
		}
		if keep == nil {
			return
		}
		for _, d := range sh.digests.all {
			keep(d)
		}
	})
}
