package ageing

import (
	"cmp"
	"fmt"
	"slices"
)

// Batch is a group of like parts in which more failed than chance explains.
type Batch struct {
	Kind  string `json:"kind"`
	Model string `json:"model"`
	// Firmware or Week is set when only that part of the model stands out.
	Firmware string `json:"firmware,omitempty"`
	Week     string `json:"week,omitempty"` // of manufacture, "2014-W42"
	// Parts were watched within the window, those that left included.
	Parts    int     `json:"parts"`
	Failures int     `json:"failures"`
	Expected float64 `json:"expected"` // by the baseline, for the same parts and time
	// Chance is the probability of that many failures or more, were they
	// independent and as frequent as the baseline says.
	Chance float64 `json:"chance"`
}

const (
	// batchFailures and batchChance are when a group is a batch: at least two
	// failures, and less than one chance in a hundred to see so many.
	batchFailures = 2
	batchChance   = 0.01
	// batchApart is the chance below which a firmware or week is worse than its
	// model as a whole, so that it is named instead of the model.
	batchApart = 0.05
)

// Batches finds the groups in which more parts failed than expected: by model,
// by model and firmware, by model and week of manufacture. The worst stands
// first, and each failure counts for one batch of its model only: where the
// model as a whole explains it, its firmwares and weeks are not listed.
func (e *Experience) Batches() []Batch {
	models := map[FleetKey]map[Cohort]CohortCount{}
	for k, c := range e.cohorts {
		key := FleetKey{k.Kind, k.Model}
		if models[key] == nil {
			models[key] = map[Cohort]CohortCount{}
		}
		models[key][k] = *c
	}
	var out []Batch
	for _, cohorts := range models {
		out = append(out, batchesOf(cohorts)...)
	}
	slices.SortFunc(out, Batch.compare)
	return out
}

// batchesOf names the batches of one model, and takes each out before it
// looks for the next.
func batchesOf(cohorts map[Cohort]CohortCount) []Batch {
	var out []Batch
	for {
		groups := subsets(cohorts)
		whole := groups[0]
		slices.SortFunc(groups, Batch.compare)
		worst := groups[0]
		if !worst.stands() {
			return out
		}
		// Once a part of the model was named, what is left is no longer the model.
		if len(out) == 0 && whole.stands() {
			sub, found := apart(groups, whole)
			if !found {
				return []Batch{whole}
			}
			worst = sub
		} else if worst.whole() {
			return out
		}
		out = append(out, worst)
		for k := range cohorts {
			if worst.holds(k) {
				delete(cohorts, k)
			}
		}
	}
}

// subsets are the model as a whole, which comes first, its firmwares and its weeks.
func subsets(cohorts map[Cohort]CohortCount) []Batch {
	counts := map[Cohort]*CohortCount{}
	var whole Cohort
	for k, c := range cohorts {
		whole = Cohort{Kind: k.Kind, Model: k.Model}
		keys := []Cohort{whole}
		if k.Firmware != "" {
			keys = append(keys, Cohort{k.Kind, k.Model, k.Firmware, ""})
		}
		if k.Week != "" {
			keys = append(keys, Cohort{k.Kind, k.Model, "", k.Week})
		}
		for _, key := range keys {
			if counts[key] == nil {
				counts[key] = &CohortCount{}
			}
			counts[key].add(c)
		}
	}
	out := make([]Batch, 1, len(counts)+1)
	for k, c := range counts {
		b := Batch{k.Kind, k.Model, k.Firmware, k.Week, c.Parts, c.Failures, c.Expected.Float(),
			PoissonTail(c.Failures, c.Expected.Float())}
		if k == whole {
			out[0] = b
			continue
		}
		out = append(out, b)
	}
	return out
}

// apart is the worst firmware or week that explains why its model stands out:
// it is worse than the model, and the model without it is unsuspicious.
func apart(groups []Batch, whole Batch) (Batch, bool) {
	for _, b := range groups {
		if b.whole() || !b.stands() {
			continue
		}
		usual := b.Expected * float64(whole.Failures) / whole.Expected
		rest := Batch{Failures: whole.Failures - b.Failures, Expected: whole.Expected - b.Expected}
		rest.Chance = PoissonTail(rest.Failures, rest.Expected)
		if PoissonTail(b.Failures, usual) < batchApart && !rest.stands() {
			return b, true
		}
	}
	return Batch{}, false
}

func (b Batch) stands() bool {
	return b.Expected > 0 && b.Failures >= batchFailures && b.Chance < batchChance
}
func (b Batch) whole() bool { return b.Firmware == "" && b.Week == "" }

func (b Batch) holds(k Cohort) bool {
	return (b.Firmware == "" || b.Firmware == k.Firmware) && (b.Week == "" || b.Week == k.Week)
}

// compare puts the least likely first, of equals the larger group, and a firmware,
// which can be changed, before a week.
func (b Batch) compare(o Batch) int {
	return cmp.Or(cmp.Compare(b.Chance, o.Chance), cmp.Compare(o.Failures, b.Failures), cmp.Compare(o.Parts, b.Parts),
		cmp.Compare(b.Kind, o.Kind), cmp.Compare(b.Model, o.Model), cmp.Compare(b.Week, o.Week), cmp.Compare(b.Firmware, o.Firmware))
}

// Name says which parts are meant: "ST4000NM0033, firmware GA67".
func (b Batch) Name() string {
	switch {
	case b.Firmware != "":
		return b.Model + ", firmware " + b.Firmware
	case b.Week != "":
		return b.Model + ", made " + b.Week
	}
	return b.Model
}

// String is the batch with its numbers, in one line.
func (b Batch) String() string {
	chance := fmt.Sprintf("%.1f %%", 100*b.Chance)
	if b.Chance < 0.001 {
		chance = "<0.1 %"
	}
	return fmt.Sprintf("%s: %d failures among %d parts, %.2g expected, chance %s", b.Name(), b.Failures, b.Parts, b.Expected, chance)
}
