package profile

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"ironage/probes/snmp"
)

// textFor is a text that an expression matches, for simulated devices. It tries
// the expression's first alternatives; an expression that is not so easily
// satisfied has none.
func textFor(re *regexp.Regexp) (snmp.Value, bool) {
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return snmp.Value{}, false
	}
	var b strings.Builder
	example(&b, tree)
	return textValue(b.String()), re.MatchString(b.String())
}

func example(b *strings.Builder, re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(strings.ToLower(string(re.Rune)))
	case syntax.OpCharClass:
		b.WriteRune(exampleRune(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('x')
	case syntax.OpCapture, syntax.OpConcat, syntax.OpPlus:
		for _, sub := range re.Sub {
			example(b, sub)
		}
	case syntax.OpAlternate:
		example(b, re.Sub[0])
	case syntax.OpRepeat:
		for range re.Min {
			example(b, re.Sub[0])
		}
	}
}

// exampleRune prefers what a person would write: a blank, a digit, a small letter.
func exampleRune(ranges []rune) rune {
	for _, r := range " 1ax" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= r && r <= ranges[i+1] {
				return r
			}
		}
	}
	if len(ranges) == 0 {
		return 'x'
	}
	return ranges[0]
}
