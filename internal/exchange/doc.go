// Package exchange brings servers and parts from asset systems (NetBox,
// Snipe-IT, GLPI, plain CSV) into inventory files, and what the probes found
// back out again. It decodes, plans and writes; every rejected row has its
// line and reason, and a plan is applied whole or not at all.
//
// It must never invent a date, change a file that a person keeps by hand, or
// change what a person changed in a file that it keeps itself.
package exchange
