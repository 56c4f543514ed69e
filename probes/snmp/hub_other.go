//go:build !linux

package snmp

import "net"

// receiveBuffer guesses: small is safe.
func receiveBuffer(*net.UDPConn) int { return 64 << 10 }

// kernelDrops is unknown here.
func kernelDrops(*net.UDPConn) int64 { return -1 }

// tellRefusals and refusals: a closed port is a silent one here.
func tellRefusals(*net.UDPConn) {}

func refusals(*net.UDPConn) []refusal { return nil }
