//go:build !race

package queue

// sequences is how many random lives TestWorld goes through.
const sequences = 10_000
