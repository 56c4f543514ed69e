package main

import (
	"runtime/debug"
	"time"
)

// collectPercent is by how much memory may grow, in per cent of what is in use,
// before it is cleared of what is not. Go's default is 100: a process that keeps
// the states of a large fleet would take twice what they need. A poll leaves
// little behind, so that clearing often costs little: with 10,000 servers of 70
// components, collected every 60 s, 580 MB are resident, and clearing takes a
// quarter of the 0.43 of a core.
const collectPercent = 12

// firstPercent is the same until the first screen, when little is in use and
// somebody waits.
const firstPercent = 1000

// lavishMemory clears memory late, for the moments before the first screen.
func (env *cli) lavishMemory() {
	if env.getenv("GOGC") == "" {
		debug.SetGCPercent(firstPercent)
	}
}

// drawing is how long the first screen takes at most once its view is there; on
// a slower machine it only takes a little longer then.
const drawing = 300 * time.Millisecond

// spareMemoryLater is spareMemory once the first screen is there: clearing
// before it is a third of the processor time until then.
func (env *cli) spareMemoryLater() { time.AfterFunc(drawing, env.spareMemory) }

// spareMemory sets how eagerly memory is cleared for a process that keeps a
// whole fleet. Whoever set GOGC knows better.
func (env *cli) spareMemory() {
	if env.getenv("GOGC") == "" {
		debug.SetGCPercent(collectPercent)
	}
}

// benchPercent is the same for a measurement of polling, which keeps little and
// reads thousands of devices a second.
const benchPercent = 25

// measuredMemory is spareMemory for a measurement.
func (env *cli) measuredMemory() {
	if env.getenv("GOGC") == "" {
		debug.SetGCPercent(benchPercent)
	}
}
