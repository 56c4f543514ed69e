package lists

import "strings"

// SavedKey begins the keys of the settings under which filters are saved; the
// filter's name follows. The value is the list's name and the filter:
// "servers health:critical age:>5y".
const SavedKey = "filter."

// Saved are the saved filters by their names, whichever list they were saved
// for: keys are the settings' keys, get their values.
func Saved(keys []string, get func(key string) string) map[string]string {
	out := make(map[string]string, len(keys))
	for _, k := range keys {
		if name, is := strings.CutPrefix(k, SavedKey); is && name != "" {
			_, out[name], _ = strings.Cut(get(k), " ")
		}
	}
	return out
}

// SavedValue is what the settings keep of a filter.
func SavedValue(list, filter string) string { return list + " " + filter }

// SavedFor is the list that a kept value was saved for, and its filter.
func SavedFor(value string) (list, filter string) {
	list, filter, _ = strings.Cut(value, " ")
	return list, filter
}

// SavedName is a name as a filter can be saved under it: one word, without
// what the language gives a meaning. It is empty when nothing is left.
func SavedName(typed string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`!,:"*?@.`, r) || r < ' ' {
			return -1
		}
		return r
	}, strings.TrimSpace(typed))
	return strings.Join(strings.Fields(strings.ToLower(name)), "-")
}
