package config

import (
	"slices"
	"strings"
	"testing"
)

const twoCredentials = "credentials:\n  bmc: {user: u, auth: sha256, auth_secret: env:A, priv: aes128, priv_secret: env:P}\n  old: {snmp: 2c, community: env:C}\n"

func TestNotifications(t *testing.T) {
	for _, test := range []struct {
		name, src       string
		listen, accepts []string
	}{
		{"nothing", "", nil, []string{"bmc", "old"}},
		{"a port", `notifications: {listen: ":10162"}`, []string{":10162"}, []string{"bmc", "old"}},
		{"addresses", `notifications: {listen: ["192.0.2.1", "[::1]:162", "2001:db8::1", "traps.example.net:1162"], credentials: [bmc]}`,
			[]string{"192.0.2.1:162", "[::1]:162", "[2001:db8::1]:162", "traps.example.net:1162"}, []string{"bmc"}},
		{"one credential", "notifications:\n  listen: \":162\"\n  credentials: old\n  engine_id: 0x80007ED9050102030405060708", []string{":162"}, []string{"old"}},
	} {
		c, err := Parse("ironage.yaml", []byte(twoCredentials+test.src+"\n"))
		if err != nil {
			t.Errorf("%s: got %v", test.name, err)
			continue
		}
		if !slices.Equal(c.Notifications.Listen, test.listen) || !slices.Equal(c.Accepts(), test.accepts) {
			t.Errorf("%s: got %v accepting %v, want %v accepting %v", test.name, c.Notifications.Listen, c.Accepts(), test.listen, test.accepts)
		}
	}
}

func TestNotificationMistakes(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{`notifications: {listen: [":0"]}`, "port"},
		{`notifications: {listen: [":162", "162"]}`, "no address"},
		{`notifications: {listen: [""]}`, "no port"},
		{`notifications: {listen: [":162", ":162"]}`, "twice"},
		{`notifications: {listen: ["a b:162"]}`, "no address"},
		{`notifications: {listen: {port: 162}}`, "list"},
		{`notifications: {credentials: [bcm]}`, `"bmc"`},
		{`notifications: {engine_id: 0x80}`, "5 to 32 bytes"},
		{`notifications: {engine_id: hello}`, "hex"},
		{`notifications: {port: 162}`, "unknown key"},
	} {
		_, err := Parse("ironage.yaml", []byte(twoCredentials+test.src+"\n"))
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "ironage.yaml:4:") {
			t.Errorf("%s: got %v, want a mistake in line 4 that says %q", test.src, err, test.want)
		}
	}
	c, err := Parse("ironage.yaml", []byte(`notifications: {listen: ":162"}`))
	if err != nil || !strings.Contains(c.Warnings.Error(), "nothing is accepted") {
		t.Errorf("without credentials: got %v, %v; want a warning", c, err)
	}
}
