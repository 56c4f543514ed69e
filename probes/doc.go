// Package probes asks endpoints: ping and SNMP at the same time, the profiles
// that fit, and what they read, as one observation. It remembers per endpoint
// what makes the next read cheap. It gives no verdict about a server and keeps
// nothing that outlives the process.
package probes
