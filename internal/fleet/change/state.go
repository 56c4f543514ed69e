package change

import "ironage/internal/fleet"

// state walks what may move between two states that are alike: every line here
// has its counterpart in alike, which sees to the rest.
func (w *walk) state(p, n *fleet.State) {
	w.time(&p.Updated, &n.Updated)
	if p.RollUp != nil {
		w.group(func() {
			if !w.making && !w.inPlace {
				own := *p.RollUp
				n.RollUp = &own
			}
			w.verdict(p.RollUp, n.RollUp)
		})
	}
	list(w, p.Endpoints, &n.Endpoints, (*walk).endpoint)
	w.components(p.Components, &n.Components)
	w.components(p.Shadowed, &n.Shadowed)
	list(w, p.Findings, &n.Findings, (*walk).finding)
	list(w, p.Faults, &n.Faults, (*walk).finding)
	w.group(func() { w.totals(&p.Totals, &n.Totals) })
	list(w, p.Filesystems, &n.Filesystems, (*walk).filesystem)
	entries(w, p.Fills, &n.Fills, (*walk).fill)
	list(w, p.Trends.Values, &n.Trends.Values, (*walk).trend)
	entries(w, p.Holds, &n.Holds, (*walk).hold)
	list(w, p.Parts.Values, &n.Parts.Values, (*walk).record)
	entries(w, p.Proofs, &n.Proofs, (*walk).proof)
	entries(w, p.Levels, &n.Levels, (*walk).level)
}

func (w *walk) endpoint(p, n *fleet.EndpointState) {
	w.time(&p.LastTry, &n.LastTry)
	w.time(&p.LastOK, &n.LastOK)
	w.time(&p.LastFull, &n.LastFull)
	w.time(&p.NextTry, &n.NextTry)
	whole(w, &p.Misses, &n.Misses)
	whole(w, &p.PingMisses, &n.PingMisses)
	w.group(func() {
		a, b := &p.Ping, &n.Ping
		whole(w, &a.Sent, &b.Sent)
		whole(w, &a.Received, &b.Received)
		whole(w, &a.Min, &b.Min)
		whole(w, &a.Avg, &b.Avg)
		whole(w, &a.Max, &b.Max)
		whole(w, &a.Jitter, &b.Jitter)
	})
	w.group(func() {
		a, b := &p.Cost, &n.Cost
		whole(w, &a.PDUs, &b.PDUs)
		whole(w, &a.Varbinds, &b.Varbinds)
		whole(w, &a.Bytes, &b.Bytes)
		whole(w, &a.Retries, &b.Retries)
		whole(w, &a.Took, &b.Took)
	})
}

// components walks a server's parts, and then their verdicts, which have one
// place in memory.
func (w *walk) components(p []fleet.Component, n *[]fleet.Component) {
	if len(p) == 0 {
		return
	}
	if w.making && &p[0] == &(*n)[0] {
		w.left++
		return
	}
	w.group(func() {
		if !w.making && !w.inPlace {
			*n = append(make([]fleet.Component, 0, len(p)), p...)
		}
		for i := range p {
			w.component(&p[i], &(*n)[i])
		}
		w.group(func() { w.verdicts(p, *n) })
	})
}

func (w *walk) component(p, n *fleet.Component) {
	w.seen(&p.Native, &n.Native)
	w.floatAt(&p.WearUsedPct, &n.WearUsedPct)
	w.floatAt(&p.PowerOnHours, &n.PowerOnHours)
	w.floatAt(&p.Reading, &n.Reading)
	entries(w, p.Counters, &n.Counters, (*walk).float)
}

func (w *walk) verdicts(p, n []fleet.Component) {
	var all []fleet.Verdict
	if !w.making && !w.inPlace {
		count := 0
		for i := range p {
			count += len(p[i].Verdicts)
		}
		all = make([]fleet.Verdict, 0, count)
	}
	for i := range p {
		was := p[i].Verdicts
		if !w.making && !w.inPlace && len(was) > 0 {
			from := len(all)
			all = append(all, was...)
			n[i].Verdicts = all[from:len(all):len(all)]
		}
		for k := range was {
			w.verdict(&was[k], &n[i].Verdicts[k])
		}
	}
}

func (w *walk) verdict(p, n *fleet.Verdict) { w.seen(&p.Seen, &n.Seen) }

func (w *walk) finding(p, n *fleet.Finding) {
	w.text(&p.Text, &n.Text)
	w.evidence(&p.Evidence, &n.Evidence)
}

func (w *walk) totals(p, n *fleet.Totals) {
	w.wholeAt(&p.MemoryBytes, &n.MemoryBytes)
	w.wholeAt(&p.MemoryUsedBytes, &n.MemoryUsedBytes)
	w.wholeAt(&p.MemoryAvailableBytes, &n.MemoryAvailableBytes)
	w.wholeAt(&p.SwapTotalBytes, &n.SwapTotalBytes)
	w.wholeAt(&p.SwapUsedBytes, &n.SwapUsedBytes)
	w.wholeAt(&p.CPUSockets, &n.CPUSockets)
	w.wholeAt(&p.CPUCores, &n.CPUCores)
	w.wholeAt(&p.LogicalCPUs, &n.LogicalCPUs)
	w.floatAt(&p.Load1, &n.Load1)
	w.floatAt(&p.Load5, &n.Load5)
	w.floatAt(&p.Load15, &n.Load15)
	list(w, p.CPULoadPct, &n.CPULoadPct, (*walk).float)
	w.wholeAt(&p.UptimeSeconds, &n.UptimeSeconds)
}

func (w *walk) filesystem(p, n *fleet.Filesystem) {
	w.wholeAt(&p.SizeBytes, &n.SizeBytes)
	w.wholeAt(&p.UsedBytes, &n.UsedBytes)
	w.evidence(&p.Evidence, &n.Evidence)
}

func (w *walk) fill(p, n *fleet.Fill) {
	w.time(&p.At, &n.At)
	w.float(&p.PerDay, &n.PerDay)
	whole(w, &p.History, &n.History)
	w.time(&p.Made, &n.Made)
}

func (w *walk) hold(p, n *fleet.Hold) {
	whole(w, &p.Reads, &n.Reads)
	w.evidence(&p.Evidence, &n.Evidence)
}

func (w *walk) record(p, n *fleet.PartRecord) { w.float(&p.Hours, &n.Hours) }

func (w *walk) proof(p, n *fleet.Proof) {
	whole(w, &p.Good, &n.Good)
	whole(w, &p.Bad, &n.Bad)
	w.time(&p.Last, &n.Last)
}

func (w *walk) level(p, n *fleet.Level) {
	w.float(&p.Value, &n.Value)
	w.evidence(&p.Evidence, &n.Evidence)
}
