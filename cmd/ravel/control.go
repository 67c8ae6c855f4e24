package main

import (
	"cmp"
	"fmt"
	"os"
)

// control is the setting for goroutines: tests are built so that they can be put under control, or as always.
type control struct {
	Control  *string `placeholder:"off" help:"Control of goroutines: on, as by default, or off."`
	Ordinary *string `placeholder:"off" help:"Explore ordinary tests: on, as by default, off, or all: those beside Ravel tests, too."`
	Race     bool    `help:"Build with the race detector: a data race is a failure."`
}

const (
	controlVariable  = variablePrefix + "CONTROL"
	ordinaryVariable = variablePrefix + "ORDINARY"
)

// Validate implements the interface of the command-line library.
func (c *control) Validate() error {
	if _, err := c.ordinary(); err != nil {
		return err
	}
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
	var list []string
	if c.Control != nil {
		list = append(list, controlVariable+"="+*c.Control)
	}
	value, _ := c.ordinary()
	return append(list, ordinaryVariable+"="+value)
}

// ordinary is the setting for ordinary tests, or what is wrong with it.
func (c *control) ordinary() (string, error) {
	value, from := cmp.Or(os.Getenv(ordinaryVariable), "on"), ordinaryVariable
	if c.Ordinary != nil {
		value, from = *c.Ordinary, "--ordinary"
	}
	switch value {
	case "on", "off", "all":
		return value, nil
	}
	return "", fmt.Errorf("%s=%s: want on, off or all", from, value)
}

// doWithout ends the texts about what holds for control of goroutines only.
const doWithout = "; or leave goroutines alone with --control=off: tests of machines need no control of them"

// uncontrollable is an error that is none without control of goroutines.
func uncontrollable(format string, args ...any) error {
	return environmentError{fmt.Errorf(format+doWithout, args...)}
}
