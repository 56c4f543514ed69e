//go:build race

package sim_test

// slowed is how much longer things may take under the race detector.
const slowed = 6
