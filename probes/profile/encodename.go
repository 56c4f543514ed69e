package profile

// Families that tell their sensors apart by name have rules whose conditions
// test the column that the name comes from. A component of another name belongs
// to another rule.

// takesName reports whether the conditions of a rule leave room for a name.
func (r *Rule) takesName(name string) bool {
	f := r.nameField()
	if f == nil || name == "" {
		return true
	}
	col := f.Column
	if f.Match.Regexp != nil {
		raw, ok := unmatch(f, name)
		if !ok {
			return true
		}
		name = raw
	}
	if r.Keep != nil {
		kept := false
		for _, all := range r.Keep.Any {
			kept = kept || allowsName(all, col, name, true)
		}
		if !kept {
			return false
		}
	}
	if r.Skip != nil {
		for _, all := range r.Skip.Any {
			if len(all) > 0 && allowsName(all, col, name, false) {
				return false
			}
		}
	}
	return true
}

// nameField is how the name is read in the first place, if that is a column.
func (r *Rule) nameField() *Field {
	f := r.Name
	if f != nil && len(f.First) > 0 {
		f = f.First[0]
	}
	if f == nil || f.Column == nil || f.Words != nil {
		return nil
	}
	return f
}

// allowsName reports whether the tests of the name's column hold; others is
// what tests of other columns count for.
func allowsName(all []Test, col *Ref, name string, others bool) bool {
	c := textCell(name)
	for i := range all {
		if all[i].Ref.col != col.col {
			if !others {
				return false
			}
			continue
		}
		fits := false
		for j := range all[i].Values {
			fits = fits || all[i].Values[j].fits(&c)
		}
		if !fits {
			return false
		}
	}
	return true
}

// sampleName is a name that the rule's conditions ask for, if they do.
func (r *Rule) sampleName() (string, bool) {
	f := r.nameField()
	if f == nil || r.Keep == nil {
		return "", false
	}
	col := f.Column
	for _, all := range r.Keep.Any {
		for i := range all {
			if all[i].Ref.col != col.col {
				continue
			}
			for j := range all[i].Values {
				v, ok := sample(all[i].Values[j], all[i].Literal[j])
				name := textCell(v.Text())
				if ok && f.Match.Regexp != nil {
					name.text, name.ok = f.matched(name.text)
				}
				if ok && name.ok && r.takesName(name.text) {
					return name.text, true
				}
			}
		}
	}
	return "", false
}
