package store_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"ironage/internal/fleet"
	"ironage/internal/queue"
	"ironage/internal/store"
	"ironage/internal/store/storetest"
)

// The environment of the helper process, and how often it is killed.
const (
	writeHere = "IRONAGE_TEST_WRITE_ORDERS" // path of the database
	killTimes = "IRONAGE_KILLS"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(writeHere); path != "" {
		fmt.Fprintln(os.Stderr, writeOrders(path))
		os.Exit(1) // it only ever ends by being killed
	}
	os.Exit(m.Run())
}

// writeOrders moves orders through their lives for as long as it lives and
// says on stdout what the store has acknowledged, while readings are written
// beside it as a collector does.
func writeOrders(path string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, path, time.Now)
	if err != nil {
		return err
	}
	go func() {
		for i := 0; ; i++ {
			st := fleet.State{Server: fmt.Sprint("srv", i%50), Updated: time.Now(), Device: fleet.Device{Model: strings.Repeat("x", 2000+i%7)}}
			_ = s.SaveStates(ctx, []fleet.State{st}, nil, nil) // only there to be in the way
			_ = s.SavePolls(ctx, inAndOut(i))
		}
	}()
	go func() { fmt.Fprintln(os.Stderr, writeBeats(ctx, s)) }()
	fmt.Println("open")
	for {
		if err := writeLife(ctx, s); err != nil {
			return err
		}
	}
}

// beating is one of the servers that are polled all the time, as of its n-th poll:
// everything that moves follows from n.
func beating(server, n int) fleet.State {
	at := storetest.Noon.Add(time.Duration(n) * time.Second)
	st := fleet.State{Server: fmt.Sprint("beats-", server), Health: fleet.OK, Updated: at,
		Endpoints: []fleet.EndpointState{{LastOK: at, NextTry: at.Add(time.Second), Cost: fleet.Cost{Bytes: n}}}}
	for i := range 20 {
		v := float64(n + i)
		st.Components = append(st.Components, fleet.Component{Kind: fleet.Fan, Slot: fmt.Sprint(i), Reading: &v, Native: fleet.SeenOf(fleet.Evidence{Value: fmt.Sprint(v), Time: at})})
	}
	if n%40 == 39 {
		st.Health = fleet.Warning
	}
	return st
}

// beats are how many servers beat.
const beats = 4

// writeBeats polls them for as long as it lives, going on where the last left off.
func writeBeats(ctx context.Context, s *store.Store) error {
	states, _, err := s.States(ctx, 0)
	if err != nil {
		return err
	}
	n := 0
	for i := range states {
		if strings.HasPrefix(states[i].Server, "beats-") {
			n = max(n, states[i].Endpoints[0].Cost.Bytes)
		}
	}
	for {
		n++
		polls := make([]fleet.State, beats)
		for i := range polls {
			polls[i] = beating(i, n)
		}
		if err := s.SavePolls(ctx, fleet.Polls{States: polls}); err != nil {
			return err
		}
		fmt.Println("beat", n)
	}
}

// beatsOn checks that every server that was polled is whole and as of its last
// acknowledged poll, or of one that was saved and not yet acknowledged.
func beatsOn(t *testing.T, s *store.Store, acked int) {
	t.Helper()
	states, _, err := s.States(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for i := range states {
		st := &states[i]
		server, is := strings.CutPrefix(st.Server, "beats-")
		if !is {
			continue
		}
		found++
		n := st.Endpoints[0].Cost.Bytes
		k, _ := strconv.Atoi(server)
		want := beating(k, n)
		if got, want := document(t, st), document(t, &want); got != want || n < acked || n > acked+1 {
			t.Errorf("%s: poll %d was acknowledged; got poll %d:\n%s\nwant\n%s", st.Server, acked, n, got, want)
		}
	}
	if acked > 0 && found != beats {
		t.Errorf("got %d servers that were polled, want %d", found, beats)
	}
}

func document(t *testing.T, st *fleet.State) string {
	t.Helper()
	b, err := json.Marshal(st)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// travelling is a part that leaves its server and comes back all the time.
var travelling = fleet.PartID{Kind: fleet.Disk, Serial: "TRAVELLING"}

// inAndOut is what a collector writes when the part comes back (even) or leaves.
func inAndOut(i int) fleet.Polls {
	st := fleet.State{Server: "travels", Updated: time.Now()}
	rec := fleet.PartRecord{Serial: travelling.Serial, Hours: float64(i)}
	if i%2 == 0 {
		st.Parts = fleet.KeyedOf(map[string]fleet.PartRecord{"disk/1": rec})
		return fleet.Polls{States: []fleet.State{st}, Returned: []fleet.PartID{travelling}}
	}
	return fleet.Polls{States: []fleet.State{st}, Departed: []fleet.DepartedPart{{PartID: travelling, Server: st.Server, Slot: "disk/1", Left: st.Updated, Record: rec}}}
}

// somewhere checks that the part is in its server or among the departed: in
// both its history would be told twice, in neither it would be lost.
func somewhere(t *testing.T, s *store.Store) {
	t.Helper()
	states, _, err := s.States(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	places, begun := 0, false
	for i := range states {
		if states[i].Server == "travels" {
			begun = true
			places += states[i].Parts.Len()
		}
	}
	left, err := s.DepartedPart(t.Context(), travelling.Serial)
	if places += len(left); err != nil || begun && places != 1 {
		t.Errorf("after the kill the part is in %d places, %v, want 1", places, err)
	}
}

// writeLife writes one order's life; each acknowledged version is one line.
func writeLife(ctx context.Context, s *store.Store) error {
	slot := fmt.Sprintf("disk/%d-%d", os.Getpid(), rand.Int64())
	o, e, err := queue.Propose(storetest.Proposal(slot), storetest.Minh, time.Now())
	if err != nil {
		return err
	}
	if o, err = s.CreateOrder(ctx, o, e); err != nil {
		return err
	}
	fmt.Println(o.ID, o.Version, o.State)
	for _, c := range []queue.Change{
		{Action: "approve"},
		{Action: "order", Fields: map[string]string{"part_number": "PN", "order_ref": "PO", "expected": time.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly)}},
		{Action: "receive", Fields: map[string]string{"received": time.Now().UTC().Format(time.DateOnly)}},
		{Action: "cancel", Reason: "enough"},
	} {
		next, e, err := queue.Apply(o, c, storetest.Lan, time.Now())
		if err != nil {
			return err
		}
		if err := s.UpdateOrder(ctx, next, e, o.Version); err != nil {
			return err
		}
		o = next
		fmt.Println(o.ID, o.Version, o.State)
	}
	return nil
}

// acknowledged is the newest version that the killed process was told is safe, by order.
type acknowledged map[int64]struct {
	version int64
	state   queue.State
}

// TestKill kills a writing process again and again: whatever it was told is
// stored must be there, whole, with its log.
func TestKill(t *testing.T) {
	times := 10
	if n, err := strconv.Atoi(os.Getenv(killTimes)); err == nil && n > 0 {
		times = n
	} else if testing.Short() {
		times = 3
	}
	path := filepath.Join(t.TempDir(), "ironage.db")
	acks := acknowledged{}
	lines, beat := 0, 0
	for range times {
		lines += writeAndKill(t, path, acks, &beat)
		intact(t, path)
		agree(t, path, acks, beat)
	}
	t.Logf("killed %d times; %d transitions of %d orders and %d polls were acknowledged and all are there", times, lines, len(acks), beat)
}

// writeAndKill starts a writer and kills it after a random number of acknowledged
// transitions, at a random moment after the last of them.
func writeAndKill(t *testing.T, path string, acks acknowledged, beat *int) int {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), writeHere+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	guard := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer guard.Stop()
	enough, lines := 1+rand.IntN(120), 0
	in := bufio.NewScanner(out)
	for in.Scan() { // also what was written between the kill and the end
		var id, version int64
		var state queue.State
		if n, polled := strings.CutPrefix(in.Text(), "beat "); polled {
			k, _ := strconv.Atoi(n) // smaller if the kill cut the line
			*beat = max(*beat, k)
			continue
		}
		if n, _ := fmt.Sscan(in.Text(), &id, &version, &state); n != 3 {
			continue // "open", or a line that the kill cut
		}
		a := acks[id]
		a.version, a.state = version, state
		acks[id] = a
		if lines++; lines == enough {
			time.AfterFunc(time.Duration(rand.IntN(3000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil || lines < enough {
		t.Fatalf("the writer ended by itself after %d of %d lines: %v", lines, enough, err)
	}
	return lines
}

// intact asks the database itself, before anything of ours has opened it.
func intact(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, check := range []string{"integrity_check", "foreign_key_check"} {
		got := "ok"
		if err := db.QueryRow("PRAGMA " + check).Scan(&got); err != nil && err != sql.ErrNoRows {
			t.Fatalf("%s: %v", check, err)
		}
		if got != "ok" {
			t.Fatalf("%s: got %s, want ok", check, got)
		}
	}
}

// agree holds what was acknowledged against orders and log, and these against each other.
func agree(t *testing.T, path string, acks acknowledged, beat int) {
	t.Helper()
	s, err := store.Open(t.Context(), path, time.Now)
	if err != nil {
		t.Fatalf("open after the kill: %v", err)
	}
	defer func() { _ = s.Close() }()
	somewhere(t, s)
	beatsOn(t, s, beat)
	if _, breaks, err := s.VerifyAudit(t.Context()); err != nil || len(breaks) > 0 {
		t.Errorf("after the kill the log of decisions has breaks %v, %v", breaks, err)
	}
	for id, a := range acks {
		o, err := s.Order(t.Context(), id)
		if err != nil {
			t.Fatalf("order %d was acknowledged: %v", id, err)
		}
		// The last write may have been stored and not yet been acknowledged.
		if o.Version < a.version || o.Version > a.version+1 || o.Version == a.version && o.State != a.state {
			t.Errorf("order %d: got version %d %s, want %d %s or the next", id, o.Version, o.State, a.version, a.state)
		}
		log, err := s.OrderLog(t.Context(), id)
		if err != nil || int64(len(log)) != o.Version || log[len(log)-1].To != o.State {
			t.Errorf("order %d: got %d log entries, %v, want %d ending in %s", id, len(log), err, o.Version, o.State)
		}
	}
}
