// Package snmp asks SNMP agents: sessions over gosnmp with every wait bounded,
// whole columns by GetBulk with learned limits, and errors in words that a
// technician understands. It knows nothing of vendors and gives no verdicts.
package snmp
