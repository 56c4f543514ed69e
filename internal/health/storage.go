package health

import (
	"encoding/hex"
	"strings"

	"ironage/internal/fleet"
)

// role is what a disk does in its group, as far as the device says.
type role uint8

const (
	memberRole     role = iota // works, or nobody says otherwise
	failedRole                 // out of order, offline or missing
	rebuildingRole             // being filled with the data of another
	foreignRole                // with the configuration of another controller
	spareRole                  // a hot spare that waits
	freeRole                   // belongs to no volume
	aloneRole                  // passed through: JBOD
	emptyRole
)

// disk is what redundancy needs to know of one disk.
type disk struct {
	at      int // index in the components
	role    role
	spare   bool // was or is a spare
	own     bool // the device calls it a member of the volume it was given to
	media   string
	bytes   int64
	grouped bool // its volume is known
}

// lostWords mark a disk that is out of its volume. A critical disk whose words
// are of another trouble (too hot, worn) still works.
var (
	lostWords  = []string{"fail", "offline", "missing", "blocked", "removed", "dead", "bad", "broken", "absent", "unusable", "no response", "not present"}
	stillWorks = []string{"predict", "smart", "prefail", "limit", "hot", "temperature", "worn", "wear"}
	freeWords  = []string{"unconfigured", "not configured", "ready", "available", "unassigned", "unused", "free"}
	aloneWords = []string{"jbod", "nonraid", "non-raid", "non raid", "pass through", "passthrough", "system"}
)

func holds(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// roleOf reads the words of a disk: its state, its use, and what decided its health.
func roleOf(c *fleet.Component) disk {
	d := disk{media: c.Attributes["media"]}
	if c.CapacityBytes != nil {
		d.bytes = *c.CapacityBytes
	}
	state := strings.ToLower(c.Attributes["state"])
	if c.Health == fleet.OK && state == "online" && c.Attributes["spare"] == "" {
		return d // as most disks are, most of the time
	}
	meaning := strings.ToLower(c.Native.Meaning())
	use := strings.ToLower(c.Attributes["use"])
	spare := strings.ToLower(c.Attributes["spare"])
	d.spare = spare != "" && spare != "no" && spare != "none" || spareWord(state) || spareWord(meaning)
	critical := c.Health == fleet.Critical
	switch {
	case c.Health == fleet.Absent:
		d.role = emptyRole
	case strings.Contains(meaning, "rebuild") || strings.Contains(state, "rebuild") || strings.Contains(state, "recover") ||
		strings.Contains(spare, "building"):
		d.role = rebuildingRole
	case critical && (!holds(meaning, stillWorks) || holds(state, lostWords)), holds(state, lostWords) && !holds(state, stillWorks):
		d.role = failedRole
	case strings.Contains(meaning, "foreign") || strings.Contains(state, "foreign"):
		d.role = foreignRole
	case d.spare && idleSpare(spare):
		d.role = spareRole
	case d.spare: // it stands in for another: a member now
	case holds(state, aloneWords) || holds(meaning, aloneWords):
		d.role = aloneRole
	case strings.HasPrefix(state, "not ready"): // starting up, or of no use: nobody says otherwise
	case holds(state, freeWords) || holds(use, freeWords) || state == "" && holds(meaning, freeWords):
		d.role = freeRole
	}
	return d
}

func spareWord(s string) bool { return strings.Contains(s, "spare") || s == "standby" }

// idleSpare reports whether a spare waits; one in use has become a member.
func idleSpare(spare string) bool {
	switch spare {
	case "active", "in use", "building", "commissioned", "emergency":
		return false
	}
	return true
}

// volume is a RAID volume with what is known of its members.
type volume struct {
	at        int
	level     string
	healthy   int // members that may fail when all is well
	levelTold bool
	left      int // members that may fail, as the device counts; -1: it does not say
	broken    bool
	degraded  bool
	fine      bool     // the device says that nothing is lost
	members   []string // by name
	rows      []byte   // by the last number of their index
	spares    int      // idle spares that the volume itself counts
	missing   int      // members that the volume itself misses
	disks     []int
	told      bool // the device tells its members
	result    Redundancy
}

// poolLevel is the RAID level of the one storage pool on which all volumes lie,
// for controllers that tell the level of pools only.
func poolLevel(cs []fleet.Component, r fleet.Role) string {
	level, pools := "", 0
	for i := range cs {
		if c := &cs[i]; c.Kind == fleet.Other && c.Role == r && strings.HasPrefix(c.Name, "Storage pool") {
			pools++
			level = c.Attributes["raid_level"]
		}
	}
	if pools != 1 {
		return ""
	}
	return level
}

var degradedWords = []string{"degrad", "rebuild", "recover", "missing", "drive is out", "redundancy lost", "no redundancy", "failed redundancy", "regenerat", "spare in use", "spareinuse"}

// volumeOf reads a volume. A worse health that waits to be confirmed counts
// already: the disk that caused it may be latched.
func volumeOf(st *fleet.State, at int) volume {
	c := &st.Components[at]
	v := volume{at: at, level: c.Attributes["raid_level"], left: -1}
	if v.level == "" {
		v.level = poolLevel(st.Components, c.Role)
	}
	health, meaning := c.Health, strings.ToLower(c.Native.Meaning())
	if h, ok := st.Holds[c.Key()]; ok && h.Health.Worse(health) {
		health, meaning = h.Health, strings.ToLower(h.Evidence.Meaning)
	}
	state := strings.ToLower(c.Attributes["state"])
	if n := c.Attributes["remaining_redundancy"]; n != "" {
		v.left = whole(n)
	}
	v.degraded = holds(meaning, degradedWords) || holds(state, degradedWords) || c.Attributes["action"] == "recover"
	v.broken = health == fleet.Critical && !v.degraded
	v.fine = health == fleet.OK && !v.degraded
	v.members = names(c.Attributes["members"])
	v.rows, _ = hex.DecodeString(c.Attributes["member_rows"]) // what is no such list names nobody
	v.spares = whole(c.Attributes["hot_spares"])
	v.missing = len(names(c.Attributes["missing"]))
	copies := 0
	if c.Attributes["disks"] != "" { // only md says that all disks of a mirror are copies
		copies = whole(c.Attributes["disks"])
	}
	v.healthy, v.levelTold = tolerance(v.level, copies)
	return v
}

// names splits a list of members as devices write them.
func names(s string) []string {
	fields := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(`,;|[]"`, r) })
	var out []string
	for _, f := range fields {
		if f = strings.ToLower(strings.TrimSpace(f)); f != "" && f != "none" && f != "n/a" && len(out) < 256 {
			out = append(out, f)
		}
	}
	if len(out) == 1 && strings.HasPrefix(out[0], "sd") {
		return strings.Fields(out[0])
	}
	return out
}
