//go:build race

package queue

// sequences is how many random lives TestWorld goes through: the race detector
// makes each ten times as long, and one goroutine has no races.
const sequences = 1_000
