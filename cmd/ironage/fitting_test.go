package main

import "testing"

// A table keeps the columns that fit into a window, the first two always.
func TestFitting(t *testing.T) {
	head := []string{"server", "age", "in_service", "band"}
	rows := [][]string{{"Hà-Nội-01", "10.6 y", "2016-05-05 (purchased, day)", "over age"}}
	for width, want := range map[int]int{1: 2, 18: 2, 45: 2, 46: 3, 55: 3, 56: 4, 200: 4} {
		if got := fitting(head, rows, width); got != want {
			t.Errorf("%d columns wide: got %d, want %d", width, got, want)
		}
	}
}
