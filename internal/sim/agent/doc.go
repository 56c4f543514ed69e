// Package agent is an SNMP v1 and v2c agent on a UDP socket, for the demo's
// simulated fleet and for tests of everything that asks agents. It answers
// what a Tree holds, the way real agents do, and misbehaves on demand the way
// some real agents do. A Bulk is thousands of well-behaved ones in a few
// sockets, to measure pollers with. It must never be reachable as part of the product's
// reading side: it knows nothing of servers, health or profiles.
package agent
