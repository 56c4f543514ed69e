package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ironage/internal/fleet"
)

// fakeNetBox answers as NetBox's documentation says: limit and offset, count,
// next, previous and results, and errors as {"detail": …}.
type fakeNetBox struct {
	lists  map[string][]map[string]any
	token  string                                                   // what Authorization must say
	proxy  string                                                   // host that links to the next page name
	before func(w http.ResponseWriter, r *http.Request, n int) bool // true: it answered
	asked  atomic.Int64
}

func (f *fakeNetBox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if n := int(f.asked.Add(1)); f.before != nil && f.before(w, r, n) {
		return
	}
	say := func(code int, v any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(v) // a client that is gone is its own test
	}
	if got := r.Header.Get("Authorization"); got != f.token {
		say(http.StatusForbidden, map[string]any{"detail": "Invalid token"})
		return
	}
	list, ok := f.lists[r.URL.Path]
	if !ok {
		say(http.StatusNotFound, map[string]any{"detail": "Not found."})
		return
	}
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	limit = min(limit, 3) // MAX_PAGE_SIZE
	end := min(offset+limit, len(list))
	out := map[string]any{"count": len(list), "next": nil, "previous": nil, "results": list[min(offset, end):end]}
	if end < len(list) {
		host := r.Host
		if f.proxy != "" {
			host = f.proxy
		}
		out["next"] = fmt.Sprintf("http://%s%s?limit=%d&offset=%d&ordering=id", host, r.URL.Path, limit, end)
	}
	say(http.StatusOK, out)
}

func devices(n int) *fakeNetBox {
	f := &fakeNetBox{token: "Token 0123", lists: map[string][]map[string]any{
		"/api/dcim/device-types/":    {{"id": 7, "u_height": 2.0}, {"id": 8, "u_height": 0.0}},
		"/api/dcim/devices/":         {},
		"/api/dcim/inventory-items/": {},
	}}
	for i := range n {
		f.lists["/api/dcim/devices/"] = append(f.lists["/api/dcim/devices/"], map[string]any{
			"id": 100 + i, "name": fmt.Sprintf("web-%02d", i), "serial": fmt.Sprintf("SN%04d", i), "asset_tag": nil,
			"status": map[string]any{"value": "active", "label": "Active"}, "role": map[string]any{"id": 1, "name": "Server"},
			"site": map[string]any{"id": 1, "name": "Hà Nội"}, "location": nil, "rack": map[string]any{"name": "A1"}, "position": float64(1 + 2*i),
			"face": map[string]any{"value": "front", "label": "Front"}, "tenant": nil,
			"device_type": map[string]any{"id": 7, "model": "PowerEdge R640", "manufacturer": map[string]any{"name": "Dell"}},
			"oob_ip":      map[string]any{"address": fmt.Sprintf("10.0.0.%d/24", i+1)}, "primary_ip": nil, "comments": "",
			"custom_fields": map[string]any{"in_service": "2018-05-14", "cpu_sockets": 2, "service": map[string]any{"name": "TDOffice"}, "other": []int{1}},
		})
	}
	return f
}

func ask(t *testing.T, f *fakeNetBox, format *Format, tune func(*NetBox)) (*Source, []time.Duration, error) {
	t.Helper()
	server := httptest.NewServer(f)
	defer server.Close()
	var waited []time.Duration
	n := &NetBox{URL: server.URL + "/api/", Token: "0123", Client: server.Client(), Now: func() time.Time { return time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) },
		Wait: func(_ context.Context, d time.Duration) error { waited = append(waited, d); return nil }}
	if tune != nil {
		tune(n)
	}
	s, err := n.Read(t.Context(), format, Options{Rules: rules(), Known: known(fleet.Server{Name: "web-00"})})
	return s, waited, err
}

func TestNetBoxPages(t *testing.T) {
	f := devices(8)
	f.proxy = "internal.invalid" // the links lead nowhere, their questions are right
	s, _, err := ask(t, f, netboxDevices, nil)
	if err != nil || len(s.Rows) != 8 || len(s.Rejected) != 0 {
		t.Fatalf("got %v, %+v; want 8 rows", err, s)
	}
	const want = "name=web-02 bmc=10.0.0.3 site=Hà Nội rack=A1 position=5 height=2 face=front service=TDOffice serial=SN0002 manufacturer=Dell " +
		"model=PowerEdge R640 in_service=2018-05-14 cpu_sockets=2"
	if got := show(Servers, &s.Rows[2]); got != want || s.Rows[2].Line != 102 || s.Unit != "id" {
		t.Errorf("got %s (%s %d)\nwant %s (id 102)", got, s.Unit, s.Rows[2].Line, want)
	}
}

func TestNetBoxItems(t *testing.T) {
	f := devices(0)
	f.token = "Bearer nbt_abc.def"
	f.lists["/api/dcim/inventory-items/"] = []map[string]any{
		{"id": 1, "device": map[string]any{"name": "web-00"}, "name": "Bay 1", "role": map[string]any{"name": "Disk"}, "serial": "Z1", "part_id": "ST1",
			"manufacturer": map[string]any{"name": "Seagate"}, "asset_tag": nil, "description": "", "custom_fields": map[string]any{}},
		{"id": 2, "device": map[string]any{"name": "switch"}, "name": "Fan", "role": nil, "serial": "F1"},
		{"id": 3, "device": "not an object"},
	}
	s, _, err := ask(t, f, netboxItems, func(n *NetBox) { n.Token = "nbt_abc.def" })
	if err != nil || len(s.Rows) != 1 || len(s.Left) != 1 || len(s.Rejected) != 1 {
		t.Fatalf("got %v, %+v", err, s)
	}
	if got := show(Parts, &s.Rows[0]); got != "server=web-00 kind=disk slot=Bay 1 serial=Z1 part=ST1 vendor=Seagate" {
		t.Errorf("got %s", got)
	}
}

func TestNetBoxTroubles(t *testing.T) {
	broken := func(after int, code int, header, value, body string) func(http.ResponseWriter, *http.Request, int) bool {
		return func(w http.ResponseWriter, _ *http.Request, n int) bool {
			if n <= after {
				return false
			}
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set(header, value)
			w.WriteHeader(code)
			_, _ = w.Write([]byte(body)) // a client that is gone is its own test
			return true
		}
	}
	page := func(body string) func(http.ResponseWriter, *http.Request, int) bool {
		return broken(0, 200, "X", "", body)
	}
	for _, c := range []struct {
		name   string
		before func(http.ResponseWriter, *http.Request, int) bool
		tune   func(*NetBox)
		want   string
		waits  int
	}{
		{"wrong token", nil, func(n *NetBox) { n.Token = "9" }, "refuses (403: Invalid token); is the token right", 0},
		{"no token", nil, func(n *NetBox) { n.Token = "" }, "give a token with --token", 0},
		{"no NetBox", nil, func(n *NetBox) { n.URL = strings.TrimSuffix(n.URL, "api/") + "elsewhere" }, "no NetBox API at", 0},
		{"no address", nil, func(n *NetBox) { n.URL = "netbox" }, "expected the address of NetBox", 0},
		{"a password in the address", nil, func(n *NetBox) { n.URL = "https://u:p@h" }, "must not hold a password", 0},
		{"busy for ever", broken(1, 429, "Retry-After", "7", `{"detail": "Request was throttled."}`), nil, "after 3 of 8 rows: NetBox asks for patience (429: Request was throttled.)", 3},
		{"broken half-way", broken(2, 500, "X", "", `{"error": "boom"}`), nil, "after 6 of 8 rows: NetBox has an error of its own (500: boom)", 3},
		{"breaks off half-way", func(w http.ResponseWriter, _ *http.Request, n int) bool {
			if n > 2 {
				panic(http.ErrAbortHandler)
			}
			return false
		}, nil, "after 6 of 8 rows: no answer", 3},
		{"a web page", broken(0, 200, "Content-Type", "text/html", "<html>"), nil, "with a web page", 0},
		{"no JSON", page("{"), nil, "is not what NetBox's API says", 0},
		{"fewer than said", page(`{"count": 5, "next": null, "results": []}`), nil, "it said 5 rows and gave 0", 0},
		{"an empty page", page(`{"count": 5, "next": "http://x/?offset=3", "results": []}`), nil, "comes an empty page", 0},
		{"round and round", page(`{"count": 5, "next": "http://x/?limit=500&offset=0&ordering=id", "results": [{"id": 1}]}`), nil, "the same page again", 0},
		{"another host", broken(0, 302, "Location", "http://evil.invalid/api/", ""), nil, "it redirects to http://evil.invalid", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := devices(8)
			f.before = c.before
			s, waited, err := ask(t, f, netboxDevices, c.tune)
			if err == nil || !strings.Contains(err.Error(), c.want) || s != nil {
				t.Errorf("got %v, %v; want %q and no rows", s, err, c.want)
			}
			if len(waited) != c.waits {
				t.Errorf("waited %v, want %d times", waited, c.waits)
			}
			if err != nil && strings.Contains(err.Error(), "0123") {
				t.Errorf("the token is in the error: %v", err)
			}
		})
	}
}

// A server that stops answering costs its time-outs, and nothing is imported.
func TestNetBoxTimesOutHalfWay(t *testing.T) {
	f := devices(8)
	f.before = func(_ http.ResponseWriter, r *http.Request, n int) bool {
		if n > 2 {
			<-r.Context().Done()
		}
		return n > 2
	}
	s, waited, err := ask(t, f, netboxDevices, func(n *NetBox) { n.Client = &http.Client{Timeout: 50 * time.Millisecond} })
	if s != nil || err == nil || !strings.Contains(err.Error(), "after 6 of 8 rows: no answer from 127.0.0.1") || !strings.Contains(err.Error(), "time-out") {
		t.Errorf("got %v, %v; want a time-out and no rows", s, err)
	}
	if got := fmt.Sprint(waited); got != "[1s 2s 4s]" {
		t.Errorf("waited %s, want longer each time", got)
	}
}

func TestNetBoxPatience(t *testing.T) {
	f := devices(2)
	f.before = func(w http.ResponseWriter, _ *http.Request, n int) bool {
		after := map[int]string{1: "7", 2: "Mon, 23 Nov 2026 00:00:30 GMT", 3: "soon"}[n]
		if after != "" {
			w.Header().Set("Retry-After", after)
			w.WriteHeader(http.StatusTooManyRequests)
		}
		return after != ""
	}
	s, waited, err := ask(t, f, netboxDevices, nil)
	if err != nil || len(s.Rows) != 2 {
		t.Fatalf("got %v, want two rows after some patience", err)
	}
	if got := fmt.Sprint(waited); got != "[7s 30s 4s]" {
		t.Errorf("waited %s, want what was asked for", got)
	}
}

func TestNetBoxListThatChanges(t *testing.T) {
	f := devices(8)
	f.before = func(_ http.ResponseWriter, _ *http.Request, n int) bool {
		if n == 2 {
			l := f.lists["/api/dcim/devices/"]
			f.lists["/api/dcim/devices/"] = l[1:]
		}
		return false
	}
	if _, _, err := ask(t, f, netboxDevices, nil); err == nil || !strings.Contains(err.Error(), "changed from 8 to 7 rows") {
		t.Errorf("got %v, want that the list changed", err)
	}
}

func TestNetBoxIsCancelled(t *testing.T) {
	server := httptest.NewServer(devices(1))
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	n := &NetBox{URL: server.URL, Token: "0123"}
	if _, err := n.Read(ctx, netboxDevices, Options{Rules: rules()}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
	if err := waitByClock(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting: got %v, want cancelled", err)
	}
}

func FuzzNetBox(f *testing.F) {
	f.Add([]byte(`[{"id":1,"name":"a","oob_ip":{"address":"h"},"status":{"value":"active"},"custom_fields":{"in_service":"2018"}}]`), true)
	f.Add([]byte(`[{"id":1,"device":{"name":"a"},"name":"Bay 1","role":{"name":"Disk"},"position":1e9},{"id":"x"},null]`), false)
	f.Fuzz(func(t *testing.T, body []byte, servers bool) {
		var rows []json.RawMessage
		if json.Unmarshal(body, &rows) != nil {
			return
		}
		format, cells := netboxItems, itemCells
		if servers {
			format, cells = netboxDevices, deviceCells
		}
		s, err := decodeObjects(rows, format, Options{Rules: rules(), Known: known(fleet.Server{Name: "a"})}, cells, nil)
		if err != nil || len(s.Rows)+len(s.Rejected)+len(s.Left) != len(rows) {
			t.Fatalf("%v: %d rows, %d rejected, %d left of %d", err, len(s.Rows), len(s.Rejected), len(s.Left), len(rows))
		}
	})
}
