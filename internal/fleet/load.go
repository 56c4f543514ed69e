package fleet

import "time"

// CollectorLoad is what the collecting process says about its work and about
// itself. It travels with the lease, so that every process can show it.
type CollectorLoad struct {
	Time      time.Time `json:"time,omitzero"`  // when it was so
	Form      string    `json:"form,omitempty"` // in which it stores quiet polls: who has another cannot follow
	Endpoints int       `json:"endpoints"`
	Slots     int       `json:"slots"`     // endpoints asked at the same time, those beside not counted
	InFlight  int       `json:"in_flight"` // being asked now, those beside counted
	Beside    int       `json:"beside"`    // of these, slow or silent ones that hold no slot
	Waiting   LaneLoad  `json:"waiting"`
	Late      int       `json:"late"`   // should have been read more than one interval ago
	Silent    int       `json:"silent"` // did not answer their latest read
	Unread    int       `json:"unread"` // wait for their first read by this process
	// Behind is how long the one that waits longest waits for its slot; those
	// that were silent do not count.
	Behind time.Duration `json:"behind"`
	// DelayP99 and DelayMost are how late the polls of the last two intervals began.
	DelayP99  time.Duration `json:"delay_p99"`
	DelayMost time.Duration `json:"delay_most"`
	Reads     int64         `json:"reads"` // since the lease was taken
	Rate      float64       `json:"rate"`  // of reads, a second, over the last minute

	Unsaved   int           `json:"unsaved"` // states that wait for the store
	SaveError string        `json:"save_error,omitempty"`
	Saves     int64         `json:"saves"`     // transactions that took
	SaveTook  time.Duration `json:"save_took"` // so long in all

	Notifications NotificationCounts `json:"notifications"`
	Transport     TransportLoad      `json:"transport"`
	Process       ProcessLoad        `json:"process"`
}

// LaneLoad is how many endpoints wait for a slot, by why.
type LaneLoad struct {
	Asked     int `json:"asked"`     // somebody wants to see them now
	Called    int `json:"called"`    // their devices said that something happened
	Status    int `json:"status"`    // their turn has come
	Inventory int `json:"inventory"` // likewise, for everything
	Silent    int `json:"silent"`    // did not answer last time
}

// Total is all that wait.
func (l LaneLoad) Total() int { return l.Asked + l.Called + l.Status + l.Inventory + l.Silent }

// TransportLoad is how the shared sockets are doing.
type TransportLoad struct {
	Sockets  int   `json:"sockets"`
	Buffer   int   `json:"receive_buffer_bytes"` // of one socket, as granted
	Window   int   `json:"window"`               // requests that may be in flight
	InFlight int   `json:"in_flight"`
	Waiting  int   `json:"waiting"` // requests that wait for a place in the window
	Beside   int64 `json:"beside"`  // sessions that missed an answer and left the window
	Strays   int64 `json:"strays"`  // datagrams of addresses that nobody asked
	Late     int64 `json:"late"`    // answers that came when their question was over
	Dropped  int64 `json:"dropped"` // datagrams that ironage did not take in time
	// KernelDrops are datagrams that the system threw away because a receive
	// buffer was full; -1 where it does not tell.
	KernelDrops int64 `json:"kernel_drops"`
}

// ProcessLoad is what the collecting process uses of its machine.
type ProcessLoad struct {
	Heap       int64         `json:"heap_bytes"`   // objects, those not cleared yet included
	Live       int64         `json:"live_bytes"`   // in use after the latest clearing
	Memory     int64         `json:"memory_bytes"` // taken from the system
	Goroutines int           `json:"goroutines"`
	Files      int           `json:"files"` // open; -1 where the system does not tell
	Clearings  int64         `json:"clearings"`
	CPU        time.Duration `json:"cpu"`          // used since the start
	ClearCPU   time.Duration `json:"clearing_cpu"` // clearing memory, an estimate
	Writing    time.Duration `json:"writing"`      // was the database's writer: nobody else could write
}

// NotificationCounts count what was heard since the lease was taken.
type NotificationCounts struct {
	Heard    int64 `json:"heard"`    // datagrams, dropped ones included
	Accepted int64 `json:"accepted"` // of a known server
	Unknown  int64 `json:"unknown"`  // of no server, or not of one alone
	Refused  int64 `json:"refused"`  // malformed, or with a community or user that is not accepted
	Missed   int64 `json:"missed"`   // dropped unread, because one sender sent too many
}
