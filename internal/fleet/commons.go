package fleet

import (
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Commons holds what the states of a fleet have in common: words, object
// identifiers, limits, attributes. Ten thousand servers are of a few hundred
// models, and a server says at each read mostly what it said before. The zero
// Commons is ready, and safe for concurrent use.
//
// What nobody asked for during a while is forgotten; it lives on with the
// states that have it.
type Commons struct {
	mu         sync.Mutex
	texts      pool[string, string]
	words      pool[said, *said]
	numbers    pool[float64, *float64]
	wholes     pool[int64, *int64]
	limits     pool[limitKey, *Limits]
	attributes pool[string, map[string]string]
	names      pool[uint64, []string]
}

// mostCommon is how many things of a sort are remembered before those that were
// not asked for lately are forgotten.
const mostCommon = 1 << 15

// pool remembers values in two generations: when the younger one is full, it
// becomes the older one, and what was older and not asked for again goes.
type pool[K comparable, V any] struct {
	young, old map[K]V
}

func (p *pool[K, V]) find(k K) (V, bool) {
	v, ok := p.young[k]
	if !ok {
		if v, ok = p.old[k]; ok {
			p.put(k, v)
		}
	}
	return v, ok
}

func (p *pool[K, V]) put(k K, v V) {
	if p.young == nil || len(p.young) >= mostCommon {
		p.young, p.old = map[K]V{}, p.young
	}
	p.young[k] = v
}

// limitKey is limits by value.
type limitKey struct {
	set  [4]bool
	vals [4]float64
}

// longestCommon is up to which length texts are remembered; longer ones are
// nobody else's.
const longestCommon = 128

// Share makes next hold what prev holds already, where both say the same, and
// what other states hold. It changes nothing that next says. Its list of
// endpoints, and lists of components other than those of prev, must not be in
// use by others yet: they are written to.
func (c *Commons) Share(prev, next *State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.device(&prev.Device, &next.Device)
	if next.RollUp != nil && next.RollUp != prev.RollUp {
		if prev.RollUp != nil {
			next.RollUp.Seen = c.seen(prev.RollUp.Seen, next.RollUp.Seen)
		} else {
			next.RollUp.Seen = c.seen(Seen{}, next.RollUp.Seen)
		}
	}
	next.dropEmptyMaps()
	next.Parts, next.FirstSeen, next.Trends = named(c, prev.Parts, next.Parts), keyed(c, prev.FirstSeen, next.FirstSeen), named(c, prev.Trends, next.Trends)
	next.Components = c.components(prev.Components, next.Components)
	next.Shadowed = c.components(prev.Shadowed, next.Shadowed)
	next.Findings, next.Faults = c.findings(next.Findings), c.findings(next.Faults)
	next.Endpoints = fitted(next.Endpoints)
	for i := range next.Endpoints {
		e := &next.Endpoints[i]
		e.Address, e.Credential, e.Note, e.Engine = c.text(e.Address), c.text(e.Credential), c.text(e.Note), c.text(e.Engine)
	}
}

// dropEmptyMaps drops those that hold nothing.
func (s *State) dropEmptyMaps() {
	s.Fills, s.Holds, s.FirstSeen = filled(s.Fills), filled(s.Holds), filled(s.FirstSeen)
	s.Swapped, s.Pending, s.Gone = filled(s.Swapped), filled(s.Pending), filled(s.Gone)
	s.Proofs, s.Levels = filled(s.Proofs), filled(s.Levels)
}

func filled[V any](m map[string]V) map[string]V {
	if len(m) == 0 {
		return nil
	}
	return m
}

// keyed gives a map that has grown the keys that others have too, and no more
// room than it needs.
func keyed[V any](c *Commons, was, is map[string]V) map[string]V {
	if len(is) <= len(was) {
		return is
	}
	out := make(map[string]V, len(is))
	for k, v := range is {
		out[c.text(k)] = v
	}
	return out
}

// named gives what is held by names the names that others have too, and no more
// room than it needs.
func named[V any](c *Commons, was, is Keyed[V]) Keyed[V] {
	is.Values = fitted(is.Values)
	if len(is.Names) == 0 || len(is.Names) == len(was.Names) && &is.Names[0] == &was.Names[0] {
		return is
	}
	h := fnv.New64a()
	for _, name := range is.Names {
		_, _ = h.Write([]byte(name)) // a hash takes everything
	}
	have, ok := c.names.find(h.Sum64())
	if !ok || !slices.Equal(have, is.Names) {
		have = make([]string, len(is.Names))
		for i, name := range is.Names {
			have[i] = c.text(name)
		}
		c.names.put(h.Sum64(), have)
	}
	is.Names = have
	return is
}

// fitted is a slice without room to grow.
func fitted[T any](s []T) []T {
	if len(s) == 0 || cap(s)-len(s) <= len(s)/16 {
		return s
	}
	out := make([]T, len(s))
	copy(out, s)
	return out
}

func (c *Commons) components(was, is []Component) []Component {
	if len(is) == 0 || len(was) > 0 && &was[0] == &is[0] {
		return is // nothing, or the list from before
	}
	is = fitted(is)
	var none Component
	for i := range is {
		p := &none
		if i < len(was) && was[i].Kind == is[i].Kind && was[i].Slot == is[i].Slot {
			p = &was[i]
		}
		c.component(p, &is[i])
	}
	c.verdicts(was, is)
	return is
}

func (c *Commons) component(p, n *Component) {
	c.same(&n.Slot, p.Slot)
	c.same(&n.Index, p.Index)
	c.same(&n.Name, p.Name)
	c.same(&n.Place, p.Place)
	c.same(&n.Vendor, p.Vendor)
	c.same(&n.Model, p.Model)
	c.same(&n.Serial, p.Serial)
	c.same(&n.Part, p.Part)
	c.same(&n.Firmware, p.Firmware)
	c.same(&n.Manufactured, p.Manufactured)
	c.same(&n.Group, p.Group)
	n.Native = c.seen(p.Native, n.Native)
	n.CapacityBytes = c.whole(p.CapacityBytes, n.CapacityBytes)
	n.WearUsedPct, n.PowerOnHours, n.Reading = c.number(p.WearUsedPct, n.WearUsedPct), c.number(p.PowerOnHours, n.PowerOnHours), c.number(p.Reading, n.Reading)
	n.Limits = c.limit(p.Limits, n.Limits)
	if n.Counters != nil && len(p.Counters) == len(n.Counters) && maps.Equal(p.Counters, n.Counters) {
		n.Counters = p.Counters
	}
	n.Attributes = c.attributed(p.Attributes, n.Attributes)
}

// verdicts gives all of a server's verdicts one place. They may still be those
// of the state before, which others read.
func (c *Commons) verdicts(was, is []Component) {
	n := 0
	for i := range is {
		n += len(is[i].Verdicts)
	}
	all := make([]Verdict, 0, n)
	for i := range is {
		from := len(all)
		all = append(all, is[i].Verdicts...)
		own := all[from:len(all):len(all)]
		for k := range own {
			var p Seen
			if i < len(was) && k < len(was[i].Verdicts) {
				p = was[i].Verdicts[k].Seen
			}
			own[k].Seen = c.seen(p, own[k].Seen)
		}
		if is[i].Verdicts = own; len(own) == 0 {
			is[i].Verdicts = nil
		}
	}
}

// seen is the same evidence with words that others have too.
func (c *Commons) seen(was, is Seen) Seen {
	if is.said == nil || is.said == was.said {
		return is
	}
	if was.said != nil && *was.said == *is.said {
		is.said = was.said
		return is
	}
	if have, ok := c.words.find(*is.said); ok {
		is.said = have
		return is
	}
	w := *is.said
	w.OID, w.Value, w.Meaning, w.Profile = c.text(w.OID), c.text(w.Value), c.text(w.Meaning), c.text(w.Profile)
	c.words.put(w, &w)
	is.said = &w
	return is
}

func (c *Commons) evidence(n *Evidence) {
	n.OID, n.Value, n.Meaning, n.Profile = c.text(n.OID), c.text(n.Value), c.text(n.Meaning), c.text(n.Profile)
}

func (c *Commons) device(p, n *Device) {
	c.same(&n.Vendor, p.Vendor)
	c.same(&n.Model, p.Model)
	c.same(&n.Serial, p.Serial)
	c.same(&n.Controller, p.Controller)
	c.same(&n.Firmware, p.Firmware)
	c.same(&n.Hostname, p.Hostname)
	c.same(&n.OS, p.OS)
}

// findings keep their texts; only what they are about is shared. The list may
// be the one before, which others read.
func (c *Commons) findings(fs []Finding) []Finding {
	if len(fs) == 0 {
		return nil
	}
	out := slices.Clone(fs)
	for i := range out {
		f := &out[i]
		f.Code, f.Key, f.Text, f.ConsequenceOf = c.text(f.Code), c.text(f.Key), c.text(f.Text), c.text(f.ConsequenceOf)
		c.evidence(&f.Evidence)
	}
	return out
}

// same lets a text that did not change stay where it was.
func (c *Commons) same(is *string, was string) {
	if *is == was {
		*is = was
		return
	}
	*is = c.text(*is)
}

// text is an equal text that others have too. It never keeps alive what s is a
// part of, such as the answer of a device.
func (c *Commons) text(s string) string {
	if s == "" {
		return ""
	}
	if len(s) > longestCommon {
		return strings.Clone(s)
	}
	if have, ok := c.texts.find(s); ok {
		return have
	}
	s = strings.Clone(s)
	c.texts.put(s, s)
	return s
}

func (c *Commons) number(was, is *float64) *float64 {
	switch {
	case is == nil || *is != *is: // what is not a number equals nothing
		return is
	case was != nil && *was == *is:
		return was
	}
	if have, ok := c.numbers.find(*is); ok {
		return have
	}
	c.numbers.put(*is, is)
	return is
}

func (c *Commons) whole(was, is *int64) *int64 {
	switch {
	case is == nil:
		return nil
	case was != nil && *was == *is:
		return was
	}
	if have, ok := c.wholes.find(*is); ok {
		return have
	}
	c.wholes.put(*is, is)
	return is
}

func (l *Limits) key() (k limitKey) {
	for i, p := range []*float64{l.WarnLow, l.WarnHigh, l.CritLow, l.CritHigh} {
		if p != nil {
			k.set[i], k.vals[i] = true, *p
		}
	}
	return k
}

func (c *Commons) limit(was, is *Limits) *Limits {
	if is == nil || was == is {
		return is
	}
	k := is.key()
	if was != nil && was.key() == k {
		return was
	}
	if have, ok := c.limits.find(k); ok {
		return have
	}
	c.limits.put(k, is)
	return is
}

// attributed is an equal map that others have too.
func (c *Commons) attributed(was, is map[string]string) map[string]string {
	if len(is) == 0 {
		return nil
	}
	if len(was) == len(is) && maps.Equal(was, is) {
		return was
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(is)) {
		b.WriteString(name + "\x00" + is[name] + "\x00")
	}
	key := b.String()
	if have, ok := c.attributes.find(key); ok && maps.Equal(have, is) {
		return have
	}
	own := make(map[string]string, len(is))
	for name, v := range is {
		own[c.text(name)] = c.text(v)
	}
	c.attributes.put(key, own)
	return own
}
