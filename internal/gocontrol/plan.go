package gocontrol

import (
	"errors"
	"slices"
)

var errPlan = errors.New("gocontrol: the strategies URW and SURW need a plan, with a positive unit and shares sorted by name, " +
	"and the others take none")

// fits reports whether a strategy can be run with the plan.
func (p *Plan) fits(s Strategy) bool {
	if s != URW && s != SURW {
		return p == nil
	}
	return p != nil && p.Unit > 0 && slices.IsSortedFunc(p.Shares, func(a, b Share) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
}
