// Package profile turns what SNMP agents publish into components: device
// profiles (one YAML file per family) say how to recognise a device, which
// tables to read and what each value means; this package loads and checks
// them, asks only for what they need, and decodes the answers. Decoding is a
// pure function of the raw variables. The package must never open a socket,
// read a clock or hold a rule about one vendor that a profile could say.
package profile
