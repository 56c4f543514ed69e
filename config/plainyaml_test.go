package config

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// bothWays reads a file as plain lines and as YAML, and compares all of it:
// servers, places and mistakes. It reports whether the file was plain.
func bothWays(t *testing.T, src string) bool {
	t.Helper()
	quick, whole := &report{}, &report{}
	got, plain := readPlainServers("inventory.yaml", []byte(src), quick)
	if !plain {
		if len(quick.problems) > 0 {
			t.Errorf("a file that is not plain was complained about: %v\n%s", quick.problems, src)
		}
		return false
	}
	want := readAnyYAML("inventory.yaml", []byte(src), whole)
	if !reflect.DeepEqual(quick.problems, whole.problems) {
		t.Errorf("the mistakes differ: got %v, want %v\n%s", quick.problems, whole.problems, src)
	}
	if len(got) != len(want) {
		t.Fatalf("got %d servers, want %d\n%s", len(got), len(want), src)
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("got\n%+v, want\n%+v of\n%s", got[i], want[i], src)
		}
	}
	return true
}

func TestPlainServersAreYAML(t *testing.T) {
	for _, x := range []struct {
		src   string
		plain bool
	}{
		{"servers:\n  - name: a\n    bmc: 10.0.0.1:161\n    position: 12\n    in_service: 2018-05-14\n\n  # another\n  - name: \"b # 2\"\n    notes: Máy chủ (cũ), no 7\n", false},
		{"servers:\n  - name: a\n    bmc: 10.0.0.1:161\n    position: 12\n    in_service: 2018-05-14\n\n  # another\n  - name: \"b # 2\"\n    notes: Máy chủ (cũ) no 7\n", true},
		{"- name: a\n  os: host.example\n- name: b\n  criticality: HIGH\n", true},
		{"# generated\nservers:\n- name: 007\n  rack: 1e3\n  serial: 0x1F\n  model: true\n  asset_tag: 1_000\n", true},
		{"servers:\n    - name: a\n      position: seven\n      in_service: 2018-02-30\n      memory_bytes: 64 GB\n", true},
		{"servers:\n  - name: a\n    bmc: 10.0.0.1 10.0.0.2\n    face: sideways\n", true},
		{"servers:\n  - bmc: 10.0.0.1\n", true},
		{"\ufeffservers:\n  - name: a", true},
		{"servers:\n  - name: a\n    room: null\n", false},
		{"servers:\n  - name: a\n    room: ~\n", false},
		{"servers:\n  - name: a\n    room:\n", false},
		{"servers:\n  - name: a\n    room: \"\"\n", false},
		{"servers:\n  - name: a # the first\n", false},
		{"servers:\n  - name: a\n    name: b\n", false},
		{"servers:\n  - name: a\n    x-note: b\n", false},
		{"servers:\n  - name: a\n    expected: {psu: 2}\n", false},
		{"servers:\n  - name: a\n    notes: one\n      two\n", false},
		{"servers:\n  - name: a\n   room: b\n", false},
		{"servers:\n  - name: a\n - name: b\n", false},
		{"servers:\n  - name: &a a\n  - name: *a\n", false},
		{"servers:\n  - name: 'a'\n", false},
		{"servers:\n  - name: a: b\n", false},
		{"servers:\n  -  name: a\n     room: b\n", false},
		{"servers:\r\n  - name: a\r\n", false},
		{"servers:\n  - {name: a, bmc: 10.0.0.1}\n", false},
		{"servers: []\n", false},
		{"servers:\n", false},
		{"", false},
		{"---\nservers:\n  - name: a\n", false},
		{"servers:\n  - name: a\nservers:\n  - name: b\n", false},
	} {
		if got := bothWays(t, x.src); got != x.plain {
			t.Errorf("plain is %v, want %v:\n%s", got, x.plain, x.src)
		}
	}
}

// TestPlainServersAtRandom writes lines at random, many of them wrong.
func TestPlainServersAtRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	keys := names(serverKeys())
	plain := 0
	for range 5000 {
		var b strings.Builder
		b.WriteString(pick("servers:\n", "servers:\n", "", "# list\nservers:\n"))
		dash := pick("", "  ", "  ", "    ")
		for range 1 + r.IntN(3) {
			for i := range 1 + r.IntN(4) {
				lead := dash + "  "
				if i == 0 {
					lead = dash + "- "
				}
				if r.IntN(60) == 0 {
					lead += " "
				}
				value := pick("a", "10.0.0.1", "10.0.0.1:1161", "[::1]:161", "2019-02", "12", "1.5", "-3", "front", "R 7", "a:b", "a: b", "http://x/y", "x #y", "x#y", "\"q: r\"", "\"\"",
					"null", "Null", "true", "yes", "0o17", "1e9", ".5", "12.0", "64GB", "é", "Đà Nẵng", "(x)", "a%b", "@a", "%a", "+7", "a@b", "a ", " a", "<<", "=", "1:30", "12:30:45", "0b11", "+.inf", "infinity", "NaN", "~x", "10%")
				fmt.Fprintf(&b, "%s%s: %s\n", lead, pick(keys[r.IntN(len(keys))], "name", "bmc"), value)
			}
			b.WriteString(pick("", "", "\n", "  # why\n", "#\n"))
		}
		if bothWays(t, b.String()) {
			plain++
		}
		if t.Failed() {
			return
		}
	}
	if plain < 200 {
		t.Errorf("only %d files were plain", plain)
	}
}
