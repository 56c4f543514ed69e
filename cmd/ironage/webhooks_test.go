package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ironage/internal/fleet"
	"ironage/internal/notify"
	"ironage/internal/queue"
)

var updateManual = flag.Bool("update", false, "write the pictures in the manuals")

const webhookManual = "../../docs/webhooks.md"

// manualPart is the code block between two marks of a manual.
func manualPart(t *testing.T, path, mark, language string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), "<!-- "+mark+" -->\n```"+language+"\n")
	code, _, ok2 := strings.Cut(rest, "```\n<!-- /"+mark+" -->")
	if !ok || !ok2 {
		t.Fatalf("%s has no part %q", path, mark)
	}
	return code
}

// exampleChange is the change that the manual shows.
func exampleChange() notify.Change {
	minh := queue.Actor{Name: "lan", Origin: "ssh 10.0.0.7", Role: queue.Engineer}
	at := time.Date(2026, 1, 31, 7, 3, 0, 0, time.UTC)
	seen := at.Add(-26 * time.Hour)
	return notify.Change{Seq: 41,
		Order: queue.Order{ID: 12, Version: 2, Server: "rack-a1-07", Slot: "disk/Bay 3", Kind: fleet.Disk, State: queue.Approved, Tier: queue.P1,
			Old:     queue.Part{Vendor: "SEAGATE", Model: "ST1200MM0099", Serial: "ZC1A0012", CapacityBytes: 1200243695616},
			Reasons: []queue.Reason{{Code: queue.ReasonFailed, Text: "disk Bay 3 has failed", FirstSeen: seen, LastSeen: at, StillTrue: true}},
			Created: seen, CreatedBy: "ironage", Changed: at, ChangedBy: "lan", Due: seen.Add(72 * time.Hour), Approver: "lan", FitPart: "400-AXYZ"},
		Entry: queue.Entry{Seq: 41, Time: at, Actor: minh, Order: 12, Version: 2, Action: "approve", From: queue.Proposed, To: queue.Approved,
			Fields: map[string][2]string{"part_number": {"", "400-AXYZ"}, "approver": {"", "lan"}}, Reason: "before the weekend"}}
}

// receives starts a receiver and returns what it got.
func receives(t *testing.T, answer func(w http.ResponseWriter, req *http.Request, body []byte)) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Error(err)
		}
		answer(w, req, body)
	}))
	t.Cleanup(s.Close)
	return s
}

func send(t *testing.T, url, key string, c notify.Change) error {
	t.Helper()
	h := notify.Hook{Name: "test", URL: url, Secret: func(context.Context) ([]byte, error) { return []byte(key), nil }}
	return notify.NewSender(10*time.Second, "test", time.Now).Send(t.Context(), h, c)
}

// TestWebhookManualShowsTheDocument keeps the document in the manual what is sent.
func TestWebhookManualShowsTheDocument(t *testing.T) {
	var sent bytes.Buffer
	s := receives(t, func(_ http.ResponseWriter, _ *http.Request, body []byte) {
		if err := json.Indent(&sent, body, "", "  "); err != nil {
			t.Error(err)
		}
	})
	if err := send(t, s.URL, "key", exampleChange()); err != nil {
		t.Fatal(err)
	}
	sent.WriteString("\n")
	if !strings.Contains(sent.String(), `"schema": "`+changeSchema+`"`) {
		t.Errorf("queue watch calls the document %s", changeSchema)
	}
	got := manualPart(t, webhookManual, "document", "json")
	if got == sent.String() {
		return
	}
	if !*updateManual {
		t.Fatalf("%s shows another document than is sent; update it with -update\ngot\n%s\nwant\n%s", webhookManual, got, sent.String())
	}
	b, err := os.ReadFile(webhookManual)
	if err != nil {
		t.Fatal(err)
	}
	const mark = "<!-- document -->\n```json\n"
	if err := os.WriteFile(webhookManual, bytes.Replace(b, []byte(mark+got), []byte(mark+sent.String()), 1), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestWebhookManualVerifies compiles and runs the manual's way to check a signature.
func TestWebhookManualVerifies(t *testing.T) {
	doc, at := []byte(`{"id":"order-12-v2"}`), time.Now()
	header := notify.Sign([]byte("key"), at, doc)
	dir := t.TempDir()
	program := "package main\n\nimport (\n\t\"crypto/hmac\"\n\t\"crypto/sha256\"\n\t\"encoding/hex\"\n\t\"fmt\"\n\t\"os\"\n\t\"strconv\"\n\t\"strings\"\n\t\"time\"\n)\n\n" +
		manualPart(t, webhookManual, "go-verify", "go") +
		"\nfunc main() { for _, key := range os.Args[3:] { fmt.Println(signed(os.Args[1], []byte(os.Args[2]), []byte(key), time.Now())) }; fmt.Println(signed(os.Args[1], []byte(os.Args[2]), []byte(\"key\"), time.Now().Add(time.Hour))) }\n"
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	verifies(t, exec.CommandContext(t.Context(), "go", "run", filepath.Join(dir, "main.go"), header, string(doc), "key", "other"))
	python, err := exec.LookPath("python3")
	if err != nil {
		missing(t, "python3 is not there: its example was not run")
	}
	verifies(t, exec.CommandContext(t.Context(), python, "-c", manualPart(t, webhookManual, "python-verify", "python")+
		"\nimport sys\nfor key in sys.argv[3:]: print(str(signed(sys.argv[1], sys.argv[2].encode(), key.encode(), time.time())).lower())\n"+
		"print(str(signed(sys.argv[1], sys.argv[2].encode(), b'key', time.time() + 3600)).lower())", header, string(doc), "key", "other"))
}

// verifies runs a program that must take the right key, and refuse another one and an old document.
func verifies(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil || string(out) != "true\nfalse\nfalse\n" {
		t.Errorf("%s: got %s, %v", filepath.Base(cmd.Path), out, err)
	}
}

// jira is as much of Jira as the manual's receiver needs.
type jira struct {
	mu       sync.Mutex
	issues   map[string]string // label → summary
	comments []string
}

func (j *jira) serve(w http.ResponseWriter, req *http.Request, body []byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var in struct {
		Body   string
		Fields struct {
			Summary string
			Labels  []string
			Project struct{ Key string }
		}
	}
	switch {
	case req.Header.Get("Authorization") != "Bearer token":
		w.WriteHeader(http.StatusUnauthorized)
	case strings.HasSuffix(req.URL.Path, "/search"):
		label := strings.Trim(strings.TrimPrefix(req.URL.Query().Get("jql"), "labels = "), `"`)
		if _, known := j.issues[label]; known {
			_, _ = fmt.Fprint(w, `{"issues": [{"key": "DC-1"}]}`) // the receiver says what it missed
			return
		}
		_, _ = fmt.Fprint(w, `{"issues": []}`) // likewise
	case json.Unmarshal(body, &in) != nil:
		w.WriteHeader(http.StatusBadRequest)
	case strings.HasSuffix(req.URL.Path, "/issue/DC-1/comment"):
		j.comments = append(j.comments, in.Body)
		_, _ = fmt.Fprint(w, `{}`) // likewise
	case strings.HasSuffix(req.URL.Path, "/issue") && in.Fields.Project.Key == "DC" && len(in.Fields.Labels) == 1:
		j.issues[in.Fields.Labels[0]] = in.Fields.Summary
		_, _ = fmt.Fprint(w, `{"key": "DC-1"}`) // likewise
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// TestWebhookManualReceiver runs the manual's worked example between ironage
// and a stand-in for Jira.
func TestWebhookManualReceiver(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		missing(t, "python3 is not there: the receiver was not run")
	}
	j := &jira{issues: map[string]string{}}
	server := receives(t, j.serve)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil { // the receiver takes the port
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", manualPart(t, webhookManual, "receiver", "python"))
	cmd.Env = append(os.Environ(), "HOOK_KEY=key", "JIRA_URL="+server.URL, "JIRA_TOKEN=token", "JIRA_PROJECT=DC", "PORT="+port)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it serves for ever
		_ = cmd.Wait()         // killed is how it ends
	})
	awaitPort(t, "127.0.0.1:"+port)
	url, c := "http://127.0.0.1:"+port+"/", exampleChange()
	if err := send(t, url, "another key", c); err == nil || !strings.Contains(err.Error(), "403") {
		t.Errorf("signed with another key: got %v, want it refused", err)
	}
	for range 2 {
		if err := send(t, url, "key", c); err != nil {
			t.Fatal(err)
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.issues) != 1 || j.issues["ironage-order-12"] != "Replace disk/Bay 3 of rack-a1-07 (P1)" ||
		len(j.comments) != 1 || j.comments[0] != "order-12-v2: approve by lan. before the weekend" {
		t.Errorf("got issues %v and comments %q", j.issues, j.comments)
	}
}

// awaitPort waits until somebody listens.
func awaitPort(t *testing.T, address string) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close() // it was only to be seen
			return
		}
		select {
		case <-again.C:
		case <-deadline:
			t.Fatalf("nobody listens at %s: %v", address, err)
		}
	}
}
