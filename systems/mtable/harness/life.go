package harness

import (
	"context"
	"time"
)

// life is the context of a process. It ends when the process is killed: from then on none of its accesses takes place. What is
// under way in it comes to its end in errors, which nobody else can tell from nothing.
type life struct{ over bool }

func (*life) Deadline() (time.Time, bool) { return time.Time{}, false }
func (*life) Done() <-chan struct{}       { return nil }
func (*life) Value(any) any               { return nil }

func (l *life) Err() error {
	if l.over {
		return context.Canceled
	}
	return nil
}
