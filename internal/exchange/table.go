package exchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// MaxRows bounds what one import reads.
const MaxRows = 500_000

const maxCell = 16 << 10

// Options say how a source is read.
type Options struct {
	Rules
	// Roles keeps only rows of these roles (NetBox), categories (Snipe-IT) or
	// types (GLPI); empty keeps all.
	Roles []string
	// Skip are statuses that leave a row out, instead of the format's own.
	Skip []string
	// Known are the servers of the whole inventory: assets and parts belong to them.
	Known []Known
}

// ReadCSV reads the rows of a decoded file. An error means that the file as a
// whole makes no sense; what is wrong with single rows stands in the Source.
func ReadCSV(text []byte, f *Format, o Options) (*Source, error) {
	text = trimHint(text)
	cr := csv.NewReader(bytes.NewReader(text))
	cr.Comma = separator(text, f.comma)
	cr.FieldsPerRecord = -1
	cr.ReuseRecord = true
	head, err := cr.Read()
	if err != nil {
		return nil, fmt.Errorf("no first line with column names; expected a CSV export of %s", f.Title)
	}
	a, err := newAssembler(f, o, "line", head)
	if err != nil {
		return nil, err
	}
	for {
		cells, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return a.done(), nil
		}
		if err := a.broken(err); err != nil {
			return nil, err
		}
		if err != nil {
			continue // this line is among the rejected
		}
		line, _ := cr.FieldPos(0)
		if err := a.line(line, cells, len(head)); err != nil {
			return nil, err
		}
	}
}

// broken takes a line that is no CSV to the rejected; where a quote leaves it
// open which line ends where, the whole file is refused.
func (a *assembler) broken(err error) error {
	var pe *csv.ParseError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &pe):
		return err
	case errors.Is(pe.Err, csv.ErrBareQuote):
		a.src.Total++
		a.reject(pe.StartLine, "", "a quote stands inside a cell; write it twice and the cell in quotes")
		return nil
	}
	return fmt.Errorf("line %d: a quote is opened or closed where it should not be (%w), so nobody knows where the next lines begin; correct it first", pe.StartLine, pe.Err)
}

// line takes one line of a file.
func (a *assembler) line(line int, cells []string, columns int) error {
	if blank(cells) {
		return nil
	}
	if a.src.Total++; a.src.Total > MaxRows {
		return fmt.Errorf("more than %d rows; import them in pieces", MaxRows)
	}
	for _, c := range cells {
		if len(c) > maxCell && strings.Contains(c, "\n") {
			return fmt.Errorf("line %d: a quote is opened that is closed only %d lines later; correct it first", line, strings.Count(c, "\n"))
		}
	}
	switch n := len(cells); {
	case n > columns && !blank(cells[columns:]):
		a.reject(line, a.nameIn(cells), fmt.Sprintf("%d cells where the first line has %d columns; a cell with a separator in it needs quotes", n, columns))
	case n < columns && !a.f.ragged:
		a.reject(line, a.nameIn(cells), fmt.Sprintf("only %d cells where the first line has %d columns; the line seems to be cut off", n, columns))
	default:
		a.add(line, cells[:min(n, columns)])
	}
	return nil
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// trimHint removes Excel's hint about the separator, but not its line break,
// so that line numbers stay; a lone CR ends lines on old Macs.
func trimHint(text []byte) []byte {
	if bytes.HasPrefix(text, []byte("sep=")) {
		if i := bytes.IndexByte(text, '\n'); i >= 0 {
			text = text[i:]
		}
	}
	if !bytes.Contains(text, []byte("\n")) {
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	}
	return text
}

// separator is what the first line uses most: comma, semicolon or tab.
func separator(text []byte, usual rune) rune {
	line, _, _ := bytes.Cut(bytes.TrimLeft(text, "\r\n"), []byte("\n"))
	best, most := usual, bytes.Count(line, []byte(string(usual)))
	for _, sep := range ",;\t" {
		if n := bytes.Count(line, []byte(string(sep))); n > most {
			best, most = sep, n
		}
	}
	return best
}

// ReadIDs reads the columns id and name of an export: which identifier the
// other system has for which name. A name that is there twice has none.
func ReadIDs(text []byte) (map[string]string, error) {
	text = trimHint(text)
	cr := csv.NewReader(bytes.NewReader(text))
	cr.Comma = separator(text, ',')
	cr.FieldsPerRecord = -1
	all, err := cr.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errors.New("no first line with column names")
	}
	at := func(name string) int {
		for i, h := range all[0] {
			if strings.EqualFold(strings.TrimSpace(h), name) {
				return i
			}
		}
		return -1
	}
	id, name := at("id"), at("name")
	if id < 0 || name < 0 {
		return nil, fmt.Errorf("expected the columns id and name; found %s", strings.Join(all[0], ", "))
	}
	out, twice := map[string]string{}, map[string]bool{}
	for _, cells := range all[1:] {
		if max(id, name) >= len(cells) {
			continue
		}
		n := strings.Join(strings.Fields(composed(cells[name])), " ")
		if _, had := out[n]; had {
			twice[n] = true
		}
		out[n] = strings.TrimSpace(cells[id])
	}
	for n := range twice {
		delete(out, n)
	}
	return out, nil
}
