package config

import (
	"strings"
	"testing"
)

func TestParseAddress(t *testing.T) {
	for _, c := range []struct{ in, want, wrong string }{
		{"10.0.0.7", "10.0.0.7", ""},
		{"10.0.0.7:1161", "10.0.0.7:1161", ""},
		{" 10.0.0.7 ", "10.0.0.7", ""},
		{"rack-a1-07.example.net", "rack-a1-07.example.net", ""},
		{"rack_a1:161", "rack_a1:161", ""},
		{"localhost", "localhost", ""},
		{"2001:db8::7", "[2001:db8::7]", ""},
		{"[2001:DB8::7]", "[2001:db8::7]", ""},
		{"[2001:db8::7]:161", "[2001:db8::7]:161", ""},
		{"fe80::1%eth0", "[fe80::1%eth0]", ""},
		{"[fe80::1%eth0]:161", "[fe80::1%eth0]:161", ""},
		{"::1", "[::1]", ""},
		{"", "", "missing"},
		{"10.0.0.300", "", "numbers from 0 to 255"},
		{"10.0.0", "", "numbers from 0 to 255"},
		{"10.0.0.7/24", "", "a network"},
		{"https://10.0.0.7", "", "a URL"},
		{"10.0.0.7:", "", "port"},
		{"10.0.0.7:0", "", "port"},
		{"10.0.0.7:65536", "", "port"},
		{"host:snmp", "", "port"},
		{"[10.0.0.7]:161", "", "brackets"},
		{"[2001:db8::7", "", "[IPv6]"},
		{"[2001:db8::7]161", "", "[IPv6]"},
		{"2001:db8:::7", "", "not an IPv6 address"},
		{"a..b", "", "not a host name"},
		{"-a", "", "not a host name"},
		{"a b", "", "not a host name"},
		{strings.Repeat("a", 64), "", "not a host name"},
		{strings.Repeat("a.", 130) + "b", "", "too long"},
		{"web\x1b[2J", "", "not a host name"},
	} {
		got, err := ParseAddress(c.in)
		if got != c.want || (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("ParseAddress(%q): got %q, %v; want %q, %q", c.in, got, err, c.want, c.wrong)
		}
		if err != nil && strings.ContainsRune(err.Error(), '\x1b') {
			t.Errorf("ParseAddress(%q): the error moves the cursor: %q", c.in, err)
		}
	}
}

func TestParseDate(t *testing.T) {
	for _, c := range []struct{ in, want, wrong string }{
		{"2018-05-14", "2018-05-14", ""},
		{"2018-05", "2018-05", ""},
		{"2018", "2018", ""},
		{"2018-W20", "2018-W20", ""},
		{"2020-02-29", "2020-02-29", ""},
		{"", "", ""},
		{"2018-02-30", "", "February 2018 has 28 days"},
		{"2019-02-29", "", "February 2019 has 28 days"},
		{"2018-13", "", "months are 01 to 12"},
		{"2018-00-10", "", "months are 01 to 12"},
		{"1918-05-14", "", "outside 1980 to 2099"},
		{"2108", "", "outside 1980 to 2099"},
		{"14.05.2018", "", "did you mean 2018-05-14?"},
		{"14/5/2018", "", "did you mean 2018-05-14?"},
		{"05/14/2018", "", "did you mean 2018-05-14?"},
		{"05/04/2018", "", "(year, month, day)"},
		{"2018-5-14", "", "expected 2018-05-14"},
		{"yesterday", "", "expected 2018-05-14"},
		{"2018-W60", "", "expected 2018-05-14"},
	} {
		got, wrong := parseDate(c.in)
		if string(got) != c.want || (wrong == "") != (c.wrong == "") || !strings.Contains(wrong, c.wrong) {
			t.Errorf("parseDate(%q): got %q, %q; want %q, %q", c.in, got, wrong, c.want, c.wrong)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"status", "inventory", "timeout", "retries", "bmc_credential", "memory", "psu"}
	for in, want := range map[string]string{
		"staus": "status", "tiemout": "timeout", "retrys": "retries", "bmc-credential": "bmc_credential", "BMC_Credential": "bmc_credential",
		"dimm": "memory", "ps": "psu", "wallaby": "", "": "", strings.Repeat("x", 1000): "",
	} {
		if got := nearest(in, words); got != want {
			t.Errorf("nearest(%q): got %q, want %q", in, got, want)
		}
	}
}
