package tui

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"
)

// asciiFor is what stands for a character on a terminal that has only ASCII:
// one of ours by its meaning, a letter without its marks, else "?". It is as
// wide as the character.
func asciiFor(r rune) string {
	if to, ok := asciiGlyph(r); ok {
		return to
	}
	if r >= 0x2800 && r <= 0x28ff { // braille
		return "*"
	}
	cells := ansi.StringWidth(string(r))
	if base, _ := utf8.DecodeRuneInString(norm.NFKD.String(string(r))); base >= ' ' && base < 0x7f && cells == 1 {
		return string(base)
	}
	return strings.Repeat("?", cells)
}

// asciiGlyph is for the characters that the console itself draws.
func asciiGlyph(r rune) (string, bool) {
	switch r {
	case '…':
		return "~", true
	case '·', '•', '░', '▪', '□', '○':
		return ".", true
	case '─', '–', '—', '−', '┄', '╌', '━', '═', '‐', '‑':
		return "-", true
	case '│', '┃', '┊', '┆', '║', '▏', '▎', '▌', '▐':
		return "|", true
	case '┌', '┐', '└', '┘', '├', '┤', '┬', '┴', '┼', '╭', '╮', '╰', '╯', '╞', '╡', '╪':
		return "+", true
	case '›', '▸', '→', '▶', '»':
		return ">", true
	case '‹', '◂', '←', '◀', '«':
		return "<", true
	case '█', '▇', '▓', '■', '▉', '▊', '▋', '▍':
		return "#", true
	case '▁':
		return "_", true
	case '▂', '▃':
		return ":", true
	case '▄', '▅':
		return "=", true
	case '▆', '▒', '●', '◆', '★':
		return "*", true
	case '✓':
		return ".", true
	case '✗', '×':
		return "X", true
	case '▴', '▲', '↑':
		return "^", true
	case '▼', '▾', '↓':
		return "v", true
	case '°', '\u00a0':
		return " ", true
	case '“', '”', '„':
		return `"`, true
	case '‘', '’':
		return "'", true
	case '⚠':
		return "!", true
	case 'đ':
		return "d", true
	case 'Đ':
		return "D", true
	}
	return "", false
}
