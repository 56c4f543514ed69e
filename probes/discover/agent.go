package discover

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

// Agent is what a search found at one address. Its texts come from the device,
// without control characters and of bounded length.
type Agent struct {
	Address netip.AddrPort `json:"address"`
	// Credential is the name of the one that it answered.
	Credential string `json:"credential,omitempty"`
	ObjectID   string `json:"object_id,omitempty"`
	Descr      string `json:"descr,omitempty"`
	Name       string `json:"sys_name,omitempty"`
	// Engine is the proven engine ID of version 3, in hex.
	Engine string `json:"engine,omitempty"`
	// Refused is what it said against the credentials; it accepted none.
	Refused string `json:"refused,omitempty"`

	// Identified means that the rest was asked for.
	Identified bool         `json:"identified"`
	Profiles   []string     `json:"profiles,omitempty"`
	Role       fleet.Role   `json:"role,omitempty"`
	Device     fleet.Device `json:"device,omitzero"`
	// Note is why the identification brought less than it should.
	Note string `json:"note,omitempty"`
}

// Bounds on the texts of a device.
const (
	maxName  = 64
	maxDescr = 255
	maxNote  = 300
)

// The objects by which every agent introduces itself.
const (
	sysDescr    snmp.OID = "1.3.6.1.2.1.1.1.0"
	sysObjectID snmp.OID = "1.3.6.1.2.1.1.2.0"
	sysName     snmp.OID = "1.3.6.1.2.1.1.5.0"
)

func introduction() []snmp.OID { return []snmp.OID{sysDescr, sysObjectID, sysName} }

// introduce takes over what the agent said of itself.
func (a *Agent) introduce(vars []snmp.Variable) {
	for _, v := range vars {
		if !v.Value.Exists() {
			continue
		}
		switch v.OID {
		case sysDescr:
			a.Descr = tidy(v.Value.Text(), maxDescr)
		case sysObjectID:
			a.ObjectID = tidy(strings.TrimPrefix(v.Value.Text(), "."), maxName)
		case sysName:
			a.Name = tidy(v.Value.Text(), maxName)
		}
	}
}

// tidyAll makes every text of the agent presentable, wherever it came from.
func (a *Agent) tidyAll() {
	for _, t := range []struct {
		text *string
		most int
	}{{&a.Credential, maxName}, {&a.ObjectID, maxName}, {&a.Descr, maxDescr}, {&a.Name, maxName}, {&a.Engine, maxName}, {&a.Refused, maxNote}, {&a.Note, maxNote},
		{&a.Device.Vendor, maxName}, {&a.Device.Model, maxName}, {&a.Device.Serial, maxName}, {&a.Device.Controller, maxName},
		{&a.Device.Firmware, maxName}, {&a.Device.Hostname, maxName}, {&a.Device.OS, maxDescr}} {
		*t.text = tidy(*t.text, t.most)
	}
	a.Profiles = a.Profiles[:min(len(a.Profiles), maxProfiles)]
	for i := range a.Profiles {
		a.Profiles[i] = tidy(a.Profiles[i], maxName)
	}
	if a.Role != fleet.BMC && a.Role != fleet.OS {
		a.Role = 0
	}
}

// maxProfiles is more than ever fit one device.
const maxProfiles = 16

// tidy is a text from a device as it may be stored and shown: one line without
// control and formatting characters, of at most so many letters.
func tidy(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most-1]) + "…"
	}
	return s
}
