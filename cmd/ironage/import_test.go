package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const importConfig = "credentials:\n  b: {snmp: 2c, community: env:COMM}\ndefaults: {credential: b}\ninventory: [\"inventory/*.csv\"]\n"

// importFolder is a folder with a configuration that reads inventory/*.csv,
// and a function that runs a command there.
func importFolder(t *testing.T) (dir string, command func(args ...string) (code int, out, stderr string)) {
	t.Helper()
	dir = t.TempDir()
	conf := filepath.Join(dir, "ironage.yaml")
	if err := os.WriteFile(conf, []byte(importConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, func(args ...string) (int, string, string) {
		var out, stderr bytes.Buffer
		code := run(t.Context(), append([]string{"--config", conf}, args...), strings.NewReader(""), &out, &stderr)
		return code, out.String(), stderr.String()
	}
}

// A NetBox export of ten thousand rows with 37 faulty ones: all are told by
// line, nothing is written until they may be left out, and the second time
// nothing changes.
func TestImportOfTenThousandRows(t *testing.T) {
	dir, command := importFolder(t)
	t.Setenv("COMM", "public")
	var b strings.Builder
	b.WriteString("name,status,serial,oob_ip,cf_in_service\n")
	var faulty []string
	for i := range 10_000 {
		date := "2018-05-14"
		if i%270 == 9 && len(faulty) < 37 {
			date = "2018-02-30"
			faulty = append(faulty, fmt.Sprintf("  line %d  srv-%05d: cf_in_service: \"2018-02-30\" does not exist", i+2, i))
		}
		fmt.Fprintf(&b, "srv-%05d,active,SN%05d,10.0.%d.%d/24,%s\n", i, i, i/250, i%250, date)
	}
	source, into := filepath.Join(dir, "netbox.csv"), filepath.Join(dir, "inventory", "netbox.csv")
	if err := os.WriteFile(source, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, stderr := command("import", "--from", "netbox-csv", source)
	for _, line := range faulty {
		if !strings.Contains(out, line) {
			t.Errorf("not told: %s", line)
		}
	}
	if len(faulty) != 37 || code != exitFailed || !strings.Contains(stderr, "because 37 rows are faulty") || strings.Count(out, "does not exist") != 37 {
		t.Errorf("exit code %d, %d faults told, %q", code, strings.Count(out, "does not exist"), stderr)
	}
	if _, err := os.Stat(filepath.Dir(into)); !os.IsNotExist(err) {
		t.Errorf("something was written: %v", err)
	}
	code, out, stderr = command("import", "--from", "netbox-csv", source, "--skip-bad")
	if code != exitOK || !strings.Contains(out, "9963 added, 0 changed") {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	first, err := os.ReadFile(into)
	if err != nil || bytes.Count(first, []byte("\n")) != 9964 {
		t.Fatalf("got %d lines, %v", bytes.Count(first, []byte("\n")), err)
	}
	code, out, _ = command("import", "--from", "netbox-csv", source, "--skip-bad")
	if second, err := os.ReadFile(into); err != nil || code != exitOK || !strings.Contains(out, "0 added, 0 changed, 9963 unchanged") || !bytes.Equal(first, second) {
		t.Errorf("again: exit code %d, %v\n%.300s", code, err, out)
	}
	if code, out, stderr := command("config", "check"); code != exitOK || !strings.Contains(out, "9963 servers") {
		t.Errorf("config check: exit code %d, %s%s", code, out, stderr)
	}
}

func TestImportFromNetBox(t *testing.T) {
	dir, command := importFolder(t)
	t.Setenv("NETBOX_TOKEN", "0123456789abcdef")
	broken := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		say := func(v any) { _ = json.NewEncoder(w).Encode(v) } // a client that is gone is its own test
		switch offset := r.URL.Query().Get("offset"); {
		case r.Header.Get("Authorization") != "Token 0123456789abcdef":
			w.WriteHeader(http.StatusForbidden)
			say(map[string]any{"detail": "Invalid token"})
		case r.URL.Path == "/api/dcim/device-types/":
			say(map[string]any{"count": 0, "next": nil, "results": []any{}})
		case offset == "1" && broken:
			w.WriteHeader(http.StatusBadRequest)
			say(map[string]any{"detail": "Invalid offset"})
		default:
			n := map[string]int{"0": 1, "1": 2}[offset]
			page := map[string]any{"count": 2, "next": nil, "results": []any{map[string]any{"id": n, "name": fmt.Sprintf("web-%d", n),
				"status": map[string]any{"value": "active"}, "oob_ip": map[string]any{"address": fmt.Sprintf("10.0.0.%d/24", n)}}}}
			if n == 1 {
				page["next"] = "http://" + r.Host + "/api/dcim/devices/?limit=1&offset=1"
			}
			say(page)
		}
	}))
	defer server.Close()
	into := filepath.Join(dir, "inventory", "netbox.csv")
	ask := []string{"import", "--from", "netbox", server.URL, "--token", "env:NETBOX_TOKEN", "--page", "1"}
	code, out, stderr := command(ask...)
	if code != exitFailed || !strings.Contains(stderr, "nothing was imported: NetBox: after 1 of 2 rows: NetBox answers 400: Invalid offset") {
		t.Errorf("broken half-way: exit code %d, %s%s", code, out, stderr)
	}
	if _, err := os.Stat(into); !os.IsNotExist(err) {
		t.Errorf("half a list was written: %v", err)
	}
	broken = false
	code, out, stderr = command(ask...)
	text, err := os.ReadFile(into)
	if want := "name,bmc\nweb-1,10.0.0.1\nweb-2,10.0.0.2\n"; code != exitOK || err != nil || string(text) != want {
		t.Errorf("exit code %d, %v, got\n%s%s%s", code, err, text, out, stderr)
	}
	if strings.Contains(out+stderr, "0123456789abcdef") || !strings.Contains(stderr, "unencrypted") {
		t.Errorf("want a warning and no token: %s%s", out, stderr)
	}
	if code, _, stderr := command("import", "--from", "netbox", server.URL); code != exitFailed || !strings.Contains(stderr, "give a token with --token") {
		t.Errorf("without a token: exit code %d, %s", code, stderr)
	}
}
