//go:build linux && (386 || s390x)

package snmp

// sysGetsockopt has its own number since Linux 4.3; the syscall package knows
// only the call that all of them shared before.
const sysGetsockopt = 365
