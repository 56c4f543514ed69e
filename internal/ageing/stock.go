package ageing

import "time"

// Stock is what lies on the shelf, what is on order and what parts cost.
type Stock struct {
	Lines []StockLine
}

// StockLine is one line of it: a part number at a place.
type StockLine struct {
	PartNumber, Place string
	OnHand, OnOrder   int
	Price             *Money // nil: nobody knows
}

// Money is an exact amount in hundredths of the installation's one currency.
type Money int64

// Failure is a part that is proven to have failed in this installation.
type Failure struct {
	Kind, Model, Part, Firmware, Week string // Kind is a life kind; Week the manufacture week, "2014-W42"
	Server, Key, Serial               string
	At                                time.Time
}

// SparePolicy says how many spares to keep (reference §5).
type SparePolicy struct {
	LeadDays, ReviewDays float64
	ServiceLevel         float64
}

// BudgetPolicy says how money is planned.
type BudgetPolicy struct {
	Currency        string // ISO code
	BacklogQuarters int
}
