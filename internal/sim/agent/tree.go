package agent

import (
	"slices"
	"sync"

	"ironage/probes/snmp"
)

// Tree is what an agent answers from. Both methods are called from the agent's
// goroutine and must not block.
type Tree interface {
	// Get is the value of an object, of type NoSuchObject or NoSuchInstance
	// where there is none.
	Get(oid snmp.OID) snmp.Value
	// Next is the first object behind oid, in SNMP's order.
	Next(oid snmp.OID) (snmp.Variable, bool)
}

// Map is a Tree kept in memory. It may be changed while agents answer from it.
type Map struct {
	mu     sync.RWMutex
	keys   []snmp.OID // in order
	values map[snmp.OID]snmp.Value
}

// NewMap makes a Tree of vars. Of two variables with one OID the later wins.
func NewMap(vars []snmp.Variable) *Map {
	m := &Map{}
	m.Replace(vars)
	return m
}

// Get is the value at oid.
func (m *Map) Get(oid snmp.OID) snmp.Value {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if v, ok := m.values[oid]; ok {
		return v
	}
	return snmp.Value{Type: snmp.NoSuchInstance}
}

// Next is the first variable behind oid.
func (m *Map) Next(oid snmp.OID) (snmp.Variable, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	i, found := slices.BinarySearchFunc(m.keys, oid, snmp.OID.Compare)
	if found {
		i++
	}
	if i == len(m.keys) {
		return snmp.Variable{}, false
	}
	return snmp.Variable{OID: m.keys[i], Value: m.values[m.keys[i]]}, true
}

// Len is the number of variables.
func (m *Map) Len() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.keys)
}

// Set adds or changes one variable.
func (m *Map) Set(oid snmp.OID, v snmp.Value) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, known := m.values[oid]; !known {
		i, _ := slices.BinarySearchFunc(m.keys, oid, snmp.OID.Compare)
		m.keys = slices.Insert(m.keys, i, oid)
	}
	m.values[oid] = v
}

// Delete removes one variable, or does nothing where there is none.
func (m *Map) Delete(oid snmp.OID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, known := m.values[oid]; !known {
		return
	}
	delete(m.values, oid)
	if i, found := slices.BinarySearchFunc(m.keys, oid, snmp.OID.Compare); found {
		m.keys = slices.Delete(m.keys, i, i+1)
	}
}

// Replace swaps the whole content at once.
func (m *Map) Replace(vars []snmp.Variable) {
	values := make(map[snmp.OID]snmp.Value, len(vars))
	keys := make([]snmp.OID, 0, len(vars))
	for _, v := range vars {
		if _, known := values[v.OID]; !known {
			keys = append(keys, v.OID)
		}
		values[v.OID] = v.Value
	}
	slices.SortFunc(keys, snmp.OID.Compare)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys, m.values = keys, values
}
