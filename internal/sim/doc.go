// Package sim is a simulated fleet: machines with disks, memory modules, power
// supplies and the rest, which age, fail and are repaired by a script, and
// which answer SNMP on loopback exactly as the device profiles say their family
// does. The demo and whole-program tests poll it through the real probes.
//
// The way through the package: hardware.go says what a machine is made of,
// catalogue.go what was on sale in which year, build.go and layout.go make a
// fleet of it, parts.go says what a management controller would report about a
// machine, script.go what happens to it over time, agents.go serves it.
//
// It must never be reachable from outside this machine, and nothing outside it
// may know that a device is simulated.
package sim
