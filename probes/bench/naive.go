package bench

import (
	"context"
	"net"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/gosnmp/gosnmp"

	"ironage/internal/fleet"
	"ironage/probes"
	"ironage/probes/snmp"
)

// Naive polls as one would with gosnmp alone: for each device a connection of
// its own, BulkWalkAll for each table, and so many workers. It is what our
// figures are held against, in the same run.
func Naive(ctx context.Context, j Job, tables []snmp.OID) (Result, error) {
	if j.Workers <= 0 {
		j.Workers = 256
	}
	n := &naive{tables: tables}
	defer debug.SetGCPercent(debug.SetGCPercent(goPercent)) // a plain program leaves it as it is
	watch := observe(func() int { return j.Workers })
	var walls []time.Duration
	for range j.Rounds {
		begun := time.Now()
		n.round(ctx, j)
		walls = append(walls, time.Since(begun))
	}
	r := watch.stop()
	r.Poller, r.Rhythm, r.Devices, r.Rounds = "naive gosnmp", string(fleet.Inventory), len(j.Addresses), j.Rounds
	r.Answered, r.Failed, r.Varbinds, r.Wall, r.LiveWall, r.Tables = n.ok, n.bad, n.varbinds, median(walls), median(walls), tables
	percentiles(&r, n.took)
	return r, ctx.Err()
}

// goPercent is by how much Go lets memory grow unless told otherwise.
const goPercent = 100

type naive struct {
	tables []snmp.OID

	mu       sync.Mutex
	ok, bad  int
	varbinds int
	took     []uint32
}

func (n *naive) round(ctx context.Context, j Job) {
	work := make(chan int)
	var workers sync.WaitGroup
	for range j.Workers {
		workers.Go(func() {
			for i := range work {
				n.read(j.target(i))
			}
		})
	}
	for i := range j.Addresses {
		if ctx.Err() != nil {
			break
		}
		work <- i
	}
	close(work)
	workers.Wait()
}

func (n *naive) read(t probes.Target) {
	begun := time.Now()
	vars, err := walkAll(t, n.tables)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.varbinds += vars
	if err != nil {
		n.bad++
		return
	}
	n.ok++
	n.took = keep(n.took, time.Since(begun))
}

func walkAll(t probes.Target, tables []snmp.OID) (int, error) {
	host, port, err := net.SplitHostPort(t.Endpoint.Address)
	if err != nil {
		return 0, err
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return 0, err
	}
	g := &gosnmp.GoSNMP{Target: host, Port: uint16(number), Version: gosnmp.Version2c, Community: t.Credential.Community.Reveal(),
		Timeout: t.Options.Timeout, Retries: max(t.Options.Retries, 0), MaxRepetitions: 50}
	if err := g.Connect(); err != nil {
		return 0, err
	}
	defer func() { _ = g.Conn.Close() }()
	vars := 0
	for _, table := range tables {
		got, err := g.BulkWalkAll(string(table))
		if err != nil {
			return vars, err
		}
		vars += len(got)
	}
	return vars, nil
}
