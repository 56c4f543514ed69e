package tui

import "strings"

// listPlace is a list with its filter, as the palette reads it.
func listPlace(p page, filter string) string { return strings.TrimSpace(string(p) + " " + filter) }

// Place is the list with its filter.
func (q *queueList) Place() string { return listPlace(pageQueue, q.filter.text) }

// Place is the order's number.
func (o *orderScreen) Place() string { return orderName(o.id) }

// Place is the order's number, in the aisle.
func (a *aisle) Place() string { return "aisle " + orderName(a.id) }

// Place is the part's server and key.
func (s *explainScreen) Place() string { return "risk " + s.server + " " + s.key }

// Place is the list with its filter.
func (s *serverList) Place() string { return listPlace(pageServers, s.filter.text) }

// Place is the list with its filter.
func (s *eventList) Place() string { return listPlace(pageEvents, s.filter.text) }

// Copy is the name of the server under the cursor.
func (s *serverList) Copy() string {
	if d, ok := s.table.row(); ok {
		return d.name
	}
	return ""
}
