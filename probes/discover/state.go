package discover

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ironage/probes/snmp"
)

// stateSchema names the form of a state file.
const stateSchema = "ironage.discover-state/v1"

// maxState bounds a state file: a full search of agents that say all they can.
const maxState = 1 << 30

// State is how far a search is: everything needed to go on without asking an
// address twice. It holds no secrets.
type State struct {
	Schema string    `json:"schema"`
	Saved  time.Time `json:"saved"`
	// Complete means that every address was done with.
	Complete bool       `json:"complete"`
	Search   Parameters `json:"search"`
	// Finished are the runs of addresses that are done with.
	Finished []string  `json:"finished"`
	Pending  []Pending `json:"pending,omitempty"`
	Agents   []Agent   `json:"agents"`
	Counts   Counts    `json:"counts"`
}

// Parameters are what makes two searches the same one.
type Parameters struct {
	Addresses   []string `json:"addresses"`
	Port        uint16   `json:"port"`
	Credentials []string `json:"credentials"`
}

// Pending is an address that was asked and is not done with.
type Pending struct {
	Address    string `json:"address"`
	Credential int    `json:"credential"` // number of the one that is being tried
	Tries      int    `json:"tries"`      // made with it
	Refused    string `json:"refused,omitempty"`
}

// ErrOtherSearch means that a state belongs to a search for something else.
var ErrOtherSearch = errors.New("the state belongs to another search")

// parameters are those of the options.
func (o *Options) parameters() Parameters {
	p := Parameters{Addresses: o.Plan.texts(), Port: o.Port}
	for _, c := range o.Credentials {
		p.Credentials = append(p.Credentials, titleOf(c))
	}
	return p
}

// titleOf tells credentials apart without their secrets.
func titleOf(c snmp.Credential) string {
	if c.Version == snmp.V3 {
		return tidy(c.Name+" (version 3, user "+c.User+", "+c.Level()+")", maxNote)
	}
	return tidy(c.Name+" (version "+c.Version+")", maxNote)
}

// differs says in what an earlier search was another one; "" when it was not.
func (p Parameters) differs(was Parameters) string {
	switch {
	case p.Port != was.Port:
		return fmt.Sprintf("it asked port %d, now it is %d", was.Port, p.Port)
	case !slices.Equal(p.Credentials, was.Credentials):
		return fmt.Sprintf("it tried %s, now it is %s", inWords(was.Credentials), inWords(p.Credentials))
	case !slices.Equal(p.Addresses, was.Addresses):
		return fmt.Sprintf("it searched %s, now it is %s", inWords(was.Addresses), inWords(p.Addresses))
	}
	return ""
}

// inWords is a list of which the first few are shown.
func inWords(list []string) string {
	const shown = 3
	if len(list) == 0 {
		return "nothing"
	}
	text := tidy(strings.Join(list[:min(shown, len(list))], ", "), maxNote)
	if len(list) > shown {
		text += fmt.Sprintf(" and %d more", len(list)-shown)
	}
	return text
}

// state is the search so far.
func (s *search) state(now time.Time) *State {
	st := &State{Schema: stateSchema, Saved: now.UTC().Truncate(time.Second), Complete: len(s.open) == 0 && s.exhausted(),
		Search: s.o.parameters(), Finished: []string{}, Agents: slices.Clone(s.agents), Counts: s.counts}
	for _, sp := range s.done.spans(s.o.Plan) {
		st.Finished = append(st.Finished, sp.String())
	}
	for _, a := range s.open {
		st.Pending = append(st.Pending, Pending{Address: a.at.Addr().String(), Credential: a.key, Tries: a.tries, Refused: a.refused})
	}
	slices.SortFunc(st.Pending, func(a, b Pending) int { return strings.Compare(a.Address, b.Address) })
	return st
}

// Continues says whether an earlier state is one of this search; the error
// wraps ErrOtherSearch and says what is different.
func (o *Options) Continues(st *State) error {
	if why := o.parameters().differs(st.Search); why != "" {
		return fmt.Errorf("%w: %s", ErrOtherSearch, why)
	}
	return nil
}

// restore goes on from a state.
func (s *search) restore(st *State) error {
	if err := s.o.Continues(st); err != nil {
		return err
	}
	for _, text := range st.Finished {
		if err := s.restoreSpan(text); err != nil {
			return err
		}
	}
	for _, p := range st.Pending {
		if err := s.restorePending(p); err != nil {
			return err
		}
	}
	for _, a := range st.Agents {
		i, ours := s.o.Plan.Index(a.Address.Addr())
		if !ours || a.Address.Port() != s.o.Port || !s.done.has(i) {
			return fmt.Errorf("the state has an agent at %s, where it never searched", a.Address)
		}
		a.tidyAll()
		s.agents = append(s.agents, a)
	}
	s.counts = st.Counts
	s.counts.Why = tidy(s.counts.Why, maxNote)
	s.counts.Packets = max(0, s.counts.Packets)
	return nil
}

func (s *search) restoreSpan(text string) error {
	sp, err := ParseExclusion(text)
	if err != nil {
		return fmt.Errorf("the state is damaged: finished: %w", err)
	}
	first, ours := s.o.Plan.Index(sp.Lo)
	last, ends := s.o.Plan.Index(sp.Hi)
	if !ours || !ends || distance(sp.Lo, sp.Hi) != uint64(last-first) { //nolint:gosec // in order
		return fmt.Errorf("the state is damaged: it finished %s, which is not in the search", sp)
	}
	for i := first; i <= last; i++ {
		s.begun.add(i)
		s.done.add(i)
	}
	return nil
}

func (s *search) restorePending(p Pending) error {
	sp, err := ParseExclusion(p.Address)
	if err != nil || sp.Lo != sp.Hi {
		return fmt.Errorf("the state is damaged: pending: %s is no address", quoted(p.Address))
	}
	i, ours := s.o.Plan.Index(sp.Lo)
	switch {
	case !ours || s.done.has(i) || s.open[sp.Lo] != nil:
		return fmt.Errorf("the state is damaged: %s cannot be pending", sp)
	case p.Credential < 0 || p.Credential >= len(s.o.Credentials) || p.Tries < 0:
		return fmt.Errorf("the state is damaged: %s was asked with credential %d, %d times", sp, p.Credential, p.Tries)
	case len(s.open) >= maxOpen:
		return errors.New("the state is damaged: too many addresses are pending")
	}
	a := s.begin(i)
	a.key, a.tries, a.refused = p.Credential, p.Tries, tidy(p.Refused, maxNote)
	if a.tries > s.o.Retries {
		s.another(a, false) // its last packet was never answered
		return nil
	}
	s.queue(a)
	return nil
}

// DecodeState reads the text of a state file.
func DecodeState(text []byte) (*State, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	var st State
	if err := d.Decode(&st); err != nil {
		return nil, fmt.Errorf("this is no state of a search: %w", err)
	}
	if st.Schema != stateSchema {
		return nil, fmt.Errorf("this is no state of a search that this program knows: its schema is %s, expected %q", quoted(st.Schema), stateSchema)
	}
	return &st, nil
}

// ReadState reads a state file; nil when there is none.
func ReadState(path string) (*State, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // there is no state, and nothing is wrong with that
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxState+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxState {
		return nil, fmt.Errorf("%s is too large for the state of a search", path)
	}
	st, err := DecodeState(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return st, nil
}

// Write replaces a state file in one step: there is always the old or the new
// one, whole. Only its owner may read it.
func (st *State) Write(path string) (err error) {
	text, err := json.Marshal(st)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".ironage-discover-*.tmp") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the error that matters is already on its way
		}
	}()
	_, err = f.Write(append(text, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
