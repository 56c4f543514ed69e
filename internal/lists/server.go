package lists

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ironage/internal/ageing"
	"ironage/internal/filter"
	"ironage/internal/fleet"
	"ironage/internal/outlook"
	"ironage/internal/queue"
)

// Server is one server as lists look for it. It is made once per state of the
// server: a fleet has ten thousand of them, and a key press must not look at
// every disk again.
type Server struct {
	Entry *fleet.Entry
	Judged
	Age    ageing.Age
	Band   ageing.Band
	Model  string // with the vendor where the model does not name it
	Reach  string // which endpoints do not answer, and how; "" when all do
	Orders []Order

	search   string   // folded, for free text
	serials  []string // of the machine and its parts
	fitted   []string // models and part numbers of its parts, each once
	firmware []string // of the machine and its parts, each once
	trouble  []string // kinds of which something is not well
}

// Judged is what the outlook says of a server.
type Judged struct {
	// Out is the judgement of its parts; nil while there is none.
	Out         *outlook.Server
	Criticality fleet.Criticality
}

// Order is an open work order on a server.
type Order struct {
	ID    int64
	State queue.State
	Tier  queue.Tier
	Slot  string
}

// OpenOrders are the orders that still wait for something, by server.
func OpenOrders(orders []queue.Order) map[string][]Order {
	open := make(map[string][]Order)
	for i := range orders {
		if o := &orders[i]; o.State.Open() {
			open[o.Server] = append(open[o.Server], Order{o.ID, o.State, o.Tier, o.Slot})
		}
	}
	return open
}

// Judge is what the outlook (which may be nil) says of a server that it judged as out.
func Judge(of *outlook.Fleet, e *fleet.Entry, out *outlook.Server) Judged {
	if of == nil {
		return Judged{Criticality: cmp.Or(e.Server.Criticality, fleet.CriticalityNormal)}
	}
	return Judged{Out: out, Criticality: of.Criticality(&e.Server)}
}

// NewServer gathers what a list knows of a server. say, which may be nil, gives
// the words of a finding in the reader's language, so that what stands on the
// screen is found too.
func NewServer(e *fleet.Entry, life ageing.Policy, now time.Time, say func(string) string) *Server {
	s, st := &e.Server, &e.State
	x := &Server{Entry: e, Reach: Reach(st), Model: cmp.Or(strings.TrimSpace(st.Device.Model), s.Model)}
	if e.BeingRead {
		x.Reach = "" // nobody knows yet
	}
	if vendor := x.Vendor(); vendor != "" && !strings.Contains(filter.Fold(x.Model), filter.Fold(vendor)) {
		x.Model = strings.TrimSpace(vendor + " " + x.Model)
	}
	x.Age = ageing.OfServer(*s, st, now)
	x.Band = life.Band("server", x.Age, nil)
	x.parts(st)
	x.index(s, st, say)
	return x
}

// Vendor is who made the server: the device's own word, else the inventory's.
func (x *Server) Vendor() string {
	return cmp.Or(strings.TrimSpace(x.Entry.State.Device.Vendor), x.Entry.Server.Manufacturer)
}

// Risk is the probability in per cent that some part fails within 12 months.
func (x *Server) Risk() (pct float64, known bool) {
	if x.Out == nil || len(x.Out.Parts) == 0 {
		return 0, false
	}
	return 100 * x.Out.P, true
}

// Warranty is where the server's warranty stands, and the days left of it.
func (x *Server) Warranty() (ageing.Cover, int) {
	if x.Out == nil {
		return ageing.CoverUnknown, 0
	}
	return x.Out.Cover, x.Out.CoverDays
}

// Firmware is the machine's own firmware; "" where the device does not say.
func (x *Server) Firmware() string { return x.Entry.State.Device.Firmware }

// Fitted are the models and part numbers of the server's parts, each once.
func (x *Server) Fitted() []string { return x.fitted }

func (x *Server) parts(st *fleet.State) {
	x.firmware = addOnce(x.firmware, st.Device.Firmware)
	for i := range st.Components {
		c := &st.Components[i]
		bad := c.Health.Severity() >= fleet.Warning.Severity() || c.Health == fleet.Unknown && c.Kind.Replaceable()
		if bad {
			x.trouble = addOnce(x.trouble, c.Kind.String())
		}
		if c.Serial != "" {
			x.serials = append(x.serials, c.Serial)
		}
		x.fitted = addOnce(addOnce(x.fitted, c.Part), c.Model)
		x.firmware = addOnce(x.firmware, c.Firmware)
	}
}

func addOnce(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// index gathers what free text is looked up in.
func (x *Server) index(s *fleet.Server, st *fleet.State, say func(string) string) {
	x.serials = addOnce(addOnce(x.serials, s.Serial), st.Device.Serial)
	texts := []string{s.Name, x.Model, s.Manufacturer, s.Model, s.Site, s.Room, s.Rack, s.Service, s.Owner,
		s.AssetTag, st.Device.Hostname, st.Device.Controller, x.Reach}
	for i := range st.Findings {
		f := &st.Findings[i]
		texts = append(texts, f.Key, f.Text)
		if say != nil {
			if own := say(f.Text); own != f.Text {
				texts = append(texts, own)
			}
		}
		if kind, _, ok := strings.Cut(f.Key, "/"); ok && f.Health != fleet.OK {
			x.trouble = addOnce(x.trouble, kind)
		}
	}
	for _, e := range s.Endpoints {
		texts = append(texts, e.Address)
	}
	x.search = filter.Fold(joinLines(append(texts, x.serials...)))
}

// Reach says which endpoints do not answer; "" when all do.
func Reach(st *fleet.State) string {
	if len(st.Endpoints) == 0 {
		return "not read yet"
	}
	var parts []string
	for i := range st.Endpoints {
		e := &st.Endpoints[i]
		switch e.SNMP {
		case fleet.Answered:
		case fleet.NotAsked, "":
			parts = append(parts, e.Role.String()+" not asked")
		case fleet.Silent:
			if e.Ping.Reach == fleet.Answered {
				parts = append(parts, e.Role.String()+" agent silent")
			} else {
				parts = append(parts, e.Role.String()+" unreachable")
			}
		default:
			parts = append(parts, e.Role.String()+" "+string(e.SNMP))
		}
	}
	return strings.Join(parts, ", ")
}
