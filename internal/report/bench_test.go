package report

import (
	"fmt"
	"io"
	"testing"

	"ironage/internal/fleet"
	"ironage/internal/outlook"
)

// BenchmarkReport10000 makes the report of a large fleet and writes the page.
func BenchmarkReport10000(b *testing.B) {
	entries := make([]fleet.Entry, 0, 10_000)
	for i := range 10_000 {
		since := fleet.Date(fmt.Sprintf("%d-05-10", 2014+i%12))
		entries = append(entries, entry(fmt.Sprintf("srv-%05d", i), fmt.Sprintf("service %d", i%20), since, "2020-01-01", fleet.OK, disks(12, nil)))
	}
	f := outlook.Build(nil, fleetOf(entries...), nil, settings(), newYear)
	b.ReportAllocs()
	for b.Loop() {
		if err := HTML(io.Discard, Make(f, nil, Options{Top: 50})); err != nil {
			b.Fatal(err)
		}
	}
}
