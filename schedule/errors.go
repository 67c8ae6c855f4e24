package schedule

import (
	"errors"
	"fmt"
)

// What can be wrong with a token or a file; test for them with errors.Is.
var (
	ErrForeign   = errors.New("not a schedule of Ravel")       // it is something else
	ErrCorrupt   = errors.New("damaged")                       // some of it was changed
	ErrTruncated = errors.New("cut off")                       // its end is missing
	ErrNewer     = errors.New("of a newer format")             // its format version is unknown here
	ErrOtherTest = errors.New("the schedule of another test")  // it was recorded by another one
	ErrTooBig    = errors.New("larger than any that is saved") // it exceeds a bound that every saved schedule keeps
)

// TokenError says why a replay token cannot be used and what to do about it.
type TokenError struct {
	Err    error  // one of the errors above
	Reason string // what was seen
	Advice string // what to do next
}

func (e *TokenError) Error() string {
	return fmt.Sprintf("replay token is %v: %s; %s", e.Err, e.Reason, e.Advice)
}

func (e *TokenError) Unwrap() error { return e.Err }

// FileError says why a saved schedule cannot be used and what to do about it.
type FileError struct {
	Path   string // "" when the text did not come from a file
	Line   int    // counted from 1; 0 when the problem has no line
	Err    error  // one of the errors above
	Reason string
	Advice string
}

func (e *FileError) Error() string {
	where := e.Path
	if where == "" {
		where = "saved schedule"
	}
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d", where, e.Line)
	}
	return fmt.Sprintf("%s: file is %v: %s; %s", where, e.Err, e.Reason, e.Advice)
}

func (e *FileError) Unwrap() error { return e.Err }

// Diverged reports that an execution left the schedule that it should follow.
//
// Want and Got name what the schedule holds and what the program asked for. A token keeps only a check of each run of
// zeros, so inside one Exact is false: the first difference is one of the choices First to Index, and Want says nothing.
type Diverged struct {
	First, Index int // counted from 0; equal when Exact
	Step         int // joined step of choice Index, from 1; 0 if it is not known
	Exact        bool
	Ended        bool // the schedule has no choice Index
	Want, Got    Named
}

func (e *Diverged) Error() string {
	const why = "the program has changed since, or something that Ravel does not control decides"
	in := ""
	if e.Step > 0 {
		in = fmt.Sprintf(" in step %d", e.Step)
	}
	switch {
	case e.Ended:
		return fmt.Sprintf("the execution went on after the last of its %d recorded choices:%s it asked for %s; %s", e.Index, in, e.Got.question(), why)
	case !e.Exact && e.First == e.Index:
		return fmt.Sprintf("the execution left its schedule%s at choice %d, where it asked for %s; %s", in, e.Index, e.Got.question(), why)
	case !e.Exact:
		return fmt.Sprintf("the execution left its schedule at one of the choices %d to %d, at the latest%s when it asked for %s; %s",
			e.First, e.Index, in, e.Got.question(), why)
	}
	return fmt.Sprintf("the execution left its schedule%s at choice %d: recorded is %s, now it asked for %s; %s", in, e.Index, e.Want.question(), e.Got.question(), why)
}

// question says in words what was chosen, not what was taken.
func (c Named) question() string {
	var s string
	switch c.Kind {
	case Schedule:
		s = fmt.Sprintf("one of %d operations", c.N)
	case Bool:
		s = "a boolean"
	default:
		s = fmt.Sprintf("an integer below %d", c.N)
	}
	switch {
	case c.Op == "":
		return s
	case c.Kind == Schedule:
		return fmt.Sprintf("%s (operation %s moves)", s, c.Op)
	}
	return fmt.Sprintf("%s (data choice %d of operation %s)", s, c.Nth, c.Op)
}
