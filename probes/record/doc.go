// Package record walks a device into a recording: a file of variables from
// which ironage, its tests and its simulator read the device again without a
// network. A recording is made to be handed on, so what tells one machine from
// another is replaced unless its owner says otherwise.
//
// It must never write what was used to ask (communities, users, passphrases),
// nor objects that hold such things, and never hold a whole device in memory.
package record
