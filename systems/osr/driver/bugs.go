package driver

import (
	"fmt"

	"github.com/ravelgo/ravel/systems/internal/bugset"
)

// Bugs are the seeded defects of the driver, a bit each. The zero value is the correct driver.
type Bugs uint8

const (
	// NoDefer (OSR_1): while the timer is being stopped the driver does not defer changes of the switches.
	NoDefer Bugs = 1 << iota
	// NoFlush (OSR_2): a timer that could not be stopped counts as stopped, although it is still to fire.
	NoFlush

	// The rest are none of the case study's. Each shows what one of the monitors is for.

	// NextTwice asks for another change of the switches when one is taken and when it is stored.
	NextTwice
	// WakeInDx deals with changes of the switches out of D0.
	WakeInDx
	// LoseExit forgets why the timer was to be stopped, if that was because of a D0Exit.
	LoseExit
	numBugs = iota
)

// inTable are the defects that are other tables. They exclude each other.
const inTable = NoDefer | WakeInDx | LoseExit

var bugNames = [numBugs]string{"NoDefer", "NoFlush", "NextTwice", "WakeInDx", "LoseExit"}

// Has reports whether all of the given defects are seeded.
func (b Bugs) Has(other Bugs) bool { return b&other == other }

// String names the defects.
func (b Bugs) String() string { return bugset.String(b, bugNames[:]) }

// Check returns an error if there are bits that name no defect, or defects that exclude each other.
func (b Bugs) Check() error {
	if err := bugset.Check(b, 1<<numBugs-1); err != nil {
		return err
	}
	if rows := b & inTable; rows&(rows-1) != 0 {
		return fmt.Errorf("driver: Bugs has %v: seed one of %v", rows, inTable)
	}
	return nil
}
