package config

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"ironage/internal/ageing"
)

const plainStock = "part_number,model,kind,price,on_hand,on_order,place,lead_days,minimum,substitutes,notes\n" +
	"ab-1 ,ST4000NM0033,hdd,\"1,250.00\",2,1,Hà Nội,30,1,AB-2 AB-3,\"kệ 3, ngăn 2\"\n" +
	"AB-1,,disk,,3,,HCM,,,,\n"

func TestReadStock(t *testing.T) {
	for _, c := range []struct{ name, src string }{
		{"comma", plainStock},
		{"CRLF", strings.ReplaceAll(plainStock, "\n", "\r\n")},
		{"byte-order mark", "\ufeff" + plainStock},
		{"labels", strings.NewReplacer("part_number", "Part Number", "on_hand", "Qty", "lead_days", "Lead days").Replace(plainStock)},
		{"semicolon", semicolons(plainStock, ";")},
		{"Excel's separator line", "sep=;\r\n" + semicolons(plainStock, ";")},
		{"tab", semicolons(plainStock, "\t")},
		{"empty lines", strings.ReplaceAll(plainStock, "\n", "\n\n") + ",,,\n"},
		{"unknown column is a warning", strings.NewReplacer("notes\n", "notes,supplier of it\n", "2\"\n", "2\",ACME\n").Replace(plainStock)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, problems := ReadStock("stock.csv", []byte(c.src))
			if s == nil {
				t.Fatalf("got %v, want a stock", problems)
			}
			item, ok := s.Find("hdd", " Ab-1", "")
			if !ok || item.OnHand != 5 || item.OnOrder != 1 || item.Price == nil || *item.Price != 125000 || item.LeadDays == nil || *item.LeadDays != 30 ||
				item.Minimum != 1 || strings.Join(item.Substitutes, " ") != "AB-2 AB-3" || strings.Join(item.Places, "|") != "HCM|Hà Nội" {
				t.Errorf("got %+v, %v", item, ok)
			}
			if l := s.Lines[0]; l.Notes != "kệ 3, ngăn 2" || l.Kind != "hdd" {
				t.Errorf("got %+v", l)
			}
			if wantWarning := strings.Contains(c.name, "warning"); (len(problems) == 1) != wantWarning || wantWarning && !problems[0].Warning {
				t.Errorf("got problems %v", problems)
			}
		})
	}
}

func TestReadStockDates(t *testing.T) {
	s, problems := ReadStock("stock.csv", []byte("model,Manufactured,In stock since\nM,2021-03,2022\nN,,\n"))
	if len(problems) > 0 || s.Lines[0].Made != "2021-03" || s.Lines[0].InStockSince != "2022" || s.Lines[1].Made != "" {
		t.Errorf("got %+v, %v", s, problems)
	}
}

// semicolons is the same list with another separator, as a spreadsheet writes it.
func semicolons(src, sep string) string {
	var b strings.Builder
	quoted := false
	for _, r := range src {
		quoted = quoted != (r == '"')
		if r == ',' && !quoted {
			b.WriteString(sep)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func TestReadStockMistakes(t *testing.T) {
	const head = "part_number,model,kind,price,on_hand,on_order,place,lead_days,minimum\n"
	for _, c := range []struct{ name, src, want string }{
		{"empty", "", "stock.csv:1:1: no first line"},
		{"no key column", "price,on_hand\n1,2\n", "stock.csv:1:1: neither a column part_number nor one called model; found price, on_hand"},
		{"slip in a column", "part_number,on_hnd\nA,1\n", `stock.csv:1:13: column "on_hnd" is not known here; did you mean "on_hand"?`},
		{"column twice", "part_number,qty,on_hand\nA,1,1\n", `stock.csv:1:17: column "on_hand" says the same as column "qty"`},
		{"no part", head + ",,hdd,5\n", "stock.csv:2:1: neither a part number nor a model"},
		{"ambiguous price", head + "A,,,\"1,250\"\n", `stock.csv:2:5: price "1,250" can be read in two ways; write digits with at most two decimals`},
		{"negative price", head + "A,,,-1\n", "negative"},
		{"price with a currency", head + "A,,,5 USD\n", "without a currency"},
		{"fraction on hand", head + "A,,,,1.5\n", `stock.csv:2:6: on_hand: "1.5" is not a number of parts; expected a whole number from 0 to 1000000`},
		{"negative on order", head + "A,,,,,-2\n", "on_order: "},
		{"too many", head + "A,,,,99999999999999999999\n", "on_hand: "},
		{"bad minimum", head + "A,,,,,,,,x\n", "minimum: "},
		{"bad lead time", head + "A,,,,,,,NaN\n", `lead_days: "NaN" is not a number of days; expected 0 to 3650`},
		{"bad date", "model,made\nM,2021-13\n", `stock.csv:2:3: made: "2021-13" is not a date: write 2018-05-14`},
		{"unknown kind", head + "A,,floppy\n", `stock.csv:2:4: kind "floppy"; expected one of battery`},
		{"more cells than columns", head + "A,,,1,250,0,,,,\n", "this line has more cells"},
		{"price conflict", head + "A,,,5.00\nB,,,5\n a ,,,5.01\n", `stock.csv:4:1: part number "a": price 5.01, but 5.00 on line 2; expected the same`},
		{"price conflict of a model", head + ",M,,5\n,m,,6\n", `stock.csv:3:1: model "m": price 6.00, but 5.00 on line 2`},
		{"lead time conflict", head + "A,,,,,,,30\nA,,,,,,,40\n", "lead time 40 days, but 30 on line 2"},
		{"quote", head + "A,3.5\" disk\n", "stock.csv:2:6: not valid CSV"},
		{"open quote", head + "\"A,,,\n", "not valid CSV"},
		{"not UTF-8", head + "A,\xe2\xe3,\n", "not UTF-8"},
		{"not text", head + "A,\x00,\n", "not a text file"},
		{"long cell", head + strings.Repeat("A", maxCellBytes+1) + "\n", "a cell of 16385 bytes"},
		{"long part number", head + strings.Repeat("A", maxStockWord+1) + "\n", "part_number of 201 characters"},
		{"too many lines", head + strings.Repeat("A\n", maxStockLines+1), "more than 100000 lines"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, problems := ReadStock("stock.csv", []byte(c.src))
			if s != nil || !strings.Contains(problems.Error(), c.want) {
				if len(problems) > 5 {
					problems = problems[:5]
				}
				t.Errorf("got %v\nwant %q", problems, c.want)
			}
		})
	}
	if s, problems := ReadStock("stock.csv", bytes.Repeat([]byte("x"), maxStockBytes+1)); s != nil || len(problems) != 1 {
		t.Errorf("a list of %d bytes was read", maxStockBytes+1)
	}
}

// Every mistake is named by its own line, and at most 200 of them.
func TestReadStockNamesEveryLine(t *testing.T) {
	var b strings.Builder
	b.WriteString("part_number,price\n")
	for i := range 50 {
		fmt.Fprintf(&b, "P%d,1.00\nQ%d,dear\n", i, i)
	}
	s, problems := ReadStock("stock.csv", []byte(b.String()))
	if s != nil || len(problems) != 50 {
		t.Fatalf("got %d problems, want 50", len(problems))
	}
	for i, p := range problems {
		if p.File != "stock.csv" || p.Line != 2*i+3 || p.Column == 0 {
			t.Errorf("problem %d stands at %s:%d:%d, want line %d", i, p.File, p.Line, p.Column, 2*i+3)
		}
	}
	_, problems = ReadStock("stock.csv", []byte("part_number,price\n"+strings.Repeat("A,x\n", 5000)))
	if len(problems) != maxProblems+1 || !strings.Contains(problems.Error(), "and 4800 more problems") {
		t.Errorf("got %d problems", len(problems))
	}
}

func TestReadStockWarnsOfCopiedLines(t *testing.T) {
	s, problems := ReadStock("stock.csv", []byte("part_number,on_hand,place\nA,1,x\nA,1,X\nA,1,y\n"))
	if s == nil || len(problems) != 1 || !problems[0].Warning || !strings.Contains(problems[0].Text, "on line 2 already") {
		t.Fatalf("got %v, want one warning", problems)
	}
	if item, _ := s.Find("", "a", ""); item.OnHand != 3 {
		t.Errorf("got %d on hand, want all 3", item.OnHand)
	}
}

func FuzzReadStock(f *testing.F) {
	f.Add([]byte(plainStock))
	f.Add([]byte("sep=;\npart;price\nA;1.250,00\n"))
	f.Add([]byte("model\tqty\n\"a\nb\"\t3\n"))
	f.Add([]byte("part_number,price\nA,5\nA,6\n\"\x1b[31m,"))
	f.Fuzz(func(t *testing.T, src []byte) {
		s, problems := ReadStock("stock.csv", src)
		mistakes := false
		for _, p := range problems {
			mistakes = mistakes || !p.Warning
			if p.Text == "" || strings.ContainsAny(p.Text, "\x1b\n\r") {
				t.Fatalf("problem %q", p.Text)
			}
		}
		if (s == nil) != mistakes {
			t.Fatalf("a stock and mistakes: %v", problems)
		}
		if s == nil {
			return
		}
		for _, l := range s.Lines {
			checkStockLine(t, s, l)
		}
	})
}

func checkStockLine(t *testing.T, s *ageing.Stock, l ageing.StockLine) {
	if l.PartNumber == "" && l.Model == "" || l.OnHand < 0 || l.OnOrder < 0 || l.Minimum < 0 || l.Price != nil && *l.Price < 0 {
		t.Fatalf("got line %+v", l)
	}
	if item, ok := s.Find(l.Kind, l.PartNumber, l.Model); !ok || item.OnHand < l.OnHand {
		t.Fatalf("line %+v is not found: %+v", l, item)
	}
}
