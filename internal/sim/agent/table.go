package agent

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/gosnmp/gosnmp"

	"ironage/probes/snmp"
)

// table is what all agents of a crowd answer, encoded: rows in SNMP's order.
type table struct{ rows []row }

// row is one variable.
type row struct {
	name []byte // the object identifier's content
	bind []byte // the whole SEQUENCE of name and value
	own  bool   // the value's last characters are the agent's own
}

// ownDigits is how many characters at the end of a personal text are the
// agent's: enough for as many agents as there may be.
const ownDigits = 4

func newTable(vars []snmp.Variable, personal map[snmp.OID]bool) (*table, error) {
	t := &table{rows: make([]row, 0, len(vars))}
	for _, v := range vars {
		bind, err := encodeBind(v)
		if err != nil {
			return nil, fmt.Errorf("simulated agents: %s: %w", v.OID, err)
		}
		name, _, err := nameOf(bind)
		if err != nil {
			return nil, fmt.Errorf("simulated agents: %s: %w", v.OID, err)
		}
		own := personal[v.OID] && v.Value.Type == snmp.OctetString && len(v.Value.Octets) >= ownDigits
		t.rows = append(t.rows, row{name: name, bind: bind, own: own})
	}
	slices.SortStableFunc(t.rows, func(a, b row) int { return compareNames(a.name, b.name) })
	t.rows = slices.CompactFunc(t.rows, func(a, b row) bool { return bytes.Equal(a.name, b.name) })
	return t, nil
}

// encodeBind lets gosnmp write a message of one variable, and takes that out.
func encodeBind(v snmp.Variable) ([]byte, error) {
	p := encodeVariable(v)
	if p.Type == gosnmp.Null {
		return nil, errors.New("a value that no agent has")
	}
	message, err := (&gosnmp.SnmpPacket{Version: gosnmp.Version2c, PDUType: gosnmp.GetResponse, Variables: []gosnmp.SnmpPDU{p}}).MarshalMsg()
	if err != nil {
		return nil, err
	}
	q, err := readRequest(message)
	if err != nil {
		return nil, err
	}
	bind, _, err := element(q.binds)
	return bind.whole, err
}

// find is the position of the first row that is not before name, and whether it
// is name's.
func (t *table) find(name []byte) (int, bool) {
	return slices.BinarySearchFunc(t.rows, name, func(r row, name []byte) int { return compareNames(r.name, name) })
}

// compareNames orders encoded object identifiers. Sub-identifiers take one byte
// for seven bits, so the longer one is the larger one.
func compareNames(a, b []byte) int {
	n := min(len(a), len(b))
	at := 0
	for at < n && a[at] == b[at] {
		at++
	}
	if at == n {
		return cmp.Compare(len(a), len(b))
	}
	begun := at
	for begun > 0 && a[begun-1]&0x80 != 0 {
		begun--
	}
	if c := cmp.Compare(subLength(a[begun:]), subLength(b[begun:])); c != 0 {
		return c
	}
	return cmp.Compare(a[at], b[at])
}

func subLength(b []byte) int {
	for i, x := range b {
		if x&0x80 == 0 {
			return i + 1
		}
	}
	return len(b)
}
