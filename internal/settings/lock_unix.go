//go:build unix

package settings

import (
	"os"
	"syscall"
)

// lock waits for the other consoles of this person that are just writing.
func lock(path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		_ = file.Close() // the first error is the one to tell
		return nil, err
	}
	return func() { _ = file.Close() }, nil // closing releases it
}
