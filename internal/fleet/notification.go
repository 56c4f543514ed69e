package fleet

import "time"

// Notification is what a device said without being asked: an SNMP trap or
// inform. It is a hint where to look, never a verdict: most kinds can be
// forged by anybody who can send a datagram.
type Notification struct {
	Time time.Time
	// Source is the IP address that the datagram came from, in its plain form.
	Source string
	// What the datagram itself says about who it speaks for: the agent-address
	// of a version 1 trap or of a forwarder, the version 3 engine ID in hex, the
	// serial numbers and names in its variables.
	Agent, Engine  string
	Serials, Names []string
	// Version is SNMP's: "1", "2c" or "3". Proven means that it was authenticated.
	Version string
	Proven  bool

	// Text is what happened, in words; About the part that it names, if any.
	Text, About string
	// Health is how worrying the device finds it; OK for news and recoveries.
	Health Health
	// Inventory asks for a full read: parts may have come or gone.
	Inventory bool
	Evidence  Evidence

	// Refused, if set, is why the datagram was not accepted; then only Source
	// and Time mean anything.
	Refused string
	// Missed counts datagrams of this source that were dropped unread since
	// the one before. A notification without Text and Refused tells only this.
	Missed int
}
