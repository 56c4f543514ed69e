package tui

import (
	"strconv"

	"ironage/internal/racks"
)

// rackCell is how wide a rack is in the map of the rooms.
const rackCell = 19

// roomRow is one line of the map: a heading, or racks beside each other.
type roomRow struct {
	room  *racks.Room // of a heading
	row   string      // the row of racks, where the configuration names it
	first int         // the first rack among the shown
	n     int
}

// roomRows lays the shown racks out, room by room and row by row.
func (s *rackScreen) roomRows(perRow int) []roomRow {
	var out []roomRow
	room := 0
	for i := 0; i < len(s.shown); {
		r := s.shown[i]
		if i == 0 || s.shown[i-1].Site != r.Site || s.shown[i-1].Room != r.Room || r.Name == "" {
			out = append(out, roomRow{room: s.roomOf(r, &room), first: i})
		}
		n := 1
		for n < perRow && i+n < len(s.shown) && sameRow(s.shown[i+n], r) {
			n++
		}
		out = append(out, roomRow{first: i, n: n, row: r.Row})
		i += n
	}
	return out
}

func sameRow(a, b *racks.Rack) bool {
	return a.Site == b.Site && a.Room == b.Room && a.Row == b.Row && (a.Name == "") == (b.Name == "")
}

// roomOf is the room of a rack; racks come in the order of their rooms.
func (s *rackScreen) roomOf(r *racks.Rack, from *int) *racks.Room {
	for ; *from < len(s.data.rooms); *from++ {
		if room := &s.data.rooms[*from]; room.Site == r.Site && room.Name == r.Room && r.Name != "" {
			return room
		}
	}
	return &racks.Room{Racks: []*racks.Rack{r}, Sum: r.Sum}
}

// drawRooms draws the rooms with a cell for each rack.
func (s *rackScreen) drawRooms(w, h int) []string {
	if s.look.of != s.sh.styles {
		s.look = rackPaint{of: s.sh.styles}
	}
	s.perRow = max((w-2)/rackCell, 1)
	rows := s.roomRows(s.perRow)
	at := 0
	for i := range rows {
		if rows[i].n > 0 && rows[i].first <= s.at {
			at = i
		}
	}
	top := max(min(at-h/2, len(rows)-h), 0)
	var out []string
	for i := top; i < min(top+h, len(rows)); i++ {
		if rows[i].room != nil {
			out = append(out, s.roomHead(rows[i].room, w))
			continue
		}
		out = append(out, s.roomCells(&rows[i], w))
	}
	return out
}

// roomHead is a room with what it amounts to.
func (s *rackScreen) roomHead(r *racks.Room, w int) string {
	st, t := s.sh.styles, s.sh.t
	name := joinComma(clean(r.Name), clean(r.Site))
	switch {
	case len(r.Racks) == 1 && r.Racks[0].Name == "":
		name = t.Say("in no rack")
	case name == "":
		name = t.Say("(no room)")
	}
	sum := &r.Sum
	h := s.sumHue(sum)
	facts := []string{t.Count(sum.Racks, "%d rack", "%d racks"), t.Count(sum.Servers, "%d server", "%d servers")}
	if sum.Units > 0 {
		facts = append(facts, t.Say("%s of %s U free", t.Int(int64(sum.Free)), t.Int(int64(sum.Units))))
	}
	if pct, known := sum.OverPct(); known && s.tint != tintAge {
		facts = append(facts, t.Say("%s over age", percent(pct)))
	}
	if s.tint != tintHeat && sum.Hottest != nil {
		facts = append(facts, t.Say("hottest inlet %s", celsius(sum.Hottest.Inlet)))
	}
	if sum.Clashes > 0 {
		facts = append(facts, t.Count(sum.Clashes, "%d in conflict", "%d in conflict"))
	}
	return cut(" "+st.title.Render(name)+"  "+h.style.Render(h.glyph+" "+h.value)+st.faint.Render("  "+joined(facts...)), w)
}

// roomCells draws the racks of one line.
func (s *rackScreen) roomCells(row *roomRow, w int) string {
	var b paintedLine
	b.p = &s.look
	b.put(s.sh.styles.plain, "  ")
	for i := row.first; i < row.first+row.n; i++ {
		r := s.shown[i]
		h := s.sumHue(&r.Sum)
		if r.Sum.Servers == 0 {
			h = hue{s.sh.styles.glyphs[4], s.sh.t.Say("empty"), s.sh.styles.faint}
		}
		name := clean(r.Name)
		if name == "" {
			name = strconv.Itoa(r.Sum.Servers)
		}
		b.selected = i == s.at
		lead := " "
		if b.selected {
			lead = s.sh.styles.cursor[:len(s.sh.styles.cursor)-1]
		}
		const figure = 8
		b.put(s.sh.styles.plain, lead+fit(name, rackCell-figure-3)+" ")
		b.put(h.style, fit(h.glyph+" "+h.value, figure))
		b.selected = false
		b.put(s.sh.styles.plain, " ")
	}
	if row.row != "" {
		b.put(s.sh.styles.faint, " "+s.sh.t.Say("row %s", clean(row.row)))
	}
	return cut(b.b.String(), w)
}

// cellMove goes n lines down in the map, or up, staying in its column.
func (s *rackScreen) cellMove(n int) {
	rows := s.roomRows(s.perRow)
	var cells []roomRow
	at, col := 0, 0
	for _, r := range rows {
		if r.n == 0 {
			continue
		}
		if r.first <= s.at && s.at < r.first+r.n {
			at, col = len(cells), s.at-r.first
		}
		cells = append(cells, r)
	}
	if len(cells) == 0 {
		return
	}
	to := cells[max(min(at+n, len(cells)-1), 0)]
	s.goTo(to.first+min(col, to.n-1), 0)
}
