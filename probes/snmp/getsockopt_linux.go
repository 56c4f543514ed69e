//go:build linux && !386 && !s390x

package snmp

import "syscall"

const sysGetsockopt = syscall.SYS_GETSOCKOPT
