package fleet

import (
	"maps"
	"slices"
	"time"
)

// Criticality says how much depends on a server or service.
type Criticality string

// The criticalities, least first. Empty means Normal.
const (
	CriticalityLow      Criticality = "low"
	CriticalityNormal   Criticality = "normal"
	CriticalityHigh     Criticality = "high"
	CriticalityCritical Criticality = "critical"
)

// Date is a date with the precision it was given in: "2018-05-14", "2018-05",
// "2018" or "2018-W20". Empty means unknown. Package ageing turns it into time.
type Date string

// Endpoint is an address through which a server is probed.
type Endpoint struct {
	Role Role `json:"role"`
	// Address is a host or host:port; IPv4, [IPv6] or DNS name.
	Address string `json:"address"`
	// Credential names an entry of the configuration; never a secret itself.
	Credential string `json:"credential,omitempty"`
}

// Server is one machine of the inventory: what people wrote down about it.
type Server struct {
	Name         string      `json:"name"`
	Endpoints    []Endpoint  `json:"endpoints"`
	Site         string      `json:"site,omitempty"`
	Room         string      `json:"room,omitempty"`
	Rack         string      `json:"rack,omitempty"`
	Position     int         `json:"position,omitempty"` // lowest unit it occupies; 0 unknown
	Height       int         `json:"height,omitempty"`   // units; 0 means 1
	Face         string      `json:"face,omitempty"`     // front or rear
	Service      string      `json:"service,omitempty"`
	Criticality  Criticality `json:"criticality,omitempty"`
	Owner        string      `json:"owner,omitempty"`
	AssetTag     string      `json:"asset_tag,omitempty"`
	Serial       string      `json:"serial,omitempty"`
	Manufacturer string      `json:"manufacturer,omitempty"`
	Model        string      `json:"model,omitempty"`
	InService    Date        `json:"in_service,omitempty"`
	Purchased    Date        `json:"purchased,omitempty"`
	// Warranty and support: the first day of the warranty where it begins later,
	// its last day, and the last day of a support contract of its own.
	WarrantyStart Date         `json:"warranty_start,omitempty"`
	WarrantyEnd   Date         `json:"warranty_end,omitempty"`
	SupportEnd    Date         `json:"support_end,omitempty"`
	Notes         string       `json:"notes,omitempty"`
	Expected      map[Kind]int `json:"expected,omitempty"` // how many fitted parts of a kind there should be
	// MemoryBytes and CPUSockets are what the inventory says is fitted; 0: it does not say.
	MemoryBytes int64      `json:"memory_bytes,omitempty"`
	CPUSockets  int        `json:"cpu_sockets,omitempty"`
	Parts       []PartNote `json:"parts,omitempty"` // what is written down about single parts
}

// Same reports whether two servers are written down alike.
func (s *Server) Same(o *Server) bool {
	return s.Name == o.Name && s.Site == o.Site && s.Room == o.Room && s.Rack == o.Rack &&
		s.Position == o.Position && s.Height == o.Height && s.Face == o.Face &&
		s.Service == o.Service && s.Criticality == o.Criticality && s.Owner == o.Owner &&
		s.AssetTag == o.AssetTag && s.Serial == o.Serial && s.Manufacturer == o.Manufacturer && s.Model == o.Model &&
		s.InService == o.InService && s.Purchased == o.Purchased &&
		s.WarrantyStart == o.WarrantyStart && s.WarrantyEnd == o.WarrantyEnd && s.SupportEnd == o.SupportEnd &&
		s.Notes == o.Notes && s.MemoryBytes == o.MemoryBytes && s.CPUSockets == o.CPUSockets &&
		slices.Equal(s.Endpoints, o.Endpoints) && slices.Equal(s.Parts, o.Parts) && maps.Equal(s.Expected, o.Expected)
}

// Device is who the machine says it is.
type Device struct {
	Vendor     string `json:"vendor,omitempty"`
	Model      string `json:"model,omitempty"`
	Serial     string `json:"serial,omitempty"`
	Controller string `json:"controller,omitempty"`
	Firmware   string `json:"firmware,omitempty"`
	Hostname   string `json:"hostname,omitempty"`
	OS         string `json:"os,omitempty"`
}

// Totals are whole-machine figures; nil means the device does not say.
type Totals struct {
	MemoryBytes          *int64   `json:"memory_bytes,omitempty"`
	MemoryUsedBytes      *int64   `json:"memory_used_bytes,omitempty"`
	MemoryAvailableBytes *int64   `json:"memory_available_bytes,omitempty"`
	SwapTotalBytes       *int64   `json:"swap_total_bytes,omitempty"`
	SwapUsedBytes        *int64   `json:"swap_used_bytes,omitempty"`
	CPUSockets           *int64   `json:"cpu_sockets,omitempty"`
	CPUCores             *int64   `json:"cpu_cores,omitempty"`
	LogicalCPUs          *int64   `json:"logical_cpus,omitempty"`
	Load1                *float64 `json:"load_1,omitempty"`
	Load5                *float64 `json:"load_5,omitempty"`
	Load15               *float64 `json:"load_15,omitempty"`
	// CPULoadPct is the last minute's load of each logical CPU.
	CPULoadPct []float64 `json:"cpu_load_pct,omitempty"`
	// UptimeSeconds is the machine's own uptime, where it is told apart from the agent's.
	UptimeSeconds *int64 `json:"uptime_seconds,omitempty"`
}

// Filesystem is one mounted file system. SizeBytes is nil when the agent's
// figure cannot be trusted (a 32-bit overflow that cannot be repaired).
type Filesystem struct {
	Mount     string   `json:"mount"`
	Type      string   `json:"type,omitempty"`
	SizeBytes *int64   `json:"size_bytes,omitempty"`
	UsedBytes *int64   `json:"used_bytes,omitempty"`
	Index     string   `json:"index,omitempty"`
	ReadOnly  bool     `json:"read_only,omitempty"`
	Evidence  Evidence `json:"evidence,omitzero"`
}

// UsedPct is the used share in per cent, and whether it is known.
func (f Filesystem) UsedPct() (float64, bool) {
	if f.SizeBytes == nil || f.UsedBytes == nil || *f.SizeBytes <= 0 {
		return 0, false
	}
	return 100 * float64(*f.UsedBytes) / float64(*f.SizeBytes), true
}

// Finding is something a person should know, in words, about a server or one
// of its components (Key is empty for the server as a whole).
type Finding struct {
	// Code is stable and machine-readable: "failed", "predictive", "wear",
	// "rollup-disagrees", "missing-part", "over-age", "filesystem-full", "unreachable", …
	Code     string    `json:"code"`
	Health   Health    `json:"health"`
	Key      string    `json:"component,omitempty"`
	Text     string    `json:"text"`
	Since    time.Time `json:"since,omitzero"`
	Evidence Evidence  `json:"evidence,omitzero"`
	// ConsequenceOf is the ID of the finding that explains this one (a degraded
	// volume by its failed disk), so that one cause is one line.
	ConsequenceOf string `json:"consequence_of,omitempty"`
	// Ack is who acknowledged it, and when.
	Ack *Ack `json:"ack,omitempty"`
	// Acknowledged and Maintenance findings stay visible but do not alert.
	Acknowledged bool `json:"acknowledged,omitempty"`
	Maintenance  bool `json:"maintenance,omitempty"`
}

// ID names the finding within its server: code and component key.
func (f *Finding) ID() string { return f.Code + ":" + f.Key }
