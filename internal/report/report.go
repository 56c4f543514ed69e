// Package report is what ironage tells the people who plan and pay: one Report
// of the whole fleet or a part of it, and its faces in Markdown, CSV, JSON and
// HTML. All faces show the numbers of the Report; none works out its own. It
// must never read the store or a clock, and never fill a gap: what is unknown
// is counted and named.
package report

import (
	"time"

	"ironage/internal/ageing"
	"ironage/internal/fleet"
	"ironage/internal/lang"
	"ironage/internal/outlook"
)

// Schema names the shape of the JSON. Keys are only ever added to it.
const Schema = "ironage.report/v1"

// Report is the state and the outlook of a fleet at one moment.
type Report struct {
	Schema   string             `json:"schema"`
	Time     time.Time          `json:"time"`
	Filter   Filter             `json:"filter"`
	Top      int                `json:"top"` // longest list; 0: no limit
	Summary  Summary            `json:"summary"`
	Years    []Year             `json:"years"`
	OverAge  List[Server]       `json:"over_age"`
	Undated  List[Server]       `json:"undated"`
	Risks    List[Part]         `json:"risks"`
	Failed   List[Part]         `json:"failed"`
	Forecast List[ForecastLine] `json:"forecast"`
	Budget   Budget             `json:"budget"`
	Services []Service          `json:"services"`
	Batches  []Batch            `json:"batches"`
	Orders   Orders             `json:"orders"`
	Queue    Queue              `json:"queue"`
	Notes    []string           `json:"notes"` // what is unknown, and how to read the numbers

	t *lang.Tongue // of whoever reads Markdown and the page; nil: English
}

// Filter says which servers the report is about; empty fields take all.
type Filter struct {
	Site    string `json:"site,omitempty"`
	Service string `json:"service,omitempty"`
	Vendor  string `json:"vendor,omitempty"`
	Model   string `json:"model,omitempty"`
}

// List is the top of a list, with how long it is as a whole.
type List[T any] struct {
	Total int `json:"total"`
	Rows  []T `json:"rows"`
}

// Summary is the fleet in a few numbers.
type Summary struct {
	Servers     int    `json:"servers"`
	Health      Health `json:"health"`
	ServerBands Bands  `json:"server_bands"`
	// OverAgePct is the share of the servers with a known age that are past their service life.
	OverAgePct float64 `json:"over_age_pct"`
	// ServersNoDate are the servers that nothing dates, those included that are
	// only known since they were first seen: they are at least that old.
	ServersNoDate int   `json:"servers_without_date"`
	Parts         int   `json:"parts"`
	PartBands     Bands `json:"part_bands"`
	PartsNoDate   int   `json:"parts_without_date"`
	PartsNoRisk   int   `json:"parts_without_estimate"`
	FailedParts   int   `json:"failed_parts"`
	// PartsNameless are those that the devices tell neither part number nor model of.
	PartsNameless int        `json:"parts_without_name"`
	FirmDemand    int        `json:"firm_demand"`
	Expected      Horizons   `json:"expected_failures"` // beside the firm demand
	Warranty      Warranties `json:"warranty"`
	// Renew are the servers that should rather be replaced whole than part by part.
	Renew        int          `json:"servers_to_renew"`
	PartsToOrder int          `json:"parts_to_order"`
	BudgetTotal  ageing.Money `json:"budget_total"`
	PartsNoPrice int          `json:"parts_without_price"`
	Unread       int          `json:"servers_never_read"`
	Stale        int          `json:"servers_stale"`
}

// Health counts servers by health.
type Health struct {
	Critical int `json:"critical"`
	Warning  int `json:"warning"`
	Unknown  int `json:"unknown"`
	OK       int `json:"ok"`
}

// Bands counts things by band of age.
type Bands struct {
	FarOver  int `json:"far_over_age"`
	Over     int `json:"over_age"`
	Ageing   int `json:"ageing"`
	OK       int `json:"ok"`
	Unknown  int `json:"unknown"`
	NoPolicy int `json:"no_policy"`
}

// Past is how many are past their service life.
func (b Bands) Past() int { return b.FarOver + b.Over }

// Total is how many there are.
func (b Bands) Total() int { return b.FarOver + b.Over + b.Ageing + b.OK + b.Unknown + b.NoPolicy }

func bandsOf(n outlook.BandCounts) Bands {
	return Bands{FarOver: n[ageing.BandFarOver], Over: n[ageing.BandOver], Ageing: n[ageing.BandAgeing], OK: n[ageing.BandOK],
		Unknown: n[ageing.BandUnknown], NoPolicy: n[ageing.BandNone]}
}

// Horizons are numbers of failures expected within 3, 6 and 12 months.
type Horizons struct {
	Months3  float64 `json:"months_3"`
	Months6  float64 `json:"months_6"`
	Months12 float64 `json:"months_12"`
}

// Warranties counts servers by warranty.
type Warranties struct {
	Expired  int `json:"expired"`
	Expiring int `json:"expiring"`
	Active   int `json:"active"`
	Unknown  int `json:"unknown"`
}

// Year is what went into service in one calendar year; Known is false for
// what has no date.
type Year struct {
	Year    int   `json:"year,omitempty"`
	Known   bool  `json:"known"`
	Servers Bands `json:"servers"`
	Parts   Bands `json:"parts"`
}

// Age is an age with where it comes from. Years is null when it is unknown.
type Age struct {
	Years       *float64 `json:"age_years"`
	Text        string   `json:"age"` // "~7.3 y", ">= 0.3 y", "unknown"
	InService   string   `json:"in_service,omitempty"`
	Precision   string   `json:"precision,omitempty"`
	Source      string   `json:"source,omitempty"`
	Confidence  string   `json:"confidence,omitempty"`
	Band        string   `json:"band"`
	ConsumedPct *float64 `json:"consumed_pct"`
}

// Server is a server in a list.
type Server struct {
	Server      string            `json:"server"`
	Health      fleet.Health      `json:"health"`
	Vendor      string            `json:"vendor,omitempty"`
	Model       string            `json:"model,omitempty"`
	Serial      string            `json:"serial,omitempty"`
	Site        string            `json:"site,omitempty"`
	Service     string            `json:"service,omitempty"`
	Criticality fleet.Criticality `json:"criticality,omitempty"`
	Age
	Warranty     string   `json:"warranty"`
	WarrantyDays *int     `json:"warranty_days"` // left; negative: since its end; null: unknown
	P            *float64 `json:"p"`             // that some part fails within 12 months
	Risk         string   `json:"risk"`
	Renew        string   `json:"renew,omitempty"` // why to replace the whole server
}

// Part is a part in a list.
type Part struct {
	Server      string            `json:"server"`
	Key         string            `json:"key"`
	Place       string            `json:"place"`
	Kind        string            `json:"kind"`
	Health      fleet.Health      `json:"health"`
	Vendor      string            `json:"vendor,omitempty"`
	Model       string            `json:"model,omitempty"`
	PartNumber  string            `json:"part_number,omitempty"`
	Serial      string            `json:"serial,omitempty"`
	Service     string            `json:"service,omitempty"`
	Criticality fleet.Criticality `json:"criticality,omitempty"`
	Age
	P           *float64 `json:"p"` // within 12 months; null: no estimate; 1 for a failed part
	Risk        string   `json:"risk"`
	Tier        string   `json:"tier,omitempty"`
	Score       float64  `json:"score"`
	Reasons     []string `json:"reasons"`
	Survives    *int     `json:"survives"` // further failures that its group bears; null: unknown
	Explanation string   `json:"explanation,omitempty"`
}

// ForecastLine is what to expect of the parts of one part number or model.
type ForecastLine struct {
	Kind       string        `json:"kind"`
	PartNumber string        `json:"part_number,omitempty"`
	Model      string        `json:"model,omitempty"`
	Parts      int           `json:"parts"`
	Failed     int           `json:"failed"`
	Firm       int           `json:"firm"`
	Expected   Horizons      `json:"expected_failures"`
	Stock      int           `json:"recommended"`
	OnHand     int           `json:"on_hand"`
	OnOrder    int           `json:"on_order"`
	Order      int           `json:"order"`
	Price      *ageing.Money `json:"price"` // null: nobody knows
	Cost       *ageing.Money `json:"cost"`  // of what is to be ordered
	Notes      []string      `json:"notes"`
}

// Budget is what replacements cost by quarter.
type Budget struct {
	Currency     string           `json:"currency,omitempty"`
	Quarters     []Quarter        `json:"quarters"`
	Total        Quarter          `json:"total"`
	Lines        List[BudgetLine] `json:"lines"`
	PartsNoPrice int              `json:"parts_without_price"`
}

// Quarter is one quarter of the budget, or the sum of all.
type Quarter struct {
	Quarter string `json:"quarter"` // "Q1 2027"
	Demand
	// Kinds are the costs by kind of part; they add up to the quarter's.
	Kinds []KindCost `json:"kinds"`
}

// Demand is how many parts are bought for which reason, and their cost.
type Demand struct {
	Firm     int          `json:"firm"`              // failed, about to fail, or approved
	Planned  int          `json:"planned"`           // their service life ends
	Expected float64      `json:"expected_failures"` // of parts that are not replaced by then
	Cost     ageing.Money `json:"cost"`
}

// KindCost is what the parts of one kind cost.
type KindCost struct {
	Kind string       `json:"kind"`
	Cost ageing.Money `json:"cost"`
}

// BudgetLine is the budget of one part number or model, over all quarters.
type BudgetLine struct {
	Kind       string        `json:"kind"`
	PartNumber string        `json:"part_number,omitempty"`
	Model      string        `json:"model,omitempty"`
	Parts      int           `json:"parts"`
	Price      *ageing.Money `json:"price"` // null: nobody knows, so the line has no cost
	Demand
}

// Service is what a service stands on.
type Service struct {
	Service     string            `json:"service"` // "": servers that serve none
	Criticality fleet.Criticality `json:"criticality"`
	Owner       string            `json:"owner,omitempty"`
	Servers     int               `json:"servers"`
	Health      fleet.Health      `json:"worst_health"`
	OverAge     int               `json:"servers_over_age"`
	OverAgePct  float64           `json:"over_age_pct"`
	NoDate      int               `json:"servers_without_date"`
	Oldest      string            `json:"oldest_server,omitempty"`
	OldestAge   string            `json:"oldest_age"`
	FailedParts int               `json:"failed_parts"`
	// Expected are the failures of its working parts within 12 months.
	Expected float64  `json:"expected_failures"`
	P        *float64 `json:"p"` // that some part of it fails within 12 months
	Risk     string   `json:"risk"`
}

// Batch is a group of parts that fails more often than expected.
type Batch struct {
	Kind     string  `json:"kind"`
	What     string  `json:"what"`
	Parts    int     `json:"parts"`
	Failures int     `json:"failures"`
	Expected float64 `json:"expected_failures"`
	// Chance is the probability of so many failures if nothing were wrong.
	Chance float64 `json:"chance"`
}

// Orders is where the replacement queue stands.
type Orders struct {
	Open    int            `json:"open"`
	ByTier  map[string]int `json:"by_tier"`
	ByState map[string]int `json:"by_state"`
	Overdue int            `json:"overdue"`
	// Oldest are the open orders that were made first.
	Oldest []Order `json:"oldest"`
}

// Order is an open work order.
type Order struct {
	ID       int64     `json:"id"`
	Server   string    `json:"server"`
	Slot     string    `json:"slot"`
	Tier     string    `json:"tier"`
	State    string    `json:"state"`
	Created  time.Time `json:"created"`
	Due      time.Time `json:"due,omitzero"`
	Assignee string    `json:"assignee,omitempty"`
	Reason   string    `json:"reason,omitempty"`
}
