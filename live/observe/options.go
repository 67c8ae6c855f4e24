package observe

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/transport"
)

// Options say who listens, and what is known of the system.
type Options struct {
	// Events reads the notifications: see live.Options.Notifications.
	Events *transport.Registry

	// Monitors listen. Make new ones for each log.
	Monitors []ravel.Monitor

	// SuffixClosed are the names of the monitors that may begin in the middle; see the package documentation.
	SuffixClosed []string

	// AtRest says that the log was written when the system had nothing left to do, after Stop without an error, say: a monitor
	// that was hot then is violated.
	AtRest bool

	// HotFor is for how long, by the clock of the system, a monitor may be hot without a pause; 0: for ever. From the last event
	// of the log on nothing is known.
	HotFor time.Duration
}

// listeners checks the options and makes the monitors ready.
func (o *Options) listeners() ([]*listener, error) {
	if o.Events == nil {
		return nil, errors.New("no Events: give the registry that live.Options.Notifications was")
	}
	if len(o.Monitors) == 0 {
		return nil, errors.New("no Monitors: nobody listens")
	}
	if o.HotFor < 0 {
		return nil, fmt.Errorf("HotFor is %v: it must be positive, or 0 for no bound", o.HotFor)
	}
	var list []*listener
	var names []string
	for _, m := range o.Monitors {
		def, self := ravel.MonitorOf(m)
		if def == nil {
			return nil, errors.New("the zero Monitor among Monitors: use MonitorDefinition.New")
		}
		if slices.ContainsFunc(list, func(l *listener) bool { return l.in.Def == def }) {
			return nil, fmt.Errorf("monitor %s is there twice: one of each definition hears everything", def.Name)
		}
		l := &listener{anywhere: slices.Contains(o.SuffixClosed, def.Name)}
		l.in.Ctx, l.in.Host = ravel.NewMonitorContext(&l.in), l
		l.in.Reset(def, self, nil)
		list, names = append(list, l), append(names, def.Name)
	}
	for _, name := range o.SuffixClosed {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("SuffixClosed has %q: the monitors are %q", name, names)
		}
	}
	return list, nil
}

// hears reports whether the monitor declares a type of that name, or all types.
func (l *listener) hears(typ string) bool {
	if l.in.Def.Hears(machine.OtherColumn) {
		return true
	}
	for _, t := range l.in.Def.Heard() {
		if t.String() == typ {
			return true
		}
	}
	return false
}
