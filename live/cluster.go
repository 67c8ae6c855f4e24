package live

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"weak"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/live/internal/elsewhere"
	"github.com/ravelgo/ravel/transport"
)

// Member is the part of a system in a cluster: its machines and those of other nodes send each other events over a
// transport, without knowing of it. Its methods may be called from any goroutine.
//
// # IDs in events
//
// An ID that travels within an event, as one to answer to, is written as the address of the machine, node/name, where name is
// the one under which the machine is shown. At its destination it becomes an ID of the same machine again: what is sent to it
// travels back. Two IDs of one machine are equal on every node. A machine need not be hosted for that: Host is for those that
// others look for by their name alone.
type Member struct {
	sys *System
	t   transport.Transport
	ctx context.Context // ends with the system

	mu      sync.Mutex
	remotes map[transport.Address]weak.Pointer[remote] // whose IDs somebody has
	hosted  map[string]ravel.ID
}

// Join lets other nodes reach the machines of a system, and these the machines of other nodes. A system joins one transport,
// and a transport one system. What the transport reports as undelivered becomes a dead letter if it is told so when it is
// made: give it the system's method Undelivered.
//
// Close the transport before the system is stopped.
func Join(s *System, t transport.Transport) (*Member, error) {
	m := &Member{sys: s, t: t, remotes: map[transport.Address]weak.Pointer[remote]{}, hosted: map[string]ravel.ID{}}
	if !s.member.CompareAndSwap(nil, m) {
		return nil, errors.New("live.Join: the system has joined a transport before")
	}
	ctx, cancel := context.WithCancelCause(s.background)
	m.ctx = ctx
	if err := t.Serve(m.deliver); err != nil {
		cancel(err)
		s.member.Store(nil)
		return nil, fmt.Errorf("live.Join: %w", err)
	}
	go func() {
		<-s.killed
		cancel(ErrStopped)
	}()
	return m, nil
}

// Host makes a machine of the system known by a name to all nodes, which find it wherever it is: see Remote.
func (m *Member) Host(ctx context.Context, name string, id ravel.ID) error {
	if id.IsZero() {
		return fmt.Errorf("live: host %q: the zero ID is no machine", name)
	}
	if p, ok := ravel.RefOf(id).Names.(*proc); !ok || p.sys != m.sys {
		return fmt.Errorf("live: host %q: %s is no machine of this system", name, m.sys.shown(ravel.RefOf(id)))
	}
	if other, ok := m.sys.Find(name); ok && other != id {
		return fmt.Errorf("live: host %q: %w: another machine of this system is shown under it", name, transport.ErrDuplicate)
	}
	m.mu.Lock()
	_, twice := m.hosted[name]
	if !twice {
		m.hosted[name] = id
	}
	m.mu.Unlock()
	if twice {
		return fmt.Errorf("live: host %q: %w: this system hosts it", name, transport.ErrDuplicate)
	}
	err := m.t.Host(ctx, name)
	if err != nil {
		m.mu.Lock()
		delete(m.hosted, name)
		m.mu.Unlock()
		return fmt.Errorf("live: %w", err)
	}
	return nil
}

// Unhost takes that back.
func (m *Member) Unhost(name string) {
	m.mu.Lock()
	delete(m.hosted, name)
	m.mu.Unlock()
	m.t.Unhost(name)
}

// Remote returns the ID of a machine by its address, as transport.ParseAddress reads it: "bank-1/Accounts" is the machine that
// node bank-1 shows as Accounts, or hosts under that name; "accounts" is the one that any node hosts under that name. Whether
// there is one shows when something is sent to it.
func (m *Member) Remote(address string) (ravel.ID, error) {
	a, err := transport.ParseAddress(address)
	if err != nil {
		return ravel.ID{}, fmt.Errorf("live: %w", err)
	}
	return m.id(a), nil
}

// read returns the ID that an address in an event stands for.
func (m *Member) read(address string) (ravel.ID, error) {
	a, err := transport.ParseAddress(address)
	if err != nil {
		return ravel.ID{}, err
	}
	return m.id(a), nil
}

// id returns the ID of the machine with an address, the same as long as anybody has it.
func (m *Member) id(a transport.Address) ravel.ID {
	if a.Node == m.t.Node() {
		if id, ok := m.local(a.Name); ok {
			return id
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.remotes[a].Value(); r != nil {
		return r.id()
	}
	r := m.sys.remote(a.String(), func(from ravel.ID, event any) error { return m.send(from, a, event) })
	known := weak.Make(r)
	m.remotes[a] = known
	runtime.AddCleanup(r, func(a transport.Address) { m.forget(a, known) }, a)
	return r.id()
}

// forget forgets a machine whose ID nobody has any more. There may be a new one with its address.
func (m *Member) forget(a transport.Address, known weak.Pointer[remote]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.remotes[a] == known {
		delete(m.remotes, a)
	}
}

// local returns the machine of this system that is hosted or shown under a name.
func (m *Member) local(name string) (ravel.ID, bool) {
	m.mu.Lock()
	id, ok := m.hosted[name]
	m.mu.Unlock()
	if ok {
		return id, true
	}
	return m.sys.Find(name)
}

// send gives an event to the transport. It waits as long as that does: so does the machine that sends.
func (m *Member) send(from ravel.ID, to transport.Address, event any) error {
	sender := ""
	if !from.IsZero() {
		sender = from.String()
	}
	return m.t.Send(m.ctx, sender, to, event)
}

// deliver puts an event of another node into the inbox of its machine. It waits for room there.
func (m *Member) deliver(_, to transport.Address, event any) error {
	event, err := elsewhere.Resolve(event, m.read)
	if err != nil {
		return err
	}
	id, ok := m.local(to.Name)
	if !ok {
		return fmt.Errorf("%w: %v", transport.ErrNoMachine, to)
	}
	err = m.sys.Send(m.ctx, id, event)
	if errors.Is(err, ErrNoSuch) || errors.Is(err, ErrDown) {
		return fmt.Errorf("%w: %v: %w", transport.ErrNoMachine, to, err)
	}
	return err
}

// Undelivered makes a dead letter of something that a transport could not deliver. It is for the options of transports.
func (s *System) Undelivered(u transport.Undelivered) {
	d := DeadLetter{Event: u.Event, Reason: Undelivered, Err: &u}
	if m := s.member.Load(); m != nil {
		if u.To.Name != "" {
			d.To = m.id(u.To)
		}
		if u.From.Name != "" && u.From.Node != "" {
			d.From = m.id(u.From)
		}
	}
	s.refused(d)
}

// Address implements machine.Addresser: what the machine's ID is written as.
func (p *proc) Address(*machine.Ref) (string, error) {
	m := p.sys.member.Load()
	switch {
	case m == nil && p.sys.rec != nil && p.sys.rec.codec != nil:
		return p.DisplayName(nil), nil // nobody but the flight recorder writes events
	case m == nil:
		return "", fmt.Errorf("machine %s cannot be reached from other processes: its system has joined no transport, see live.Join", p.DisplayName(nil))
	}
	return transport.Address{Node: m.t.Node(), Name: p.DisplayName(nil)}.String(), nil
}

// Address implements machine.Addresser.
func (r *remote) Address(*machine.Ref) (string, error) {
	if !strings.Contains(r.name, "/") {
		if m := r.sys.member.Load(); m == nil || !m.knows(r) {
			return "", fmt.Errorf("%s cannot be reached from other processes: it is known to this one only", r.name)
		}
	}
	return r.name, nil
}

// knows reports whether a remote machine is one of this member's.
func (m *Member) knows(r *remote) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.remotes[transport.Address{Name: r.name}].Value() == r
}
