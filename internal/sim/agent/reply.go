package agent

import (
	"strconv"
	"strings"

	"github.com/gosnmp/gosnmp"

	"ironage/probes/snmp"
)

// refusal is an SNMP error: its status and the 1-based index of the culprit.
type refusal struct {
	status gosnmp.SNMPError
	index  int
}

// view is the tree as one request sees it: its version's rules and the
// behaviour in force.
type view struct {
	Behaviour
	tree Tree
	v1   bool
}

// reply encodes the answer to a request, or nil for silence.
func (a *Agent) reply(request *gosnmp.SnmpPacket, b Behaviour) []byte {
	if b.DropOver > 0 && asked(request) > b.DropOver {
		return nil
	}
	v := view{Behaviour: b, tree: a.tree, v1: request.Version == gosnmp.Version1}
	if v.MaxSize <= 0 {
		v.MaxSize = DefaultMaxSize
	}
	vars, no := v.answer(request, v.MaxSize-overhead-len(a.community))
	if no.status == silence {
		return nil
	}
	return a.encode(request, vars, no, b)
}

// overhead is a generous envelope: sequence headers, version, request-id, error fields.
const overhead = 36

// silence is no SNMP error but the word for "do not answer at all".
const silence = gosnmp.SNMPError(255)

// asked is how many variables the request wants back.
func asked(r *gosnmp.SnmpPacket) int {
	if r.PDUType != gosnmp.GetBulkRequest {
		return len(r.Variables)
	}
	single := min(int(r.NonRepeaters), len(r.Variables))
	return single + (len(r.Variables)-single)*int(r.MaxRepetitions)
}

func (v view) answer(r *gosnmp.SnmpPacket, room int) ([]snmp.Variable, refusal) {
	if v.Deny {
		return nil, refusal{status: gosnmp.AuthorizationError}
	}
	names := make([]snmp.OID, len(r.Variables))
	for i, p := range r.Variables {
		names[i] = snmp.OID(strings.TrimPrefix(p.Name, "."))
	}
	switch r.PDUType {
	case gosnmp.GetRequest:
		return v.each(names, room, v.get)
	case gosnmp.GetNextRequest:
		return v.each(names, room, v.next)
	case gosnmp.GetBulkRequest:
		switch {
		case v.v1 || v.DropBulk: // version 1 has no GetBulk
			return nil, refusal{status: silence}
		case v.BulkErr:
			return nil, refusal{status: gosnmp.GenErr}
		}
		return v.bulk(names, r, room)
	case gosnmp.SetRequest:
		return nil, refusal{status: gosnmp.NoAccess, index: 1}
	}
	return nil, refusal{status: silence}
}

// each answers Get and GetNext: all objects or an error.
func (v view) each(names []snmp.OID, room int, ask func(snmp.OID) (snmp.Variable, gosnmp.SNMPError)) ([]snmp.Variable, refusal) {
	vars := make([]snmp.Variable, 0, len(names))
	for i, name := range names {
		one, status := ask(name)
		if status != gosnmp.NoError {
			return nil, refusal{status, i + 1}
		}
		if room -= one.Size(); room < 0 {
			return nil, refusal{status: gosnmp.TooBig}
		}
		vars = append(vars, one)
	}
	return vars, refusal{}
}

// bulk answers GetBulk: as many variables as fit, row by row.
func (v view) bulk(names []snmp.OID, r *gosnmp.SnmpPacket, room int) ([]snmp.Variable, refusal) {
	single := min(int(r.NonRepeaters), len(names))
	rows := int(r.MaxRepetitions)
	if v.MaxRepetitions > 0 {
		rows = min(rows, v.MaxRepetitions)
	}
	var vars []snmp.Variable
	add := func(i int) (bool, refusal) {
		one, status := v.next(names[i])
		if status != gosnmp.NoError {
			return false, refusal{status, i + 1}
		}
		if room -= one.Size(); room < 0 {
			if v.BulkTooBig {
				return false, refusal{status: gosnmp.TooBig}
			}
			return false, refusal{}
		}
		vars = append(vars, one)
		names[i] = one.OID
		return true, refusal{}
	}
	for i := range single {
		if more, no := add(i); !more {
			return vars, no
		}
	}
	for range rows {
		for i := single; i < len(names); i++ {
			if more, no := add(i); !more {
				return vars, no
			}
		}
	}
	return vars, refusal{}
}

func (v view) get(name snmp.OID) (snmp.Variable, gosnmp.SNMPError) {
	if v.broken(name) {
		return snmp.Variable{}, gosnmp.GenErr
	}
	value := v.tree.Get(name)
	if v.v1 && (!value.Exists() || value.Type == snmp.Counter64) { // version 1 knows neither
		return snmp.Variable{}, gosnmp.NoSuchName
	}
	return v.bent(snmp.Variable{OID: name, Value: value}), gosnmp.NoError
}

func (v view) next(name snmp.OID) (snmp.Variable, gosnmp.SNMPError) {
	end := snmp.Variable{OID: name, Value: snmp.Value{Type: snmp.EndOfMibView}}
	found, ok := v.successor(name)
	for ok && v.v1 && found.Value.Type == snmp.Counter64 {
		found, ok = v.successor(found.OID)
	}
	switch {
	case !ok && v.v1:
		return snmp.Variable{}, gosnmp.NoSuchName
	case !ok:
		return end, gosnmp.NoError
	case v.broken(found.OID):
		return snmp.Variable{}, gosnmp.GenErr
	}
	return v.bent(found), gosnmp.NoError
}

// successor is the next object, with the behaviours that bend the order.
func (v view) successor(name snmp.OID) (snmp.Variable, bool) {
	switch {
	case v.Endless != "" && name.Under(v.Endless):
		return snmp.Variable{OID: successorRow(name), Value: snmp.Value{Type: snmp.Integer, Num: 1}}, true
	case v.Repeat != "" && name.Under(v.Repeat) && v.tree.Get(name).Exists():
		return snmp.Variable{OID: name, Value: v.tree.Get(name)}, true
	case v.Truncate != "" && name.Compare(v.Truncate) >= 0:
		return snmp.Variable{}, false
	}
	found, ok := v.tree.Next(name)
	if v.Backwards != "" && ok && name.Under(v.Backwards) && found.OID.Under(v.Backwards) {
		if first, _ := v.tree.Next(v.Backwards); first.OID.Compare(name) < 0 {
			return first, true
		}
	}
	return found, ok
}

// successorRow counts the last sub-identifier up.
func successorRow(name snmp.OID) snmp.OID {
	dot := strings.LastIndexByte(string(name), '.')
	n, err := strconv.ParseUint(string(name[dot+1:]), 10, 32)
	if err != nil || n == 1<<32-1 {
		return name + ".1"
	}
	return name[:dot+1] + snmp.OID(strconv.FormatUint(n+1, 10))
}

func (v view) broken(name snmp.OID) bool {
	for _, p := range v.GenErr {
		if name == p || name.Under(p) {
			return true
		}
	}
	return false
}

// bent is the variable with the type the agent lies about.
func (v view) bent(x snmp.Variable) snmp.Variable {
	if v.WrongType == "" || !x.OID.Under(v.WrongType) {
		return x
	}
	switch x.Value.Type {
	case snmp.OctetString:
		x.Value = snmp.Value{Type: snmp.Gauge32, Num: int64(len(x.Value.Octets))}
	case snmp.Integer, snmp.Gauge32, snmp.Counter32:
		x.Value = snmp.Value{Type: snmp.OctetString, Octets: []byte("N/A")}
	}
	return x
}
