package lang

import "strings"

// part of a text with verbs: a literal, or a verb and the argument it takes.
type part struct {
	lit  string
	verb byte // 0: a literal
	arg  int  // counted from 0
	spec string
}

// split takes a text of package fmt apart. What is no complete verb ("100 %",
// "% of") is a literal, as people mean it; "%%" is one percent sign.
func split(text string) []part {
	var parts []part
	var lit strings.Builder
	next := 0
	for i := 0; i < len(text); {
		if text[i] != '%' {
			end := strings.IndexByte(text[i:], '%')
			if end < 0 {
				end = len(text) - i
			}
			lit.WriteString(text[i : i+end])
			i += end
			continue
		}
		if strings.HasPrefix(text[i:], "%%") {
			lit.WriteByte('%')
			i += 2
			continue
		}
		spec, arg := readVerb(text[i:], next)
		if spec == "" {
			lit.WriteByte('%')
			i++
			continue
		}
		if lit.Len() > 0 {
			parts = append(parts, part{lit: lit.String()})
			lit.Reset()
		}
		parts = append(parts, part{verb: spec[len(spec)-1], arg: arg, spec: spec})
		next = arg + 1
		i += len(spec)
	}
	if lit.Len() > 0 {
		parts = append(parts, part{lit: lit.String()})
	}
	return parts
}

// readVerb is the verb that text begins with and the number of its argument;
// next is the argument whose turn it is.
func readVerb(text string, next int) (string, int) {
	i := 1
	skip := func(set string) {
		for i < len(text) && strings.IndexByte(set, text[i]) >= 0 {
			i++
		}
	}
	skip("+-#0")
	skip("0123456789.")
	if i < len(text) && text[i] == '[' {
		n, at := 0, i+1
		for at < len(text) && text[at] >= '0' && text[at] <= '9' && n < 100 {
			n, at = n*10+int(text[at]-'0'), at+1
		}
		if at >= len(text) || text[at] != ']' || n == 0 {
			return "", next
		}
		next, i = n-1, at+1
	}
	if i < len(text) && strings.IndexByte("vTtbcdoOqxXUeEfFgGspw", text[i]) >= 0 {
		return text[:i+1], next
	}
	return "", next
}

// hasVerbs reports whether a text takes arguments.
func hasVerbs(text string) bool {
	if strings.IndexByte(text, '%') < 0 {
		return false
	}
	for _, p := range split(text) {
		if p.verb != 0 {
			return true
		}
	}
	return false
}

// sameVerbs reports whether a translation asks for the arguments that its key
// is given, each with the same verb.
func sameVerbs(key, translation string) bool {
	want, got := map[int]string{}, map[int]string{}
	for _, p := range split(key) {
		if p.verb != 0 {
			want[p.arg] = bare(p.spec)
		}
	}
	for _, p := range split(translation) {
		if p.verb != 0 {
			got[p.arg] = bare(p.spec)
		}
	}
	if len(want) != len(got) {
		return false
	}
	for i, v := range want {
		if got[i] != v {
			return false
		}
	}
	return true
}

// bare is a verb without the number of its argument.
func bare(spec string) string {
	from := strings.IndexByte(spec, '[')
	if from < 0 {
		return spec
	}
	return spec[:from] + spec[strings.IndexByte(spec, ']')+1:]
}
