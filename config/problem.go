package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// place is a position in a file; line and column start at 1. The zero place
// means "the file as a whole".
type place struct {
	file         string
	line, column int
}

func (p place) String() string {
	if p.line == 0 {
		return p.file
	}
	return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.column)
}

// Problem is one thing that is wrong, or worth a warning, in one place.
type Problem struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"` // 0: the file as a whole
	Column int    `json:"column,omitempty"`
	// Text says what is wrong and what was expected. It never holds a secret.
	Text string `json:"text"`
	// Warning marks what does not keep the configuration from being used.
	Warning bool `json:"warning,omitempty"`
}

func (p Problem) String() string {
	text := p.Text
	if p.Warning {
		text = "warning: " + text
	}
	if p.File == "" {
		return text
	}
	return place{p.File, p.Line, p.Column}.String() + ": " + text
}

// Problems are all the mistakes of one configuration, in the order of files
// and lines. As an error it holds no warnings.
type Problems []Problem

// Error lists every problem on its own line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// maxProblems bounds what one run reports: a file with more is not the file
// it was meant to be.
const maxProblems = 200

// report gathers problems while files are read.
type report struct {
	problems []Problem
	files    []string // in the order in which they were read
	dropped  int
}

func (r *report) add(at place, warning bool, format string, args ...any) {
	if len(r.problems) >= maxProblems {
		r.dropped++
		return
	}
	r.problems = append(r.problems, Problem{File: at.file, Line: at.line, Column: at.column,
		// What stands in a file may be meant for a terminal rather than a person.
		Text: strings.Map(printable, fmt.Sprintf(format, args...)), Warning: warning})
}

func (r *report) errorf(at place, format string, args ...any) { r.add(at, false, format, args...) }
func (r *report) warnf(at place, format string, args ...any)  { r.add(at, true, format, args...) }

// failed reports whether anything but warnings was found.
func (r *report) failed() bool {
	return r.dropped > 0 || slices.ContainsFunc(r.problems, func(p Problem) bool { return !p.Warning })
}

// split sorts what was found by file and line into mistakes and warnings.
func (r *report) split() (mistakes, warnings Problems) {
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(slices.Index(r.files, a.File), slices.Index(r.files, b.File)),
			cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	for _, p := range r.problems {
		if p.Warning {
			warnings = append(warnings, p)
		} else {
			mistakes = append(mistakes, p)
		}
	}
	if r.dropped > 0 {
		mistakes = append(mistakes, Problem{Text: fmt.Sprintf("and %d more problems", r.dropped)})
	}
	return mistakes, warnings
}
