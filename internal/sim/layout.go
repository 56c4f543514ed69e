package sim

import (
	"fmt"
	"slices"
	"strings"
)

// planned is a server before it is built: what it is for, when it was bought
// and from whom.
type planned struct {
	number int
	name   string
	work   workload
	bought purchase
	maker  family
	hasOS  bool
}

// plan spreads n servers over the workloads and the purchases by their shares.
func plan(seed uint64, n int) []planned {
	d := newDice(seed, "plan")
	works := workloads()
	counts := spread(n, shares(works, func(w workload) int { return w.share }))
	digits := len(fmt.Sprint(slices.Max(counts)))
	out := make([]planned, 0, n)
	for i, w := range works {
		for k := range counts[i] {
			out = append(out, planned{name: fmt.Sprintf("%s-%0*d", w.prefix, max(2, digits), k+1), work: w})
		}
	}
	bought := deal(d, purchases(), func(p purchase) int { return p.share }, n)
	makers := deal(d, makers(), func(m maker) int { return m.share }, n)
	for i := range out {
		out[i].number, out[i].bought, out[i].maker = i, bought[i], makers[i].family
		out[i].hasOS = d.chance(55)
	}
	youngHost(out)
	return out
}

// youngFrom is the first year whose purchases are still young.
const youngFrom = 2021

// youngHost sees to it that one of the young file servers is a plain host: its
// agent tells of single sectors, which controllers keep to themselves.
func youngHost(ps []planned) {
	young := slices.IndexFunc(ps, func(p planned) bool { return p.bought.year >= youngFrom && p.work.storage == forFiles })
	host := slices.IndexFunc(ps, func(p planned) bool { return p.maker == plain })
	if young >= 0 && host >= 0 {
		ps[young].maker, ps[host].maker = ps[host].maker, ps[young].maker
	}
}

// shares reads the weight of each element.
func shares[T any](s []T, share func(T) int) []int {
	out := make([]int, len(s))
	for i, x := range s {
		out[i] = share(x)
	}
	return out
}

// spread divides n by weights without remainder: each prefix of the list gets
// its rounded share.
func spread(n int, weights []int) []int {
	total := 0
	for _, w := range weights {
		total += w
	}
	out, sum, given := make([]int, len(weights)), 0, 0
	for i, w := range weights {
		sum += w
		upTo := (n*sum + total/2) / total
		out[i], given = upTo-given, upTo
	}
	return out
}

// deal makes a shuffled list of n elements that keeps the shares.
func deal[T any](d dice, s []T, share func(T) int, n int) []T {
	out := make([]T, 0, n)
	for i, c := range spread(n, shares(s, share)) {
		for range c {
			out = append(out, s[i])
		}
	}
	d.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

const (
	perRack   = 11 // servers in a rack on average: power and cooling, not space
	firstUnit = 3
)

// place gives every machine a room, a rack and units, racks filling up in order
// of purchase as they do in life. No two servers share a unit.
func place(seed uint64, machines []*machine) {
	d := newDice(seed, "place")
	order := slices.Clone(machines)
	slices.SortStableFunc(order, func(a, b *machine) int {
		return strings.Compare(string(a.server.Purchased), string(b.server.Purchased))
	})
	racks := (len(order) + perRack - 1) / perRack
	var names [][2]string // room, rack
	rs := rooms()
	for i, n := range spread(racks, shares(rs, func(r room) int { return r.share })) {
		for k := range n {
			names = append(names, [2]string{rs[i].name, fmt.Sprintf("%s%02d", rs[i].prefix, k+1)})
		}
	}
	at := 0
	equal := make([]int, racks)
	for i := range equal {
		equal[i] = 1
	}
	for i, n := range spread(len(order), equal) {
		unit := firstUnit
		for _, m := range order[at : at+n] {
			if d.chance(25) {
				unit++
			}
			m.server.Room, m.server.Rack, m.server.Position = names[i][0], names[i][1], unit
			unit += m.chassis.units
		}
		at += n
	}
}
