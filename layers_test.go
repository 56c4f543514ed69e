package ironage_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mayImport says which of our packages each package may use. Arrows point
// inwards: faces → use-cases → collecting → probing, everything → fleet, and
// fleet → nothing. A new package needs a line here and a reason in its package
// comment. Tests are not held to it, except that nothing imports cmd.
var mayImport = map[string][]string{
	"internal/fleet":           {},
	"internal/fleet/change":    {"internal/fleet"},
	"internal/fleet/packed":    {"internal/fleet"},
	"internal/fleet/fleettest": {"internal/fleet"},
	"internal/audit":           {},
	"internal/ageing":          {"internal/fleet"},
	"internal/health":          {"internal/fleet", "internal/ageing"},
	"internal/queue":           {"internal/fleet", "internal/health"},
	"internal/outlook":         {"internal/fleet", "internal/ageing", "internal/health"},
	"internal/lang":            {},
	"internal/lang/langtest":   {"internal/lang"},
	"internal/filter":          {},
	"internal/lists":           {"internal/fleet", "internal/health", "internal/ageing", "internal/queue", "internal/outlook", "internal/filter"},
	"internal/racks":           {"internal/fleet"},
	"internal/maintenance":     {"internal/fleet"},
	"internal/settings":        {},
	"internal/picklist":        {"internal/fleet", "internal/queue", "internal/lang"},
	"internal/report":          {"internal/fleet", "internal/ageing", "internal/outlook", "internal/queue", "internal/lang"},
	"internal/exchange":        {"internal/fleet", "internal/ageing"},
	"internal/notify":          {"internal/fleet", "internal/queue"},
	"internal/store":           {"internal/fleet", "internal/fleet/change", "internal/fleet/packed", "internal/audit", "internal/maintenance", "internal/notify", "internal/queue"},
	"internal/collect":         {"internal/fleet", "internal/health", "internal/ageing", "internal/maintenance", "internal/queue"},
	"internal/ops":             {"internal/fleet", "internal/audit", "internal/health", "internal/ageing", "internal/maintenance", "internal/queue", "internal/outlook"},
	"probes/scarce":            {},
	"probes/ping":              {"internal/fleet", "probes/scarce"},
	"probes/snmp":              {"internal/fleet", "probes/scarce"},
	"probes/profile":           {"internal/fleet", "probes/snmp"},
	"probes":                   {"internal/fleet", "probes/snmp", "probes/profile"},
	"probes/record":            {"probes/snmp", "probes/profile"},
	"probes/bench":             {"internal/fleet", "probes", "probes/snmp"},
	"probes/discover":          {"internal/fleet", "probes/snmp", "probes/profile"},
	"config":                   {"internal/fleet", "internal/health", "internal/ageing", "internal/queue", "internal/outlook", "probes/snmp"},
	"tui":                      {"internal/fleet", "internal/health", "internal/ageing", "internal/queue", "internal/ops", "internal/outlook", "internal/report", "internal/lang", "internal/filter", "internal/lists", "internal/racks", "internal/maintenance", "internal/settings"},
	"internal/sim":             {"internal/fleet", "internal/sim/agent", "probes/snmp", "probes/profile"},
	"internal/sim/agent":       {"probes/snmp"},
	"internal/snmpdtest":       {"probes/snmp"},
	"internal/store/storetest": {"internal/fleet", "internal/audit", "internal/maintenance", "internal/queue", "internal/store"},
}

// pure packages have no I/O and no clock: these imports and calls stay out.
var (
	pure      = []string{"internal/fleet", "internal/fleet/change", "internal/fleet/packed", "internal/ageing", "internal/health", "internal/queue", "internal/outlook", "internal/lang", "internal/filter", "internal/lists", "internal/racks", "internal/maintenance"}
	forbidden = []string{"os", "net", "io/fs", "os/exec", "database/sql", "net/http", "log", "log/slog", "context"}
)

func TestLayers(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}}{{range .Imports}} {{.}}{{end}}", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		pkg, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		name := strings.TrimPrefix(pkg, "ironage/")
		if name == "ironage" || name == "cmd/ironage" {
			continue
		}
		allowed, known := mayImport[name]
		if !known {
			t.Errorf("%s is new: give it a line in mayImport and a reason in its package comment", name)
			continue
		}
		for _, imp := range strings.Fields(imports) {
			ours, is := strings.CutPrefix(imp, "ironage/")
			if is && !contains(allowed, ours) {
				t.Errorf("%s imports %s; it may import only %v", name, ours, allowed)
			}
			if contains(pure, name) && contains(forbidden, imp) {
				t.Errorf("%s imports %q, but is pure: no I/O and no clock", name, imp)
			}
		}
	}
}

// TestPurePackagesHaveNoClock: time is an argument there.
func TestPurePackagesHaveNoClock(t *testing.T) {
	for _, dir := range pure {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files (%v)", dir, err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, f, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && contains([]string{"Now", "Since", "Until", "Sleep", "After", "NewTimer", "NewTicker"}, sel.Sel.Name) {
						t.Errorf("%s: time.%s in a pure package", fset.Position(n.Pos()), sel.Sel.Name)
					}
				}
				return true
			})
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
