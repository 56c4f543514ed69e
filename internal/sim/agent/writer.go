package agent

// The errors and the missing values that a crowd's agents answer with.
const (
	version2c        = 1 // as it is on the wire
	statusTooBig     = 1
	statusNotWriting = 17
	noSuchInstance   = 0x81
	endOfMIB         = 0x82

	mostAsked = 127 // objects of one request
	envelope  = 64  // bytes before the variables, without the community
)

// writer puts answers together, one after another.
type writer struct {
	table     *table
	community string
	binds     []byte // variables of this answer
	room      int    // bytes of variables that it holds
	out       []byte
	names     [mostAsked][]byte
	at        [mostAsked]int // the row after the last one given, for GetBulk
}

func newWriter(t *table, community string) *writer {
	return &writer{table: t, community: community, binds: make([]byte, 0, 2*DefaultMaxSize), out: make([]byte, 0, 2*DefaultMaxSize+envelope)}
}

// answer is what the agent with that number answers, or nil for silence. The
// bytes are good until the next call.
func (w *writer) answer(message []byte, agent int) []byte {
	q, err := readRequest(message)
	if err != nil || string(q.community) != w.community || len(q.id.content) > 8 || small(q.version) != version2c {
		return nil
	}
	n := 0
	for rest := q.binds; len(rest) > 0; n++ {
		var name []byte
		if name, rest, err = nameOf(rest); err != nil || n == mostAsked {
			return nil
		}
		w.names[n] = name
	}
	w.binds = w.binds[:0]
	w.room = DefaultMaxSize - wrapping - len(q.id.whole) - len(w.community)
	status, index := 0, 0
	switch q.kind {
	case tagGet, tagGetNext:
		status = w.each(w.names[:n], q.kind == tagGetNext, agent)
	case tagGetBulk:
		w.bulk(w.names[:n], min(q.first, n), q.last, agent)
	case tagSet:
		status, index = statusNotWriting, 1
	default:
		return nil
	}
	switch {
	case status == statusTooBig:
		w.binds = w.binds[:0]
	case status != 0: // RFC 3416: an error carries the question back
		w.binds = append(w.binds[:0], q.binds...)
	}
	return w.message(&q, status, index)
}

// wrapping is what a full answer takes besides its id, the community and the
// variables: three headers of four bytes and the community's of
// two, the version and two numbers of three.
const wrapping = 3*4 + 2 + 3*3

// each answers Get and GetNext: all objects or an error.
func (w *writer) each(names [][]byte, next bool, agent int) (status int) {
	for _, name := range names {
		i, found := w.table.find(name)
		if next && found {
			i, found = i+1, false
		}
		switch {
		case found || next && i < len(w.table.rows):
			w.add(i, agent)
		case next:
			w.missing(name, endOfMIB)
		default:
			w.missing(name, noSuchInstance)
		}
		if len(w.binds) > w.room {
			return statusTooBig
		}
	}
	return 0
}

// bulk answers GetBulk: as many variables as fit, row by row.
func (w *writer) bulk(names [][]byte, single, rows, agent int) {
	for n, name := range names {
		i, found := w.table.find(name)
		if found {
			i++
		}
		w.at[n] = i
		if n < single && !w.follow(n, agent) {
			return
		}
	}
	for range rows {
		ended := true
		for n := single; n < len(names); n++ {
			ended = ended && w.at[n] >= len(w.table.rows)
			if !w.follow(n, agent) {
				return
			}
		}
		if ended {
			return
		}
	}
}

// follow adds what comes next in the n-th column; false where it does not fit.
func (w *writer) follow(n, agent int) bool {
	before := len(w.binds)
	if i := w.at[n]; i < len(w.table.rows) {
		w.add(i, agent)
		w.names[n] = w.table.rows[i].name
		w.at[n]++
	} else {
		w.missing(w.names[n], endOfMIB)
	}
	if len(w.binds) > w.room {
		w.binds = w.binds[:before]
		return false
	}
	return true
}

// add writes the i-th row as the agent has it.
func (w *writer) add(i, agent int) {
	r := &w.table.rows[i]
	w.binds = append(w.binds, r.bind...)
	if !r.own {
		return
	}
	const digits = "0123456789ABCDEFGHJKLMNPQRSTUVWX" // 32 that nobody mixes up
	for at := range ownDigits {
		w.binds[len(w.binds)-1-at] = digits[agent%len(digits)]
		agent /= len(digits)
	}
}

// missing writes an object without a value.
func (w *writer) missing(name []byte, why byte) {
	size := appendLength(make([]byte, 0, 4), len(name))
	w.binds = append(w.binds, tagSequence)
	w.binds = appendLength(w.binds, 1+len(size)+len(name)+2)
	w.binds = append(append(append(w.binds, tagName), size...), name...)
	w.binds = append(w.binds, why, 0)
}

// message wraps the variables.
func (w *writer) message(q *request, status, index int) []byte {
	var pdu [envelope]byte
	at := len(pdu)
	put := func(b ...byte) {
		at -= len(b)
		copy(pdu[at:], b)
	}
	length := func(n int) { at = lengthBefore(pdu[:at], n) }
	length(len(w.binds))
	put(tagSequence)
	put(tagInteger, 1, byte(index))
	put(tagInteger, 1, byte(status))
	put(q.id.whole...)
	length(len(pdu) - at + len(w.binds))
	put(tagResponse)

	inner := 3 + 2 + len(w.community) + len(pdu) - at + len(w.binds)
	w.out = appendLength(append(w.out[:0], tagSequence), inner)
	w.out = append(w.out, tagInteger, 1, version2c)
	w.out = append(w.out, tagText, byte(len(w.community))) // 127 at most
	w.out = append(w.out, w.community...)
	w.out = append(w.out, pdu[at:]...)
	return append(w.out, w.binds...)
}

// appendLength writes a length of BER; no answer needs more than two bytes.
func appendLength(b []byte, n int) []byte {
	switch {
	case n < 0x80:
		return append(b, byte(n))
	case n < 0x100:
		return append(b, 0x81, byte(n))
	}
	return append(b, 0x82, byte(n>>8), byte(n))
}

// lengthBefore writes a length at the end of b and returns where it begins.
func lengthBefore(b []byte, n int) int {
	var x [3]byte
	encoded := appendLength(x[:0], n)
	copy(b[len(b)-len(encoded):], encoded)
	return len(b) - len(encoded)
}
