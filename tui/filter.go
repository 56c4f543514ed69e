package tui

import "ironage/internal/filter"

// The filter language is internal/filter's; these are its names here.
type (
	field[R any]    = filter.Field[R]
	language[R any] = filter.Language[R]
	filterError     = filter.Error
)

// fold makes texts comparable: without case and accents.
func fold(s string) string { return filter.Fold(s) }
