package main

import (
	"testing"
	"time"
)

// A machine whose time zone has no name keeps recurring windows in one that
// means the same elsewhere, where there is one.
func TestANameForTheTimeZone(t *testing.T) {
	winter := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for want, from := range map[string]*time.Location{"Etc/GMT-7": time.FixedZone("Local", 7*3600), "Etc/GMT+3": time.FixedZone("Local", -3*3600),
		"UTC": time.FixedZone("Local", 0), "Local": time.FixedZone("Local", 5*3600+1800)} {
		got := steady(from, winter)
		if got.String() != want {
			t.Errorf("got %s, want %s", got, want)
		}
		_, a := winter.In(from).Zone()
		if _, b := winter.In(got).Zone(); a != b {
			t.Errorf("%s is %d s from UTC, want %d", got, b, a)
		}
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	if got := steady(berlin, winter); got != berlin {
		t.Errorf("with summer time: got %s, want it left alone", got)
	}
}
