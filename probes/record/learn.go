package record

import (
	"context"
	"time"

	"ironage/probes/profile"
	"ironage/probes/snmp"
)

// Where the device's own addresses stand.
const (
	ipAdEntAddr   snmp.OID = "1.3.6.1.2.1.4.20.1.1"
	ifPhysAddress snmp.OID = "1.3.6.1.2.1.2.2.1.6"
)

// NewScrubberFor reads who the device is, as check would, and returns a
// Scrubber that knows its names, serial numbers and addresses before the first
// line is written: the same key and device give the same replacements, so a
// recording can be continued later.
func NewScrubberFor(ctx context.Context, lib *profile.Library, m profile.Match, src profile.Source, key []byte, at time.Time) (*Scrubber, error) {
	identifying, technical := lib.Identifying()
	s := NewScrubber(key, identifying, technical)
	vars, _, err := m.ReadInventory(ctx, src)
	if err != nil {
		return nil, err
	}
	s.Learn(m.Name)
	if uname := unamePattern.FindStringSubmatch(m.Descr); uname != nil {
		s.Learn(uname[1])
	}
	s.Learn(m.Decode(vars, at, m.Role()).Identities()...)
	// What is missing here is only not looked for in other texts.
	found, _ := src.Columns(ctx, append(identities(), ipAdEntAddr, ifPhysAddress))
	for _, v := range found {
		switch {
		case v.OID.Under(ipAdEntAddr):
			s.LearnAddress(v.Value.Text())
		case v.OID.Under(ifPhysAddress):
			s.LearnHardwareAddress(v.Value.Octets)
		case v.Value.Type == snmp.OctetString && isText(v.Value.Octets):
			s.Learn(v.Value.Text())
		}
	}
	return s, ctx.Err()
}
