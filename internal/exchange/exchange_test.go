package exchange

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"ironage/internal/fleet"
)

// rules stand for those of the configuration.
func rules() Rules {
	return Rules{Today: "2026-11-23", Height: 1,
		Address: func(s string) (string, error) {
			if a, err := netip.ParseAddr(s); err == nil {
				return a.String(), nil
			}
			if s == "" || strings.ContainsAny(s, " !") || strings.Trim(s, "0123456789.") == "" {
				return "", errors.New("expected a host")
			}
			return s, nil
		},
		Memory: func(s string) (string, bool) {
			gib, ok := strings.CutSuffix(s, " GB")
			if !ok {
				n, err := strconv.ParseInt(s, 10, 64)
				return fmt.Sprintf("%d GB", n>>30), err == nil
			}
			return gib + " GB", true
		}}
}

func known(servers ...fleet.Server) []Known {
	out := make([]Known, len(servers))
	for i, s := range servers {
		out[i] = Known{s, "hand.yaml", 10 + i}
	}
	return out
}

func readFixture(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func parse(t *testing.T, f *Format, src string, o Options) *Source {
	t.Helper()
	if o.Address == nil {
		o.Rules = rules()
	}
	text, _, err := Decode([]byte(src), "auto")
	if err != nil {
		t.Fatalf("Decode: %v", err)
	}
	s, err := ReadCSV(text, f, o)
	if err != nil {
		t.Fatalf("ReadCSV: %v", err)
	}
	return s
}

// show is a row as "field=value" words, for comparison.
func show(s *Schema, r *Row) string {
	var words []string
	for i, f := range s.Fields {
		if r.Values[i] != "" {
			words = append(words, f.Name+"="+r.Values[i])
		}
	}
	return strings.Join(words, " ")
}

func TestFormats(t *testing.T) {
	here := known(fleet.Server{Name: "web-01", Serial: "CN0001", AssetTag: "A-1"}, fleet.Server{Name: "web-02", AssetTag: "A-2"}, fleet.Server{Name: "db-01"})
	for _, c := range []struct {
		format, file string
		want         []string // rows
		left, bad    int
	}{
		{"netbox-csv", "netbox-labels.csv", []string{
			"name=web-01 bmc=10.0.0.7 os=10.1.0.7 site=Hà Nội DC1 room=Phòng máy A rack=A1 position=12 height=2 face=front service=TDOffice owner=Ops asset_tag=A-1 " +
				"serial=CN0001 manufacturer=Dell model=PowerEdge R640 in_service=2018-05-14 purchased=2018-04 warranty_end=2021-05-13 memory_bytes=64 GB cpu_sockets=2 notes=two\nlines, and a comma expected_psu=2",
			"name=web-02 os=2001:db8::7 site=Hà Nội DC1 rack=A1 position=14 manufacturer=HPE model=DL360",
		}, 2, 0},
		{"netbox-items", "netbox-items.csv", []string{
			"server=web-01 kind=disk slot=Bay 3 serial=Z1 part=ST4000 vendor=Seagate model=Constellation in_service=2019-02-01",
			"server=web-01 kind=memory slot=DIMM A1 serial=M1 vendor=Samsung asset_tag=P-2 notes=32 GB",
			"server=db-01 kind=psu slot=PSU 1 part=0XW8W",
		}, 1, 1},
		{"snipeit", "snipeit.csv", []string{
			"name=web-01 site=DC1 asset_tag=A-1 serial=CN0001 manufacturer=Dell model=PowerEdge R640 purchased=2018-05-14 warranty_end=2021-05-14 notes=from the first order",
			"name=web-02 site=DC1 asset_tag=A-2 serial=SN77 manufacturer=HPE model=DL360 Gen9 purchased=2016-02-29 warranty_end=2017-02-28",
		}, 2, 1},
		{"glpi", "glpi.csv", []string{
			"name=web-01 site=Hanoi room=DC1 / Room A asset_tag=A-1 serial=CN0001 manufacturer=Dell Inc. model=PowerEdge R640 in_service=2018-05-14 purchased=2018-04-20 warranty_end=2021-04-20",
			"name=db-01 site=Hanoi manufacturer=HPE",
		}, 1, 1},
		{"csv", "servers.csv", []string{"name=web-09 bmc=10.0.0.9 criticality=high in_service=2018 memory_bytes=128 GB", "name=web-10 os=h10"}, 1, 0},
		{"csv", "netbox-labels.csv", nil, 2, 0},
		{"parts-csv", "parts.csv", []string{"server=db-01 kind=disk slot=Bay 1 serial=S9 purchased=2020-W07"}, 0, 1},
	} {
		t.Run(c.file, func(t *testing.T) {
			f := FormatByName(c.format)
			s := parse(t, f, string(readFixture(t, c.file)), Options{Known: here})
			if c.want == nil {
				c.want = make([]string, 2) // the same as read by its own format
				for i := range s.Rows {
					c.want[i] = show(f.Schema, &parse(t, netboxDevices, string(readFixture(t, c.file)), Options{Known: here}).Rows[i])
				}
			}
			if len(s.Rows) != len(c.want) || len(s.Left) != c.left || len(s.Rejected) != c.bad {
				t.Errorf("got %d rows, left %v, rejected %v; want %d, %d, %d", len(s.Rows), s.Left, s.Rejected, len(c.want), c.left, c.bad)
			}
			for i := range min(len(s.Rows), len(c.want)) {
				if got := show(f.Schema, &s.Rows[i]); got != c.want[i] {
					t.Errorf("row %d: got\n%s\nwant\n%s", i, got, c.want[i])
				}
			}
		})
	}
}

// GLPI heads the column with the name of its list of manufacturers in some versions.
func TestManufacturersOfGLPI(t *testing.T) {
	for _, head := range []string{"Manufacturer", "Manufacturers", "Fabricant"} {
		s := parse(t, glpi, "Name;"+head+"\nweb-01;Dell Inc.\n", Options{Known: known(fleet.Server{Name: "web-01"})})
		if len(s.Rows) != 1 || Servers.Get(&s.Rows[0], "manufacturer") != "Dell Inc." {
			t.Errorf("%s: got %v, rejected %v", head, s.Rows, s.Rejected)
		}
	}
}

func TestRejections(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"future", "name,bmc,in_service\na,h,2031-01-01\n", `line 2: in_service: "2031-01-01" lies in the future`},
		{"before 2000", "name,bmc,in_service\na,h,1970-01-01\n", "line 2: in_service: \"1970-01-01\" is before 2000"},
		{"no such day", "name,bmc,in_service\na,h,2018-02-30\n", "does not exist"},
		{"two in-service dates", "name,bmc,in_service,cf_in_service\na,h,2018-01-01,2019-01-01\n", `two values for in_service: "2018-01-01" and "2019-01-01"`},
		{"served before it was bought", "name,bmc,in_service,purchased\na,h,2018-01-01,2019\n", "in service 2018-01-01, before it was purchased 2019"},
		{"warranty ended before it began", "name,bmc,purchased,warranty_end\na,h,2019-02,2018\n", "warranty ended 2018, before it was purchased 2019-02"},
		{"day or month first", "name,bmc,in_service\na,h,03/04/2018\n", "two ways"},
		{"no name", "name,bmc\n,h\n", "line 2: no name"},
		{"no address", "name,bmc\na,\n", "no address"},
		{"bad address", "name,bmc\na,10.0.0.300\n", "bmc: \"10.0.0.300\" is no address"},
		{"name twice", "name,bmc\na,h\na,i\n", "line 3: the name is already in line 2"},
		{"serial twice", "name,bmc,serial\na,h,S1234\nb,i,s1234\n", "is also that of line 2"},
		{"address twice", "name,bmc\na,h\nb,h\n", "address h is also that of line 2"},
		{"unit twice", "name,bmc,rack,position,height\na,h,R,5,3\nb,i,R,7,1\n", "unit 7 of rack \"R\" is taken by line 2"},
		{"half a unit", "name,bmc,position\na,h,1.5\n", "no whole rack unit"},
		{"control characters", "name,bmc\na\x1b[2J,h\n", "control characters"},
		{"invisible letters", "name,bmc\nweb\u200b-01,h\n", "invisible"},
		{"too many cells", "name,bmc\na,h,x\n", "3 cells where the first line has 2"},
		{"a quote inside", "name,bmc\na\"b,h\nc,i\n", "line 2: a quote stands inside a cell"},
		{"line numbers behind quoted newlines", "name,bmc,notes\na,h,\"x\ny\nz\"\n\nb,i!,\n", "line 6: bmc"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parse(t, plainServers, c.src, Options{})
			if len(s.Rejected) != 1 {
				t.Fatalf("got %v rejected, want one", s.Rejected)
			}
			if got := fmt.Sprintf("line %d: %s", s.Rejected[0].Line, s.Rejected[0].Reason); !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q in it", got, c.want)
			}
		})
	}
}

func TestFilesThatMakeNoSense(t *testing.T) {
	for _, c := range []struct{ name, format, src, want string }{
		{"empty", "csv", "", "no first line"},
		{"no name", "netbox-csv", "id,serial\n1,2\n", "no column name; found id, serial"},
		{"items without device", "netbox-items", "name,serial\n1,2\n", "no column device"},
		{"assets", "snipeit", "Category,Notes\n1,2\n", "no column name, serial number or asset tag"},
		{"open quote", "csv", "name,bmc\n\"a,h\nb,i\n", "line 2: a quote is opened"},
		{"a quote closed far below", "csv", "name,bmc\n\"a,h\n" + strings.Repeat("x\n", 9000) + "\",i\n", "closed only 9001 lines later"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadCSV([]byte(c.src), FormatByName(c.format), Options{Rules: rules()})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
	s := parse(t, netboxDevices, "name,oob_ip,site\na,h\n", Options{})
	if len(s.Rejected) != 1 || !strings.Contains(s.Rejected[0].Reason, "cut off") {
		t.Errorf("a line cut off: got %+v", s.Rejected)
	}
}

func TestEncodings(t *testing.T) {
	const text = "name,bmc,room\nmáy-chủ-01,h,Phòng máy tầng Ề Ưỡ\n"
	// Legacy Vietnamese writes the tone behind its letter.
	old := []byte(strings.Map(func(r rune) rune { return r }, decomposed(text)))
	legacyText, err := charmap.Windows1258.NewEncoder().Bytes(old)
	if err != nil {
		t.Fatal(err)
	}
	utf16le := []byte{0xff, 0xfe}
	for _, r := range text {
		utf16le = append(utf16le, byte(r), byte(r>>8))
	}
	for _, c := range []struct {
		name, encoding string
		src            []byte
		note, wrong    string
	}{
		{"UTF-8", "auto", []byte(text), "", ""},
		{"byte-order mark", "auto", []byte("\ufeff" + text), "", ""},
		{"decomposed", "utf-8", []byte(norm.NFD.String(text)), "", ""},
		{"Windows-1258", "windows-1258", legacyText, "read as windows-1258", ""},
		{"Windows-1258, unsaid", "auto", legacyText, "because it is not UTF-8", ""},
		{"Windows-1258 as UTF-8", "utf-8", legacyText, "", "line 2 is not UTF-8"},
		{"UTF-16", "auto", utf16le, "read as UTF-16", ""},
		{"no text", "auto", []byte("name\x00,bmc\n"), "", "not a text file"},
		{"workbook", "auto", []byte("PK\x03\x04\xff\x00"), "", "save it as \"CSV UTF-8\""},
		{"tones in the air", "auto", []byte("name,bmc\nx\xecz,h\n"), "", "--encoding"},
		{"unknown", "ebcdic", []byte(text), "", "not known"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, note, err := Decode(c.src, c.encoding)
			if c.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), c.wrong) {
					t.Errorf("got %v, want %q in it", err, c.wrong)
				}
				return
			}
			if err != nil || norm.NFC.String(string(got)) != text || !strings.Contains(note, c.note) || c.note == "" && note != "" {
				t.Errorf("got %q, %q, %v; want %q", got, note, err, text)
			}
		})
	}
}

// decomposed splits only what Windows-1258 has no letter for.
func decomposed(text string) string {
	var b strings.Builder
	for _, r := range text {
		if _, ok := charmap.Windows1258.EncodeRune(r); ok || r < 0x80 {
			b.WriteRune(r)
			continue
		}
		d := []rune(norm.NFD.String(string(r)))
		base := string(d[0])
		var tone string
		for _, m := range d[1:] {
			if strings.ContainsRune(toneMarks, m) {
				tone += string(m)
			} else {
				base += string(m)
			}
		}
		b.WriteString(norm.NFC.String(base) + tone)
	}
	return b.String()
}

func TestDates(t *testing.T) {
	for _, c := range []struct {
		in    string
		order DateOrder
		want  string
	}{
		{"2018-05-14", "", "2018-05-14"}, {"2018-5-4", "", "2018-05-04"}, {"2018/05/14", "", "2018-05-14"}, {"2018-05-14 00:00:00", "", "2018-05-14"},
		{"2018-05-14T07:00:00Z", "", "2018-05-14"}, {"2018-05", "", "2018-05"}, {"2018", "", "2018"}, {"2018-W20", "", "2018-W20"},
		{"Mon May 14, 2018", "", "2018-05-14"}, {"May 4, 2018", "", "2018-05-04"}, {"14 May, 2018", "", "2018-05-14"}, {"14.05.2018", "", "2018-05-14"},
		{"03/04/2018", DayFirst, "2018-04-03"}, {"03-04-2018", MonthFirst, "2018-03-04"}, {"13/13/2018", DayFirst, ""}, {"03/04/2018", "", ""},
		{"0000-00-00", "", ""}, {"soon", "", ""}, {"2018-02-30", "", ""},
	} {
		if got, _ := isoDate(c.in, c.order); string(got) != c.want {
			t.Errorf("isoDate(%q, %q): got %q, want %q", c.in, c.order, got, c.want)
		}
	}
	for _, c := range []struct {
		purchased string
		months    int
		want      string
	}{{"2018-05-14", 36, "2021-05-14"}, {"2016-02-29", 12, "2017-02-28"}, {"2018-01-31", 1, "2018-02-28"}, {"2018-05", 36, ""}, {"", 36, ""}} {
		if got := warrantyEnd(fleet.Date(c.purchased), c.months); string(got) != c.want {
			t.Errorf("warrantyEnd(%q, %d): got %q, want %q", c.purchased, c.months, got, c.want)
		}
	}
	for text, want := range map[string]int{"36": 36, "36 months": 36, "3 years": 36, "3 năm": 36, "soon": 0, "900": 0} {
		if got, ok := parseMonths(text); ok != (want > 0) || ok && got != want {
			t.Errorf("parseMonths(%q): got %d, %v; want %d", text, got, ok, want)
		}
	}
}

// Letters are composed cell by cell: a Greek question mark composes to a
// semicolon, which must not become a separator.
func TestComposedLetters(t *testing.T) {
	s := parse(t, plainServers, "name;bmc;site\nma\u0301y-01;h;a\u037eb\n", Options{})
	if len(s.Rows) != 1 || show(Servers, &s.Rows[0]) != "name=máy-01 bmc=h site=a;b" {
		t.Errorf("got %+v, rejected %v", s.Rows, s.Rejected)
	}
}

func TestRolesAndStatuses(t *testing.T) {
	const src = "name,oob_ip,role,status\na,h,Server,active\nb,,PDU,active\nc,i,server,offline\nd,j,Server,staged\n"
	s := parse(t, netboxDevices, src, Options{Roles: []string{"server"}})
	if len(s.Rows) != 2 || len(s.Left) != 2 || len(s.Rejected) != 0 {
		t.Errorf("got %d rows, left %v, rejected %v; want a and d", len(s.Rows), s.Left, s.Rejected)
	}
	s = parse(t, netboxDevices, src, Options{Roles: []string{"server"}, Skip: []string{"staged"}})
	if len(s.Rows) != 2 || s.Left[1].Reason != "status staged" {
		t.Errorf("got %d rows, left %v; want a and c", len(s.Rows), s.Left)
	}
}
