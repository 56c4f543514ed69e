package snmp

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/gosnmp/gosnmp"
)

// usm is the codec of version 3 with the user-based security model. Discovery,
// reports and ciphers other than AES-128 are gosnmp's to write and read; who
// messages are from, whether they are authentic and what the agent's reports
// mean is decided here: gosnmp's own sending loop drops the unauthenticated
// reports that say what is wrong.
type usm struct {
	user    string
	context string
	level   gosnmp.SnmpV3MsgFlags
	params  *gosnmp.UsmSecurityParameters // keys are localised to engine
	out     *writer                       // nil while nothing is in flight

	engine      string // the agent's engine ID, "" before discovery
	boots, time uint32 // the agent's clock …
	at          time.Time
	proven      bool // an answer at our security level has come from this engine

	block     cipher.Block // of the privacy key; nil unless it is AES-128
	salt      uint64       // of the latest message
	feed, pad [aes.BlockSize]byte
	scratch   [8]byte
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
	u.salt = rand.Uint64()
	return u
}

// secured decodes what was authenticated.
func (u *usm) secured() *gosnmp.GoSNMP {
	return &gosnmp.GoSNMP{Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: u.level, SecurityParameters: u.params}
}

// open decodes reports without authentication. It holds no keys.
func (u *usm) open() *gosnmp.GoSNMP {
	return &gosnmp.GoSNMP{Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel,
		SecurityParameters: &gosnmp.UsmSecurityParameters{UserName: u.user}}
}

// encode makes the discovery message while the engine is unknown, whatever is
// asked: nothing else can be said to an unknown engine.
func (u *usm) encode(r request, id uint32) ([]byte, error) {
	if u.engine == "" {
		r = request{kind: gosnmp.GetRequest}
	} else if u.writes() {
		if u.out == nil {
			u.out, _ = writers.Get().(*writer)
		}
		return u.write(r, id), nil
	}
	m := message(r, id)
	m.Version, m.SecurityModel, m.MsgID = gosnmp.Version3, gosnmp.UserSecurityModel, id
	if u.engine == "" {
		m.MsgFlags, m.SecurityParameters = gosnmp.Reportable, &gosnmp.UsmSecurityParameters{}
		return m.MarshalMsg()
	}
	m.MsgFlags = u.level | gosnmp.Reportable
	m.ContextEngineID, m.ContextName = u.engine, u.context
	u.params.AuthoritativeEngineBoots, u.params.AuthoritativeEngineTime = u.clock()
	m.SecurityParameters = u.params.Copy()
	if u.level == gosnmp.AuthPriv {
		if err := u.params.InitPacket(m); err != nil {
			return nil, err
		}
	}
	return m.MarshalMsg()
}

func (u *usm) rest() {
	if u.out != nil {
		writers.Put(u.out)
		u.out = nil
	}
}

// clock is the agent's, by our own steady one.
func (u *usm) clock() (boots, now uint32) {
	return u.boots, u.time + uint32(time.Since(u.at)/time.Second) //nolint:gosec // sessions do not live 136 years
}

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
	decoder := u.open
	if level != gosnmp.NoAuthNoPriv {
		if h.engineID != u.engine || h.user != u.user || !u.authentic(raw, h.mac) {
			return answer{}, errStray
		}
		if a, ok := u.readQuick(h, asked); ok {
			u.setClock(h)
			u.proven = true
			return a, nil
		}
		decoder = u.secured
	}
	m, err := decodeSafely(decoder(), raw)
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
	n := macLength(keys.AuthenticationProtocol)
	if len(keys.SecretKey) == 0 || len(mac) != n {
		return false
	}
	var claimed, want [48]byte
	copy(claimed[:], mac)
	clear(mac)
	sign(want[:n], keys, raw)
	copy(mac, claimed[:])
	return subtle.ConstantTimeCompare(claimed[:n], want[:n]) == 1
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
	u.block = nil
	if u.level == gosnmp.AuthPriv && u.params.PrivacyProtocol == gosnmp.AES && len(u.params.PrivacyKey) >= aes.BlockSize {
		u.block, _ = aes.NewCipher(u.params.PrivacyKey[:aes.BlockSize]) // of this length it never fails
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
