// Package collect asks the fleet: who to read, when and how much, with bounded
// work in flight, and folds what was read into states and events. It must
// never talk to a device or a database itself (it declares a Prober and a
// Store), never decide for a person, and never lose a state because a disk is
// full: it keeps polling in memory, says so, and writes when it can.
package collect
