// Package scarce tells the errors that come from what this machine has too
// little of: descriptors, memory, buffers. They say nothing about a device, and
// must never become a verdict on it.
package scarce

import (
	"errors"
	"net"
	"strings"
	"syscall"
)

// Advice is what a person can do about it.
const Advice = "nothing was asked: this machine has no file descriptors or memory left; see how many it may open (ulimit -n, LimitNOFILE) and what else runs on it"

var errnos = []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM}

// Is reports whether an error is of this kind.
func Is(err error) bool {
	for _, no := range errnos {
		if errors.Is(err, no) {
			return true
		}
	}
	return inLookup(err)
}

// inLookup reports whether a name could not be looked up for such an error:
// Go's resolver keeps only the text of it.
func inLookup(err error) bool {
	var dns *net.DNSError
	if !errors.As(err, &dns) {
		return false
	}
	for _, no := range errnos {
		if strings.HasSuffix(dns.Err, no.Error()) {
			return true
		}
	}
	return false
}
