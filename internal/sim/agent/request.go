package agent

import "errors"

// Tags of the messages that a crowd's agents understand.
const (
	tagInteger  = 0x02
	tagText     = 0x04
	tagName     = 0x06
	tagSequence = 0x30
	tagGet      = 0xa0
	tagGetNext  = 0xa1
	tagResponse = 0xa2
	tagSet      = 0xa3
	tagGetBulk  = 0xa5
)

// errNoRequest is what is not worth an answer.
var errNoRequest = errors.New("not a request of SNMP")

// tlv is one element of a message; all its bytes belong to the message.
type tlv struct {
	tag            byte
	whole, content []byte
}

// element reads the first element of b.
func element(b []byte) (x tlv, rest []byte, err error) {
	if len(b) < 2 {
		return tlv{}, nil, errNoRequest
	}
	head, size := 2, int(b[1])
	if size >= 0x80 {
		digits := size & 0x7f
		if digits == 0 || digits > 2 || len(b) < 2+digits { // no datagram is longer
			return tlv{}, nil, errNoRequest
		}
		size = 0
		for _, d := range b[2 : 2+digits] {
			size = size<<8 | int(d)
		}
		head += digits
	}
	if len(b)-head < size {
		return tlv{}, nil, errNoRequest
	}
	return tlv{tag: b[0], whole: b[:head+size], content: b[head : head+size]}, b[head+size:], nil
}

// request is a message of version 2c.
type request struct {
	version     tlv
	community   []byte
	kind        byte
	id          tlv
	first, last int    // non-repeaters and repetitions, or two that a question leaves empty
	binds       []byte // elements
}

func readRequest(b []byte) (q request, err error) {
	next := func(tag byte) tlv {
		var x tlv
		if err == nil {
			x, b, err = element(b)
		}
		if err == nil && tag != 0 && x.tag != tag {
			err = errNoRequest
		}
		return x
	}
	b = next(tagSequence).content
	q.version, q.community = next(tagInteger), next(tagText).content
	pdu := next(0)
	q.kind, b = pdu.tag, pdu.content
	q.id = next(tagInteger)
	q.first, q.last = small(next(tagInteger)), small(next(tagInteger))
	q.binds = next(tagSequence).content
	return q, err
}

// small is a number that cannot sensibly be large.
func small(x tlv) int {
	n := 0
	for _, d := range x.content {
		if n = n<<8 | int(d); n > 1<<16 {
			return 1 << 16
		}
	}
	return n
}

// nameOf is the object identifier of the first variable of binds, and what
// follows that variable.
func nameOf(binds []byte) (name, rest []byte, err error) {
	bind, rest, err := element(binds)
	if err != nil || bind.tag != tagSequence {
		return nil, nil, errNoRequest
	}
	oid, _, err := element(bind.content)
	if err != nil || oid.tag != tagName || len(oid.content) == 0 {
		return nil, nil, errNoRequest
	}
	return oid.content, rest, nil
}
