//go:build unix

package bench

import (
	"syscall"
	"time"
)

// used is the processor time of this process so far.
func used() usage {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return usage{}
	}
	return usage{user: time.Duration(r.Utime.Nano()), system: time.Duration(r.Stime.Nano())}
}
