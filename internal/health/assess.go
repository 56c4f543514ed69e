package health

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ironage/internal/fleet"
)

// Assess lists what a person should know about a server, worst first, from
// its folded state. Findings that were there before keep their Since.
// A server's health is the worst of its findings (see Overall), so whatever is
// not ok can be explained line by line.
func Assess(s fleet.Server, st *fleet.State, before []fleet.Finding, r Rules, at time.Time) []fleet.Finding {
	var fs []fleet.Finding
	fs = append(fs, componentFindings(st)...)
	fs = append(fs, levelFindings(st)...)
	fs = append(fs, disagreements(st)...)
	fs = append(fs, st.Faults...)
	fs = append(fs, missing(s, st)...)
	fs = append(fs, unknowns(&s, st, r)...)
	fs = append(fs, duplicates(st)...)
	fs = append(fs, mismatches(&s, st)...)
	fs = append(fs, reachFindings(st, r.ReadsFor(0))...)
	fs = unique(fs)
	fold(fs, st)
	keepSince(fs, before, at)
	slices.SortStableFunc(fs, func(a, b fleet.Finding) int {
		if d := b.Health.Severity() - a.Health.Severity(); d != 0 {
			return d
		}
		return strings.Compare(a.ConsequenceOf, b.ConsequenceOf)
	})
	return fs
}

// Overall is a server's health: its hardware's and every finding's, whichever
// is worse.
func Overall(st *fleet.State) fleet.Health {
	h := RollUp(st.Components, st.RollUp)
	for i := range st.Findings {
		if f := st.Findings[i].Health; f != fleet.Absent && f.Worse(h) {
			h = f
		}
	}
	return h
}

func componentFindings(st *fleet.State) []fleet.Finding {
	var out []fleet.Finding
	for i, weighed := range Weigh(st.Components) {
		c := &st.Components[i]
		if weighed != fleet.Warning && weighed != fleet.Critical {
			continue
		}
		f := fleet.Finding{Code: Degraded, Health: weighed, Key: c.Key(), Evidence: c.Native.Evidence()}
		verb := "reads warning"
		switch {
		case c.Health == fleet.Critical && c.Kind.Sensor():
			f.Code, verb = Failed, "reads critical"
		case c.Health == fleet.Critical:
			f.Code, verb = Failed, "failed"
		case c.PredictiveFailure == fleet.Yes:
			f.Code, verb = Predictive, "predicts its own failure"
		case c.Kind == fleet.RAIDVolume && isRebuilding(c):
			f.Code, verb = Rebuilding, "is being rebuilt"
		case c.Kind == fleet.RAIDVolume:
			verb = "is degraded"
		}
		f.Text = Describe(c) + " " + verb + meaning(c, verb)
		if weighed != c.Health {
			f.Text += "; the others carry the load"
		}
		out = append(out, f)
	}
	return out
}

// meaning is what the device itself says, in brackets, unless the verb has
// said it already.
func meaning(c *fleet.Component, verb string) string {
	var parts []string
	if c.Reading != nil && c.Kind.Sensor() {
		parts = append(parts, fmt.Sprintf("%.4g %s", *c.Reading, c.Unit.Symbol()))
	}
	if c.Native.Meaning() != "" && !echoes(verb, c.Native.Meaning()) {
		parts = append(parts, c.Native.Meaning())
	}
	if pct := c.Attributes["progress_pct"]; pct != "" {
		parts = append(parts, pct+" % done")
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// echoes reports that a device's word says no more than the verb: nobody needs
// "failed (failed)" or "predicts its own failure (predictiveFailure)".
func echoes(verb, word string) bool {
	word = strings.ToLower(strings.NewReplacer(" ", "", "-", "", "_", "").Replace(word))
	switch word {
	case "predictivefailure", "predictedfailure", "predictivefail":
		return verb == "predicts its own failure"
	case "failure":
		return verb == "failed"
	case "failed", "degraded", "warning", "critical":
		return strings.HasSuffix(verb, word)
	}
	return false
}

func isRebuilding(c *fleet.Component) bool {
	m := strings.ToLower(c.Native.Meaning())
	return strings.Contains(m, "rebuild") || strings.Contains(m, "recover") || strings.Contains(m, "resync")
}

func levelFindings(st *fleet.State) []fleet.Finding {
	var out []fleet.Finding
	for id, l := range st.Levels {
		name, key, _ := strings.Cut(id, ":")
		f := fleet.Finding{Health: l.Health, Key: key, Since: l.Since, Evidence: l.Evidence}
		part := key
		if c := st.Component(key); c != nil {
			part = Describe(c)
		}
		switch Measure(name) {
		case FilesystemUsed:
			f.Code = FilesystemFull
			f.Key = "filesystem/" + key
			f.Text = fmt.Sprintf("file system %s is %.0f %% full", key, l.Value)
		case Fills:
			f.Code, f.Key = FillsSoon, "filesystem/"+key
			f.Text = fmt.Sprintf("file system %s %s", key, l.Evidence.Meaning)
			if full, ok := st.Levels[string(FilesystemUsed)+":"+key]; ok && !l.Health.Worse(full.Health) {
				f.ConsequenceOf = FilesystemFull + ":" + f.Key // it is nearly full: that says it
			}
		case MemoryUsed:
			f.Code = MemoryFull
			f.Text = fmt.Sprintf("%.0f %% of memory is used", l.Value)
		case DiskTemperature:
			f.Code = Hot
			f.Text = fmt.Sprintf("%s is at %.0f °C", part, l.Value)
		case Wear:
			f.Code = WornOut
			f.Text = fmt.Sprintf("%s has used %.0f %% of its endurance", part, l.Value)
		case PacketLoss:
			f.Code = Loss
			f.Text = fmt.Sprintf("%.0f %% of the recent echoes to %s got lost", l.Value, strings.TrimPrefix(key, "endpoint/"))
		default:
			continue // of a newer version: it judged by a measure that this one does not know
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b fleet.Finding) int { return strings.Compare(a.ID(), b.ID()) })
	return out
}

// disagreements are the device's overall status where no part explains it, and
// parts that the two endpoints judge differently.
func disagreements(st *fleet.State) []fleet.Finding {
	var out []fleet.Finding
	if v := st.RollUp; v != nil && (v.Health == fleet.Warning || v.Health == fleet.Critical) && !explained(st.Components, v.Health) {
		worst := fleet.OK
		for i := range st.Components {
			if st.Components[i].Health.Worse(worst) {
				worst = st.Components[i].Health
			}
		}
		out = append(out, fleet.Finding{Code: RollUpDisagrees, Health: v.Health, Evidence: v.Seen.Evidence(),
			Text: fmt.Sprintf("the device's overall status is %s although its worst part reads %s: look at its own log", v.Health, worst)})
	}
	for i := range st.Shadowed {
		s := &st.Shadowed[i]
		for j := range st.Components {
			c := &st.Components[j]
			if s.Health.Severity() <= fleet.Unknown.Severity() || !s.Health.Worse(c.Health) || c.Kind != s.Kind || c.Identity() != s.Identity() {
				continue
			}
			out = append(out, fleet.Finding{Code: SourcesDisagree, Health: s.Health, Key: c.Key(), Evidence: s.Native.Evidence(),
				Text: fmt.Sprintf("%s reads %s through the operating system%s, but %s through the management controller",
					Describe(c), s.Health, meaning(s, ""), c.Health)})
		}
	}
	return out
}

// duplicates tells of parts that cannot be followed, because their serial
// number stands in another slot too. That is a fault of the device's table,
// not of the parts.
func duplicates(st *fleet.State) []fleet.Finding {
	names := map[fleet.Kind][]string{}
	evidence := map[fleet.Kind]fleet.Evidence{}
	for i := range st.Components {
		c := &st.Components[i]
		if c.Attributes["duplicate_serial"] == "" {
			continue
		}
		if len(names[c.Kind]) == 0 {
			evidence[c.Kind] = c.Native.Evidence()
		}
		names[c.Kind] = append(names[c.Kind], c.Label())
	}
	var out []fleet.Finding
	for _, k := range fleet.Kinds {
		if len(names[k]) > 0 {
			out = append(out, fleet.Finding{Code: Duplicate, Health: fleet.OK, Key: k.String(), Evidence: evidence[k],
				Text: fmt.Sprintf("%s share serial numbers, so that a swap cannot be seen: %s", plural(k), listed(names[k], 4))})
		}
	}
	return append(out, reportedTwice(st)...)
}

// reportedTwice tells of parts whose serial number another server reports too.
func reportedTwice(st *fleet.State) []fleet.Finding {
	var out []fleet.Finding
	for key, rec := range st.Parts.All() {
		if rec.Also == "" {
			continue
		}
		if c := st.Component(key); c != nil {
			out = append(out, fleet.Finding{Code: Duplicate, Health: fleet.OK, Key: key, Evidence: c.Native.Evidence(),
				Text: fmt.Sprintf("%s has S/N %s, which %s reports too: whose history is whose cannot be told", Describe(c), c.Serial, rec.Also)})
		}
	}
	slices.SortFunc(out, func(a, b fleet.Finding) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// missing lists parts that should be there: fewer than the inventory expects,
// or gone from a slot without a successor.
func missing(s fleet.Server, st *fleet.State) []fleet.Finding {
	fitted := map[fleet.Kind]int{}
	bmc := hasBMC(st.Components)
	for i := range st.Components {
		// What the operating system shows beside a controller is the same
		// hardware under another name.
		if c := &st.Components[i]; c.Health != fleet.Absent && (!bmc || c.Role != fleet.OS) {
			fitted[c.Kind]++
		}
	}
	var out []fleet.Finding
	for _, k := range fleet.Kinds {
		want, have := s.Expected[k], fitted[k]
		if want > have && inventoried(&s, st) && counted(&s, st, k) && !slices.Contains(st.NotReported, k) {
			out = append(out, fleet.Finding{Code: MissingPart, Health: fleet.Warning, Key: k.String(),
				Text: fmt.Sprintf("%d of %d expected: %s (the inventory lists %d)", have, want, plural(k), want)})
		}
	}
	keys := make([]string, 0, len(st.Gone))
	for key := range st.Gone {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		g := st.Gone[key]
		if want := s.Expected[g.Part.Kind]; want > 0 && fitted[g.Part.Kind] >= want {
			continue // as many as there should be: it was moved or is not missed
		}
		text := Describe(&g.Part) + " is no longer there"
		if g.Part.Serial != "" {
			text += " (S/N " + g.Part.Serial + ")"
		}
		out = append(out, fleet.Finding{Code: Vanished, Health: fleet.Warning, Key: key, Text: text, Since: g.At, Evidence: g.Part.Native.Evidence()})
	}
	return out
}

func plural(k fleet.Kind) string {
	switch w := KindWord(k); {
	case strings.HasSuffix(w, "y"):
		return strings.TrimSuffix(w, "y") + "ies"
	default:
		return w + "s"
	}
}

// inventoried reports whether what speaks for the hardware was read whole: the
// management controller where there is one.
func inventoried(s *fleet.Server, st *fleet.State) bool {
	bmc := slices.ContainsFunc(s.Endpoints, func(e fleet.Endpoint) bool { return e.Role == fleet.BMC })
	return slices.ContainsFunc(st.Endpoints, func(e fleet.EndpointState) bool {
		return !e.LastFull.IsZero() && (!bmc || e.Role == fleet.BMC)
	})
}

// counted reports whether every endpoint that speaks for the hardware was read
// whole about kind k: what was not read cannot be missed.
func counted(s *fleet.Server, st *fleet.State, k fleet.Kind) bool {
	bmc := slices.ContainsFunc(s.Endpoints, func(e fleet.Endpoint) bool { return e.Role == fleet.BMC })
	for i := range st.Endpoints {
		e := &st.Endpoints[i]
		if (!bmc || e.Role == fleet.BMC) && !e.LastFull.IsZero() && !e.Knows(k) {
			return false
		}
	}
	return true
}

// unknowns explains why a server is unknown although it answers.
func unknowns(s *fleet.Server, st *fleet.State, r Rules) []fleet.Finding {
	if !inventoried(s, st) {
		if len(reachFindings(st, r.ReadsFor(0))) > 0 {
			return nil // that says why
		}
		return []fleet.Finding{{Code: NotRead, Health: fleet.Unknown, Text: "what speaks for its hardware has not been read yet"}}
	}
	var names []string
	var first *fleet.Component
	bmc := hasBMC(st.Components)
	known := st.RollUp != nil && st.RollUp.Health != fleet.Unknown
	for i := range st.Components {
		c := &st.Components[i]
		switch {
		case c.Health == fleet.Unknown && weighsUnknown(c, bmc):
			names = append(names, Describe(c))
			if first == nil {
				first = c
			}
		case c.Health != fleet.Absent && c.Health != fleet.Unknown:
			known = true
		}
	}
	switch {
	case first != nil:
		f := fleet.Finding{Code: UnknownPart, Health: fleet.Unknown, Evidence: first.Native.Evidence(), Text: "health unknown: " + listed(names, 4)}
		if len(names) == 1 {
			f.Key = first.Key()
		}
		return []fleet.Finding{f}
	case !known:
		return []fleet.Finding{{Code: NoHardware, Health: fleet.Unknown,
			Text: "answers, but publishes no hardware objects: whether its parts are sound cannot be read here"}}
	}
	return nil
}

func listed(names []string, most int) string {
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most-1], ", "), len(names)-most+1)
	}
	return strings.Join(names, ", ")
}

func unique(fs []fleet.Finding) []fleet.Finding {
	at := make(map[string]int, len(fs))
	out := fs[:0]
	for _, f := range fs {
		if i, ok := at[f.ID()]; ok && f.Code != Fault {
			if f.Health.Worse(out[i].Health) {
				out[i] = f
			}
			continue
		}
		at[f.ID()] = len(out)
		out = append(out, f)
	}
	return out
}

// keepSince dates findings by their first sight, or by when they got worse.
func keepSince(fs, before []fleet.Finding, at time.Time) {
	for i := range fs {
		f := &fs[i]
		for j := range before {
			b := &before[j]
			if b.Code != f.Code || b.Key != f.Key || f.Code == Fault && b.Text != f.Text {
				continue
			}
			if !f.Health.Worse(b.Health) {
				f.Since = b.Since
			}
			break
		}
		if f.Since.IsZero() {
			f.Since = at
		}
	}
}
