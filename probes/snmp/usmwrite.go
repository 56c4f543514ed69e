package snmp

import (
	"crypto/aes"
	"crypto/subtle"
	"encoding/binary"
	"hash"
	"sync"

	"github.com/gosnmp/gosnmp"
)

// writes reports whether requests at this credential's level are written by
// ourselves: gosnmp takes three hundred allocations for each. Other ciphers
// than AES-128 are rare and left to it.
func (u *usm) writes() bool { return u.level != gosnmp.AuthPriv || u.block != nil }

// write writes a whole message to an engine that is known.
func (u *usm) write(r request, id uint32) []byte {
	boots, time := u.clock()
	w := u.out
	w.reset()
	w.pdu(r, id)
	w.octets(u.context)
	w.octets(u.engine)
	w.head(byte(gosnmp.Sequence), 0)
	var salt []byte
	if u.level == gosnmp.AuthPriv {
		u.salt++ // never twice with one key, see RFC 3826 §3.1.4.1
		salt = binary.BigEndian.AppendUint64(u.scratch[:0], u.salt)
		u.encrypt(w.bytes(), boots, time, salt)
		w.head(byte(gosnmp.OctetString), 0)
	}
	params := w.mark()
	w.copy(salt)
	w.head(byte(gosnmp.OctetString), params)
	behind := w.mark() // the digest
	digest := 0
	if u.level != gosnmp.NoAuthNoPriv {
		digest = macLength(u.params.AuthenticationProtocol)
	}
	w.zeros(digest)
	w.head(byte(gosnmp.OctetString), behind)
	w.octets(u.user)
	w.number(time)
	w.number(boots)
	w.octets(u.engine)
	w.head(byte(gosnmp.Sequence), params)
	w.head(byte(gosnmp.OctetString), params)
	global := w.mark()
	w.number(uint32(gosnmp.UserSecurityModel))
	flags := w.mark()
	w.byte(byte(u.level | gosnmp.Reportable))
	w.head(byte(gosnmp.OctetString), flags)
	w.number(maxMessage)
	w.wideNumber(id)
	w.head(byte(gosnmp.Sequence), global)
	w.number(uint32(gosnmp.Version3))
	w.head(byte(gosnmp.Sequence), 0)
	out := w.bytes()
	if digest > 0 {
		at := len(out) - behind - digest
		sign(out[at:at+digest], u.params, out)
	}
	return out
}

// start is what encryption begins with.
func (u *usm) start(boots, time uint32, salt []byte) {
	binary.BigEndian.PutUint32(u.feed[0:], boots)
	binary.BigEndian.PutUint32(u.feed[4:], time)
	copy(u.feed[8:], salt)
}

// encrypt encrypts in place: AES-128 in CFB mode, RFC 3826 §3.1.
func (u *usm) encrypt(text []byte, boots, time uint32, salt []byte) {
	u.start(boots, time, salt)
	for at := 0; at < len(text); at += aes.BlockSize {
		u.block.Encrypt(u.pad[:], u.feed[:])
		part := text[at:min(at+aes.BlockSize, len(text))]
		subtle.XORBytes(part, part, u.pad[:])
		copy(u.feed[:], part)
	}
}

// decrypt is its inverse.
func (u *usm) decrypt(text []byte, boots, time uint32, salt []byte) {
	u.start(boots, time, salt)
	for at := 0; at < len(text); at += aes.BlockSize {
		u.block.Encrypt(u.pad[:], u.feed[:])
		part := text[at:min(at+aes.BlockSize, len(text))]
		copy(u.feed[:], part)
		subtle.XORBytes(part, part, u.pad[:])
	}
}

// signer computes digests of one kind. It is borrowed for each, so that
// thousands of sessions need none of their own.
type signer struct {
	hash hash.Hash
	pad  [128]byte // the largest block of a hash
	sum  [64]byte
}

var signers [gosnmp.SHA512 + 1]sync.Pool // by protocol

// sign puts the first bytes of a message's HMAC (RFC 2104) into to. keys are
// localised.
func sign(to []byte, keys *gosnmp.UsmSecurityParameters, message []byte) {
	pool := &signers[keys.AuthenticationProtocol]
	s, _ := pool.Get().(*signer)
	if s == nil {
		s = &signer{hash: keys.AuthenticationProtocol.HashType().New()}
	}
	defer pool.Put(s)
	pad := s.pad[:s.hash.BlockSize()]
	clear(pad)
	copy(pad, keys.SecretKey) // never longer than a block
	for i := range pad {
		pad[i] ^= 0x36
	}
	s.hash.Reset()
	_, _ = s.hash.Write(pad) // a hash never fails to write
	_, _ = s.hash.Write(message)
	inner := s.hash.Sum(s.sum[:0])
	for i := range pad {
		pad[i] ^= 0x36 ^ 0x5c
	}
	s.hash.Reset()
	_, _ = s.hash.Write(pad)
	_, _ = s.hash.Write(inner)
	copy(to, s.hash.Sum(s.sum[:0]))
	clear(s.pad[:])
}
