// Package discover finds SNMP agents in ranges of addresses, gently: a bounded
// number of packets a second through one shared socket, one question at a time
// per address, and a state from which an interrupted search goes on without
// asking anybody twice. It reads who the agents are and proposes entries for
// the inventory.
//
// It must never write an inventory, ask an address that was excluded, or take
// for evidence what comes from an address that was not asked.
package discover
