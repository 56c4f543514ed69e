package config

import (
	"ironage/internal/outlook"
)

// Outlook is the rules by which the fleet's age, risk and demand are judged.
func (c *Config) Outlook() outlook.Settings {
	set := outlook.DefaultSettings()
	set.Life = c.Life
	set.Services = make(map[string]outlook.Service, len(c.Services))
	for name, s := range c.Services {
		set.Services[name] = outlook.Service{Criticality: s.Criticality, Owner: s.Owner}
	}
	return set
}
