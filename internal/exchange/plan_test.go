package exchange

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ironage/internal/fleet"
)

// desk imports again and again into one file, as a person would.
type desk struct {
	t           *testing.T
	f           *Format
	known       []Known
	file, base  string
	overwrite   bool
	prune       bool
	credentials string
}

func (d *desk) plan(src string) *Plan {
	d.t.Helper()
	s := parse(d.t, d.f, src, Options{Rules: rules(), Known: d.known})
	p, err := Make(Request{Source: s, Into: "netbox.csv", Current: []byte(d.file), Base: []byte(d.base), Rules: rules(), Known: d.known,
		Overwrite: d.overwrite, Prune: d.prune, Credential: d.credentials})
	if err != nil {
		d.t.Fatalf("Make: %v", err)
	}
	return p
}

func (d *desk) apply(src string) *Plan {
	d.t.Helper()
	p := d.plan(src)
	d.file, d.base = string(p.Content), string(p.Base)
	return p
}

func counts(p *Plan) string {
	return fmt.Sprintf("%d added, %d changed, %d unchanged, %d kept, %d removed, %d conflicts", len(p.Added), len(p.Changed), p.Unchanged, len(p.Kept), len(p.Removed), len(p.Conflicts))
}

func expect(t *testing.T, p *Plan, want string) {
	t.Helper()
	if got := counts(p); got != want {
		t.Errorf("got %s; want %s\nchanged %+v\nkept %+v\nconflicts %+v\nnotes %v", got, want, p.Changed, p.Kept, p.Conflicts, p.Notes)
	}
}

const two = "name,oob_ip,serial,site\nweb-01,10.0.0.1,S001,hanoi\nweb-02,10.0.0.2,S002,hanoi\n"

func TestImportAgainChangesNothing(t *testing.T) {
	d := &desk{t: t, f: netboxDevices, credentials: "bmc"}
	expect(t, d.apply(two), "2 added, 0 changed, 0 unchanged, 0 kept, 0 removed, 0 conflicts")
	if want := "name,bmc,credential,site,serial\nweb-01,10.0.0.1,bmc,hanoi,S001\nweb-02,10.0.0.2,bmc,hanoi,S002\n"; d.file != want {
		t.Errorf("got\n%swant\n%s", d.file, want)
	}
	p := d.apply(two)
	expect(t, p, "0 added, 0 changed, 2 unchanged, 0 kept, 0 removed, 0 conflicts")
	if !p.Same {
		t.Error("got something to write, want nothing")
	}
	expect(t, d.apply(strings.Replace(two, "web-02,10.0.0.2,S002,hanoi", "web-02,10.0.0.9,S002,", 1)), "0 added, 1 changed, 1 unchanged, 0 kept, 0 removed, 0 conflicts")
	if !strings.Contains(d.file, "web-02,10.0.0.9,bmc,,S002") {
		t.Errorf("got\n%s\nwant the new address, and the site cleared", d.file)
	}
}

// What a person changed in the file stays, whatever the source says.
func TestHandsAreSacred(t *testing.T) {
	d := &desk{t: t, f: netboxDevices}
	d.apply(two)
	d.file = "name,bmc,site,serial,service,expected_psu\nweb-01,10.0.0.1,Hanoi DC1,S001,TDOffice,2\nweb-02,10.0.0.2,hanoi,S002,,\nmine,10.0.0.7,hanoi,,,\n"
	p := d.apply(two)
	expect(t, p, "0 added, 0 changed, 2 unchanged, 1 kept, 0 removed, 0 conflicts")
	p = d.apply(strings.Replace(two, "S001,hanoi", "S001,saigon", 1))
	expect(t, p, "0 added, 0 changed, 2 unchanged, 1 kept, 0 removed, 1 conflicts")
	if c := p.Conflicts[0]; c.Diffs[0] != (Diff{"site", "Hanoi DC1", "saigon"}) || c.At != "netbox.csv" {
		t.Errorf("got %+v", c)
	}
	p = d.apply(strings.Replace(two, "web-01,10.0.0.1,S001,hanoi", "web-01,10.0.0.3,S001,saigon", 1))
	expect(t, p, "0 added, 1 changed, 1 unchanged, 1 kept, 0 removed, 0 conflicts")
	if !strings.Contains(d.file, "web-01,10.0.0.3,Hanoi DC1,S001,TDOffice,2\n") {
		t.Errorf("got\n%s\nwant the new address beside what was written by hand", d.file)
	}
	d.overwrite = true
	d.apply(strings.Replace(two, "S001,hanoi", "S001,saigon", 1))
	if !strings.Contains(d.file, "web-01,10.0.0.1,saigon,S001,TDOffice,2\n") {
		t.Errorf("got\n%s\nwant the source's word with --overwrite, and what it does not speak of untouched", d.file)
	}
}

func TestRowsThatCameAndWent(t *testing.T) {
	d := &desk{t: t, f: netboxDevices}
	d.apply(two + "web-03,10.0.0.3,S003,hanoi\n")
	d.file = strings.Replace(d.file, "web-03,10.0.0.3,hanoi,S003\n", "", 1)
	p := d.apply(two + "web-03,10.0.0.3,S003,hanoi\n")
	expect(t, p, "0 added, 0 changed, 2 unchanged, 0 kept, 0 removed, 0 conflicts")
	if !strings.Contains(strings.Join(p.Notes, " "), "1 row removed from this file by hand") {
		t.Errorf("got notes %v", p.Notes)
	}
	d.file += "mine,10.0.0.7,,\n"
	one := "name,oob_ip,serial,site\nweb-01,10.0.0.1,S001,hanoi\n"
	expect(t, d.apply(one), "0 added, 0 changed, 1 unchanged, 2 kept, 0 removed, 0 conflicts")
	d.prune = true
	expect(t, d.apply(one), "0 added, 0 changed, 1 unchanged, 1 kept, 1 removed, 0 conflicts")
	if strings.Contains(d.file, "web-02") || !strings.Contains(d.file, "mine") {
		t.Errorf("got\n%s\nwant web-02 gone and mine kept", d.file)
	}
	d.prune, d.overwrite = false, true
	expect(t, d.apply(two+"web-03,10.0.0.3,S003,hanoi\n"), "2 added, 0 changed, 1 unchanged, 1 kept, 0 removed, 0 conflicts")
	d.file = strings.Replace(d.file, "web-02,10.0.0.2,hanoi", "web-02,10.0.0.2,saigon", 1)
	d.prune, d.overwrite = true, false
	p = d.apply(one)
	expect(t, p, "0 added, 0 changed, 1 unchanged, 2 kept, 1 removed, 0 conflicts")
	if !strings.Contains(d.file, "web-02,10.0.0.2,saigon") {
		t.Errorf("got\n%s\nwant what a person changed not pruned", d.file)
	}
}

// A row that is faulty today keeps what was imported of it yesterday.
func TestFaultyRowsKeepTheirOldSelf(t *testing.T) {
	d := &desk{t: t, f: netboxDevices, prune: true}
	d.apply(two)
	p := d.apply(strings.Replace(two, "10.0.0.2", "10.0.0.300", 1))
	expect(t, p, "0 added, 0 changed, 1 unchanged, 1 kept, 0 removed, 0 conflicts")
	if len(p.Rejected) != 1 || !strings.Contains(d.file, "web-02,10.0.0.2") {
		t.Errorf("got %v\n%s", p.Rejected, d.file)
	}
}

// A default of the configuration is not written down as a fact, and when it
// changes, the source's word comes in.
func TestDefaultsStayDefaults(t *testing.T) {
	d := &desk{t: t, f: netboxDevices, file: "name,bmc\nweb-01,10.0.0.1\n"}
	d.known = []Known{{fleet.Server{Name: "web-01", Height: 1, Site: "hanoi", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.1"}}}, "netbox.csv", 2}}
	const src = "name,oob_ip,site,u_height\nweb-01,10.0.0.1,hanoi,1\n"
	expect(t, d.apply(src), "0 added, 0 changed, 1 unchanged, 0 kept, 0 removed, 0 conflicts")
	d.known[0].Server.Site = "saigon"
	expect(t, d.apply(src), "0 added, 1 changed, 0 unchanged, 0 kept, 0 removed, 0 conflicts")
	if want := "name,bmc,site\nweb-01,10.0.0.1,hanoi\n"; d.file != want {
		t.Errorf("got\n%swant\n%s", d.file, want)
	}
}

func TestRename(t *testing.T) {
	d := &desk{t: t, f: netboxDevices}
	d.apply(two)
	p := d.apply(strings.Replace(two, "web-02", "shop-02", 1))
	expect(t, p, "0 added, 1 changed, 1 unchanged, 0 kept, 0 removed, 0 conflicts")
	if strings.Contains(d.file, "web-02") || !strings.Contains(d.file, "shop-02,10.0.0.2,hanoi,S002") {
		t.Errorf("got\n%s", d.file)
	}
	if p := d.plan(strings.Replace(two, "web-02", "shop-02", 1)); !p.Same {
		t.Errorf("again: got %s", counts(p))
	}
}

func TestOtherFilesAreNeverTouched(t *testing.T) {
	other := known(
		fleet.Server{Name: "web-01", Site: "saigon", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.1"}}},
		fleet.Server{Name: "x", Serial: "s002"},
		fleet.Server{Name: "web-05", Serial: "S005", Endpoints: []fleet.Endpoint{{Role: fleet.BMC, Address: "10.0.0.5"}}})
	d := &desk{t: t, f: netboxDevices, known: other}
	src := "name,oob_ip,serial,site\nweb-01,10.0.0.1,S001,hanoi\nweb-02,10.0.0.2,S002,hanoi\nweb-05,10.0.0.5,S005,\n"
	p := d.apply(src)
	expect(t, p, "0 added, 0 changed, 1 unchanged, 0 kept, 0 removed, 2 conflicts")
	if c := p.Conflicts[0]; c.At != "hand.yaml:10" || len(c.Diffs) != 2 || c.Diffs[0] != (Diff{"site", "saigon", "hanoi"}) {
		t.Errorf("got %+v, want site and serial, and the place", c)
	}
	if c := p.Conflicts[1]; c.At != "hand.yaml:11" || !strings.Contains(c.Reason, "that of x") {
		t.Errorf("got %+v, want the same serial", c)
	}
	// When the other one goes, the row comes.
	d.known = nil
	expect(t, d.apply(src), "3 added, 0 changed, 0 unchanged, 0 kept, 0 removed, 0 conflicts")
}

// Two systems may feed one file: each speaks for what it said itself.
func TestTwoSystemsOneFile(t *testing.T) {
	d := &desk{t: t, f: netboxDevices}
	d.apply(two)
	netboxSaid := d.base
	assets := "Asset Name,Serial,Purchase Date,Warranty\nweb-01,S001,2018-05-14,36\nlaptop,L1,2020-01-01,12\n"
	d.f, d.base, d.known = snipeIT, "", []Known{{fleet.Server{Name: "web-01", Serial: "S001"}, "netbox.csv", 2}, {fleet.Server{Name: "web-02", Serial: "S002"}, "netbox.csv", 3}}
	p := d.apply(assets)
	expect(t, p, "0 added, 1 changed, 0 unchanged, 1 kept, 0 removed, 0 conflicts")
	if !strings.Contains(d.file, "web-01,10.0.0.1,hanoi,S001,2018-05-14,2021-05-14") {
		t.Errorf("got\n%s", d.file)
	}
	snipeSaid := d.base
	d.f, d.base = netboxDevices, netboxSaid
	if p := d.apply("name,oob_ip,serial,site,cf_purchased\nweb-01,10.0.0.1,S001,hanoi,\nweb-02,10.0.0.2,S002,hanoi,\n"); !strings.Contains(d.file, "2018-05-14") {
		t.Errorf("got %s\n%s\nwant the other system's date to stay", counts(p), d.file)
	}
	d.f, d.base = snipeIT, snipeSaid
	if p := d.plan(assets); !p.Same {
		t.Errorf("again: got %s", counts(p))
	}
}

func TestPartsPlan(t *testing.T) {
	d := &desk{t: t, f: netboxItems, known: known(fleet.Server{Name: "web-01", Parts: []fleet.PartNote{{Kind: fleet.PSU, Slot: "PSU 1", Serial: "P1", Part: "OLD"}}})}
	src := "device,name,role,serial,part_id\nweb-01,Bay 1,Disk,Z1,ST1\nweb-01,PSU 1,PSU,P1,NEW\n"
	p := d.apply(src)
	expect(t, p, "1 added, 0 changed, 0 unchanged, 0 kept, 0 removed, 1 conflicts")
	if want := "server,kind,slot,serial,part\nweb-01,disk,Bay 1,Z1,ST1\n"; d.file != want {
		t.Errorf("got\n%swant\n%s", d.file, want)
	}
	if p := d.plan(src); !p.Same {
		t.Errorf("again: got %s", counts(p))
	}
}

func TestFilesThatAreNotOurs(t *testing.T) {
	s := parse(t, netboxDevices, two, Options{})
	for _, c := range []struct{ name, file, want string }{
		{"NetBox's own columns", "name,oob_ip\na,h\n", `column "oob_ip" is not one that an import writes`},
		{"no name", "host,bmc\na,h\n", "no column is called name"},
		{"column twice", "name,name\na,h\n", "there twice"},
		{"name twice", "name,bmc\na,h\na,h\n", "netbox.csv:3: a is already in line 2"},
		{"too many cells", "name,bmc\na,h,x\n", "more cells"},
		{"open quote", "name,bmc\n\"a,h\n", "correct it first"},
	} {
		_, err := Make(Request{Source: s, Into: "netbox.csv", Current: []byte(c.file), Rules: rules()})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q in it", c.name, err, c.want)
		}
	}
}

func TestAnEmptySourcePrunesNothing(t *testing.T) {
	s := parse(t, netboxDevices, "name,oob_ip\n", Options{})
	if _, err := Make(Request{Source: s, Into: "n.csv", Current: []byte("name\na\n"), Base: []byte("name\na\n"), Rules: rules(), Prune: true}); err == nil {
		t.Error("got no error")
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	into, base := filepath.Join(dir, "inventory", "n.csv"), filepath.Join(dir, "inventory", "n.csv.netbox.imported")
	p := &Plan{Content: []byte("new"), Base: []byte("said")}
	if err := p.Write(into, nil, base); err != nil {
		t.Fatal(err)
	}
	if err := p.Write(into, []byte("something else"), base); !errors.Is(err, ErrChanged) {
		t.Errorf("a file changed meanwhile: got %v", err)
	}
	if err := os.Chmod(into, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (&Plan{Content: []byte("newer"), Base: []byte("more")}).Write(into, []byte("new"), base); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{into: "newer", into + ".bak": "new", base: "more"} {
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v; want %q", path, got, err, want)
		}
	}
	if info, err := os.Stat(into); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode: got %v, %v; want it kept", info.Mode(), err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "inventory", ".ironage-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Whatever a source says, saying it twice changes nothing the second time.
func TestImportIsIdempotent(t *testing.T) {
	word := rapid.StringMatching(`[a-zA-Zàếộ0-9 ,"';=+-]{0,12}`)
	rapid.Check(t, func(rt *rapid.T) {
		var b strings.Builder
		b.WriteString("name,oob_ip,serial,site,notes,purchased\n")
		for i := range rapid.IntRange(0, 12).Draw(rt, "rows") {
			cell := func(label string) string { return strings.ReplaceAll(word.Draw(rt, label), `"`, `""`) }
			fmt.Fprintf(&b, "\"%s\",10.0.0.%d,\"%s\",\"%s\",\"%s\",%s\n", cell("name"), i, cell("serial"), cell("site"), cell("notes"),
				rapid.SampledFrom([]string{"", "2018", "2018-05-14", "1999", "x"}).Draw(rt, "date"))
		}
		d := &desk{t: t, f: netboxDevices}
		first := d.apply(b.String())
		if second := d.plan(b.String()); !second.Same || len(second.Added)+len(second.Changed) > 0 {
			rt.Fatalf("first %s, second %s\n%s\n%s", counts(first), counts(second), b.String(), d.file)
		}
	})
}
