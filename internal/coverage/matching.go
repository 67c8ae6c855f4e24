package coverage

import "regexp"

// Matching returns the part that is about machines whose name, behind the last element of their package's path and a dot, a
// pattern matches; all if it is empty. Tests stay: it is they that were run.
func (c *Coverage) Matching(pattern string) (*Coverage, error) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	part := *c
	part.Machines = nil
	for i := range c.Machines {
		m := &c.Machines[i]
		if re.MatchString(baseOf(m.Package) + "." + m.Name) {
			part.Machines = append(part.Machines, *m)
		}
	}
	return &part, nil
}
