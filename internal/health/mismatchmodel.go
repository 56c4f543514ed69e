package health

import (
	"slices"
	"strings"
	"unicode"
)

// makers are words around a model's name that some write and others leave out.
var makers = []string{"dell", "emc", "hp", "hpe", "hewlett", "packard", "enterprise", "lenovo", "ibm", "supermicro", "super", "micro", "fujitsu", "huawei",
	"inspur", "cisco", "oracle", "sun", "inc", "corp", "corporation", "ltd", "co", "technologies", "systems", "system", "server",
	"poweredge", "proliant", "thinksystem", "primergy", "fusionserver", "synergy", "ucs", "ucsc", "ucsb"}

// sameModel reports whether two names may mean the same model: "PowerEdge R640"
// and "DELL R640", "DL380 G9" and "ProLiant DL380 Gen9", "RX2540M4" and
// "PRIMERGY RX2540 M4". An empty name says nothing, so it differs from none.
func sameModel(a, b string, vendors ...string) bool {
	x, y := modelWords(a, vendors), modelWords(b, vendors)
	if len(x) == 0 || len(y) == 0 {
		return true
	}
	return within(x, y) || within(y, x) || strings.Contains(strings.ToLower(a+b), "ucs") && begins(x, y)
}

// modelWords are the words of a model's name without its maker's.
func modelWords(s string, vendors []string) []string {
	var skip []string
	for _, v := range vendors {
		skip = append(skip, words(v)...)
	}
	var out []string
	for _, w := range words(s) {
		if digits, ok := strings.CutPrefix(w, "g"); ok && allDigits(digits) {
			w = "gen" + digits // HPE's people write G9 and Gen9
		}
		if !slices.Contains(makers, w) && !slices.Contains(skip, w) {
			out = append(out, w)
		}
	}
	return out
}

// words are the runs of letters and digits of a text, in lower case.
func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func allDigits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// within reports whether a is a run of b's words, however they are joined.
func within(a, b []string) bool {
	whole := strings.Join(a, "")
	for i := range b {
		run := ""
		for _, w := range b[i:] {
			if run += w; run == whole {
				return true
			}
			if len(run) > len(whole) {
				break
			}
		}
	}
	return false
}

// begins reports whether one name begins with the other: Cisco writes
// "UCSC-C220-M5SX" where people write "UCS C220 M5".
func begins(a, b []string) bool {
	x, y := strings.Join(a, ""), strings.Join(b, "")
	return strings.HasPrefix(x, y) || strings.HasPrefix(y, x)
}
