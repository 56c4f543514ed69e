// Package queue is the replacement queue: work orders and the state machine
// that they go through, from proposed to closed, with who may do what and what
// each step needs. It is pure: no I/O and no clock (time is an argument). It
// must never change an order by itself; callers store what it returns.
package queue

import (
	"slices"
	"time"

	"ironage/internal/fleet"
)

// State is where a work order stands.
type State string

// The states (ageing reference §6.2). Closed, Rejected and Cancelled are final;
// Verified waits for paperwork only.
const (
	Proposed   State = "proposed"
	Approved   State = "approved"
	Ordered    State = "ordered"
	Ready      State = "ready"
	InProgress State = "in_progress"
	Replaced   State = "replaced"
	Deferred   State = "deferred"
	Verified   State = "verified"
	Closed     State = "closed"
	Rejected   State = "rejected"
	Cancelled  State = "cancelled"
)

// Role says what a person may do. Each role includes those before it; System
// is this program and stands apart.
type Role string

// The roles, least first.
const (
	Viewer     Role = "viewer"
	Technician Role = "technician"
	Engineer   Role = "engineer"
	Lead       Role = "lead"
	System     Role = "system"
)

// Actor is who changes an order, and from where.
type Actor struct {
	Name   string `json:"name"`
	Origin string `json:"origin,omitempty"` // "local", "ssh 10.0.0.7", …
	Role   Role   `json:"role"`
}

// Tier is the priority: P1 (now) to P4 (plan).
type Tier string

// The tiers.
const (
	P1 Tier = "P1"
	P2 Tier = "P2"
	P3 Tier = "P3"
	P4 Tier = "P4"
)

// ReasonCode says why a part should be replaced.
type ReasonCode string

// The reason codes (§6.1).
const (
	ReasonFailed      ReasonCode = "failed"
	ReasonPredictive  ReasonCode = "predictive"
	ReasonMediaErrors ReasonCode = "media_errors"
	ReasonWear        ReasonCode = "wear"
	ReasonCERate      ReasonCode = "ce_rate"
	ReasonUE          ReasonCode = "ue"
	ReasonDegraded    ReasonCode = "degraded"
	ReasonAge         ReasonCode = "age"
	ReasonWarranty    ReasonCode = "warranty"
	ReasonSupport     ReasonCode = "support"
	ReasonBatch       ReasonCode = "batch"
	ReasonManual      ReasonCode = "manual"
)

// Reason is one cause of an order.
type Reason struct {
	Code      ReasonCode     `json:"code"`
	Text      string         `json:"text,omitempty"`
	FirstSeen time.Time      `json:"first_seen"`
	LastSeen  time.Time      `json:"last_seen"`
	Evidence  fleet.Evidence `json:"evidence,omitzero"`
	StillTrue bool           `json:"still_true"`
}

// Part is what is known of a physical part; unknown fields are empty.
type Part struct {
	Vendor        string `json:"vendor,omitempty"`
	Model         string `json:"model,omitempty"`
	PartNumber    string `json:"part_number,omitempty"`
	Serial        string `json:"serial,omitempty"`
	Firmware      string `json:"firmware,omitempty"`
	CapacityBytes int64  `json:"capacity_bytes,omitempty"`
}

// Disposition says what became of a removed data-bearing part.
type Disposition struct {
	Method string    `json:"method"` // returned, destroyed, wiped, kept
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	// Certificate is the reference of the paper that proves it.
	Certificate string `json:"certificate,omitempty"`
}

// Order is one line of the replacement queue.
type Order struct {
	ID      int64      `json:"id"`
	Version int64      `json:"version"` // grows by one with each change; optimistic lock
	Server  string     `json:"server"`
	Slot    string     `json:"slot"` // component key, "disk/Bay 3"
	Kind    fleet.Kind `json:"kind"`
	Place   string     `json:"place,omitempty"` // slot as printed on the chassis
	Old     Part       `json:"old"`
	Reasons []Reason   `json:"reasons"`
	Tier    Tier       `json:"tier"`
	// Raised is who set the tier by hand; the program keeps it then, unless the
	// evidence becomes worse than what was Weighed.
	Raised  string   `json:"raised,omitempty"`
	Weighed *Weighed `json:"weighed,omitempty"`
	// Score, P (probability of failure within 12 months) and Explanation are as
	// they were when the order was made or its tier last changed.
	Score       float64 `json:"score,omitempty"`
	P           float64 `json:"p,omitempty"`
	Explanation string  `json:"explanation,omitempty"`
	State       State   `json:"state"`
	// Before is the state to return to from Deferred.
	Before State `json:"before,omitempty"`
	// BeforeSwap is the state to return to when the old part comes back.
	BeforeSwap State `json:"before_swap,omitempty"`

	Created   time.Time `json:"created"`
	CreatedBy string    `json:"created_by"`
	Changed   time.Time `json:"changed"`
	ChangedBy string    `json:"changed_by"`
	Due       time.Time `json:"due,omitzero"`

	Assignee     string     `json:"assignee,omitempty"`
	Approver     string     `json:"approver,omitempty"`
	FitPart      string     `json:"fit_part,omitempty"`    // part number to fit
	OrderRef     string     `json:"order_ref,omitempty"`   // purchase order or RMA
	Spare        string     `json:"spare,omitempty"`       // spare reference or where it lies
	PartSerial   string     `json:"part_serial,omitempty"` // serial of the part at hand
	Expected     fleet.Date `json:"expected,omitempty"`    // delivery
	Received     fleet.Date `json:"received,omitempty"`    // when it came
	ChangeRef    string     `json:"change_ref,omitempty"`  // change or ticket reference
	VendorCase   string     `json:"vendor_case,omitempty"` // number of the case with the vendor
	RMA          string     `json:"rma,omitempty"`         // number under which the old part goes back
	Window       string     `json:"window,omitempty"`      // when the work may be done, in words
	New          *Part      `json:"new,omitempty"`         // the part now in the slot
	SwappedAt    time.Time  `json:"swapped_at,omitzero"`
	VerifiedAt   time.Time  `json:"verified_at,omitzero"`
	DeferredTill fleet.Date `json:"deferred_till,omitempty"`
	// DeferredTier is the tier when it was deferred: it returns when it became
	// more urgent since.
	DeferredTier Tier         `json:"deferred_tier,omitempty"`
	QuietTill    fleet.Date   `json:"quiet_till,omitempty"` // after a rejection
	Disposition  *Disposition `json:"disposition,omitempty"`
	Flags        []string     `json:"flags,omitempty"`
	Attempt      int          `json:"attempt,omitempty"`
	// Criticality of the server when the order was made; a critical server
	// needs a change reference before work starts.
	Criticality fleet.Criticality `json:"criticality,omitempty"`
	Untracked   bool              `json:"untracked,omitempty"` // no serial: a swap cannot be seen
	// Chassis is the serial number of the machine itself when the order was
	// made: what another machine shows at the same address proves nothing.
	Chassis string `json:"chassis,omitempty"`
	// StartedAt is when work last began: what leaves another slot after that was
	// pulled by mistake.
	StartedAt time.Time `json:"started_at,omitzero"`
	// RepeatOf is the verified order of the same slot that did not last; Parent
	// the order for the whole server; MergedInto the order that took this one's
	// reasons. 0: none.
	RepeatOf   int64 `json:"repeat_of,omitempty"`
	Parent     int64 `json:"parent,omitempty"`
	MergedInto int64 `json:"merged_into,omitempty"`
}

// Entry is one line of an order's log: append-only.
type Entry struct {
	Seq     int64     `json:"seq"`
	Time    time.Time `json:"time"`
	Actor   Actor     `json:"actor"`
	Order   int64     `json:"order"`
	Version int64     `json:"version"` // the version this entry made
	Action  string    `json:"action"`  // "propose", "approve", …, "note", "edit"
	From    State     `json:"from,omitempty"`
	To      State     `json:"to,omitempty"`
	// Fields are the changed fields: name → [old, new].
	Fields map[string][2]string `json:"fields,omitempty"`
	Reason string               `json:"reason,omitempty"`
	// Evidence is the observation behind a change that the program made.
	Evidence fleet.Evidence `json:"evidence,omitzero"`
	// Confirmed are the checks before work that the person confirmed.
	Confirmed []string `json:"confirmed,omitempty"`
}

// Open reports whether an order in this state still asks for work. Verified
// and final orders are not open; they never reopen.
func (s State) Open() bool {
	switch s {
	case Proposed, Approved, Ordered, Ready, InProgress, Replaced, Deferred:
		return true
	}
	return false
}

// Final reports whether an order in this state is finished for good.
func (s State) Final() bool { return s == Closed || s == Rejected || s == Cancelled }

// States lists every state in the order in which an order goes through them.
func States() []State {
	return []State{Proposed, Approved, Ordered, Ready, InProgress, Replaced, Deferred, Verified, Closed, Rejected, Cancelled}
}

// Includes reports whether role r may do what other may do. System stands apart.
func (r Role) Includes(other Role) bool {
	if r == System || other == System {
		return r == other
	}
	return r.rank() >= other.rank() && r.rank() > 0
}

// rank orders the roles of people; 0 is no role at all.
func (r Role) rank() int {
	switch r {
	case Viewer:
		return 1
	case Technician:
		return 2
	case Engineer:
		return 3
	case Lead:
		return 4
	}
	return 0
}

// The flags of an order.
const (
	FlagUnplannedSwap      = "unplanned_swap"      // replaced before anybody started work
	FlagVerificationFailed = "verification_failed" // the new part is not healthy
	FlagReseat             = "reseat"              // the old part came back: nothing was replaced
	FlagRecovered          = "recovered"           // healthy again without a swap; recovered parts often fail again
	FlagRemoved            = "removed"             // the slot is empty
	FlagWrongPart          = "wrong_part"          // another part than the order's was pulled
	FlagPartReused         = "part_reused"         // the old part turned up in another place
	FlagAssetRetired       = "asset_retired"       // the server has left the inventory
	FlagNeedsVerification  = "needs_manual_verification"
	FlagCovered            = "covered" // the whole server was replaced
)

// DataBearing reports whether the removed part holds data, so that somebody
// must say what became of it before the order is closed.
func (o *Order) DataBearing() bool { return o.Kind == fleet.Disk }

// HasFlag reports whether o carries the flag.
func (o *Order) HasFlag(flag string) bool { return slices.Contains(o.Flags, flag) }

// Open reports whether o still asks for work. A place has at most one open order.
func Open(o Order) bool { return o.State.Open() }
