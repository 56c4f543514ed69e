package snmp

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
)

// mask is all that anyone sees of a secret.
const mask = "•••"

// Secret is a community or passphrase. Whatever prints, logs or marshals it
// gets a mask; only Reveal gives the text.
type Secret string

// Reveal is the secret itself, for the one place that puts it into a packet.
func (s Secret) Reveal() string { return string(s) }

// String hides the secret.
func (s Secret) String() string { return mask }

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return mask }

// Format hides the secret from every verb, wrong ones included: fmt prints the
// bare value behind a verb that does not fit ("%d").
func (s Secret) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, mask) }

// LogValue hides the secret from structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(mask) }

// MarshalJSON hides the secret.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + mask + `"`), nil }

// MarshalYAML hides the secret.
func (s Secret) MarshalYAML() (any, error) { return mask, nil }

// The versions of SNMP.
const (
	V1  = "1"
	V2c = "2c"
	V3  = "3"
)

// Credential is what an agent wants to see before it answers.
type Credential struct {
	Name      string // as the configuration names it
	Version   string // "1", "2c" or "3"
	Community Secret // versions 1 and 2c

	User       string
	Auth       string // "", md5, sha, sha224, sha256, sha384, sha512
	AuthSecret Secret
	Priv       string // "", des, aes128, aes192, aes256 (Blumenthal), aes192c, aes256c (Reeder, as Cisco does)
	PrivSecret Secret
	Context    string // context name, usually empty
}

// AuthProtocols and PrivProtocols list the words Credential takes, weakest first.
func AuthProtocols() []string {
	return []string{"md5", "sha", "sha224", "sha256", "sha384", "sha512"}
}

// PrivProtocols lists the words Credential.Priv takes, weakest first.
func PrivProtocols() []string {
	return []string{"des", "aes128", "aes192", "aes192c", "aes256", "aes256c"}
}

// Level is the credential's security level in SNMP's own word; versions 1 and
// 2c have none and say "community".
func (c Credential) Level() string {
	switch {
	case c.Version != V3:
		return "community"
	case c.Auth == "":
		return "noAuthNoPriv"
	case c.Priv == "":
		return "authNoPriv"
	}
	return "authPriv"
}

// Check says what is missing or contradictory, before anything is sent. The
// error wraps ErrCredential and holds no secret.
func (c Credential) Check() error {
	var problem error
	switch c.Version {
	case V1, V2c:
		problem = c.checkCommunity()
	case V3:
		problem = c.checkUser()
	default:
		problem = fmt.Errorf("unknown SNMP version %q, expected 1, 2c or 3", c.Version)
	}
	if problem != nil {
		return fmt.Errorf("%w: %w", ErrCredential, problem)
	}
	return nil
}

func (c Credential) checkCommunity() error {
	switch {
	case c.Community == "":
		return errors.New("no community")
	case len(c.Community) > 127: // longer ones would need the long form of lengths, which gosnmp does not write
		return errors.New("the community is longer than 127 characters")
	}
	return nil
}

func (c Credential) checkUser() error {
	switch {
	case c.User == "":
		return errors.New("no user name")
	case len(c.User) > 32: // RFC 3414, usmUserName
		return errors.New("the user name is longer than 32 characters")
	case c.Auth != "" && !slices.Contains(AuthProtocols(), c.Auth):
		return fmt.Errorf("unknown authentication protocol %q, expected one of %s", c.Auth, strings.Join(AuthProtocols(), ", "))
	case c.Priv != "" && !slices.Contains(PrivProtocols(), c.Priv):
		return fmt.Errorf("unknown privacy protocol %q, expected one of %s", c.Priv, strings.Join(PrivProtocols(), ", "))
	case c.Priv != "" && c.Auth == "":
		return errors.New("privacy needs authentication: name an authentication protocol too")
	case c.Auth != "" && c.AuthSecret == "":
		return errors.New("no authentication password")
	case c.Priv != "" && c.PrivSecret == "":
		return errors.New("no privacy password")
	}
	return nil
}
