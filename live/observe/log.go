package observe

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/live/internal/elsewhere"
	"github.com/ravelgo/ravel/trace"
	"github.com/ravelgo/ravel/transport"
)

// ErrNotEncoded says that the notifications of a log cannot be read.
var ErrNotEncoded = errors.New("the log does not have its notifications in a form that programs can read: set live.Options.Notifications where it is recorded")

// Log has monitors listen to a log, which live.System.WriteTrace has written. It returns an error if the options make no sense
// or the log cannot be read; what the monitors find is in the report.
func Log(r io.Reader, o Options) (*Report, error) {
	list, err := o.listeners()
	if err != nil {
		return nil, fmt.Errorf("observe: %w", err)
	}
	t, err := trace.ReadJSON(r)
	if err != nil {
		return nil, fmt.Errorf("observe: %w; the log is what live.System.WriteTrace writes", err)
	}
	if !t.Header.Encoded {
		return nil, fmt.Errorf("observe: %w", ErrNotEncoded)
	}
	s := session{o: o, list: list, ids: map[string]ravel.ID{}}
	s.report = Report{System: t.Test, Events: len(t.Events), Missing: t.Missing}
	for _, l := range list {
		if t.Missing > 0 && !l.anywhere {
			l.deaf = fmt.Sprintf("the log has lost its first %d events", t.Missing)
		}
		l.start()
	}
	var end Position
	for i := range t.Events {
		ev := &t.Events[i]
		if end, err = position(i, ev); err != nil {
			return nil, fmt.Errorf("observe: %w", err)
		}
		s.warm(end)
		if ev.Kind == trace.Heard && ev.Encoded != nil {
			s.hear(end, ev)
		}
	}
	s.end(end)
	return &s.report, nil
}

// session is one pass over a log.
type session struct {
	o      Options
	list   []*listener
	ids    map[string]ravel.ID
	report Report
}

// position is where the event of that index stands. The header has the first line.
func position(i int, ev *trace.Event) (Position, error) {
	p := Position{Line: i + 2, Step: ev.Step}
	if ev.Now != "" {
		now, err := time.ParseDuration(ev.Now)
		if err != nil {
			return p, fmt.Errorf("line %d: the clock: %w", p.Line, err)
		}
		p.Clock = now
	}
	return p, nil
}

// hear has all monitors hear a notification.
func (s *session) hear(at Position, ev *trace.Event) {
	s.report.Heard++
	value, err := s.again(ev)
	if err != nil {
		s.report.Unread = append(s.report.Unread, Unread{Position: at, Type: ev.Type, Err: err})
		for _, l := range s.list {
			if l.deaf == "" && l.over == nil && l.hears(ev.Type) {
				l.deaf = fmt.Sprintf("it could not hear the %s of line %d", ev.Type, at.Line)
			}
		}
		return
	}
	for _, l := range s.list {
		l.hear(at, ev.Peer, ev.Value, value)
	}
}

// again makes the value of a notification again. The code of a codec is the user's, and may panic.
func (s *session) again(ev *trace.Event) (value any, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("its codec panicked: %v", v)
		}
	}()
	if ev.Encoded.Error != "" {
		return nil, fmt.Errorf("it was not recorded: %s", ev.Encoded.Error)
	}
	value, err = s.o.Events.Decode(transport.Message{Type: ev.Encoded.Type, Version: ev.Encoded.Version, Data: ev.Encoded.Data})
	if err != nil {
		return nil, err
	}
	if typ := fmt.Sprintf("%T", value); typ != ev.Type {
		return nil, fmt.Errorf("it was a %s, and %q is registered as %s here", ev.Type, ev.Encoded.Type, typ)
	}
	if elsewhere.MayHoldIDs(value) { // which print as addresses, if the system has joined a transport
		return elsewhere.Resolve(value, s.id)
	}
	if is := trace.Payload(value); is != ev.Value {
		return nil, fmt.Errorf("it was %s, and its codec makes %s of it: a codec must keep all that a type has", ev.Value, is)
	}
	return value, nil
}

// id returns the ID of a machine, always the same.
func (s *session) id(text string) (ravel.ID, error) {
	id, ok := s.ids[text]
	if !ok {
		ref := machine.NewRef(uint64(len(s.ids)+1), named(text))
		id = ravel.IDOf(&ref)
		s.ids[text] = id
	}
	return id, nil
}

// named is a machine of which the name is known.
type named string

func (n named) DisplayName(*machine.Ref) string      { return string(n) }
func (n named) Address(*machine.Ref) (string, error) { return string(n), nil }

// warm ends the monitors that have been hot for too long when something happens.
func (s *session) warm(p Position) {
	for _, l := range s.list {
		if s.o.HotFor > 0 && l.hot && l.over == nil && p.Clock-l.since.Clock > s.o.HotFor {
			l.at, l.over = p, l.tooHot(p, s.o.HotFor)
		}
	}
}

// end makes the verdicts.
func (s *session) end(p Position) {
	for _, l := range s.list {
		if s.o.AtRest && l.hot && l.over == nil {
			l.at, l.over = p, l.tooHot(p, 0)
		}
		v := Verdict{Monitor: l.in.Def.Name, Heard: l.told.All, State: l.in.StateName(), Partial: l.deaf}
		switch {
		case l.over != nil:
			v.Outcome, v.At, v.Err = Violated, l.at, l.over
			if l.deaf != "" {
				v.Outcome = Suspected
			}
		case l.hot:
			v.Outcome, v.At, v.For = Hot, l.since, p.Clock-l.since.Clock
		}
		s.report.Verdicts = append(s.report.Verdicts, v)
	}
}

// String reads "line 12 (step 7, 3ms)".
func (p Position) String() string {
	return "line " + strconv.Itoa(p.Line) + " (step " + strconv.Itoa(p.Step) + ", " + p.Clock.String() + ")"
}
