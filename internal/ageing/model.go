package ageing

// Model is the risk model: its tables and the limits of what it may say.
type Model struct {
	Tables *Tables
	// CapProduct limits the product of all factors, CapHazard the hazard per year.
	CapProduct, CapHazard float64
	// FleetK is how many imagined failures a model starts with; the factor stays
	// between FleetMin and FleetMax.
	FleetK, FleetMin, FleetMax float64
}

// Tables are the numbers of the risk model with their sources: data, not code.
type Tables struct {
	Version string
}

// DefaultModel is the model of the ageing reference, §3.
func DefaultModel() *Model {
	return &Model{Tables: &Tables{Version: "1"}, CapProduct: 60, CapHazard: 3, FleetK: 4, FleetMin: 0.3, FleetMax: 5}
}
