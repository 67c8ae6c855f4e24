package failure

import "fmt"

// Endless tells why an execution is bounded, neither failed nor clean: goroutines go on for ever, as it seems, and it was
// cut after Turns turns of the clock. Whoever ticks or polls is often meant to.
type Endless struct {
	Turns    int
	Returned bool      // the test was over; else its goroutine is among Blocked
	Cycling  []Cycling // who goes on
	Blocked  []Blockage
}

// Cycling is a goroutine that goes on.
type Cycling struct {
	Name  string // see GoroutineName
	Doing string // "ticks", "sleeps" or "goes on"
	Place Place  // where it was last
}

// Blockage is a goroutine that has not moved while others did. Nobody knows whether it would be woken.
type Blockage struct {
	Name  string
	To    string // as in Wait
	Place Place
	Turns int // of the clock, that it has not moved for
}

func (c Cycling) String() string {
	s := c.Name + " " + c.Doing
	if c.Doing != "sleeps" {
		s += " for ever"
	}
	return s + c.Place.at()
}

func (b Blockage) String() string {
	return fmt.Sprintf("%s waits %s%s, and did not move for %s of the clock", b.Name, b.To, b.Place.at(), plural(b.Turns, "turn"))
}

// at names the place behind a comma, if it is known.
func (p Place) at() string {
	if p.IsZero() {
		return ""
	}
	return fmt.Sprintf(", at %v", p)
}

func (e *Endless) String() string {
	var going, blocked []string
	for _, c := range e.Cycling {
		going = append(going, c.String())
	}
	for _, b := range e.Blocked {
		blocked = append(blocked, b.String())
	}
	if len(going) == 0 {
		going = append(going, "the clock goes on for ever")
	}
	if !e.Returned {
		return fmt.Sprintf("%s: blocked, while %s", list(blocked), list(going))
	}
	s := fmt.Sprintf("%s: %s of the clock after the test's end", list(going), plural(e.Turns, "turn"))
	if len(blocked) > 0 {
		s += "; meanwhile " + list(blocked)
	}
	return s
}

// EndlessNote is a sentence for a report about an execution that is bounded.
func EndlessNote(execution uint64, e *Endless) string {
	return fmt.Sprintf("execution %d is bounded: %v", execution, e)
}
