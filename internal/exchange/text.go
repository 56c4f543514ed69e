package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	utf16 "golang.org/x/text/encoding/unicode"
)

// Encodings are the names that Decode takes; "auto" is the usual one.
var Encodings = []string{"auto", "utf-8", "windows-1258", "windows-1252", "utf-16"}

// MaxFile is the largest file that is read.
const MaxFile = 128 << 20

// Decode turns a file into UTF-8 text and says as what it was read, if that was
// anything but UTF-8. With "auto" legacy Vietnamese text is recognised only
// when all of it makes sense as such.
func Decode(src []byte, name string) (text []byte, note string, err error) {
	if !slices.Contains(Encodings, name) {
		return nil, "", fmt.Errorf("encoding %q is not known; expected one of %s", name, strings.Join(Encodings, ", "))
	}
	switch {
	case bytes.HasPrefix(src, []byte("PK\x03\x04")), bytes.HasPrefix(src, []byte("\xd0\xcf\x11\xe0")):
		return nil, "", errors.New("this is a workbook, not a CSV file; save it as \"CSV UTF-8\" (Excel: Save As) and import that")
	case bytes.HasPrefix(src, []byte{0xff, 0xfe, 0, 0}), bytes.HasPrefix(src, []byte{0, 0, 0xfe, 0xff}):
		text, err = decodeWith(utf32.UTF32(utf32.BigEndian, utf32.UseBOM), src)
		note = "read as UTF-32"
	case bytes.HasPrefix(src, []byte{0xff, 0xfe}), bytes.HasPrefix(src, []byte{0xfe, 0xff}), name == "utf-16":
		text, err = decodeWith(utf16.UTF16(utf16.LittleEndian, utf16.UseBOM), src)
		note = "read as UTF-16"
	case name == "windows-1258", name == "windows-1252":
		text, err = decodeWith(legacy[name], src)
		note = "read as " + name
	case utf8.Valid(src):
		text = src
	case name == "utf-8":
		return nil, "", notUTF8(src)
	default:
		text, note, err = guessLegacy(src)
	}
	if err != nil {
		return nil, "", err
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, "", errors.New("this is not a text file; expected a CSV export")
	}
	return bytes.TrimPrefix(text, []byte("\ufeff")), note, nil
}

var legacy = map[string]encoding.Encoding{"windows-1258": charmap.Windows1258, "windows-1252": charmap.Windows1252}

func decodeWith(e encoding.Encoding, src []byte) ([]byte, error) {
	text, _, err := transform.Bytes(e.NewDecoder(), src)
	if err != nil {
		return nil, fmt.Errorf("the text cannot be decoded: %w", err)
	}
	return text, nil
}

// notUTF8 says in which line the first letter stands that is not UTF-8.
func notUTF8(src []byte) error {
	line := 1
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		i += n
	}
	return fmt.Errorf("line %d is not UTF-8; save the file as \"CSV UTF-8\", or say how it was written: --encoding windows-1258 (legacy Vietnamese), windows-1252 (Western Europe)", line)
}

// guessLegacy reads text as Windows-1258 when every tone mark in it stands
// behind a letter that can carry it; what is left is not guessed.
func guessLegacy(src []byte) ([]byte, string, error) {
	text, err := decodeWith(charmap.Windows1258, src)
	if err != nil || !plausibleVietnamese(string(text)) {
		return nil, "", notUTF8(src)
	}
	return text, "read as windows-1258, because it is not UTF-8; look at the names, and give --encoding if they are wrong", nil
}

// composed is a cell with its letters composed (NFC), which legacy Vietnamese
// text and some systems write apart. Whole files are not composed: a Greek
// question mark would become a semicolon, and so a separator.
func composed(cell string) string { return norm.NFC.String(strings.TrimSpace(cell)) }

const (
	toneMarks = "\u0300\u0301\u0303\u0309\u0323"
	toneHosts = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
)

func plausibleVietnamese(text string) bool {
	last := ' '
	for _, r := range text {
		switch {
		case r == utf8.RuneError:
			return false
		case strings.ContainsRune(toneMarks, r):
			if !strings.ContainsRune(toneHosts, last) {
				return false
			}
		case unicode.IsControl(r) && !strings.ContainsRune("\t\r\n", r):
			return false
		}
		last = r
	}
	return true
}
