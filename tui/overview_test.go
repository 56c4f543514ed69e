package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"ironage/internal/fleet"
)

// visits is a person who looked last at some time.
type visits struct{ last time.Time }

func (v visits) Get(key string) string {
	if key == prefVisit {
		return v.last.Format(time.RFC3339)
	}
	return ""
}
func (visits) Names(string) []string    { return nil }
func (visits) Set(string, string) error { return nil }
func (visits) Notice() string           { return "" }

func lastHere(ago time.Duration) func(*Config) {
	return func(c *Config) { c.Settings = visits{before(ago)} }
}

func TestGoldenOverview(t *testing.T) {
	for _, lang := range []string{"en", "vi"} {
		with := []func(*Config){lastHere(9 * time.Hour)}
		if lang == "vi" {
			with = append(with, inVietnamese)
		}
		for _, s := range windows {
			t.Run(fmt.Sprintf("visit-%dx%d-%s", s[0], s[1], lang), func(t *testing.T) {
				c := newConsole(t, s[0], s[1], stormView(), with...)
				checkFits(t, "overview", c.app.View().Content, s[0], s[1])
				golden.RequireEqual(t, c.screen())
			})
		}
	}
}

func TestSinceLastVisit(t *testing.T) {
	v := stormView()
	v.Events = append([]fleet.Event{{ID: 200, Time: before(time.Minute), Kind: fleet.EventQueue, Server: "hn-a07-01", Text: "lan acknowledged: x"}}, v.Events...)
	sh := newConsole(t, 200, 60, v).app.sh
	changes := changesSince(sh, before(90*time.Minute))
	var got []string
	for _, c := range changes {
		got = append(got, fmt.Sprintf("%s %d", c.worst, c.count))
		if strings.Contains(c.newest.Text, "lan acknowledged") {
			t.Error("what one did oneself is news")
		}
	}
	if want := "critical 5, warning 1, warning 1, unknown 7, unknown 1"; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
	if n := len(changesSince(sh, threeAM)); n != 0 {
		t.Errorf("%d changes since now", n)
	}
}

func TestWorstRacks(t *testing.T) {
	sh := newConsole(t, 200, 60, handView()).app.sh
	var got []string
	for _, r := range sumsOf(sh).worstRacks() {
		got = append(got, r.id.Name)
	}
	if s := strings.Join(got, " "); s != "A07 B02 C11" {
		t.Errorf("got %s, want the one with something critical first", s)
	}
	quiet := newConsole(t, 200, 60, windowView()).app.sh
	for _, r := range sumsOf(quiet).worstRacks() {
		if r.id.Name == "A07" {
			t.Error("a rack in maintenance is among the worst")
		}
	}
}
