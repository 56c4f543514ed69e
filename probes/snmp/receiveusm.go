package snmp

import (
	"encoding/hex"
	"fmt"
	"time"

	"github.com/gosnmp/gosnmp"
)

// account is a version 3 user that notifications are accepted from.
type account struct {
	credential Credential
	level      gosnmp.SnmpV3MsgFlags
}

// peer is a user of one engine, to which its keys are localised.
type peer struct {
	account *account
	engine  string
}

// maxPeers bounds the keys kept; a fleet has as many as it has senders.
const maxPeers = 20_000

// timeWindow is how far a sender's idea of our clock may be off (RFC 3414 §3.2.7).
const timeWindow = 150

// secured reads a message of version 3. What cannot be proven is told to the
// sender where it waits for an answer: that is how it learns our engine ID.
func (r *Receiver) secured(raw []byte) (n Notification, reply []byte, err error) {
	h, err := readHeader(raw)
	if err != nil {
		return n, nil, fmt.Errorf("%w: %w", ErrGarbled, err)
	}
	refuse := func(report OID, why string) (Notification, []byte, error) {
		if h.engineID != r.engine {
			report = reportEngine // whatever else is wrong, this comes first (RFC 3414 §3.2.3)
		}
		return n, r.report(h, report, nil), fmt.Errorf("%w: %s", ErrNotAccepted, why)
	}
	level := h.flags & gosnmp.AuthPriv
	accounts := r.users[h.user]
	switch {
	case level == gosnmp.AuthPriv&^gosnmp.AuthNoPriv:
		return n, nil, fmt.Errorf("%w: it is encrypted without being authenticated", ErrGarbled)
	case h.user == "" && level == gosnmp.NoAuthNoPriv:
		return n, r.report(h, reportEngine, nil), ErrDiscovery
	case len(h.engineID) < 5 || len(h.engineID) > 32:
		return refuse(reportEngine, "its engine ID is of no usable length")
	case len(accounts) == 0:
		return refuse(reportUser, "its user is in none of the credentials")
	}
	same := false
	for _, a := range accounts {
		if a.level != level {
			continue
		}
		same = true
		if keys := r.authentic(a, raw, h); keys != nil {
			return r.open(a, keys, raw, h)
		}
	}
	if !same {
		return refuse(reportSecurityLevel, "its security level is not the one of its user's credential")
	}
	return refuse(reportDigest, "its digest is wrong: another authentication password or protocol than in the credential")
}

// authentic returns the account's keys for the message's engine if the message
// was made with them, else nil. The privacy key is made only for who is proven:
// with some protocols it costs a megabyte of hashing for every new engine ID.
func (r *Receiver) authentic(a *account, raw []byte, h header) *gosnmp.UsmSecurityParameters {
	if a.level == gosnmp.NoAuthNoPriv {
		return &gosnmp.UsmSecurityParameters{UserName: h.user}
	}
	who := peer{a, h.engineID}
	if keys := r.peers[who]; keys != nil {
		if !authenticWith(keys, raw, h.mac) {
			return nil
		}
		return keys
	}
	c := a.credential
	keys := &gosnmp.UsmSecurityParameters{UserName: c.User, AuthoritativeEngineID: h.engineID,
		AuthenticationProtocol: authProtocol(c.Auth), AuthenticationPassphrase: c.AuthSecret.Reveal()}
	if keys.InitSecurityKeys() != nil || !authenticWith(keys, raw, h.mac) {
		return nil
	}
	keys.PrivacyProtocol, keys.PrivacyPassphrase = privProtocol(c.Priv), c.PrivSecret.Reveal()
	if keys.InitSecurityKeys() != nil {
		return nil
	}
	if len(r.peers) >= maxPeers {
		for any := range r.peers {
			delete(r.peers, any)
			break
		}
	}
	r.peers[who] = keys
	return keys
}

// open decodes an authentic message and acknowledges an inform.
func (r *Receiver) open(a *account, keys *gosnmp.UsmSecurityParameters, raw []byte, h header) (n Notification, reply []byte, err error) {
	g := &gosnmp.GoSNMP{Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: a.level, SecurityParameters: keys}
	p, err := decodeSafely(g, raw)
	if err != nil {
		if a.level == gosnmp.AuthPriv {
			err = fmt.Errorf("%w: it cannot be decrypted: another privacy password or protocol than in the credential", ErrNotAccepted)
			return n, r.report(h, reportDecryption, keys), err
		}
		return n, nil, err
	}
	ours := h.engineID == r.engine
	switch {
	case p.PDUType != gosnmp.SNMPv2Trap && p.PDUType != gosnmp.InformRequest:
		return n, nil, fmt.Errorf("%w: it asks something instead of notifying", ErrNotAccepted)
	case p.PDUType == gosnmp.InformRequest && !ours:
		return n, r.report(h, reportEngine, nil), fmt.Errorf("%w: it is an inform for another engine", ErrNotAccepted)
	case p.PDUType == gosnmp.InformRequest && a.level != gosnmp.NoAuthNoPriv && !r.timely(h):
		return n, r.report(h, reportTimeWindow, keys), fmt.Errorf("%w: its idea of our clock is off; told so", ErrNotAccepted)
	}
	n, err = notificationOf(p, V3)
	n.Credential, n.Proven = a.credential.Name, a.level != gosnmp.NoAuthNoPriv
	if !ours {
		n.Engine = hex.EncodeToString([]byte(h.engineID))
	}
	if n.Inform && err == nil {
		reply = r.acknowledge(p, keys, a.level)
	}
	return n, reply, err
}

// timely reports whether a message to our engine was made just now.
func (r *Receiver) timely(h header) bool {
	is := int64(r.clock())
	return h.boots == r.boots && int64(h.time) >= is-timeWindow && int64(h.time) <= is+timeWindow
}

// clock is the time of our engine: seconds since its boot.
func (r *Receiver) clock() uint32 {
	return uint32(max(0, r.now().Sub(r.began)/time.Second)) & (1<<31 - 1) //nolint:gosec // never negative
}

// acknowledge answers an inform with its own variables; with none where they
// cannot be written again, since senders look at the id alone.
func (r *Receiver) acknowledge(p *gosnmp.SnmpPacket, keys *gosnmp.UsmSecurityParameters, level gosnmp.SnmpV3MsgFlags) []byte {
	m := &gosnmp.SnmpPacket{Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: level, MsgID: p.MsgID,
		RequestID: p.RequestID, PDUType: gosnmp.GetResponse, ContextEngineID: p.ContextEngineID, ContextName: p.ContextName, Variables: p.Variables}
	if out := r.marshal(m, keys); out != nil {
		return out
	}
	m.Variables = nil
	return r.marshal(m, keys)
}

// report tells a sender that waits for it what is wrong; nil for one that does
// not wait. Only with keys it is authenticated (RFC 3414 §3.2).
func (r *Receiver) report(h header, about OID, keys *gosnmp.UsmSecurityParameters) []byte {
	if h.flags&gosnmp.Reportable == 0 {
		return nil
	}
	r.reports[about]++
	level := gosnmp.NoAuthNoPriv
	if about == reportTimeWindow {
		level = gosnmp.AuthNoPriv
	} else {
		keys = &gosnmp.UsmSecurityParameters{UserName: h.user}
	}
	return r.marshal(&gosnmp.SnmpPacket{Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: level, MsgID: h.messageID,
		PDUType: gosnmp.Report, ContextEngineID: r.engine,
		Variables: []gosnmp.SnmpPDU{{Name: string(about), Type: gosnmp.Counter32, Value: r.reports[about]}}}, keys)
}

// marshal writes a message of our engine.
func (r *Receiver) marshal(m *gosnmp.SnmpPacket, keys *gosnmp.UsmSecurityParameters) []byte {
	own := keys.Copy().(*gosnmp.UsmSecurityParameters) // of the one type there is
	own.AuthoritativeEngineID, own.AuthoritativeEngineBoots, own.AuthoritativeEngineTime = r.engine, r.boots, r.clock()
	m.SecurityParameters = own
	if m.MsgFlags&gosnmp.AuthPriv == gosnmp.AuthPriv && keys.InitPacket(m) != nil {
		return nil
	}
	out, err := m.MarshalMsg()
	if err != nil {
		return nil
	}
	return out
}
