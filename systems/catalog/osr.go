package catalog

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/osr"
	"github.com/ravelgo/ravel/systems/osr/driver"
)

func osrDriver() System {
	o := osr.Options{}
	return System{
		Name:    "osr",
		Summary: "the driver of a USB board with switches and lamps, after the OSR learning kit",
		Bugs: []Bug{
			osrBug("OSR_1", "while the timer is being stopped the switches are not deferred",
				driver.NoDefer, failure.KindUnhandled),
			osrBug("OSR_2", "a timer that could not be stopped counts as stopped, and fires later",
				driver.NoFlush, failure.KindUnhandled, failure.KindMonitor),
		},
		Tests: []Test{{
			Name:     "switches",
			Summary:  "switches are moved while the device is powered up and down",
			Settings: o.Settings(),
			Body:     osr.Test(o),
		}},
	}
}

func osrBug(name, summary string, b driver.Bugs, shows ...failure.Kind) Bug {
	buggy, correct := osr.Options{Bugs: b}, osr.Options{}
	return Bug{
		Name:     name,
		Summary:  summary,
		Shows:    shows,
		Settings: buggy.Settings(),
		Buggy:    osr.Test(buggy),
		Correct:  osr.Test(correct),
	}
}
