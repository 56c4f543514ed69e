package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ironage/internal/queue"
)

// schema names the shape of what hooks get; it changes with the shape.
const schema = "ironage.order-change/v1"

// The headers of a delivery.
const (
	HeaderID        = "Ironage-Delivery"  // stable: the same for every try
	HeaderSignature = "Ironage-Signature" // t=SECONDS,v1=HEX
)

// body is the JSON document that a hook gets. Order is as it is when it is
// sent; Change is what happened.
type body struct {
	Schema string      `json:"schema"`
	ID     string      `json:"id"`
	Order  queue.Order `json:"order"`
	Change queue.Entry `json:"change"`
}

// ID names a delivery: the same change has the same one at every try.
func (c *Change) ID() string { return fmt.Sprintf("order-%d-v%d", c.Order.ID, c.Entry.Version) }

// Failure is a delivery that failed.
type Failure struct {
	Why string
	// After is how long the receiver asked to be left alone; 0: it did not say.
	After time.Duration
}

func (f *Failure) Error() string { return f.Why }

// Sender delivers over HTTP. Redirects are not followed: a signed document
// goes where it was configured to go, or nowhere.
type Sender struct {
	client *http.Client
	agent  string
	now    func() time.Time
}

// NewSender makes a sender; version is told to receivers.
func NewSender(timeout time.Duration, version string, now func() time.Time) *Sender {
	return &Sender{agent: "ironage/" + version, now: now, client: &http.Client{Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

const (
	maxAnswer  = 4 << 10
	maxQuiet   = 4 * time.Hour
	maxExcerpt = 200
)

// Send delivers one change. An error is always a *Failure and never holds the
// hook's URL or secret.
func (s *Sender) Send(ctx context.Context, h Hook, c Change) error {
	doc, err := json.Marshal(body{schema, c.ID(), c.Order, c.Entry})
	if err != nil {
		return &Failure{Why: "it cannot be written as JSON: " + err.Error()}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(doc))
	if err != nil {
		return &Failure{Why: "the URL of the hook is not valid"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", s.agent)
	req.Header.Set(HeaderID, c.ID())
	if h.Secret != nil {
		key, err := h.Secret(ctx)
		if err != nil {
			return &Failure{Why: "its secret cannot be read: " + err.Error()}
		}
		if len(key) > 0 {
			req.Header.Set(HeaderSignature, Sign(key, s.now(), doc))
		}
	}
	res, err := s.client.Do(req)
	if err != nil {
		return &Failure{Why: withoutURL(err)}
	}
	defer func() { _ = res.Body.Close() }()                      // only read from
	answer, _ := io.ReadAll(io.LimitReader(res.Body, maxAnswer)) // an excerpt for people; half of one will do
	if res.StatusCode >= 200 && res.StatusCode < 300 {
		return nil
	}
	return &Failure{Why: "it answered " + res.Status + excerpt(answer), After: s.retryAfter(res.Header.Get("Retry-After"))}
}

// Sign is the signature of a document: HMAC-SHA256 over "SECONDS.DOCUMENT".
func Sign(key []byte, at time.Time, doc []byte) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write(append([]byte(seconds+"."), doc...)) // a hash never fails to be written to
	return "t=" + seconds + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// withoutURL is a client's error without the URL, which may hold a token.
func withoutURL(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		if u.Timeout() {
			return "it did not answer in time"
		}
		return "it cannot be reached: " + u.Err.Error()
	}
	return "it cannot be reached"
}

func excerpt(answer []byte) string {
	var clean []rune
	for _, r := range string(bytes.ToValidUTF8(answer, []byte("?"))) {
		if r < ' ' || r == 0x7f {
			r = ' '
		}
		if clean = append(clean, r); len(clean) == maxExcerpt {
			break
		}
	}
	if text := strings.TrimSpace(string(clean)); text != "" {
		return ": " + text
	}
	return ""
}

// retryAfter reads seconds or a date; nonsense and more than a few hours are not followed.
func (s *Sender) retryAfter(v string) time.Duration {
	d := time.Duration(0)
	if n, err := strconv.Atoi(v); err == nil {
		d = time.Duration(min(n, int(maxQuiet/time.Second))) * time.Second
	} else if at, err := http.ParseTime(v); err == nil {
		d = at.Sub(s.now())
	}
	return min(max(d, 0), maxQuiet)
}
