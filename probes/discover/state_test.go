package discover

import (
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

func midway(t *testing.T) (*Options, *State) {
	t.Helper()
	n := newNetwork(t, map[string]string{"10.0.0.7": "geheim"})
	o := options(t, "10.0.0.0/26 10.0.9.9")
	s := start(t, o)
	n.run(s, 20)
	return o, s.state(n.now)
}

func TestStateFileIsReadAsItWasWritten(t *testing.T) {
	_, st := midway(t)
	path := filepath.Join(t.TempDir(), "state.json")
	if got, err := ReadState(path); got != nil || err != nil {
		t.Fatalf("without a file: got %v, %v", got, err)
	}
	for range 2 { // the second replaces the first
		if err := st.Write(path); err != nil {
			t.Fatal(err)
		}
	}
	got, err := ReadState(path)
	if err != nil || !reflect.DeepEqual(got, st) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, st)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %v, %v; want it for its owner only", info.Mode(), err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*.tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := ReadState(filepath.Dir(path)); err == nil {
		t.Error("a folder: no error")
	}
}

func TestAnotherSearchIsNotContinued(t *testing.T) {
	_, st := midway(t)
	for want, change := range map[string]func(*Options){
		"port 161, now it is 1161":      func(o *Options) { o.Port = 1161 },
		"it searched 10.0.0.1-10.0.0.6": func(o *Options) { o.Plan = options(t, "10.0.0.0/25").Plan },
		"it tried lab (version 2c)":     func(o *Options) { o.Credentials = []snmp.Credential{community("prod", "x")} },
	} {
		o := options(t, "10.0.0.0/26 10.0.9.9")
		change(o)
		o.Resume = st
		if _, err := newSearch(o); !errors.Is(err, ErrOtherSearch) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %q", err, want)
		}
	}
	o := options(t, "10.0.0.0/26 10.0.9.9")
	o.Rate, o.Timeout, o.Retries, o.Resume = 10, 1, 5, st // may change
	if _, err := newSearch(o); err != nil {
		t.Error(err)
	}
}

func TestADamagedStateIsRefused(t *testing.T) {
	for name, change := range map[string]func(*State){
		"finished outside":         func(st *State) { st.Finished = append(st.Finished, "10.1.0.0-10.1.0.9") },
		"finished over a gap":      func(st *State) { st.Finished = append(st.Finished, "10.0.0.1-10.0.9.9") },
		"finished nonsense":        func(st *State) { st.Finished = append(st.Finished, "\x1b[2J") },
		"finished everything":      func(st *State) { st.Finished = append(st.Finished, "0.0.0.0/0") },
		"pending outside":          func(st *State) { st.Pending = append(st.Pending, Pending{Address: "10.1.0.1"}) },
		"pending twice":            func(st *State) { st.Pending = append(st.Pending, st.Pending[0]) },
		"pending of no credential": func(st *State) { st.Pending[0].Credential = 7 },
		"an agent elsewhere": func(st *State) {
			st.Agents = append(st.Agents, Agent{Address: netip.MustParseAddrPort("10.1.0.1:161")})
		},
		"an agent not yet asked": func(st *State) {
			st.Agents = append(st.Agents, Agent{Address: netip.MustParseAddrPort("10.0.9.9:161")})
		},
	} {
		o, st := midway(t)
		change(st)
		o.Resume = st
		if _, err := newSearch(o); err == nil || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%s: got %v, want a clean error", name, err)
		}
	}
}

func TestTextsOfAStateAreCleanedAgain(t *testing.T) {
	o, st := midway(t)
	if len(st.Agents) != 1 {
		t.Fatalf("%d agents", len(st.Agents))
	}
	st.Agents[0].Name = "a\x1b]0;x\a" + strings.Repeat("b", 1000)
	st.Agents[0].Role = fleet.RoleOf("root")
	st.Agents[0].Device = fleet.Device{Serial: "S\n1"}
	o.Resume = st
	s := start(t, o)
	if a := s.agents[0]; strings.ContainsAny(a.Name, "\x1b\a") || len([]rune(a.Name)) > maxName || a.Role != 0 || a.Device.Serial != "S 1" {
		t.Errorf("got %+v", a)
	}
}

func FuzzState(f *testing.F) {
	f.Add([]byte(`{"schema":"ironage.discover-state/v1","search":{"addresses":["10.0.0.1-10.0.0.9"],"port":161,"credentials":["lab (version 2c)"]},` +
		`"finished":["10.0.0.1-10.0.0.3"],"pending":[{"address":"10.0.0.4","credential":0,"tries":1}],"agents":[{"address":"10.0.0.1:161"}]}`))
	f.Add([]byte(`{"schema":"ironage.discover-state/v1","finished":["::/0"]}`))
	f.Add([]byte(`[]`))
	plan, err := NewPlan([]Span{{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.9")}}, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		st, err := DecodeState(text)
		if err != nil {
			return
		}
		o := &Options{Plan: plan, Port: 161, Credentials: []snmp.Credential{community("lab", "geheim")}, Rate: 200, Timeout: 1, Resume: st}
		st.Search = o.parameters() // go past that check
		s, err := newSearch(o)
		if err != nil {
			return
		}
		if s.done.count+len(s.open) > plan.Count() {
			t.Fatalf("%d done and %d open of %d", s.done.count, len(s.open), plan.Count())
		}
		out, err := json.Marshal(s.state(began))
		if err != nil {
			t.Fatal(err)
		}
		if st, err = DecodeState(out); err != nil {
			t.Fatal(err)
		}
		o.Resume = st
		if _, err := newSearch(o); err != nil {
			t.Fatalf("its own state does not read: %v", err)
		}
	})
}
