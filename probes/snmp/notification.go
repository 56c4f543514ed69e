package snmp

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/gosnmp/gosnmp"
)

// Notification is a trap or inform as it came, with the forms of the three
// versions made one: a version 1 trap has the identity that RFC 3584 §3 gives
// it. Whatever it says about its sender is the sender's word.
type Notification struct {
	Version    string // "1", "2c" or "3"
	Inform     bool   // the sender waits for the acknowledgement
	Proven     bool   // authenticated, with version 3
	Credential string // by whose community or user it was accepted
	OID        OID    // what is notified
	// Agent is the address of the device that it speaks for, when the message
	// says one: version 1's agent-address or a forwarder's snmpTrapAddress.
	Agent string
	// Engine is the sender's version 3 engine ID in hex; "" for informs, whose
	// engine is the receiver's.
	Engine    string
	Variables []Variable // without the time and the identity
}

// maxNotified bounds the variables kept of one notification; vendors send 20.
const maxNotified = 100

// What a version 2 notification starts with, and what a forwarder adds (RFC 3584 §3.1).
const (
	oidUpTime     OID = "1.3.6.1.2.1.1.3.0"
	oidTrap       OID = "1.3.6.1.6.3.1.1.4.1.0"
	oidTraps      OID = "1.3.6.1.6.3.1.1.5"
	oidEnterprise OID = "1.3.6.1.6.3.1.1.4.3.0"
	oidAddress    OID = "1.3.6.1.6.3.18.1.3.0"
)

// notificationOf reads a decoded message.
func notificationOf(m *gosnmp.SnmpPacket, version string) (Notification, error) {
	n := Notification{Version: version, Inform: m.PDUType == gosnmp.InformRequest}
	pdus := m.Variables[:min(len(m.Variables), maxNotified)]
	if m.PDUType == gosnmp.Trap {
		n.OID, n.Agent = version1Identity(m), usableAddress(m.AgentAddress)
	}
	for _, v := range decodeVariables(pdus) {
		switch v.OID {
		case oidTrap:
			if n.OID == "" && v.Value.Type == ObjectID {
				n.OID = OID(v.Value.Text())
			}
		case oidAddress:
			if a := usableAddress(v.Value.Text()); a != "" {
				n.Agent = a
			}
		case oidUpTime, oidEnterprise:
		default:
			n.Variables = append(n.Variables, v)
		}
	}
	if !n.OID.Valid() {
		return n, fmt.Errorf("%w: it does not say what is notified", ErrGarbled)
	}
	return n, nil
}

// version1Identity is the snmpTrapOID of a version 1 trap (RFC 3584 §3.1).
func version1Identity(m *gosnmp.SnmpPacket) OID {
	if m.GenericTrap >= 0 && m.GenericTrap < 6 {
		return oidTraps.Append(strconv.Itoa(m.GenericTrap + 1))
	}
	specific := uint32(m.SpecificTrap) //nolint:gosec // the 32 bits on the wire, as elsewhere
	return OID(strings.TrimPrefix(m.Enterprise, ".")).Append("0").Append(strconv.FormatUint(uint64(specific), 10))
}

// usableAddress is an IP address that could be a device's, in its plain form.
func usableAddress(s string) string {
	a, err := netip.ParseAddr(s)
	if err != nil || a.IsUnspecified() || a.IsMulticast() {
		return ""
	}
	return a.Unmap().WithZone("").String()
}
