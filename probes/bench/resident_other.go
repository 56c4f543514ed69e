//go:build !linux

package bench

func forgetPeak() {}

// residentPeak is unknown here.
func residentPeak() int64 { return 0 }
