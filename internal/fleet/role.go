package fleet

// Role says what an endpoint is for; the zero value does not say.
type Role uint8

// The roles of endpoints, in the order of their words.
const (
	BMC Role = iota + 1 // management controller: hardware health
	OS                  // operating system's agent: utilisation, file systems
)

var roles = wordsOf(mostWords, "", "bmc", "os")

// RoleOf is the role of that word.
func RoleOf(word string) Role { return Role(roles.number(word)) }

func (r Role) String() string { return roles.text(uint16(r)) }

// MarshalText writes the word ("bmc", "os").
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText takes every word.
func (r *Role) UnmarshalText(b []byte) error {
	*r = RoleOf(string(b))
	return nil
}
