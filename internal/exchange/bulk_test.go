package exchange

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ironage/internal/fleet"
)

// bulk is an export of n devices as NetBox writes it, with faults in some.
func bulk(n int, faults map[int]func(cells []string)) string {
	var b strings.Builder
	b.WriteString("name,status,role,manufacturer,device_type,serial,asset_tag,site,location,rack,position,face,oob_ip,cf_in_service\r\n")
	for i := range n {
		cells := []string{fmt.Sprintf("srv-%06d", i), "active", "Server", "Dell", "PowerEdge R640", fmt.Sprintf("SN%06d", i), fmt.Sprintf("A%d", i), "Hà Nội", "Phòng máy A",
			fmt.Sprintf("R%04d", i/40), fmt.Sprint(i%40 + 1), "front", fmt.Sprintf("10.%d.%d.%d/24", i/65025, i/255%255, i%255), "2018-05-14"}
		if spoil := faults[i]; spoil != nil {
			spoil(cells)
		}
		b.WriteString(strings.Join(cells, ",") + "\r\n")
	}
	return b.String()
}

// Ten thousand rows with 37 faulty ones: all 37 are told by line, and nothing
// else is wrong.
func TestThirtySevenOfTenThousand(t *testing.T) {
	const rows, faulty = 10_000, 37
	kinds := []func(i int, cells []string){
		func(_ int, c []string) { c[13] = "2018-02-30" },
		func(_ int, c []string) { c[13] = "2031-01-01" },
		func(_ int, c []string) { c[13] = "1970-01-01" },
		func(_ int, c []string) { c[0] = "" },
		func(_ int, c []string) { c[12] = "10.0.0.300/24" },
		func(_ int, c []string) { c[12] = "" },
		func(_ int, c []string) { c[10] = "99.5" },
		func(_ int, c []string) { c[11] = "side" },
		func(i int, c []string) { c[5] = fmt.Sprintf("SN%06d", i-1) },
		func(i int, c []string) { c[0] = fmt.Sprintf("srv-%06d", i-1) },
		func(_ int, c []string) { c[3] = "De\"ll" },
		func(_ int, c []string) { c[13] += ",one,too,many" },
	}
	random := rand.New(rand.NewPCG(1, 2))
	faults := map[int]func([]string){}
	var want []int
	for len(faults) < faulty {
		i := 2 + 3*random.IntN(rows/3-1) // never two neighbours
		if faults[i] != nil {
			continue
		}
		kind := kinds[len(faults)%len(kinds)]
		faults[i] = func(cells []string) { kind(i, cells) }
		want = append(want, i+2)
	}
	slices.Sort(want)
	s := parse(t, netboxDevices, bulk(rows, faults), Options{})
	var got []int
	for _, r := range s.Rejected {
		got = append(got, r.Line)
	}
	if !slices.Equal(got, want) || len(s.Rows) != rows-faulty || s.Total != rows {
		t.Errorf("rejected lines: got %v\nwant %v\n(%d rows of %d)", got, want, len(s.Rows), s.Total)
	}
}

func BenchmarkRead100000(b *testing.B) {
	text := []byte(bulk(100_000, nil))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		s, err := ReadCSV(text, netboxDevices, Options{Rules: rules()})
		if err != nil || len(s.Rows) != 100_000 {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlan100000(b *testing.B) {
	r := rules()
	s, err := ReadCSV([]byte(bulk(100_000, nil)), netboxDevices, Options{Rules: r})
	if err != nil {
		b.Fatal(err)
	}
	first, err := Make(Request{Source: s, Into: "n.csv", Rules: r})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		p, err := Make(Request{Source: s, Into: "n.csv", Current: first.Content, Base: first.Base, Rules: r})
		if err != nil || !p.Same {
			b.Fatal(err, counts(p))
		}
	}
}

// FuzzCSV: whatever a file holds, every row is accounted for, and an import
// that was applied changes nothing the second time.
func FuzzCSV(f *testing.F) {
	for i, src := range []string{two, "name,oob_ip\r\n\"a\nb\",h\r\n", "sep=;\nname;bmc\na;h\n", "Asset Name,Serial\na,S1\n", "Name;Location\na;b > c\n",
		"device,name,role,serial\na,Bay 1,Disk,S1\n", "server,kind,slot\na,disk,1\n", "\xff\xfen\x00", "name,bmc\nx\xec,h\n", "name\n\"", "name,name,bmc\na,b,c\n"} {
		f.Add([]byte(src), uint8(i))
	}
	f.Fuzz(func(t *testing.T, raw []byte, which uint8) {
		format := Formats[int(which)%len(Formats)]
		text, _, err := Decode(raw, "auto")
		if err != nil {
			return
		}
		k := known(fleet.Server{Name: "a", Serial: "S0001"})
		k[0].File = "into.csv"
		s, err := ReadCSV(text, format, Options{Rules: rules(), Known: k})
		if err != nil {
			return
		}
		if got := len(s.Rows) + len(s.Rejected) + len(s.Left); got < s.Total {
			t.Fatalf("%d rows accounted for, %d read", got, s.Total)
		}
		p, err := Make(Request{Source: s, Into: "into.csv", Rules: rules(), Known: k})
		if err != nil {
			t.Fatalf("Make: %v", err)
		}
		again, err := Make(Request{Source: s, Into: "into.csv", Current: p.Content, Base: p.Base, Rules: rules(), Known: k})
		if err != nil || !again.Same {
			t.Fatalf("again: %v %s\n%s", err, counts(again), p.Content)
		}
	})
}

func FuzzManaged(f *testing.F) {
	f.Add([]byte("name,bmc,expected_psu\na,10.0.0.1,2\n"), true)
	f.Add([]byte("server,serial\na,S1\n"), false)
	f.Fuzz(func(t *testing.T, text []byte, servers bool) {
		s, r := Parts, rules()
		if servers {
			s = Servers
		}
		m, err := ReadManaged("m.csv", text, s, &r)
		if err != nil {
			return
		}
		out, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := ReadManaged("m.csv", out, s, &r)
		if err != nil || len(back.rows) != len(m.rows) {
			t.Fatalf("%v: %d rows became %d\n%q\n%q", err, len(m.rows), len(back.rows), text, out)
		}
	})
}
