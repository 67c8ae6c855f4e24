package schedule

import "strings"

// Size says how long and how involved the execution of a schedule is.
type Size struct {
	Steps   int // joined steps
	Choices int // recorded choices

	// Switches are the context switches that the schedule asks for: its scheduling choices other than the default one,
	// without the faults. The operation before could have gone on and another one moves, or it could not and another one
	// than the first in the default order moves, or a timer fires before its turn. It is the number of delays of the
	// schedule in the sense of delay-bounded scheduling (Emmi, Qadeer, Rakamarić, POPL 2011), each counted once, however
	// many operations it passes over. What moves next when an operation waits or ends is no switch.
	Switches int

	Faults int // faults that happen
}

// Measure returns the size of an execution with these choices and so many steps.
func Measure(choices []Named, steps int) Size {
	s := Size{Steps: steps, Choices: len(choices)}
	for _, c := range choices {
		switch {
		case c.Fault():
			s.Faults++
		case c.Kind == Schedule && c.Value != 0:
			s.Switches++
		}
	}
	return s
}

// Fault reports whether the choice is that an offered fault happens.
func (c *Named) Fault() bool {
	if c.Kind != Schedule {
		return false
	}
	at := strings.TrimRight(c.Op, "0123456789")
	return strings.HasSuffix(at, "f") && len(at) < len(c.Op)
}
