package config

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
)

// csvLines goes through a CSV file line by line and tells what is wrong with
// its form. Inventories, parts and stock lists are read with it.
type csvLines struct {
	*report
	cr      *csv.Reader
	file    string
	columns int // of the first line
}

// openCSV reads the first line; false when there is none, which is reported
// with an example of what was expected.
func openCSV(file string, src []byte, r *report, example string) (l *csvLines, head []string, ok bool) {
	src, ok = cleanCSV(file, src, r)
	if !ok {
		return nil, nil, false
	}
	cr := csv.NewReader(bytes.NewReader(src))
	cr.Comma = separator(src)
	cr.FieldsPerRecord = -1
	cr.ReuseRecord = true
	head, err := cr.Read()
	if err != nil {
		r.errorf(place{file, 1, 1}, "no first line with column names, e.g. %s", example)
		return nil, nil, false
	}
	return &csvLines{report: r, cr: cr, file: file, columns: len(head)}, head, true
}

// next is the next line; false at the end, and where a quote is left open:
// what follows it is not what it seems.
func (l *csvLines) next() ([]string, bool) {
	cells, err := l.cr.Read()
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		l.errorf(place{l.file, pe.Line, pe.Column}, "not valid CSV: %v; a quote inside a cell is written twice and the cell in quotes", pe.Err)
	}
	return cells, err == nil
}

// at is where a cell of the line just read stands.
func (l *csvLines) at(cell int) place {
	line, column := l.cr.FieldPos(cell)
	return place{l.file, line, column}
}

// cells calls f with every cell that is not empty, and reports whether there
// was any. Cells beyond the columns and cells without end are mistakes.
func (l *csvLines) cells(line []string, f func(i int, text string, at place)) bool {
	any := false
	for i, text := range line {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		any = true
		switch at := l.at(i); {
		case i >= l.columns:
			l.errorf(at, "this line has more cells than the first line has columns (%d); a cell with a separator in it needs quotes", l.columns)
			return true
		case len(text) > maxCellBytes:
			l.errorf(at, "a cell of %d bytes; at most %d are read (is a closing quote missing?)", len(text), maxCellBytes)
		default:
			f(i, text, at)
		}
	}
	return any
}
