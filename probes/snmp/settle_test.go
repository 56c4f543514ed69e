package snmp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"
)

// cells runs an agent that gives octets for whatever is asked by name and says
// that nothing comes behind anything.
func cells(t *testing.T, octets int) (addr string) {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		buf := make([]byte, maxMessage)
		for {
			n, from, err := conn.ReadFromUDP(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			in, err := (&gosnmp.GoSNMP{Version: gosnmp.Version2c}).SnmpDecodePacket(buf[:n])
			if err != nil {
				t.Error(err)
				return
			}
			out := gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.GetResponse, RequestID: in.RequestID}
			for _, v := range in.Variables {
				if out.Variables = append(out.Variables, gosnmp.SnmpPDU{Name: v.Name, Type: gosnmp.EndOfMibView}); in.PDUType == gosnmp.GetRequest {
					out.Variables[len(out.Variables)-1] = gosnmp.SnmpPDU{Name: v.Name, Type: gosnmp.OctetString, Value: make([]byte, octets)}
				}
			}
			raw, err := out.MarshalMsg()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = conn.WriteToUDP(raw, from)
		}
	})
	t.Cleanup(func() {
		_ = conn.Close()
		serving.Wait()
	})
	return conn.LocalAddr().String()
}

// TestSettlingKeepsTheBounds: cells that are asked for by name count like those
// that a walk brings, and a column that they cut short is not whole.
func TestSettlingKeepsTheBounds(t *testing.T) {
	const base, rows, octets = OID("1.3.6.1.4.1.99999.1.1"), 500, 100
	addr := cells(t, octets)
	for _, test := range []struct {
		name             string
		variables, total int // what other columns have brought
		had              int // rows of the doubted column
		fewest, most     int // cells that are kept of those missing
	}{
		{"room for all", 0, 0, 0, rows, rows},
		{"room for seven variables", maxVariables - 7, 0, 0, 7, 7},
		{"room for none", maxVariables, 0, 0, 0, 0},
		{"room for seven rows", 0, 0, maxRows - 7, 7, 7},
		{"room for the octets of three", 0, maxTotalOctets - 3*octets, 0, 3, 100}, // the message is read whole
		{"no room for octets", 0, maxTotalOctets + 1, 0, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := Dial(context.Background(), addr, Credential{Version: V2c, Community: "public"}, Options{Timeout: 20 * time.Second}, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			w := newWalk(s, []OID{base + ".1", base + ".2"})
			for i := range rows {
				w.columns[0].vars = append(w.columns[0].vars, Variable{OID: base.Append(fmt.Sprintf("1.%d", i+1))})
			}
			w.columns[0].set(whole, nil)
			doubted := w.columns[1]
			doubted.vars = make([]Variable, test.had)
			w.variables, w.octets, w.answered = test.variables, test.total, true
			w.run(context.Background())
			got, err := len(doubted.vars)-test.had, w.result()
			if got < test.fewest || got > test.most || w.variables != test.variables+got || w.octets != test.total+got*octets {
				t.Errorf("got %d cells, %d variables, %d octets; want %d to %d more", got, w.variables, w.octets, test.fewest, test.most)
			}
			var incomplete *Incomplete
			if isWhole := test.fewest == rows; isWhole && err != nil || !isWhole && (!errors.As(err, &incomplete) || !errors.Is(err, errTooMuch) || len(incomplete.Lost) != 1 || incomplete.Lost[0] != doubted.base) {
				t.Errorf("got %v, want the column to be lost unless all of it was read", err)
			}
		})
	}
}
