package store

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"
)

// States are the one thing that is rewritten whole at every poll, and most of
// one is the same words over and over: packed, a sweep writes a tenth.
//
// A packed document begins with packMark; anything else is plain JSON.
const (
	packMark    = 'z'
	maxUnpacked = 16 << 20 // a document that claims more is damaged
)

// packer packs documents one after another. It is not for several goroutines.
type packer struct {
	buf bytes.Buffer
	w   *flate.Writer
}

func (p *packer) pack(doc []byte) ([]byte, error) {
	p.buf.Reset()
	p.buf.WriteByte(packMark)
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

// into decodes a packed or plain document into v.
func (u *unpacker) into(doc []byte, v any) error {
	if len(doc) == 0 || doc[0] != packMark {
		return json.Unmarshal(doc, v)
	}
	src := bytes.NewReader(doc[1:])
	if u.r == nil {
		u.r = flate.NewReader(src)
	} else if err := u.r.(flate.Resetter).Reset(src, nil); err != nil {
		return err
	}
	u.buf.Reset()
	n, err := io.Copy(&u.buf, io.LimitReader(u.r, maxUnpacked))
	switch {
	case err != nil:
		return fmt.Errorf("unpack: %w", err)
	case n == maxUnpacked:
		return fmt.Errorf("unpack: more than %d bytes", maxUnpacked)
	}
	return json.Unmarshal(u.buf.Bytes(), v)
}
