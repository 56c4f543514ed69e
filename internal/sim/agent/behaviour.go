package agent

import (
	"time"

	"ironage/probes/snmp"
)

// DefaultMaxSize is the largest reply of a well-behaved agent, in bytes.
const DefaultMaxSize = 1400

// Behaviour says how an agent misbehaves. The zero value is a well-behaved
// agent. Prefixes are subtrees; empty ones mean nowhere.
type Behaviour struct {
	Silent    bool          // answers nothing
	Delay     time.Duration // waits before each answer, one request at a time
	DropEvery int           // leaves every n-th request unanswered
	DropOver  int           // leaves requests for more variables than this unanswered, as slow BMCs do
	DropBulk  bool          // leaves GetBulk unanswered
	BulkErr   bool          // answers GetBulk with genErr

	MaxSize        int  // bytes of a reply; 0 means DefaultMaxSize. Get beyond it is tooBig, GetBulk is cut
	MaxRepetitions int  // rows of a GetBulk reply, whatever was asked
	BulkTooBig     bool // answers GetBulk with tooBig instead of cutting it

	GenErr    []snmp.OID // any answer that would hold an object at or below these is genErr
	NoIndex   bool       // errors come without an index
	Deny      bool       // answers everything with authorizationError
	Repeat    snmp.OID   // below it, each object follows itself
	Backwards snmp.OID   // below it, the object before is given as the next
	Endless   snmp.OID   // below it, rows never end
	Truncate  snmp.OID   // the MIB pretends to end here, though there is more behind it
	WrongType snmp.OID   // below it, numbers come as text and text as numbers
	Shorten   int        // leaves out the last n variables of every reply to Get

	Garbage       bool     // answers with bytes that are not SNMP
	GarbageEvery  int      // does so for every n-th request
	GarbageOn     snmp.OID // answers with a damaged packet when the answer would hold this object
	LateDuplicate bool     // sends the previous answer again before, and this one twice
	ZeroID        bool     // answers with request-id 0
	WrongID       bool     // answers with another request-id
	Mute          int      // answers only the first n requests
}
