package profile

import (
	"context"
	"strings"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/probes/snmp"
)

func TestReadRecording(t *testing.T) {
	const text = "# a comment\n" +
		".1.3.6.1.2.1.1.2.0|6|.1.3.6.1.4.1.674\n" +
		"1.3.6.1.2.1.1.1.0|4|Linux a|b\r\n" +
		"1.3.6.1.2.1.1.5.0|4x|41 42 00ff\n" +
		"1.3.6.1.2.1.1.3.0|67|100\n1.3.6.1.2.1.1.3.0|67|200\n" +
		"1.3.6.1.2.1.9.10|2|-7\n1.3.6.1.2.1.9.9|70|18446744073709551615\n" +
		"1.3.6.1.2.1.9.11|64x|0a000001\n1.3.6.1.2.1.9.12|68x|9f78043f47ae14\n" +
		"1.3.6.1.2.1.9.13|2|x\n1.3.6.1.2.1.9.14|99|1\nnonsense\n1.3.6.1.2.1.9.15|4x|zz\n"
	r, err := ReadRecording(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if r.Skipped() != 5 {
		t.Errorf("skipped: got %d lines, want 5", r.Skipped())
	}
	ask := []snmp.OID{"1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.9.9", "1.3.6.1.2.1.9.10", "1.3.6.1.2.1.9.11", "1.3.6.1.2.1.9.16"}
	got, err := r.Get(context.Background(), ask)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"Linux a|b", "1.3.6.1.4.1.674", "200", "414200ff", "18446744073709551615", "-7", "10.0.0.1", ""} {
		if got[i].OID != ask[i] || got[i].Value.Text() != want {
			t.Errorf("%s: got %s %q, want %q", ask[i], got[i].OID, got[i].Value.Text(), want)
		}
	}
	if f, _ := store(r.vars[r.index["1.3.6.1.2.1.9.12"]].Value).value().Number(); f < 0.779 || f > 0.781 {
		t.Errorf("opaque float: got %v, want 0.78", f)
	}
	column, err := r.Columns(context.Background(), []snmp.OID{"1.3.6.1.2.1.9"})
	if err != nil || len(column) != 4 || column[0].OID != "1.3.6.1.2.1.9.9" || column[1].OID != "1.3.6.1.2.1.9.10" {
		t.Errorf("column: got %v (%v), want four in the order of numbers", column, err)
	}
	if _, err := ReadRecording(strings.NewReader("nothing\n")); err == nil {
		t.Error("a file without variables must be an error")
	}
}

// FuzzReadRecording reads hostile recordings and everything in them.
func FuzzReadRecording(f *testing.F) {
	f.Add("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.674.10892.5\n1.3.6.1.4.1.674.10892.5.5.1.20.130.4.1.24.1|2|3\n")
	f.Add("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.232.9.4.11\n1.3.6.1.4.1.232.11.2.10.7.0|4x|\n1.3.6.1.4.1.232.6.2.14.13.1.11.0|4x|07e3ffff000000\n")
	f.Add("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10\n1.3.6.1.2.1.25.2.3.1.3.31|4|/\n1.3.6.1.2.1.25.2.3.1.2.31|6|1.3.6.1.2.1.25.2.1.4\n1.3.6.1.2.1.25.2.3.1.5.31|2|-1\n1.3.6.1.2.1.25.2.3.1.4.31|2|2147483647\n1.3.6.1.2.1.25.2.3.1.6.31|2|-9\n")
	f.Add("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10" + strings.Repeat("\xf6", 2000) + "\n")
	f.Add("1.2|4x|0\n|||\n1.3|68x|9f7804")
	l, err := BuiltIn()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rec, err := ReadRecording(strings.NewReader(text))
		if err != nil {
			return
		}
		ctx := context.Background()
		m, err := l.Match(ctx, rec)
		if err != nil {
			t.Fatal(err)
		}
		v, _, err := m.ReadInventory(ctx, rec)
		if err != nil {
			t.Fatal(err)
		}
		r := m.Decode(v, testTime, fleet.BMC)
		if len(r.Errors) > 0 {
			t.Fatalf("decoding panicked: %v", r.Errors)
		}
		for _, c := range r.Components {
			if c.Health == fleet.OK && c.Native.OID() == "" {
				t.Fatalf("ok without evidence: %+v", c)
			}
		}
		if whole, _, err := m.ReadStatus(ctx, rec, v, &r.Plan, nil); err != nil || !whole && !strings.Contains(text, "25.3.2") {
			t.Fatalf("a status read of the same device: whole %v, %v", whole, err)
		}
	})
}

func TestDecoders(t *testing.T) {
	octets := func(b ...byte) cell { return cellOf(store(snmp.Value{Type: snmp.OctetString, Octets: b}), cellAt{}) }
	for _, c := range []struct {
		decoder string
		in      []cell
		want    string // empty: no value
	}{
		{"number", []cell{textCell(" 24% of maximum")}, "24"},
		{"number", []cell{textCell("33 (Normal)")}, "33"},
		{"number", []cell{textCell("-3.5 V")}, "-3.5"},
		{"number", []cell{textCell("Offline")}, ""},
		{"bytes", []cell{textCell("32768 MB")}, "34359738368"},
		{"bytes", []cell{textCell("1.5 TiB")}, "1649267441664"},
		{"bytes", []cell{textCell("0")}, ""},
		{"unsigned", []cell{numberCell(-1610629377)}, "2684337919"},
		{"octet", []cell{octets(3, 4)}, "3"},
		{"octet", []cell{octets()}, ""},
		{"index", []cell{textCell("4.66.73.79.83")}, "BIOS"},
		{"index", []cell{textCell("66.73")}, "BI"},
		{"index", []cell{textCell("4.66.999")}, ""},
		{"exponent", []cell{numberCell(2312), numberCell(-2)}, "23.12"},
		{"exponent", []cell{numberCell(2312), numberCell(400)}, ""},
		{"entity", []cell{numberCell(345), numberCell(9), numberCell(1)}, "34.5"},
		{"entity", []cell{numberCell(12100), numberCell(8), numberCell(0)}, "12.1"},
		{"entity", []cell{numberCell(1000000000), numberCell(9), numberCell(0)}, ""},
		{"hex", []cell{octets(0xab, 1)}, "ab01"},
		{"datetime", []cell{octets(7, 0xe3, 6, 20, 0, 0, 0)}, "2019-06-20"},
		{"datetime", []cell{octets(7, 0xe3, 6, 20, 1, 2, 3, 0, '+', 7, 0)}, "2019-06-20"},
		{"datetime", []cell{octets(0, 0, 0, 0, 0, 0, 0)}, ""},
		{"datetime", []cell{octets(7, 0xe3, 2, 30, 0, 0, 0, 0)}, ""},
		{"datetime", []cell{octets(8, 0, 1, 1, 0, 0, 0, 0)}, ""},
		{"datetime", []cell{textCell("2019")}, ""},
		{"date-wwyy", []cell{textCell("4510")}, "2010-W45"},
		{"date-wwyy", []cell{textCell("5410")}, ""},
		{"date-wwyy", []cell{textCell("4525")}, ""},
		{"date-iso", []cell{textCell("20210625120000.000000+000")}, "2021-06-25"},
		{"date-iso", []cell{textCell("2021/06/25 10:00")}, "2021-06-25"},
		{"date-us", []cell{textCell("P89 05/21/2018")}, "2018-05-21"},
		{"date-unix", []cell{numberCell(1529539200)}, "2018-06-21"},
		{"date-unix", []cell{numberCell(-1)}, ""},
		{"year-week", []cell{textCell("2014"), textCell("42")}, "2014-W42"},
		{"year-week", []cell{textCell("2014"), textCell("0")}, "2014"},
		{"year-week", []cell{textCell("0"), textCell("0")}, ""},
		{"dell-ppid", []cell{textCell("PH-0DK7C9-TB200-13P-0SSP-A01")}, "2021-03-25"},
		{"dell-ppid", []cell{textCell("TH0529FG212334AF000PA02")}, "2024-10-15"},
		{"dell-ppid", []cell{textCell("ABCDEFG1234567812345678")}, ""},
	} {
		got := decoders()[c.decoder](c.in, testTime)
		if got.text != c.want && (got.ok || c.want != "") {
			t.Errorf("%s of %q: got %q (%v), want %q", c.decoder, c.in[0].text, got.text, got.ok, c.want)
		}
	}
}

func FuzzDecoders(f *testing.F) {
	f.Add("24% of maximum", []byte{7, 0xe3, 6, 20, 0, 0, 0}, int64(2014), int64(42))
	f.Add("TH0529FG212334AF000PA02", []byte{}, int64(-1), int64(1<<40))
	f.Fuzz(func(t *testing.T, text string, b []byte, n, m int64) {
		for name, d := range decoders() {
			for _, in := range [][]cell{{textCell(bounded(text)), textCell(bounded(text))}, {cellOf(store(snmp.Value{Type: snmp.OctetString, Octets: b}), cellAt{}), numberCell(float64(m))}, {numberCell(float64(n)), numberCell(float64(m))}} {
				got := d(in, testTime)
				if got.ok && strings.HasPrefix(name, "date") && name != "date-wwyy" {
					if when, err := time.Parse(time.DateOnly, got.text); err != nil || when.After(testTime.AddDate(0, 0, 3)) {
						t.Fatalf("%s gave the date %q (%v)", name, got.text, err)
					}
				}
			}
		}
	})
}
