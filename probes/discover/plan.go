package discover

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
)

// MaxAddresses bounds one search. At the default rate it takes three hours.
const MaxAddresses = 1 << 20

// Plan is the addresses of a search, each once and in order, numbered from 0.
type Plan struct {
	spans  []Span
	before []uint64 // addresses in front of each span
	count  uint64
}

// NewPlan is the targets without the exclusions.
func NewPlan(targets, excluded []Span) (*Plan, error) {
	if len(targets) == 0 {
		return nil, errors.New("nothing to search: give networks, ranges or addresses")
	}
	p := &Plan{spans: without(joined(targets), joined(excluded))}
	for _, s := range p.spans {
		p.before = append(p.before, p.count)
		n := s.size()
		if p.count += n; n > MaxAddresses || p.count > MaxAddresses {
			return nil, fmt.Errorf("more than %d addresses; search them in pieces, or leave some out with --exclude", MaxAddresses)
		}
	}
	if p.count == 0 {
		return nil, errors.New("nothing is left to search: everything is excluded")
	}
	return p, nil
}

// Count is the number of addresses.
func (p *Plan) Count() int { return int(p.count) } //nolint:gosec // at most MaxAddresses

// At is the address of a number below Count.
func (p *Plan) At(i int) netip.Addr {
	n := uint64(i) //nolint:gosec // never negative
	k, exact := slices.BinarySearch(p.before, n)
	if !exact {
		k--
	}
	return plus(p.spans[k].Lo, n-p.before[k])
}

// Index is the number of an address; false when it is none of the plan's.
func (p *Plan) Index(a netip.Addr) (int, bool) {
	k, exact := slices.BinarySearchFunc(p.spans, a, func(s Span, a netip.Addr) int { return s.Lo.Compare(a) })
	if !exact {
		k--
	}
	if k < 0 || p.spans[k].Hi.Less(a) || p.spans[k].Lo.Is4() != a.Is4() {
		return 0, false
	}
	return int(p.before[k] + distance(p.spans[k].Lo, a)), true //nolint:gosec // at most MaxAddresses
}

// Spans are the runs of addresses in order.
func (p *Plan) Spans() []Span { return slices.Clone(p.spans) }

// texts are the runs as the state file has them.
func (p *Plan) texts() []string {
	out := make([]string, len(p.spans))
	for i, s := range p.spans {
		out[i] = s.String()
	}
	return out
}

// families says which kinds of socket the plan needs.
func (p *Plan) families() (v4, v6 bool) {
	for _, s := range p.spans {
		v4, v6 = v4 || s.Lo.Is4(), v6 || s.Lo.Is6()
	}
	return v4, v6
}

// finished is which numbers of a plan are done.
type finished struct {
	bits  []uint64
	count int
}

func newFinished(n int) *finished { return &finished{bits: make([]uint64, (n+63)/64)} }

func (f *finished) has(i int) bool { return f.bits[i/64]&(1<<(i%64)) != 0 }

func (f *finished) add(i int) {
	if !f.has(i) {
		f.bits[i/64] |= 1 << (i % 64)
		f.count++
	}
}

// spans are the runs of addresses that are done.
func (f *finished) spans(p *Plan) []Span {
	var out []Span
	for k, s := range p.spans {
		run := -1
		first, n := int(p.before[k]), int(s.size()) //nolint:gosec // at most MaxAddresses
		for i := range n + 1 {
			switch done := i < n && f.has(first+i); {
			case done && run < 0:
				run = i
			case !done && run >= 0:
				out = append(out, Span{plus(s.Lo, uint64(run)), plus(s.Lo, uint64(i-1))}) //nolint:gosec // never negative
				run = -1
			}
		}
	}
	return out
}
