package maintenance

import "time"

// Entry is one decision about a window, as its log keeps it.
type Entry struct {
	Window  int64     `json:"window"`
	Version int64     `json:"version"` // that it made
	Time    time.Time `json:"time"`
	Actor   string    `json:"actor"`
	Origin  string    `json:"origin,omitempty"`
	Action  string    `json:"action"` // "add", "change", "end"
	After   Window    `json:"after"`
}
