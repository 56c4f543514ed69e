package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ironage/internal/fleet"
)

// inFolder writes files into a folder and returns the path of the first name.
func inFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "ironage.yaml")
}

const partsMain = v3 + "inventory: [inventory/*]\nparts: [parts/*.csv]\n"

func TestParts(t *testing.T) {
	path := inFolder(t, map[string]string{
		"ironage.yaml": partsMain,
		"inventory/a.yaml": "servers:\n  - name: web-01\n    bmc: h1\n    memory_bytes: 64 GB\n    cpu_sockets: 2\n" +
			"    parts:\n      - {kind: disk, slot: Bay 1, serial: S1, in_service: 2018-05}\n  - {name: web-02, bmc: h2, memory_bytes: 1024}\n",
		"inventory/a.csv.bak": "left over by an import\n",
		"parts/p.csv":         "Server;Kind;Slot;Serial;In service;Purchased;Notes;Firmware\nweb-02;memory;DIMM A1;M1;2019-02-03;2019;\"two\nlines\";1.0\n;;;;;;;\n",
		"parts/q.csv":         "server,serial,warranty_end\nweb-02,D9,2024-01-01\n",
	})
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	one, two := c.Servers[0], c.Servers[1]
	if one.MemoryBytes != 64<<30 || one.CPUSockets != 2 || two.MemoryBytes != 1024 {
		t.Errorf("memory and sockets: got %d, %d, %d", one.MemoryBytes, one.CPUSockets, two.MemoryBytes)
	}
	if len(one.Parts) != 1 || one.Parts[0].Slot != "Bay 1" || one.Parts[0].InService != "2018-05" {
		t.Errorf("parts of the YAML file: got %+v", one.Parts)
	}
	if len(two.Parts) != 2 || two.Parts[0].Kind != fleet.Memory || two.Parts[0].Notes != "two\nlines" || two.Parts[1].WarrantyEnd != "2024-01-01" {
		t.Errorf("parts of the CSV files: got %+v", two.Parts)
	}
	var shown strings.Builder
	if err := c.Show(&shown, os.Getenv); err != nil || !strings.Contains(shown.String(), "memory_bytes: 64 GB") || !strings.Contains(shown.String(), "- kind: disk") {
		t.Errorf("Show: got %v\n%s", err, shown.String())
	}
}

func TestPartMistakes(t *testing.T) {
	const server = "servers: [{name: a, bmc: h}]\n"
	for _, c := range []struct{ name, table, want string }{
		{"no server column", "slot,serial\nx,y\n", "p.csv:1:1: no column is called server"},
		{"mistyped column", "server,serail\na,S\n", `p.csv:1:8: column "serail" is not known here; did you mean "serial"?`},
		{"column twice", "server,serial,serial\na,S,T\n", "there twice"},
		{"bad kind", "server,kind,slot\na,dimm,1\n", `p.csv:2:3: kind: "dimm" is not known here; did you mean "memory"?`},
		{"bad date", "server,serial,in_service\na,S,2018-13\n", "p.csv:2:5: in_service:"},
		{"nothing to recognise it by", "server,kind\na,disk\n", "p.csv:2:1: a part of \"a\" that cannot be recognised"},
		{"no server", "server,serial\n,S\n", "p.csv:2:1: a part without its server"},
		{"slot twice", "server,kind,slot\na,disk,Bay 1\na,disk,bay 1\n", "already described"},
		{"open quote", "server,serial\na,\"S\n", "not valid CSV"},
		{"empty", "", "no first line"},
		{"too many cells", "server,serial\na,S,T\n", "p.csv:2:5: this line has more cells"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := inFolder(t, map[string]string{"ironage.yaml": v3 + server + "parts: p.csv\n", "p.csv": c.table})
			_, err := Load(path)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
	early, err := Load(inFolder(t, map[string]string{"ironage.yaml": v3 + server + "parts: [parts/*.csv]\n"}))
	if err != nil || len(early.Warnings) != 1 || !strings.Contains(early.Warnings[0].Text, `parts: no file matches "parts/*.csv" yet`) {
		t.Errorf("before the first import of parts: got %v, %v", early, err)
	}
	if _, err := Load(inFolder(t, map[string]string{"ironage.yaml": v3 + server + "parts: [p.yaml]\n", "p.yaml": ""})); err == nil || !strings.Contains(err.Error(), "no .csv file") {
		t.Errorf("a YAML file of parts: got %v", err)
	}
}

// A serial number in two places belongs to one part, and which of the two
// dates is its own nobody knows.
func TestPartSerialTwice(t *testing.T) {
	path := inFolder(t, map[string]string{
		"ironage.yaml": v3 + "servers: [{name: a, bmc: h, parts: [{serial: s-77, purchased: 2017}]}, {name: b, bmc: i}]\nparts: p.csv\n",
		"p.csv":        "server,serial,in_service\nb,S-77,2019-01-01\nghost,S-78,2019-01-01\n",
	})
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Servers {
		if len(s.Parts) != 1 || s.Parts[0].InService != "" || s.Parts[0].Purchased != "" || s.Parts[0].Serial == "" {
			t.Errorf("%s: got %+v, want the part without dates", s.Name, s.Parts)
		}
	}
	if len(c.Warnings) != 2 || !strings.Contains(c.Warnings[0].Text+c.Warnings[1].Text, `part of "a"`) || !strings.Contains(c.Warnings.Error(), `no server is named "ghost"`) {
		t.Errorf("got warnings %v, want both places and the unknown server", c.Warnings)
	}
}

func TestLoadWith(t *testing.T) {
	path := inFolder(t, map[string]string{"ironage.yaml": v3 + "inventory: [\"*.csv\"]\n", "hand.csv": "name,bmc\nweb-01,h1\n"})
	dir := filepath.Dir(path)
	fresh := filepath.Join(dir, "netbox.csv")
	c, err := LoadWith(path, Proposal{Files: map[string][]byte{fresh: []byte("name,bmc\nweb-02,h2\n")}})
	if err != nil || len(c.Servers) != 2 || !c.Uses(fresh) {
		t.Fatalf("a file that does not exist yet: got %v, %v", c, err)
	}
	if file, line, ok := c.WhereServer("web-02"); !ok || file != fresh || line != 2 {
		t.Errorf("WhereServer: got %s:%d, %v", file, line, ok)
	}
	_, err = LoadWith(path, Proposal{Files: map[string][]byte{fresh: []byte("name,bmc\nweb-01,h2\n")}})
	if err == nil || !strings.Contains(err.Error(), "already there") {
		t.Errorf("a server twice: got %v", err)
	}
	other := filepath.Join(dir, "other", "n.csv")
	c, err = LoadWith(path, Proposal{Files: map[string][]byte{other: []byte("name,bmc\nweb-03,h3\n")}, Inventory: []string{"other/n.csv"}})
	if err != nil || len(c.Servers) != 2 || !c.Uses(other) {
		t.Errorf("a file that is not listed yet: got %v, %v", c, err)
	}
	if c, err = Load(path); err != nil || len(c.Servers) != 1 {
		t.Errorf("Load: got %v, %v; want what is on disk", c, err)
	}
}

func TestParseMemory(t *testing.T) {
	for _, c := range []struct {
		in   string
		want int64
	}{{"64 GB", 64 << 30}, {"64GiB", 64 << 30}, {"1.5 TB", 1536 << 30}, {"65536 mb", 64 << 30}, {"68719476736", 64 << 30}, {"512K", 512 << 10}, {"8 bytes", 8},
		{"", 0}, {"0", 0}, {"-1", 0}, {"64 GX", 0}, {"0.3", 0}, {"9999999 TB", 0}, {"1e9", 0}} {
		got, ok := ParseMemory(c.in)
		if got != c.want || ok != (c.want != 0) {
			t.Errorf("ParseMemory(%q): got %d, %v; want %d", c.in, got, ok, c.want)
		}
		if again, _ := ParseMemory(PlainMemory(got)); ok && again != got {
			t.Errorf("PlainMemory(%d) reads as %d", got, again)
		}
	}
}

func FuzzPartCSV(f *testing.F) {
	f.Add("server,kind,slot,serial\na,disk,Bay 1,S\n")
	f.Add("sep=;\nserver;serial\n\"a\nb\";S\n")
	f.Fuzz(func(t *testing.T, src string) {
		r := &report{}
		c := Default()
		settleParts(r, c, nil, readPartCSV("p.csv", []byte(src), r))
	})
}
