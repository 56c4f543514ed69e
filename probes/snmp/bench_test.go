package snmp_test

import (
	"fmt"
	"testing"

	"ironage/internal/sim/agent"
	"ironage/probes/snmp"
)

// idrac is shaped like the tables of an iDRAC that an inventory reads: 92
// columns in six tables, 432 variables.
func idrac() (columns []snmp.OID, vars []snmp.Variable) {
	for _, t := range []struct {
		entry         string
		columns, rows int
		index         string // before the row's number
	}{
		{"5.1.20.130.4.1", 28, 4, ""}, {"4.1100.50.1", 16, 8, "1."}, {"4.1100.30.1", 16, 2, "1."},
		{"4.600.12.1", 14, 2, "1."}, {"4.700.12.1", 9, 8, "1."}, {"4.700.20.1", 9, 4, "1."},
	} {
		entry := snmp.OID("1.3.6.1.4.1.674.10892.5." + t.entry)
		for c := 1; c <= t.columns; c++ {
			columns = append(columns, entry.Append(fmt.Sprint(c)))
			for r := 1; r <= t.rows; r++ {
				v := number(int64(r))
				if c%4 == 0 {
					v = text("CN0123456789ABCDEF")
				}
				vars = append(vars, snmp.Variable{OID: entry.Append(fmt.Sprintf("%d.%s%d", c, t.index, r)), Value: v})
			}
		}
	}
	return columns, vars
}

func report(b *testing.B, s *snmp.Session) {
	b.Helper()
	cost, n := s.Cost(), float64(b.N)
	b.ReportMetric(float64(cost.PDUs)/n, "PDUs/op")
	b.ReportMetric(float64(cost.Varbinds)/n, "varbinds/op")
	b.ReportMetric(float64(cost.Bytes)/n, "bytes/op")
}

// BenchmarkStatusGet is a status read: 50 live objects.
func BenchmarkStatusGet(b *testing.B) {
	_, vars := idrac()
	var live []snmp.OID
	for _, v := range vars {
		if v.Value.Type == snmp.Integer && len(live) < 50 {
			live = append(live, v.OID)
		}
	}
	a := start(b, vars, agent.Behaviour{})
	s := dial(b, a.Addr(), v2c(), snmp.Options{}, snmp.Limits{})
	for b.Loop() {
		if _, err := s.Get(b.Context(), live); err != nil {
			b.Fatal(err)
		}
	}
	report(b, s)
}

// BenchmarkColumns is an inventory read: six tables whole.
func BenchmarkColumns(b *testing.B) {
	columns, vars := idrac()
	a := start(b, vars, agent.Behaviour{})
	s := dial(b, a.Addr(), v2c(), snmp.Options{}, snmp.Limits{})
	for b.Loop() {
		got, err := s.Columns(b.Context(), columns)
		if err != nil || len(got) != len(vars) {
			b.Fatalf("got %d variables, %v; want %d", len(got), err, len(vars))
		}
	}
	report(b, s)
}
