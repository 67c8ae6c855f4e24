package ravel

import (
	"fmt"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/machine"
)

// MonitorContext is what a monitor's handlers use. A monitor only listens: it asserts and changes its own state, runs
// synchronously and atomically, and can neither send, create, choose nor wait.
type MonitorContext struct{ in *machine.Instance }

// NewMonitorContext returns the context of a monitor's instance, for runtimes.
func NewMonitorContext(in *machine.Instance) *MonitorContext { return &MonitorContext{in} }

// State returns the monitor's current state.
func (c *MonitorContext) State() State { return State(c.in.StateName()) }

// Event returns the notification that is being handled.
func (c *MonitorContext) Event() any { return c.in.Event }

// Assert fails the execution if cond is false.
func (c *MonitorContext) Assert(cond bool, format string, args ...any) {
	if !cond {
		c.Fail(format, args...)
	}
}

// Fail fails the execution.
func (c *MonitorContext) Fail(format string, args ...any) {
	if c.in.Guard&machine.GuardDead == 0 {
		c.in.Host.Fail(&machine.AssertError{Text: fmt.Sprintf(format, args...), PC: c.in.Host.Caller()})
	}
}

// FailWith fails the execution, with what there is to see of the failure: pages or data that a tester writes into files beside
// the schedule that it saves. They may be written later, when the monitor's state is another one, or never.
func (c *MonitorContext) FailWith(attached []failure.Attachment, format string, args ...any) {
	if c.in.Guard&machine.GuardDead == 0 {
		c.in.Host.Fail(&machine.AssertError{Text: fmt.Sprintf(format, args...), PC: c.in.Host.Caller(), Attached: attached})
	}
}

// Goto leaves the current state for another one when the handler returns.
func (c *MonitorContext) Goto(s State) { (*Context)(c).move("Goto", machine.Goto, s) }

// Raise handles an event when the handler returns.
func (c *MonitorContext) Raise(event any) { (*Context)(c).Raise(event) }

// Logf writes a line into the trace of the execution.
func (c *MonitorContext) Logf(format string, args ...any) { (*Context)(c).Logf(format, args...) }

// Sometimes states that cond holds in some execution.
func (c *MonitorContext) Sometimes(cond bool, name string) { (*Context)(c).Sometimes(cond, name) }

// Monitor registers a monitor with the execution. Register monitors before creating the machines that notify them.
func (c *Context) Monitor(m Monitor) {
	if !c.in.May("Monitor") {
		return
	}
	if m.def == nil {
		c.usage("Monitor of a zero Monitor: use MonitorDefinition.New")
	}
	c.in.Host.NewMonitor(m.def, m.self)
}

// AwaitQuiet suspends the root machine until nothing else can move; it is for testers.
func AwaitQuiet(c *Context) { c.await("Wait", &machine.Wait{Kind: machine.WaitQuiet}) }
