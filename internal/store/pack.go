package store

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"

	"ironage/internal/fleet"
	"ironage/internal/fleet/packed"
)

// States are the largest thing that is stored, and most of one is the same words
// over and over: packed, it is a tenth.
//
// A packed document begins with packMark; one of package packed with stateMark;
// anything else is plain JSON.
const (
	packMark    = 'z'
	stateMark   = 'b'
	maxUnpacked = 16 << 20 // a document that claims more is damaged
)

// packer packs documents one after another. It is not for several goroutines.
type packer struct {
	buf bytes.Buffer
	w   *flate.Writer
	raw []byte // what is packed
}

// mostKept is how large a buffer may be that is kept: what one state of absurd
// size took must not stay for good.
const mostKept = 1 << 20

// shrink lets go of buffers that are larger than others will need.
func (p *packer) shrink() {
	if cap(p.raw) > mostKept {
		p.raw = nil
	}
	if p.buf.Cap() > mostKept {
		p.buf = bytes.Buffer{}
	}
}

func (p *packer) pack(doc []byte) ([]byte, error) { return p.packAs(packMark, doc) }

func (p *packer) packAs(mark byte, doc []byte) ([]byte, error) {
	p.buf.Reset()
	p.buf.WriteByte(mark)
	if p.w == nil {
		w, err := flate.NewWriter(&p.buf, flate.BestSpeed)
		if err != nil {
			return nil, err
		}
		p.w = w
	} else {
		p.w.Reset(&p.buf)
	}
	if _, err := p.w.Write(doc); err != nil {
		return nil, err
	}
	if err := p.w.Close(); err != nil {
		return nil, err
	}
	return bytes.Clone(p.buf.Bytes()), nil
}

// unpacker is the other way round, with its memory kept between documents.
type unpacker struct {
	buf bytes.Buffer
	r   io.ReadCloser
}

// packState packs a state, and says whether it will be read as it is: states of
// absurd size are cut, and what is no text is replaced.
func (p *packer) packState(st *fleet.State) (doc []byte, faithful bool, err error) {
	raw, ok := packed.Append(p.raw[:0], st)
	if p.raw = raw; ok && len(raw) <= maxPlain {
		doc, err = p.packAs(stateMark, raw)
		return doc, true, err
	}
	plain, entire, err := documentOf(st)
	if err == nil {
		doc, err = p.pack(plain)
	}
	return doc, entire && isText(plain), err
}

// state decodes what packState packed, or an older ironage.
func (u *unpacker) state(doc []byte, st *fleet.State) error {
	if len(doc) == 0 || doc[0] != stateMark {
		return u.into(doc, st)
	}
	raw, err := u.unpack(doc)
	if err != nil {
		return err
	}
	return packed.Read(raw, st)
}

// into decodes a packed or plain document into v.
func (u *unpacker) into(doc []byte, v any) error {
	raw, err := u.unpack(doc)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, v)
}

// unpack gives what was packed; it is only lent until the next call.
func (u *unpacker) unpack(doc []byte) ([]byte, error) {
	if len(doc) == 0 || doc[0] != packMark && doc[0] != stateMark {
		return doc, nil
	}
	src := bytes.NewReader(doc[1:])
	if u.r == nil {
		u.r = flate.NewReader(src)
	} else if err := u.r.(flate.Resetter).Reset(src, nil); err != nil {
		return nil, err
	}
	u.buf.Reset()
	n, err := io.Copy(&u.buf, io.LimitReader(u.r, maxUnpacked))
	switch {
	case err != nil:
		return nil, fmt.Errorf("unpack: %w", err)
	case n == maxUnpacked:
		return nil, fmt.Errorf("unpack: more than %d bytes", maxUnpacked)
	}
	return u.buf.Bytes(), nil
}
