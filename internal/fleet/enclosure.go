package fleet

// serial is the machine's normalised serial number: the device's own word, or
// the inventory's where the device gives none.
func (e *Entry) serial() string {
	if s := NormalSerial(e.State.Device.Serial); s != "" {
		return s
	}
	return NormalSerial(e.Server.Serial)
}

// holds reports whether a component of this kind can be a whole server: blade
// chassis list their blades as slots.
func holds(k Kind) bool { return k == Other || k == Chassis }

// HousingOf finds the slot in which a server sits: the chassis is another
// asset of the fleet, and lists the server's serial number in one of its slots.
func (s *Snapshot) HousingOf(e *Entry) (chassis *Entry, slot *Component, ok bool) {
	id := e.serial()
	if id == "" {
		return nil, nil, false
	}
	for _, other := range s.entries {
		if other == e || other.Server.Name == e.Server.Name {
			continue
		}
		for i := range other.State.Components {
			if c := &other.State.Components[i]; holds(c.Kind) && c.Identity() == id {
				return other, c, true
			}
		}
	}
	return nil, nil, false
}

// ServerIn finds the server that sits in a chassis's slot, by serial number; nil
// when the slot holds none of this fleet. The chassis itself is never the answer.
func (s *Snapshot) ServerIn(chassis *Entry, slot *Component) *Entry {
	id := slot.Identity()
	if id == "" || !holds(slot.Kind) || id == chassis.serial() {
		return nil
	}
	for _, e := range s.entries {
		if e.Server.Name != chassis.Server.Name && e.serial() == id {
			return e
		}
	}
	return nil
}
