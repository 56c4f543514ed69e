package fleet

import "encoding/json"

// Answer is a yes or a no that a device may also not give: the zero value. In
// documents it is true, false, or left out.
type Answer uint8

// The answers.
const (
	No Answer = iota + 1
	Yes
)

// AnswerOf is a yes or a no.
func AnswerOf(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// MarshalJSON writes true, false or null.
func (a Answer) MarshalJSON() ([]byte, error) {
	switch a {
	case Yes:
		return []byte("true"), nil
	case No:
		return []byte("false"), nil
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (a *Answer) UnmarshalJSON(b []byte) error {
	var yes *bool
	if err := json.Unmarshal(b, &yes); err != nil {
		return err
	}
	if *a = 0; yes != nil {
		*a = AnswerOf(*yes)
	}
	return nil
}
