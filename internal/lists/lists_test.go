package lists

import (
	"strings"
	"testing"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/filter"
	"ironage/internal/fleet"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

var now = time.Date(2026, 3, 14, 3, 4, 5, 0, time.UTC)

func clock() time.Time { return now }

// keeps says whether a filter takes a row.
func keeps[R any](t *testing.T, l *filter.Language[R], text string, row R) bool {
	t.Helper()
	keep, err := l.Parse(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return keep == nil || keep(row)
}

func server() *Server {
	e := &fleet.Entry{
		Server: fleet.Server{Name: "hn-a07-01", Site: "hanoi", Room: "Phòng máy", Rack: "A07", Service: "TDOffice", Manufacturer: "Dell", InService: "2018-05-14"},
		State: fleet.State{Health: fleet.Critical, Device: fleet.Device{Vendor: "Dell", Model: "PowerEdge R740", Serial: "7XK4P13", Firmware: "6.10.30"},
			Components: []fleet.Component{{Kind: fleet.Disk, Index: "1", Health: fleet.Critical, Model: "ST1200MM0099", Serial: "WFK012", Firmware: "N004"}},
			Findings:   []fleet.Finding{{Key: "disk/1", Health: fleet.Critical, Text: "disk Bay 2 failed"}}},
	}
	x := NewServer(e, ageing.DefaultPolicy(), now, func(s string) string { return strings.Replace(s, "failed", "hỏng", 1) })
	x.Judged = Judged{Out: &outlook.Server{Cover: ageing.CoverExpiring, CoverDays: 40, PartsOver: 3, P: 0.25, Parts: make([]outlook.Part, 1)}, Criticality: fleet.CriticalityHigh}
	x.Orders = []Order{{ID: 12, State: queue.InProgress, Tier: queue.P1}}
	return x
}

func TestServers(t *testing.T) {
	x, l := server(), Servers(clock, func() []*Server { return []*Server{server()} })
	for _, text := range []string{"health:critical", "kind:disk", "name:HN-*", "vendor:dell", "model:r740", "room:phong*", "criticality:high", "age:>7y", "year:2018",
		"over:>2", "risk:>=25%", "warranty:expiring", "warranty:<90d", "state:in-progress", "state:in_progress", "tier:p1", "stale:no", "serial:wfk", "part:ST1200*",
		"firmware:n004", "firmware:6.10", "hỏng", "hong", "failed", "7xk4p13", "!warranty:expired"} {
		if !keeps(t, l, text, x) {
			t.Errorf("%q does not take the server", text)
		}
	}
	for _, text := range []string{"health:ok", "kind:fan", "room:phong", "warranty:>40d", "warranty:ok,expired,unknown", "tier:p2", "stale:yes", `service:""`} {
		if keeps(t, l, text, x) {
			t.Errorf("%q takes the server", text)
		}
	}
	for typed, want := range map[string]string{"service:td": "TDOffice", "firmware:": "6.10.30 N004", "room:p": `"Phòng máy"`} {
		c := l.Complete(typed, len([]rune(typed)))
		if got := strings.Join(c.Offers, " "); got != want {
			t.Errorf("completing %q: got %q, want %q", typed, got, want)
		}
	}
}

func about() *About {
	s := server().Entry.Server
	return &About{Now: clock, Server: func(name string) *fleet.Server {
		if name == s.Name {
			return &s
		}
		return nil
	}, Say: func(english string) string { return strings.ReplaceAll(english, "failed", "hỏng") },
		Seen: func() []*fleet.Server { return []*fleet.Server{&s} }}
}

func TestEvents(t *testing.T) {
	e := &fleet.Event{Time: now.Add(-2 * time.Hour), Kind: fleet.EventHealth, Server: "hn-a07-01", Key: "disk/1", Health: fleet.Critical, Text: "Bay 2: failed",
		Ack: &fleet.Ack{By: "lan", Note: "order #12"}}
	l := Events(about())
	for text, want := range map[string]bool{"event:health": true, "kind:disk rack:A07": true, "service:tdoffice": true, "acked:yes": true, "age:<1d": true, "age:>3h": false,
		"lan": true, "hỏng": true, "site:hue": false, "component:disk*": true, "server:hn-*": true} {
		if got := keeps(t, l, text, e); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
	gone := &fleet.Event{Server: "left", Time: now}
	if !keeps(t, l, "server:left", gone) || keeps(t, l, "rack:*", gone) && keeps(t, l, "rack:A07", gone) {
		t.Error("an event of a server that left the inventory keeps its name and has no rack")
	}
}

func TestOrdersAndParts(t *testing.T) {
	o := &queue.Order{ID: 17, Server: "hn-a07-01", Slot: "disk/1", Place: "Bay 2", Kind: fleet.Disk, State: queue.InProgress, Tier: queue.P1, Assignee: "minh",
		Created: now.Add(-20 * 24 * time.Hour), Due: now.Add(-time.Hour), Reasons: []queue.Reason{{Code: queue.ReasonMediaErrors, Text: "5 media errors"}}}
	for text, want := range map[string]bool{"state:in_progress": true, "tier:p1": true, "#17": true, "who:minh": true, "age:>14d": true, "due:<0": true, "due:>0": false,
		`reason:"media errors"`: true, "slot:bay": true, "rack:A*": true, "criticality:normal": true} {
		if got := keeps(t, Orders(about()), text, o); got != want {
			t.Errorf("order %q: got %v", text, got)
		}
	}
	p := &outlook.Line{Server: "hn-a07-01", Key: "disk/1", Kind: fleet.Disk, Life: "hdd", Label: "Bay 2", Model: "ST1200", Consumed: 156, Estimated: true, P: 0.3,
		Age: ageing.Age{Known: true, Years: 7.8}, Band: ageing.BandFarOver, Tier: ageing.P2, Reasons: []ageing.Reason{ageing.ReasonWear}}
	for text, want := range map[string]bool{"kind:hdd": true, "kind:disk": true, "kind:ssd": false, "used:>150%": true, "risk:>25": true, "band:far-over": true, "reason:wear": true,
		"rack:a07": true, "failed:no": true} {
		if got := keeps(t, Parts(about()), text, p); got != want {
			t.Errorf("part %q: got %v", text, got)
		}
	}
}

func TestSaved(t *testing.T) {
	values := map[string]string{"filter.night": "servers health:critical age:>5y", "filter.": "x", "filter.all": "events"}
	got := Saved([]string{"filter.", "filter.all", "filter.night", "theme"}, func(k string) string { return values[k] })
	if len(got) != 2 || got["night"] != "health:critical age:>5y" || got["all"] != "" {
		t.Errorf("Saved: got %v", got)
	}
	if list, text := SavedFor(SavedValue("servers", "a b")); list != "servers" || text != "a b" {
		t.Errorf("SavedFor: got %q, %q", list, text)
	}
	for _, x := range [][2]string{{" My Night! ", "my-night"}, {"đêm", "đêm"}, {"@x:y", "xy"}, {"…", "…"}, {"!", ""}} {
		if got := SavedName(x[0]); got != x[1] {
			t.Errorf("SavedName(%q): got %q, want %q", x[0], got, x[1])
		}
	}
}
