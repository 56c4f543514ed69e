package fleet

// ProfileName is the name of the profile whose rule read something: a number for
// the text, because every component has one.
type ProfileName uint16

var profileNames = wordsOf(mostNames, "")

// ProfileOf is the profile of that name.
func ProfileOf(name string) ProfileName { return ProfileName(profileNames.number(name)) }

func (p ProfileName) String() string { return profileNames.text(uint16(p)) }

// MarshalText writes the name.
func (p ProfileName) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText takes every name.
func (p *ProfileName) UnmarshalText(b []byte) error {
	*p = ProfileOf(string(b))
	return nil
}
