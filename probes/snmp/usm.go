package snmp

import (
	"crypto/hmac"
	"fmt"
	"time"

	"github.com/gosnmp/gosnmp"
)

// usm is the codec of version 3 with the user-based security model. gosnmp
// builds, encrypts and decrypts the messages; who they are from, whether they
// are authentic and what the agent's reports mean is decided here: gosnmp's own
// sending loop drops the unauthenticated reports that say what is wrong.
type usm struct {
	user    string
	context string
	level   gosnmp.SnmpV3MsgFlags
	params  *gosnmp.UsmSecurityParameters // keys are localised to engine
	secured gosnmp.GoSNMP                 // decodes what was authenticated
	open    gosnmp.GoSNMP                 // decodes reports without authentication; holds no keys

	engine      string // the agent's engine ID, "" before discovery
	boots, time uint32 // the agent's clock …
	at          time.Time
	proven      bool // an answer at our security level has come from this engine
}

// RFC 3414, RFC 3412 and RFC 3413: what an agent reports instead of answering.
const (
	reportSecurityLevel OID = "1.3.6.1.6.3.15.1.1.1.0"
	reportTimeWindow    OID = "1.3.6.1.6.3.15.1.1.2.0"
	reportUser          OID = "1.3.6.1.6.3.15.1.1.3.0"
	reportEngine        OID = "1.3.6.1.6.3.15.1.1.4.0"
	reportDigest        OID = "1.3.6.1.6.3.15.1.1.5.0"
	reportDecryption    OID = "1.3.6.1.6.3.15.1.1.6.0"
	reportModel         OID = "1.3.6.1.6.3.11.2.1.1.0"
	reportNoContext     OID = "1.3.6.1.6.3.12.1.4.0"
	reportContext       OID = "1.3.6.1.6.3.12.1.5.0"
)

func authProtocol(word string) gosnmp.SnmpV3AuthProtocol {
	return map[string]gosnmp.SnmpV3AuthProtocol{
		"": gosnmp.NoAuth, "md5": gosnmp.MD5, "sha": gosnmp.SHA, "sha224": gosnmp.SHA224,
		"sha256": gosnmp.SHA256, "sha384": gosnmp.SHA384, "sha512": gosnmp.SHA512,
	}[word]
}

func privProtocol(word string) gosnmp.SnmpV3PrivProtocol {
	return map[string]gosnmp.SnmpV3PrivProtocol{
		"": gosnmp.NoPriv, "des": gosnmp.DES, "aes128": gosnmp.AES, "aes192": gosnmp.AES192,
		"aes256": gosnmp.AES256, "aes192c": gosnmp.AES192C, "aes256c": gosnmp.AES256C,
	}[word]
}

func newUSM(c Credential) *usm {
	u := &usm{user: c.User, context: c.Context}
	switch {
	case c.Priv != "":
		u.level = gosnmp.AuthPriv
	case c.Auth != "":
		u.level = gosnmp.AuthNoPriv
	}
	u.params = &gosnmp.UsmSecurityParameters{
		UserName:               c.User,
		AuthenticationProtocol: authProtocol(c.Auth), AuthenticationPassphrase: c.AuthSecret.Reveal(),
		PrivacyProtocol: privProtocol(c.Priv), PrivacyPassphrase: c.PrivSecret.Reveal(),
	}
	ready := func(g *gosnmp.GoSNMP, p *gosnmp.UsmSecurityParameters, level gosnmp.SnmpV3MsgFlags) {
		g.Version, g.SecurityModel, g.MsgFlags, g.SecurityParameters = gosnmp.Version3, gosnmp.UserSecurityModel, level, p
	}
	ready(&u.secured, u.params, u.level)
	ready(&u.open, &gosnmp.UsmSecurityParameters{UserName: c.User}, gosnmp.NoAuthNoPriv)
	return u
}

// encode makes the discovery message while the engine is unknown, whatever is
// asked: nothing else can be said to an unknown engine.
func (u *usm) encode(r request, id uint32) ([]byte, error) {
	if u.engine == "" {
		r = request{kind: gosnmp.GetRequest}
	}
	m := message(r, id)
	m.Version, m.SecurityModel, m.MsgID = gosnmp.Version3, gosnmp.UserSecurityModel, id
	if u.engine == "" {
		m.MsgFlags, m.SecurityParameters = gosnmp.Reportable, &gosnmp.UsmSecurityParameters{}
		return m.MarshalMsg()
	}
	m.MsgFlags = u.level | gosnmp.Reportable
	m.ContextEngineID, m.ContextName = u.engine, u.context
	u.params.AuthoritativeEngineBoots = u.boots
	u.params.AuthoritativeEngineTime = u.time + uint32(time.Since(u.at)/time.Second) //nolint:gosec // sessions do not live 136 years
	m.SecurityParameters = u.params.Copy()
	if u.level == gosnmp.AuthPriv {
		if err := u.params.InitPacket(m); err != nil {
			return nil, err
		}
	}
	return m.MarshalMsg()
}

func (u *usm) rest() {}

// decode accepts an answer only at the security level that was asked for. A
// report may come without authentication, since an agent that does not know
// the user has no key; it is a hint about what is wrong, never a value.
func (u *usm) decode(raw []byte, ids []uint32, asked request) (answer, error) {
	h, err := readHeader(raw)
	switch {
	case err != nil:
		return answer{}, fmt.Errorf("%w: %w", ErrGarbled, err)
	case h.version != gosnmp.Version3:
		return answer{}, fmt.Errorf("%w: it is of another SNMP version", ErrGarbled)
	case !isOneOf(h.messageID, ids):
		return answer{}, errStray
	}
	level := h.flags & gosnmp.AuthPriv
	decoder := &u.open
	if level != gosnmp.NoAuthNoPriv {
		if h.engineID != u.engine || h.user != u.user || !u.authentic(raw, h.mac) {
			return answer{}, errStray
		}
		if a, ok := u.readQuick(h, asked); ok {
			u.setClock(h)
			u.proven = true
			return a, nil
		}
		decoder = &u.secured
	}
	m, err := decodeSafely(decoder, raw)
	if err != nil {
		return answer{}, err
	}
	if m.PDUType == gosnmp.Report {
		return u.reported(m, h)
	}
	if u.engine == "" || level != u.level || h.engineID != u.engine || h.user != u.user ||
		m.PDUType != gosnmp.GetResponse || m.RequestID != h.messageID {
		return answer{}, errStray
	}
	if level != gosnmp.NoAuthNoPriv {
		u.setClock(h)
	}
	u.proven = true
	return answerOf(m, h.messageID), nil
}

// authentic checks the message's digest.
func (u *usm) authentic(raw, mac []byte) bool {
	return u.level != gosnmp.NoAuthNoPriv && authenticWith(u.params, raw, mac)
}

// authenticWith checks a message's digest with localised keys. mac lies inside
// raw and counts as zeros in its own computation (RFC 3414 §6.3.2, RFC 7860 §4.2.2).
func authenticWith(keys *gosnmp.UsmSecurityParameters, raw, mac []byte) bool {
	if len(keys.SecretKey) == 0 {
		return false
	}
	claimed := string(mac)
	clear(mac)
	sum := hmac.New(keys.AuthenticationProtocol.HashType().New, keys.SecretKey)
	_, _ = sum.Write(raw) // a hash never fails to write
	copy(mac, claimed)
	want := sum.Sum(nil)[:macLength(keys.AuthenticationProtocol)]
	return hmac.Equal([]byte(claimed), want)
}

func macLength(p gosnmp.SnmpV3AuthProtocol) int {
	switch p {
	case gosnmp.SHA224:
		return 16
	case gosnmp.SHA256:
		return 24
	case gosnmp.SHA384:
		return 32
	case gosnmp.SHA512:
		return 48
	}
	return 12
}

// reported takes from a report what the next try needs.
func (u *usm) reported(m *gosnmp.SnmpPacket, h header) (answer, error) {
	a := answer{id: h.messageID, report: "0.0"}
	if len(m.Variables) > 0 {
		a.report = decodeVariables(m.Variables[:1])[0].OID
	}
	// Discovery: whatever the agent complains of, its engine ID is in the
	// header. Some (Dell EMC switches) complain of the empty user instead.
	if u.engine == "" || a.report == reportEngine {
		return a, u.meet(h)
	}
	if a.report == reportTimeWindow && h.engineID == u.engine {
		u.setClock(h)
	}
	return a, nil
}

// meet localises the keys to an engine.
func (u *usm) meet(h header) error {
	if len(h.engineID) < 5 || len(h.engineID) > 32 { // RFC 3411, SnmpEngineID
		return fmt.Errorf("%w: its engine ID has %d bytes", ErrGarbled, len(h.engineID))
	}
	u.engine, u.proven = h.engineID, false
	u.setClock(h)
	u.params.AuthoritativeEngineID = h.engineID
	u.params.SecretKey, u.params.PrivacyKey = nil, nil
	if err := u.params.InitSecurityKeys(); err != nil {
		return fmt.Errorf("%w: no key can be made of this credential for the agent", ErrCredential)
	}
	return nil
}

func (u *usm) setClock(h header) {
	u.boots, u.time, u.at = h.boots, h.time, time.Now()
}

// verdict says what a report means: nil to ask again with what it taught, or
// the refusal. seen counts the reports of each kind within one exchange: the
// engine may be unknown once and the clock wrong once, but not for ever.
func verdict(report OID, seen map[OID]int) error {
	seen[report]++
	switch report {
	case reportEngine, reportTimeWindow:
		if seen[report] < 2 {
			return nil
		}
		return ErrTimeWindow
	case reportUser:
		return ErrUnknownUser
	case reportDigest:
		return ErrWrongDigest
	case reportDecryption:
		return ErrDecryption
	case reportSecurityLevel, reportModel:
		return ErrSecurityLevel
	case reportContext, reportNoContext:
		return ErrContext
	}
	return fmt.Errorf("%w (%s)", ErrReport, report)
}

// silence is the kind of silence that this is, by how far the talk had come.
func (u *usm) silence() error {
	switch {
	case u.engine == "" || u.proven:
		return ErrSilentV3
	case u.context != "": // Net-SNMP meets an unknown one with silence
		return ErrSilentContext
	case u.level == gosnmp.AuthPriv:
		return ErrSilentPrivacy
	}
	return ErrSilentUser
}
