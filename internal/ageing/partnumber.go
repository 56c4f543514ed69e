package ageing

import (
	"regexp"
	"strings"
)

// pieceID is Dell's piece-part identification: country, part number, and then
// who made this very piece and when.
var pieceID = regexp.MustCompile(`^[A-Z]{2}(0[0-9A-Z]{5})[0-9A-Z]{5}[0-9][1-9A-C][1-9A-V][0-9A-Z]{4}(?:[A-Z][0-9]{2})?$`)

// PartNumber is what a part is ordered by. Dell's controllers report where a
// part number belongs an identification of the single piece, with the number
// in it: "TH0529FG212334AF000PA02" is a piece of part 0529FG.
func PartNumber(reported string) string {
	plain := strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(reported), "-", ""))
	if n := len(plain); n != 20 && n != 23 {
		return reported
	}
	if m := pieceID.FindStringSubmatch(plain); m != nil {
		return m[1]
	}
	return reported
}
