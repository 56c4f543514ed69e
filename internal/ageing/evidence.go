package ageing

import (
	"maps"
	"slices"
)

// Evidence is the text of the source behind a code of the tables (reference §9).
func Evidence(code string) (source string, ok bool) {
	source, ok = evidence[code]
	return source, ok
}

// Judgement is the code of numbers for which no published figure was found.
const Judgement = "j"

var evidence = map[string]string{
	Judgement: "a judgement: no published figure was found",
}

// EvidenceCodes lists the known codes, sorted.
func EvidenceCodes() []string { return slices.Sorted(maps.Keys(evidence)) }
