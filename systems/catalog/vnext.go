package catalog

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/vnext"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

func vNext() System {
	return System{
		Name:    "vnext",
		Summary: "extent management of a replicated store, after Azure Storage vNext",
		Bugs: []Bug{
			vNextBug("V1", "the late report of a node that has expired is taken, and counted for ever",
				vnext.Options{Scenario: vnext.Repair, Bugs: extmgr.V1}),
		},
	}
}

// vNextBug makes the entry of a bug under which an extent is never repaired.
func vNextBug(name, summary string, o vnext.Options) Bug {
	correct := o
	correct.Bugs = 0
	return Bug{
		Name:     name,
		Summary:  summary,
		Shows:    []failure.Kind{failure.KindLivelock, failure.KindLiveness},
		Settings: o.Settings(),
		Buggy:    vnext.Test(o),
		Correct:  vnext.Test(correct),
	}
}
