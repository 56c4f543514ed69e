package config

import (
	"strings"
	"testing"

	"ironage/internal/fleet"
)

// readTable reads a CSV the way Load does, below a configuration with one credential.
func readTable(t *testing.T, src string) (*Config, string) {
	t.Helper()
	r := &report{files: []string{"servers.csv"}}
	c := Default()
	c.Path = "ironage.yaml"
	c.Credentials = map[string]*Credential{"b": {Name: "b"}}
	c.Defaults.Credential = "b"
	c, err := finish(r, c, readCSV("servers.csv", []byte(src), r))
	if err != nil {
		return nil, err.Error()
	}
	return c, ""
}

func TestCSV(t *testing.T) {
	const plain = "name,oob_ip,primary_ip4,site,location,rack,position,u_height,face,device_type,cf_in_service,expected_psu\n" +
		"web-01,10.0.0.7/24,10.1.0.7,hanoi,A,A1,12.0,2,Front,PowerEdge R640,2018-05-14,2\n"
	for _, c := range []struct{ name, src string }{
		{"comma", plain},
		{"semicolon", strings.ReplaceAll(plain, ",", ";")},
		{"tab", strings.ReplaceAll(plain, ",", "\t")},
		{"CRLF", strings.ReplaceAll(plain, "\n", "\r\n")},
		{"CR alone", strings.ReplaceAll(plain, "\n", "\r")},
		{"byte-order mark", "\ufeff" + plain},
		{"Excel's separator line", "sep=;\r\n" + strings.ReplaceAll(plain, ",", ";")},
		{"labels", strings.NewReplacer("name", "Name", "oob_ip", "OOB IP", "device_type", "Device type").Replace(plain)},
		{"empty lines", strings.ReplaceAll(plain, "\n", "\n\n") + ",,,\n"},
		{"columns of NetBox that are not read", strings.NewReplacer("expected_psu", "expected_psu,status,tags,id,role", ",2\n", ",2,active,\"a,b\",17,Server\n").Replace(plain)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, wrong := readTable(t, c.src)
			if wrong != "" || len(got.Servers) != 1 {
				t.Fatalf("got %q, want one server", wrong)
			}
			s := got.Servers[0]
			if s.Name != "web-01" || len(s.Endpoints) != 2 || s.Endpoints[0].Address != "10.0.0.7" || s.Endpoints[1].Address != "10.1.0.7" || s.Room != "A" ||
				s.Position != 12 || s.Height != 2 || s.Face != "front" || s.Model != "PowerEdge R640" || s.InService != "2018-05-14" || s.Expected[fleet.PSU] != 2 {
				t.Errorf("got %+v", s)
			}
			if len(got.Warnings) > 0 {
				t.Errorf("got warnings %v, want none", got.Warnings)
			}
		})
	}
}

func TestCSVMistakes(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"empty", "", "no first line"},
		{"no name column", "server,oob_ip\na,b\n", "no column is called name"},
		{"mistyped column", "name,oob_ip,warrnty_end\na,h,2020\n", `servers.csv:1:13: column "warrnty_end" is not known here; did you mean "warranty_end"?`},
		{"column twice", "name,oob_ip,bmc\na,h,h\n", `column "bmc" says the same as column "oob_ip"`},
		{"bad date", "name,oob_ip,cf_in_service\na,h,2018-02-30\n", "servers.csv:2:5: in_service:"},
		{"bad address", "name,oob_ip\na,10.0.0.300\n", "servers.csv:2:3: bmc:"},
		{"half units", "name,oob_ip,position\na,h,1.5\n", "servers.csv:2:5: position:"},
		{"name twice", "name,oob_ip\na,h1\na,h2\n", `servers.csv:3:1: server "a" is already there (servers.csv:2:1)`},
		{"no name", "name,oob_ip\n,h1\n", "servers.csv:2:1: a server without a name"},
		{"no address", "name,oob_ip\na,\n", `server "a" has no address`},
		{"too many cells", "name,oob_ip\na,h,c\n", "servers.csv:2:5: this line has more cells"},
		{"open quote", "name,oob_ip\n\"a,h\nb,h\n", "not valid CSV"},
		{"bare quote", "name,oob_ip\na\"b,h\n", "not valid CSV"},
		{"UTF-16", "\xff\xfen\x00a\x00", "CSV UTF-8"},
		{"Latin-1", "name,oob_ip\nh\xe9l\xe8ne,h\n", "CSV UTF-8"},
		{"binary", "name\x00,oob_ip\n", "not a text file"},
		{"huge cell", "name,oob_ip,notes\na,h," + strings.Repeat("x", maxCellBytes+1) + "\n", "servers.csv:2:5: a cell of"},
		{"control characters", "name,oob_ip\na\x1b[2J,h\n", "name:"},
		{"expected", "name,oob_ip,expected_psu\na,h,many\n", "expected psu:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, got := readTable(t, c.src)
			if !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q in it", got, c.want)
			}
			if strings.ContainsRune(got, '\x1b') {
				t.Errorf("the message moves the cursor: %q", got)
			}
		})
	}
}

func TestCSVStatusAndUnknownColumns(t *testing.T) {
	c, wrong := readTable(t, "name,oob_ip,status,shoe size\na,h1,Active,42\nb,h2,Decommissioning,\nc,h3,planned,\nd,h4,failed,\n")
	if wrong != "" || len(c.Servers) != 2 {
		t.Fatalf("got %q and %v, want servers a and d", wrong, c)
	}
	got := c.Warnings.Error()
	for _, want := range []string{`column "shoe size" is not known here and is not read`, "2 servers left out"} {
		if !strings.Contains(got, want) {
			t.Errorf("warnings: got %q, want %q in it", got, want)
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"name,oob_ip\na,10.0.0.7\n", "\ufeffname;os;position\r\n\"a\";b;1.0\r\n", "sep=\t\nname\tbmc\n", "name\n\"", "name,expected_psu,face\na,2,x\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		r := &report{files: []string{"f.csv"}}
		c := Default()
		c, err := finish(r, c, readCSV("f.csv", src, r))
		checkOutcome(t, c, err)
	})
}

// checkOutcome is what holds for every file: a configuration or mistakes, and
// no message that a terminal would act on.
func checkOutcome(t *testing.T, c *Config, err error) {
	t.Helper()
	if (c == nil) == (err == nil) {
		t.Fatalf("got configuration %v and error %v, want one of them", c != nil, err)
	}
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Errorf("the message holds control characters: %q", line)
			}
		}
		return
	}
	for _, s := range c.Servers {
		if s.Name == "" || len(s.Endpoints) == 0 {
			t.Errorf("a server was taken without name or address: %+v", s)
		}
	}
}
