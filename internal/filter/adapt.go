package filter

// Adapt is the language of rows that hold the rows of another: what a screen
// knows of a server beyond what the list is filtered by stays out of the fields.
func Adapt[R, S any](l *Language[S], of func(R) S) *Language[R] {
	out := &Language[R]{Fields: make([]Field[R], len(l.Fields)), Saved: l.Saved, Free: func(r R) string { return l.Free(of(r)) }}
	for i := range l.Fields {
		f := &l.Fields[i]
		to := Field[R]{Name: f.Name, About: f.About, Hint: f.Hint, Choices: f.Choices, Offer: f.Offer, Whole: f.Whole, Measure: f.Measure}
		if f.Text != nil {
			to.Text = func(r R) string { return f.Text(of(r)) }
		}
		if f.Texts != nil {
			to.Texts = func(r R) []string { return f.Texts(of(r)) }
		}
		if f.Number != nil {
			to.Number = func(r R) (float64, bool) { return f.Number(of(r)) }
		}
		out.Fields[i] = to
	}
	return out
}
