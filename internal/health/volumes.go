package health

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"ironage/internal/fleet"
)

// pool is a controller with its disks and volumes: within it a spare may stand
// in for any disk.
type pool struct {
	role    fleet.Role
	group   string // in small letters
	name    string // as the device writes it
	disks   []disk
	volumes []volume
}

// judgeStorage judges disks and volumes.
func judgeStorage(st *fleet.State, out []Redundancy) {
	pools := gather(st)
	for n := range pools {
		p := &pools[n]
		p.assign(st.Components)
		for i := range p.volumes {
			p.volumes[i].result = p.judge(st.Components, &p.volumes[i])
			out[p.volumes[i].at] = p.volumes[i].result
		}
		soft := softwareRAID(pools, p.role)
		for i := range p.disks {
			out[p.disks[i].at] = p.diskRedundancy(&p.disks[i], soft)
		}
	}
}

// gather sorts disks and volumes by the controller that they belong to. Where
// a machine has one controller, those without a group are its own.
func gather(st *fleet.State) []pool {
	single := controllers(st.Components)
	var pools []pool
	for i := range st.Components {
		c := &st.Components[i]
		if c.Kind != fleet.Disk && c.Kind != fleet.RAIDVolume {
			continue
		}
		group := strings.ToLower(strings.TrimSpace(c.Group))
		if single[c.Role] {
			group = ""
		}
		p := poolOf(&pools, c.Role, group)
		if p.name == "" {
			p.name = c.Group
		}
		if c.Kind == fleet.RAIDVolume {
			p.volumes = append(p.volumes, volumeOf(st, i))
			continue
		}
		if p.disks == nil {
			p.disks = make([]disk, 0, countKind(st.Components[i:], fleet.Disk))
		}
		d := roleOf(c)
		d.at = i
		p.disks = append(p.disks, d)
	}
	return pools
}

// controllers says by role where all disks and volumes can only hang on one
// controller: nothing names a second one, and something names none.
func controllers(cs []fleet.Component) map[fleet.Role]bool {
	type seen struct {
		groups   []string
		none     bool
		fitted   int
		contents bool
	}
	roles := map[fleet.Role]*seen{}
	for i := range cs {
		c := &cs[i]
		s := roles[c.Role]
		if s == nil {
			s = &seen{}
			roles[c.Role] = s
		}
		switch c.Kind {
		case fleet.RAIDController:
			s.fitted++
		case fleet.Disk, fleet.RAIDVolume:
			s.contents = true
			if c.Group == "" {
				s.none = true
			} else if !slices.Contains(s.groups, c.Group) {
				s.groups = append(s.groups, c.Group)
			}
		}
	}
	out := make(map[fleet.Role]bool, len(roles))
	for r, s := range roles {
		out[r] = s.contents && s.none && len(s.groups) <= 1 && s.fitted <= 1
	}
	return out
}

func countKind(cs []fleet.Component, k fleet.Kind) int {
	n := 0
	for i := range cs {
		if cs[i].Kind == k {
			n++
		}
	}
	return n
}

func poolOf(pools *[]pool, r fleet.Role, group string) *pool {
	for n := range *pools {
		if p := &(*pools)[n]; p.role == r && p.group == group {
			return p
		}
	}
	*pools = append(*pools, pool{role: r, group: group})
	return &(*pools)[len(*pools)-1]
}

// assign gives each volume its disks: those that it names, or, where it is the
// only one of its controller, all that are not told to serve something else.
func (p *pool) assign(cs []fleet.Component) {
	for n := range p.volumes {
		v := &p.volumes[n]
		for i := range p.disks {
			if c := &cs[p.disks[i].at]; named(c, v.members) || inRow(c, v.rows) {
				v.disks, v.told = append(v.disks, i), true
				p.disks[i].own, p.disks[i].grouped = true, true
			}
		}
	}
	if len(p.volumes) != 1 || p.volumes[0].told || p.nested(cs) {
		return
	}
	v := &p.volumes[0]
	v.disks = make([]int, 0, len(p.disks))
	for i := range p.disks {
		switch d := &p.disks[i]; d.role {
		case memberRole, rebuildingRole, foreignRole:
		case failedRole:
			if v.fine {
				continue // something stands in for it already, or it never served
			}
		default:
			continue
		}
		v.disks = append(v.disks, i)
		p.disks[i].grouped = true
	}
	v.told = len(v.disks) > 0
}

// nested reports whether the volumes are of software: they need not lie on the
// disks that are listed beside them.
func (p *pool) nested(cs []fleet.Component) bool {
	return p.role == fleet.OS && p.group == "" && cs[p.volumes[0].at].Group == ""
}

// inRow reports whether a list of rows has this disk.
func inRow(c *fleet.Component, rows []byte) bool {
	if len(rows) == 0 || c.Index == "" {
		return false
	}
	n, err := strconv.Atoi(c.Index[strings.LastIndexByte(c.Index, '.')+1:])
	return err == nil && n >= 0 && n <= 255 && bytes.IndexByte(rows, byte(n)) >= 0
}

// named reports whether a list of members has this disk. Partitions stand for
// their disk: sda1 is on sda.
func named(c *fleet.Component, members []string) bool {
	for _, m := range members {
		for _, s := range [...]string{c.Name, c.Slot, c.Place, c.Attributes["device"], c.Serial} {
			s = strings.ToLower(strings.TrimPrefix(s, "/dev/"))
			m = strings.TrimPrefix(m, "/dev/")
			if s != "" && (s == m || strings.HasPrefix(s, "sd") && strings.TrimRight(m, "0123456789") == s) {
				return true
			}
		}
	}
	return false
}

// lost counts the members that a volume is without.
func (p *pool) lost(v *volume) (failed, rebuilding, foreign, total int) {
	onSpare := 0
	each := func(d *disk) {
		switch d.role {
		case failedRole:
			failed++
		case rebuildingRole:
			rebuilding++
			if d.spare {
				onSpare++
			}
		case foreignRole:
			foreign++
		}
	}
	if v.told {
		for _, i := range v.disks {
			each(&p.disks[i])
		}
	} else if !v.fine { // whose member a bad disk is nobody knows: the volume that suffers
		for i := range p.disks {
			each(&p.disks[i])
		}
	}
	if v.fine { // something stands in for them already
		failed = 0
	}
	// A spare that is being filled takes the place of a failed member: one loss, not two.
	total = failed + rebuilding + foreign - min(failed, onSpare)
	if !v.told { // each of the other volumes that suffer has lost one of these at least
		total = max(0, total-p.suffering(v))
	}
	total = max(total, v.missing)
	if v.degraded {
		total = max(total, 1)
	}
	return failed, rebuilding, foreign, total
}

// suffering counts the other volumes that are degraded and do not tell their members.
func (p *pool) suffering(but *volume) int {
	n := 0
	for i := range p.volumes {
		if w := &p.volumes[i]; w.degraded && !w.told && w.at != but.at {
			n++
		}
	}
	return n
}

// fitting counts the idle spares that can stand in for any member: of the same
// media and large enough. A spare of which that is not known does not count.
func (p *pool) fitting(v *volume) int {
	media, need, sure := "", int64(0), true
	for i := range p.disks {
		d := &p.disks[i]
		if d.role != memberRole && d.role != rebuildingRole || v.told && !slices.Contains(v.disks, i) {
			continue
		}
		sure = sure && d.bytes > 0 && (need == 0 || d.media == media)
		need, media = max(need, d.bytes), d.media
	}
	n := v.spares
	for i := range p.disks {
		d := &p.disks[i]
		if d.role == spareRole && sure && need > 0 && d.media == media && d.bytes >= need {
			n++
		}
	}
	return n
}
