//go:build unix

package main

import (
	"syscall"
	"time"
)

// usedCPU is the processor time of this process so far.
func usedCPU() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
