package profile

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// TestDocs keeps docs/profiles.md complete: every key, decoder and function
// stands in it, and its example is a profile.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/profiles.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	var names []string
	for _, of := range []reflect.Type{reflect.TypeFor[Profile](), reflect.TypeFor[Recognition](), reflect.TypeFor[Clause](), reflect.TypeFor[Device](),
		reflect.TypeFor[Field](), reflect.TypeFor[Find](), reflect.TypeFor[HealthSource](), reflect.TypeFor[Summary](), reflect.TypeFor[Join](),
		reflect.TypeFor[Rule](), reflect.TypeFor[LimitRules](), reflect.TypeFor[FaultTable](), reflect.TypeFor[Total](), reflect.TypeFor[FilesystemTable](),
		reflect.TypeFor[enumValueKeys](), reflect.TypeFor[NotificationGroup](), reflect.TypeFor[NotificationSeverity](), reflect.TypeFor[notificationEventKeys]()} {
		names = append(names, keysOf(of)...)
	}
	for name := range decoders() {
		names = append(names, name)
	}
	for name := range functions() {
		names = append(names, name)
	}
	for _, name := range names {
		if !regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`).MatchString(doc) {
			t.Errorf("docs/profiles.md does not mention %q", name)
		}
	}
	examples := 0
	for rest := doc; ; examples++ {
		_, after, found := strings.Cut(rest, "```yaml\nprofile: ")
		if !found {
			break
		}
		var example string
		example, rest, _ = strings.Cut(after, "```")
		if ps := Lint("docs/profiles.md", []byte("profile: "+example)); len(ps) > 0 {
			t.Errorf("an example of docs/profiles.md is no profile:\n%v", ps)
		}
	}
	if examples == 0 {
		t.Error("docs/profiles.md has no example")
	}
}
