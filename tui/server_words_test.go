package tui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/ops"
	"ironage/internal/queue"
)

func vietnamese(t *testing.T) *lang.Tongue {
	t.Helper()
	vi, err := lang.New(lang.Vietnamese)
	if err != nil {
		t.Fatal(err)
	}
	return vi
}

// TestFillText: a prediction says when and how fast, or why there is none.
func TestFillText(t *testing.T) {
	const gib = 1 << 30
	in := threeAM.Add
	tests := []struct {
		fill   fleet.Fill
		en, vi string
	}{
		{fleet.Fill{At: in(9 * 24 * time.Hour), PerDay: 4 * gib}, "full in about 9 days (2026-03-23), growing 4 GiB a day", "đầy sau khoảng 9 ngày (23/03/2026), mỗi ngày tăng 4 GiB"},
		{fleet.Fill{At: in(7 * time.Hour), PerDay: 1.5 * gib}, "full within about 7 hours, growing 1.5 GiB a day", "đầy trong khoảng 7 giờ, mỗi ngày tăng 1,5 GiB"},
		{fleet.Fill{At: in(-time.Hour), PerDay: gib}, "full within the hour, growing 1 GiB a day", "đầy trong vòng một giờ, mỗi ngày tăng 1 GiB"},
		{fleet.Fill{Why: fleet.FillShort, History: 3}, "no prediction: 3 h of history, two days are needed", "không dự báo: mới có 3 giờ lịch sử, cần hai ngày"},
		{fleet.Fill{Why: fleet.FillShort, History: 240}, "no prediction: too few readings in 10 days of history", "không dự báo: quá ít số đo trong 10 ngày lịch sử"},
		{fleet.Fill{Why: fleet.FillSteady, History: 700}, "does not grow", "không tăng"},
		{fleet.Fill{Why: fleet.FillScattered, History: 700}, "no prediction: it goes up and down more than it grows", "không dự báo: lên xuống nhiều hơn là tăng"},
		{fleet.Fill{Why: fleet.FillOld, History: 700}, "no prediction: not read for more than a day", "không dự báo: hơn một ngày chưa đọc"},
		{fleet.Fill{Why: fleet.FillFar, PerDay: gib / 1024}, "not full within a year, growing 1 MiB a day", "một năm tới chưa đầy, mỗi ngày tăng 1 MiB"},
	}
	vi := vietnamese(t)
	for _, x := range tests {
		if got := fillText(nil, x.fill, threeAM); got != x.en {
			t.Errorf("got %q, want %q", got, x.en)
		}
		if got := fillText(vi, x.fill, threeAM); got != x.vi {
			t.Errorf("got %q, want %q", got, x.vi)
		}
	}
}

// TestRecentPointsKeepGaps: a ring of values has no times of its own but its
// last; what was not read stays empty.
func TestRecentPointsKeepGaps(t *testing.T) {
	tr := fleet.TrendOf(fleet.Celsius, nil, time.Time{})
	at := before(20 * time.Minute)
	for i, after := range []time.Duration{0, time.Minute, time.Minute, 10 * time.Minute, time.Minute} {
		at = at.Add(after)
		tr = tr.Break(at, time.Minute).Add(float64(i), at)
	}
	c := trendCurve("x", "x", tr)
	points := c.recentPoints(time.Minute)
	var apart []string
	for i := 1; i < len(points); i++ {
		apart = append(apart, points[i].at.Sub(points[i-1].at).String())
	}
	if got, want := strings.Join(apart, " "), "1m0s 1m0s 10m0s 1m0s"; got != want || !points[4].at.Equal(at) {
		t.Errorf("got values %s apart, want %s", got, want)
	}
}

func TestPastPointsArePutTogether(t *testing.T) {
	c := curve{scale: 2}
	var hours []fleet.HourValue
	from := threeAM.UTC().Truncate(6 * time.Hour).Add(-24 * time.Hour)
	for i := range 12 {
		hours = append(hours, fleet.HourValue{Hour: from.Add(time.Duration(i) * time.Hour), Min: float64(i), Avg: float64(i + 1), Max: float64(i + 2), Count: 1})
	}
	got := c.pastPoints(hours, from.Add(time.Hour), 6*time.Hour)
	if len(got) != 2 || got[0].low != 0.5 || got[0].high != 3.5 || got[0].mean != 2 || got[1].mean != 4.75 || !got[1].at.Equal(from.Add(9*time.Hour)) {
		t.Errorf("got %+v", got)
	}
}

// TestServerCopies: y takes the value under the cursor, clean.
func TestServerCopies(t *testing.T) {
	c := atServer(t, 80, 24, "tdo-db-07")
	s, ok := c.app.top().(*serverScreen)
	if !ok {
		t.Fatal("the server's page is not on top")
	}
	for _, x := range []struct {
		keys []string
		want string
	}{
		{nil, "WFK0A003"},
		{[]string{"j", "j", "j", "j"}, "WFK?[31m0A7?"},
		{[]string{"tab"}, `disk Bay 3 has failed ("failed")`},
		{[]string{"tab"}, "7XK2L13"},
		{[]string{"tab", "tab", "tab"}, "28%"},
	} {
		c.press(x.keys...)
		if got := s.Copy(); got != x.want {
			t.Errorf("after %v: got %q, want %q", x.keys, got, x.want)
		}
	}
}

// TestReadingsTrouble: a store that cannot be read is said, and asked again
// when the page is looked at later.
func TestReadingsTrouble(t *testing.T) {
	c := newConsole(t, 120, 40, workView())
	c.send(openServerMsg{server: "tdo-db-07"})
	c.desk.err = errors.New("database is locked")
	c.press("tab", "tab", "tab", "tab", "tab")
	if got := c.screen(); !strings.Contains(got, "The readings could not be read: database is locked") {
		t.Errorf("got\n%s\nwant the reason", got)
	}
	c.desk.err = nil
	c.press("j")
	if got := c.screen(); !strings.Contains(got, "memory   hour  [day]") || !strings.Contains(got, "mean ") {
		t.Errorf("got\n%s\nwant the chart of another reading", got)
	}
}

// TestStaleReadingsAreSaid: the chart of a server that no longer answers says so.
func TestStaleReadingsAreSaid(t *testing.T) {
	es := workFleet()
	for i := range es[0].State.Endpoints {
		es[0].State.Endpoints[i].LastOK = before(14 * time.Minute)
	}
	tr := es[0].State.Trends.Get(fleet.TrendCPU)
	es[0].State.Trends.Put(fleet.TrendCPU, fleet.TrendOf(tr.Unit(), tr.Values(), before(14*time.Minute)))
	v := workView()
	v.Fleet = fleet.NewSnapshot(3, threeAM, es)
	c := newConsole(t, 80, 24, v)
	c.send(openServerMsg{server: "tdo-db-07"})
	c.press("tab", "tab", "tab", "tab", "tab")
	if got := c.screen(); !strings.Contains(got, "STALE: 28%, read 14m ago") {
		t.Errorf("got\n%s\nwant it to be called stale", got)
	}
}

// TestLacks: what is missing is told with where it should be.
func TestLacks(t *testing.T) {
	e := richServer()
	e.Server.Expected[fleet.Disk] = 14
	e.State.Findings = append(e.State.Findings, fleet.Finding{Code: "missing-part", Health: fleet.Warning, Key: "disk", Text: "12 of 14 expected: disks (the inventory lists 14)"})
	e.State.Endpoints[1].Unread = []fleet.ReadError{{What: "net-snmp disks", Text: "timed out", Kinds: []fleet.Kind{fleet.Disk}}}
	v := &ops.View{Fleet: fleet.NewSnapshot(1, threeAM, []fleet.Entry{e})}
	c := newConsole(t, 120, 40, v)
	c.send(openServerMsg{server: e.Server.Name})
	c.press("tab", "tab")
	for _, want := range []string{"▴ 12 of 14 expected: disks", "? empty slots for disks: Bay 12, Bay 13, Bay 14, Bay 15", "? NICs: not reported by this device",
		"? disks: could not be read whole through os", "timed out", "disks             expected 14, found 12", "[Missing 1]"} {
		if got := c.screen(); !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %q", got, want)
		}
	}
}

// TestSheet: the page as text has every panel, no escape codes, and speaks both
// languages.
func TestSheet(t *testing.T) {
	v := workView(failedDisk(17))
	sheet := Sheet{View: v, Server: "tdo-db-07", History: v.Events, Now: threeAMNow, Life: ageing.DefaultPolicy(), Width: 100}
	got := sheet.Text()
	for _, want := range []string{"tdo-db-07  Dell PowerEdge R740xd", "\nFindings\n--------\n", "\nMissing\n", "\nParts\n", "Planar rail 9", "Bay 15", "\nFile systems\n",
		"full in about 10 days", "\nUse\n", "\nReadings\n", "\nEndpoints\n", "\nHistory\n", "Bay 3: ok → critical"} {
		if !strings.Contains(got, want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	if strings.ContainsRune(got, '\x1b') || strings.ContainsRune(got, '\u202e') {
		t.Error("the text has control characters")
	}
	sheet.Tongue = vietnamese(t)
	if vi := sheet.Text(); !strings.Contains(vi, "\nPhát hiện\n") || !strings.Contains(vi, "đầy sau khoảng 10 ngày") {
		t.Errorf("got\n%s\nwant Vietnamese", vi)
	}
	sheet.ASCII = true
	if hasHigh(sheet.Text()) {
		t.Error("ASCII has other characters")
	}
	sheet.Server = "nobody"
	if sheet.Text() != "" {
		t.Error("there is a page of nobody")
	}
}

// TestMaintenanceOfAServer opens the form for this server, for those who may.
func TestMaintenanceOfAServer(t *testing.T) {
	bubble(t, "technician", func(t *testing.T) {
		c := atServer(t, 80, 24, "tdo-db-07").press("m")
		if got := c.screen(); !strings.Contains(got, "tdo-db-07") || c.app.top().Title() == "tdo-db-07" {
			t.Errorf("got\n%s\nwant the form about the server", got)
		}
	})
	bubble(t, "viewer", func(t *testing.T) {
		c := newConsole(t, 80, 24, workView(), as(queue.Viewer))
		c.send(openServerMsg{server: "tdo-db-07"})
		if got := c.press("m").screen(); !strings.Contains(got, "maintenance is planned by a technician; you are a viewer") {
			t.Errorf("got\n%s\nwant a refusal", got)
		}
	})
}
