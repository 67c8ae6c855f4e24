package ravel

import "github.com/ravelgo/ravel/internal/machine"

// ModelNamed returns the model registered under a name, and whether there is one: that is how a machine finds what
// outlives it after a restart. The model's state may be read as long as the handler has neither waited nor written to it;
// after that, Read comes first.
func (c *Context) ModelNamed(name string) (ModelRef, Model, bool) {
	n, m := c.in.Host.ModelNamed(name)
	if m == nil {
		return ModelRef{}, nil, false
	}
	return ModelRef{n}, m.(Model), true
}

// Misuse fails the execution for breaking a rule of something that is built on machines: a model of the environment
// reports what its user did wrong with it. Assert and Fail are for what the system under test does wrong.
func (c *Context) Misuse(format string, args ...any) {
	if c.in.May("Misuse") {
		c.usage(format, args...)
	}
}

// Panicked fails the execution for a panic that a model has recovered, of code of the system under test that it runs on a
// coroutine within a handler: going through the coroutine the panic would lose its stack, which is what debug.Stack returns
// where it is recovered.
func (c *Context) Panicked(value any, stack []byte) {
	if !c.in.Dead() {
		c.in.Host.Fail(&machine.PanicError{Value: value, Stack: stack})
	}
}
