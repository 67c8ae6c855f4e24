package main

import (
	"fmt"
	"os"
)

// control is the setting for goroutines: tests are built so that they can be put under control, or as always.
type control struct {
	Control *string `placeholder:"off" help:"Control of goroutines: on, as by default, or off."`
}

const controlVariable = variablePrefix + "CONTROL"

// Validate implements the interface of the command-line library.
func (c *control) Validate() error {
	value, from := c.value()
	if value == "on" || value == "off" || value == "" && c.Control == nil {
		return nil
	}
	return fmt.Errorf("%s=%s: want on or off", from, value)
}

func (c *control) value() (value, from string) {
	if c.Control != nil {
		return *c.Control, "--control"
	}
	return os.Getenv(controlVariable), controlVariable
}

func (c *control) wanted() bool {
	value, _ := c.value()
	return value != "off"
}

// variables tell the tests, so that one that needs control can say why there is none.
func (c *control) variables() []string {
	if c.Control == nil {
		return nil
	}
	return []string{controlVariable + "=" + *c.Control}
}

// doWithout ends the texts about what holds for control of goroutines only.
const doWithout = "; or leave goroutines alone with --control=off: tests of machines need no control of them"

// uncontrollable is an error that is none without control of goroutines.
func uncontrollable(format string, args ...any) error {
	return environmentError{fmt.Errorf(format+doWithout, args...)}
}
