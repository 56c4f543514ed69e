package lang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// found is a text for people that stands in the source.
type found struct {
	pos  token.Position
	text string // with %s where something else is joined to it
}

// scanner finds texts for people in a package's source.
type scanner struct {
	fset  *token.FileSet
	words bool // single words too: faces draw them, below they are codes
	skip  map[ast.Node]bool
	out   []found
}

// scanDir reads the sources of a folder, without tests.
func scanDir(t *testing.T, dir string, words bool) []found {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("../..", dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: no files (%v)", dir, err)
	}
	s := &scanner{fset: token.NewFileSet(), words: words, skip: map[ast.Node]bool{}}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(s.fset, name, nil, 0)
		if err != nil {
			t.Logf("%s cannot be read now: %v", name, err)
			continue
		}
		ast.Inspect(file, s.visit)
	}
	for i := range s.out {
		s.out[i].pos.Filename = strings.TrimPrefix(s.out[i].pos.Filename, "../../")
	}
	return s.out
}

// visit looks at one node: what is no text for people is passed over with all
// that is below it.
func (s *scanner) visit(n ast.Node) bool {
	if n == nil || s.skip[n] {
		return false
	}
	switch x := n.(type) {
	case *ast.ImportSpec:
		return false
	case *ast.Field:
		s.pass(x.Tag)
	case *ast.CaseClause: // what is compared is a code
		s.pass(exprs(x.List)...)
	case *ast.IndexExpr:
		s.pass(x.Index)
	case *ast.KeyValueExpr:
		if lit, ok := x.Key.(*ast.BasicLit); ok {
			s.skip[lit] = true
		}
		if name, ok := x.Key.(*ast.Ident); ok && slices.Contains(helpFields, name.Name) {
			return false
		}
	case *ast.CallExpr:
		s.call(x)
	case *ast.BinaryExpr:
		return s.binary(x)
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			s.keep(x.Pos(), value(x))
		}
	}
	return true
}

func exprs(list []ast.Expr) []ast.Node {
	out := make([]ast.Node, len(list))
	for i, x := range list {
		out[i] = x
	}
	return out
}

// pass leaves nodes out.
func (s *scanner) pass(nodes ...ast.Node) {
	for _, n := range nodes {
		if lit, ok := n.(*ast.BasicLit); ok && lit != nil {
			s.skip[lit] = true
		}
	}
}

// helpFields are a command's help, which is English as its flags are.
var helpFields = []string{"Use", "Long", "Short", "Example", "Aliases"}

// codes are functions whose texts are not for people.
var codes = regexp.MustCompile(`^(strings\.\w+|strconv\.\w+|regexp\.\w+|key\.(WithKeys|Matches)|lipgloss\.(Color|Width)|\w+\.Format|time\.\w+|panic|os\.\w+|filepath\.\w+|path\.\w+|slog\.\w+|\w*\.?(log|logger|Log)\.\w+|\w+\.Getenv|\w+\.getenv|\w+\.Lookup|\w+\.Changed|\w+\.printTable|\w+\.printAs|\w+\.printFitting|printCSV|onlyOneOf|completes|\w+\.MarkFlag\w+|\w+\.SetPrefix|sort\.\w+|slices\.\w+|cmp\.Compare|utf8\.\w+|ansi\.\w+|bytes\.\w+|json\.\w+|hash\w*\.\w+|debugf?)$`)

// flags are functions that make a command's flags: their help is English.
var flags = regexp.MustCompile(`^(.*\.)?((String|StringSlice|StringArray|Int|Int64|Bool|Duration|Float64|Count)(Var|VarP)|Var|VarP)$`)

// call passes over the arguments of functions that take codes.
func (s *scanner) call(x *ast.CallExpr) {
	name := calledName(x.Fun)
	if flags.MatchString(name) {
		for _, arg := range x.Args {
			s.skip[arg] = true
		}
	}
	if name == "strings.ReplaceAll" || name == "strings.Join" || name == "strings.NewReplacer" || codes.MatchString(name) {
		s.pass(exprs(x.Args)...)
	}
}

func calledName(f ast.Expr) string {
	switch x := f.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		if in := calledName(x.X); in != "" {
			return in + "." + x.Sel.Name
		}
		return "." + x.Sel.Name
	case *ast.CallExpr:
		return calledName(x.Fun) + "()"
	}
	return ""
}

// binary reads joined texts as one, and passes over compared ones.
func (s *scanner) binary(x *ast.BinaryExpr) bool {
	switch x.Op {
	case token.EQL, token.NEQ, token.LSS, token.GTR, token.LEQ, token.GEQ:
		s.pass(x.X, x.Y)
	case token.ADD:
		text, literal := s.joined(x)
		if literal {
			s.keep(x.Pos(), text)
		}
	}
	return true
}

// joined is a text of several operands, with %s for what is no literal.
func (s *scanner) joined(x ast.Expr) (string, bool) {
	switch x := x.(type) {
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			s.skip[x] = true
			return value(x), true
		}
	case *ast.ParenExpr:
		return s.joined(x.X)
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			s.skip[x] = true
			a, la := s.joined(x.X)
			b, lb := s.joined(x.Y)
			delete(s.skip, x)
			s.skip[x] = true
			return a + b, la || lb
		}
	}
	return "%s", false
}

func value(x *ast.BasicLit) string {
	text, err := strconv.Unquote(x.Value)
	if err != nil {
		return ""
	}
	return text
}

var (
	letters  = regexp.MustCompile(`\pL{2,}`)
	sentence = regexp.MustCompile(`\pL{2,}.*[ ].*\pL{2,}|\pL{2,}[a-z]* %|%\S+ \pL{2,}`)
	codeLike = regexp.MustCompile(`^[a-z]+:\S+$|^[#./_-]|^\S*[_/\\.=<>{}\x00-\x1f]\S*$|^[A-Z]+_[A-Z_]+$`)
)

// keep takes a text down if it has words.
func (s *scanner) keep(at token.Pos, text string) {
	bare := withoutVerbs(text)
	if !letters.MatchString(bare) || codeLike.MatchString(text) && !strings.Contains(strings.TrimSpace(text), " ") {
		return
	}
	if !s.words && !sentence.MatchString(text) {
		return
	}
	s.out = append(s.out, found{s.fset.Position(at), text})
}

// withoutVerbs is a text's literals.
func withoutVerbs(text string) string {
	var b strings.Builder
	for _, p := range split(text) {
		b.WriteString(p.lit)
		b.WriteByte(' ')
	}
	return b.String()
}
