package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// NetBox reads devices and inventory items through NetBox's REST API.
type NetBox struct {
	// URL is where NetBox is, with or without /api.
	URL string
	// Token is an API token, of version 1 or 2 (nbt_…); empty where the API
	// may be read without.
	Token string
	// Client sends the requests; nil is one with a time-out of 60 s.
	Client *http.Client
	// Wait waits before a request is sent again; nil waits by the clock.
	Wait func(ctx context.Context, d time.Duration) error
	// Page is how many rows one request asks for; 0: 500.
	Page int
	// Now is needed for dates in Retry-After; nil is the clock.
	Now func() time.Time

	base *url.URL
}

const (
	netboxPage    = 500
	netboxTimeout = 60 * time.Second
	netboxTries   = 4
	longestWait   = 2 * time.Minute
	maxPage       = 64 << 20
)

// page is the envelope of every list.
type page struct {
	Count   int               `json:"count"`
	Next    *string           `json:"next"`
	Results []json.RawMessage `json:"results"`
}

// ParseNetBoxURL checks the address of a NetBox.
func ParseNetBoxURL(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("expected the address of NetBox, e.g. https://netbox.example.org")
	}
	if u.User != nil {
		return nil, errors.New("an address must not hold a password; give the token with --token env:NAME or file:PATH")
	}
	u.RawQuery, u.Fragment = "", ""
	path := strings.TrimSuffix(u.Path, "/")
	if i := strings.Index(path+"/", "/api/"); i >= 0 {
		path = path[:i]
	}
	u.Path = path
	return u, nil
}

func (n *NetBox) prepare() error {
	base, err := ParseNetBoxURL(n.URL)
	if err != nil {
		return err
	}
	n.base = base
	if n.Page <= 0 {
		n.Page = netboxPage
	}
	if n.Now == nil {
		n.Now = time.Now
	}
	if n.Wait == nil {
		n.Wait = waitByClock
	}
	client := http.Client{Timeout: netboxTimeout}
	if n.Client != nil {
		client = *n.Client
	}
	// The token goes to the host that it was given for, and to no other.
	client.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if len(via) > 5 || req.URL.Host != n.base.Host || req.URL.Scheme != n.base.Scheme && req.URL.Scheme != "https" {
			return fmt.Errorf("it redirects to %s://%s; give that address if it is meant", req.URL.Scheme, req.URL.Host)
		}
		return nil
	}
	n.Client = &client
	return nil
}

func waitByClock(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// all reads every page of a list. Rows are handed on only when all were read,
// and a list that changed meanwhile is an error: half a list is none.
func (n *NetBox) all(ctx context.Context, path string) ([]json.RawMessage, error) {
	var rows []json.RawMessage
	query := url.Values{"limit": {strconv.Itoa(n.Page)}, "offset": {"0"}, "ordering": {"id"}}
	count := -1
	for {
		p, err := n.page(ctx, path, query)
		if err != nil {
			if len(rows) > 0 {
				return nil, fmt.Errorf("after %d of %d rows: %w", len(rows), count, err)
			}
			return nil, err
		}
		if count < 0 {
			count = p.Count
		}
		rows = append(rows, p.Results...)
		switch {
		case p.Count != count:
			return nil, fmt.Errorf("the list changed from %d to %d rows while it was read; run the import again", count, p.Count)
		case len(rows) > MaxRows:
			return nil, fmt.Errorf("more than %d rows", MaxRows)
		case p.Next == nil || *p.Next == "":
			if len(rows) != count {
				return nil, fmt.Errorf("it said %d rows and gave %d; run the import again", count, len(rows))
			}
			return rows, nil
		case len(p.Results) == 0:
			return nil, fmt.Errorf("after %d of %d rows comes an empty page; run the import again", len(rows), count)
		}
		if query, err = nextQuery(*p.Next, query); err != nil {
			return nil, err
		}
	}
}

// nextQuery takes from the link to the next page only what it asks for. Behind
// a proxy its host is often wrong, and another host must not see the token.
func nextQuery(next string, last url.Values) (url.Values, error) {
	u, err := url.Parse(next)
	if err != nil {
		return nil, errors.New("the link to the next page is no address")
	}
	q := u.Query()
	if q.Encode() == last.Encode() {
		return nil, errors.New("the link to the next page leads to the same page again")
	}
	return q, nil
}

// page fetches one page, again when the server asks for patience.
func (n *NetBox) page(ctx context.Context, path string, query url.Values) (*page, error) {
	u := *n.base
	u.Path += path
	u.RawQuery = query.Encode()
	var last error
	for try := range netboxTries {
		body, again, err := n.fetch(ctx, u.String(), try)
		if err == nil {
			var p page
			if err := json.Unmarshal(body, &p); err != nil {
				return nil, fmt.Errorf("the answer is not what NetBox's API says: %w", err)
			}
			return &p, nil
		}
		last = err
		if again < 0 || try == netboxTries-1 {
			break
		}
		if err := n.Wait(ctx, again); err != nil {
			return nil, err
		}
	}
	return nil, last
}

// fetch sends one request. again is how long to wait before the next try, or
// negative when another try is of no use.
func (n *NetBox) fetch(ctx context.Context, address string, try int) (body []byte, again time.Duration, err error) {
	backoff := time.Second << try
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, -1, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "ironage")
	switch {
	case strings.HasPrefix(n.Token, "nbt_"):
		req.Header.Set("Authorization", "Bearer "+n.Token)
	case n.Token != "":
		req.Header.Set("Authorization", "Token "+n.Token)
	}
	res, err := n.Client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, -1, ctx.Err()
		}
		return nil, retryable(err, backoff), fmt.Errorf("no answer from %s: %w", n.base.Host, withoutURL(err))
	}
	defer func() { _ = res.Body.Close() }() // it was read or is of no use
	body, err = io.ReadAll(io.LimitReader(res.Body, maxPage+1))
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, -1, ctx.Err()
	case err != nil:
		return nil, backoff, fmt.Errorf("the answer of %s broke off: %w", n.base.Host, withoutURL(err))
	case len(body) > maxPage:
		return nil, -1, fmt.Errorf("an answer of over %d MiB; ask for smaller pages with --page", maxPage>>20)
	case res.StatusCode == http.StatusOK && !strings.Contains(res.Header.Get("Content-Type"), "json"):
		return nil, -1, fmt.Errorf("%s answers with a web page, not with NetBox's API; is the address right?", n.base.Host)
	case res.StatusCode == http.StatusOK:
		return body, 0, nil
	}
	again, err = n.refused(res, body, backoff)
	return nil, again, err
}

// retryable keeps what no second try will mend from being tried again.
func retryable(err error, backoff time.Duration) time.Duration {
	var ue *url.Error
	if errors.As(err, &ue) && strings.Contains(ue.Err.Error(), "redirects to") {
		return -1
	}
	return backoff
}

// withoutURL is the reason without the request's address, which is long and
// says nothing new.
func withoutURL(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		if ue.Timeout() {
			return errors.New("time-out")
		}
		return ue.Err
	}
	return err
}

// refused says in words what a status means, with NetBox's own reason.
func (n *NetBox) refused(res *http.Response, body []byte, backoff time.Duration) (time.Duration, error) {
	said := detail(body)
	switch code := res.StatusCode; {
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		hint := "is the token right, and may it read devices?"
		if n.Token == "" {
			hint = "give a token with --token env:NAME or file:PATH"
		}
		return -1, fmt.Errorf("NetBox refuses (%d%s); %s", code, said, hint)
	case code == http.StatusNotFound:
		return -1, fmt.Errorf("there is no NetBox API at %s (404%s)", n.base, said)
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		return n.retryAfter(res.Header.Get("Retry-After"), backoff), fmt.Errorf("NetBox asks for patience (%d%s)", code, said)
	case code >= 500:
		return backoff, fmt.Errorf("NetBox has an error of its own (%d%s)", code, said)
	default:
		return -1, fmt.Errorf("NetBox answers %d%s", code, said)
	}
}

// detail is the reason that NetBox gives: {"detail": "…"}, or messages by field.
func detail(body []byte) string {
	var said map[string]any
	if json.Unmarshal(body, &said) != nil || len(said) == 0 {
		return ""
	}
	text, ok := said["detail"].(string)
	if !ok {
		if text, ok = said["error"].(string); !ok {
			return ""
		}
	}
	return ": " + strings.Trim(quoted(text), `"`)
}

// retryAfter reads seconds or a date, within bounds.
func (n *NetBox) retryAfter(text string, backoff time.Duration) time.Duration {
	if seconds, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && seconds >= 0 {
		return min(time.Duration(seconds)*time.Second, longestWait)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(n.Now()), 0), longestWait)
	}
	return backoff
}
