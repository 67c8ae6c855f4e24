package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/machine"
)

// Errors of what is asked of a system from outside.
var (
	ErrStopped = errors.New("the system has stopped or is about to")
	ErrNoSuch  = errors.New("no machine of this system has this ID")
	ErrDown    = errors.New("the machine has halted or is down")
	ErrFull    = errors.New("the inbox of the machine is full")
)

// System runs machines. Its methods may be called from any goroutine; those that wait must not be called by handlers.
type System struct {
	opts Options
	obs  Observer
	log  *slog.Logger
	rec  *recorder

	noted      bool // somebody wants to hear of each event
	background context.Context
	families   sync.Map // string to *family
	numbers    atomic.Uint64
	handlings  atomic.Uint64
	activity   activity
	spares     spares
	growOutbox func([]machine.Effect) []machine.Effect // of spares
	dead       [numReasons]atomic.Uint64

	closing atomic.Bool // nothing more comes from outside, and no timer fires
	killing atomic.Bool // machines are being ended
	killed  chan struct{}
	stop    stopping

	monitors monitors
	member   atomic.Pointer[Member]

	mu   sync.Mutex
	err  error
	done chan struct{}
}

// New starts a system without machines. The error says which options make no sense.
func New(o Options) (*System, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("live.New: %w", err)
	}
	if o.BlockedAfter == 0 {
		o.BlockedAfter = time.Second
	}
	if o.HotAfter == 0 {
		o.HotAfter = 10 * time.Second
	}
	s := &System{
		opts: o, obs: o.Observer, log: o.Logger, background: context.Background(),
		killed: make(chan struct{}), done: make(chan struct{}),
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	if o.Name != "" {
		s.log = s.log.With("system", o.Name)
	}
	if o.Record > 0 {
		s.rec = newRecorder(s, o)
	}
	s.noted = s.rec != nil || s.obs != nil
	s.growOutbox = s.spares.growOutbox
	s.activity.rested = make(chan struct{}, 1)
	s.stop.over = make(chan struct{})
	for _, m := range o.Monitors {
		def, self := ravel.MonitorOf(m)
		if def == nil {
			return nil, errors.New("live.New: the zero Monitor among Monitors: use MonitorDefinition.New")
		}
		if err := s.listen(def, self); err != nil {
			return nil, fmt.Errorf("live.New: %w", err)
		}
	}
	return s, nil
}

// Create creates a machine and returns its ID.
func (s *System) Create(m ravel.Machine) (ravel.ID, error) {
	spec := ravel.SpecOf(m)
	if spec.Def == nil {
		return ravel.ID{}, errors.New("live: Create of the zero Machine: use Definition.New or ravel.Func")
	}
	if model := spec.Def.ModelPackage(); model != "" {
		return ravel.ID{}, fmt.Errorf("live: %w", testOnly("create "+spec.Def.Name+" of package "+model))
	}
	if s.closing.Load() {
		return ravel.ID{}, fmt.Errorf("live: create %s: %w", spec.Def.Name, ErrStopped)
	}
	p := s.reserve(spec, nil)
	if !p.appear(nil) {
		return ravel.ID{}, fmt.Errorf("live: create %s: %w", spec.Def.Name, ErrStopped)
	}
	s.created(p, spec.Def.Name)
	go s.work(p)
	return p.id(), nil
}

// Go creates a machine that is a plain function.
func (s *System) Go(name string, body func(c *ravel.Context)) (ravel.ID, error) {
	return s.Create(ravel.Func(name, body))
}

// Send puts an event into the inbox of a machine, from outside. It waits for room in a bounded inbox as long as ctx allows. An
// event that cannot be delivered is an error, and a dead letter as well.
func (s *System) Send(ctx context.Context, to ravel.ID, event any) error {
	if to.IsZero() || event == nil {
		return fmt.Errorf("live: send %s to %s: an event is a value of some type, and goes to a machine", typeName(event), name(to))
	}
	ref := ravel.RefOf(to)
	why, recorded, err := Unknown, false, error(nil)
	switch t := ref.Names.(type) {
	case *proc:
		switch {
		case t.sys != s:
		case s.closing.Load():
			why = Stopped
		default:
			why, recorded = t.put(ctx, nil, event), true
		}
	case *remote:
		if t.sys == s {
			s.rec.sent(nil, t, event)
			if err = t.deliver(ravel.ID{}, event); err == nil {
				return nil
			}
			why = Undelivered
		}
	}
	if why == 0 {
		return nil
	}
	s.refused(DeadLetter{To: to, Event: event, Reason: why, Err: err, recorded: recorded})
	return fmt.Errorf("live: send %s to %s: %w", typeName(event), s.shown(ref), sendError(why, ctx, err))
}

// shown is the name of a machine, as far as it is one of this system.
func (s *System) shown(r *machine.Ref) string {
	switch t := r.Names.(type) {
	case *proc:
		if t.sys == s {
			return t.DisplayName(r)
		}
	case *remote:
		return t.name
	}
	return "a machine of another system"
}

func sendError(why Reason, ctx context.Context, err error) error {
	switch why {
	case Unknown:
		return ErrNoSuch
	case Stopped:
		return ErrStopped
	case Full:
		if err := context.Cause(ctx); err != nil {
			return fmt.Errorf("%w: %w", ErrFull, err)
		}
		return ErrFull
	case Undelivered:
		return err
	}
	return ErrDown
}

// Find returns the machine that is shown under a name: its own name or its definition's, with #2, #3, ... for the
// second and later ones of that name.
func (s *System) Find(name string) (ravel.ID, bool) {
	base, nth := name, uint32(1)
	if i := strings.LastIndexByte(name, '#'); i >= 0 {
		var n uint32
		if _, err := fmt.Sscanf(name[i+1:], "%d", &n); err == nil && numbered(name[:i], n) == name {
			base, nth = name[:i], n
		}
	}
	v, ok := s.families.Load(base)
	if !ok {
		return ravel.ID{}, false
	}
	f := v.(*family)
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.members[nth]
	if p == nil {
		return ravel.ID{}, false
	}
	return p.id(), true
}

// Done is closed when a failure has been escalated beyond the last creator: nobody in the system has an answer to it. The
// system goes on; what it is good for without that machine is for its owner to decide, usually by Stop.
func (s *System) Done() <-chan struct{} { return s.done }

// Err returns the failure that closed Done, nil as long as it is open.
func (s *System) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// give gives a failure to the owner of the system.
func (s *System) give(f Failed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = fmt.Errorf("machine %s: %w", f.Name, f.Err)
		close(s.done)
	}
}
