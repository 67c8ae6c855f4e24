package ensemble

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"go.etcd.io/raft/v3"
	"go.etcd.io/raft/v3/raftpb"
)

// Machine is the state machine. Its methods are called by one goroutine.
type Machine interface {
	Apply(event []byte) any
	Snapshot() []byte
	Restore(snapshot []byte) error
	// Leads tells whether this member is the leader, and has applied all that was agreed on before.
	Leads(bool)
}

// Config describes a member.
type Config struct {
	Name    string // its own
	File    string // of the store; its folder exists
	Machine Machine
	Send    func(to string, msg []byte) // to a node by name; may lose the message, and does not wait
	Tick    time.Duration               // of the protocol; a leader is missed after 10 of them

	CompactAfter uint64 // entries of the log; 0 is 2000
	Log          *slog.Logger
}

// Why Propose and Admit fail, beside the errors of their context. After ErrLost the event may be applied all the same.
var (
	ErrNotLeader = errors.New("ensemble: this member is not the leader")
	ErrLost      = errors.New("ensemble: the event was not applied while this member led")
	ErrClosed    = errors.New("ensemble: closed")
)

const (
	electionTicks  = 10
	heartbeatTicks = 2
	keepEntries    = 20
)

// Ensemble is a member of an ensemble.
type Ensemble struct {
	cfg   Config
	store *store

	in   chan func()
	stop chan struct{}
	done chan struct{}
	err  error // why it ended; read behind done

	// The rest belongs to the goroutine run.
	node    *raft.RawNode
	conf    raftpb.ConfState
	members map[uint64]string // names
	heard   map[uint64]string // names of those who have sent something: members before this one knows it
	applied uint64
	since   uint64 // entries since the last snapshot
	leading bool
	waiting map[string]chan<- result
	count   uint64

	mu      sync.Mutex
	leader  string        // its name, "" if none is known
	changed chan struct{} // closed when there is another one
	joint   bool          // members are on their way in and out
}

type result struct {
	value any
	err   error
}

// envelope is what an entry holds.
type envelope struct {
	ID   string
	Data []byte
}

// saved is what a snapshot holds.
type saved struct {
	Members map[uint64]string
	Machine []byte
}

// Open opens a member. It takes part when it knows to what: see Begin and Admit.
func Open(cfg Config) (*Ensemble, error) {
	cfg.CompactAfter = cmp.Or(cfg.CompactAfter, 2000)
	s, err := openStore(cfg.File, drawID)
	if err != nil {
		return nil, err
	}
	e := &Ensemble{
		cfg: cfg, store: s, in: make(chan func(), 256), stop: make(chan struct{}), done: make(chan struct{}),
		changed: make(chan struct{}), members: map[uint64]string{}, heard: map[uint64]string{}, waiting: map[string]chan<- result{},
	}
	if err := e.begin(); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	go e.run()
	return e, nil
}

func drawID() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint64(b[:])>>1 | 1
}

// begin makes the protocol begin with what is in the store.
func (e *Ensemble) begin() error {
	snap, err := e.store.Snapshot()
	if err != nil {
		return err
	}
	if !raft.IsEmptySnap(snap) {
		if err := e.restore(snap); err != nil {
			return err
		}
	}
	e.node, err = raft.NewRawNode(&raft.Config{
		ID: e.store.id, ElectionTick: electionTicks, HeartbeatTick: heartbeatTicks, Storage: e.store, Applied: e.applied,
		MaxSizePerMsg: 1 << 20, MaxInflightMsgs: 64, CheckQuorum: true, PreVote: true, Logger: quiet{e.cfg.Log},
		DisableProposalForwarding: true,
	})
	return err
}

// ID returns the number of the member, and whether it is new.
func (e *Ensemble) ID(ctx context.Context) (id uint64, isNew bool, err error) {
	err = e.do(ctx, func() { isNew = e.store.new() })
	return e.store.id, isNew, err
}

// Begin begins a new ensemble. It does nothing if the member is not new any more.
func (e *Ensemble) Begin(ctx context.Context, members map[uint64]string) error {
	var failed error
	err := e.do(ctx, func() {
		if !e.store.new() {
			return
		}
		data, err := json.Marshal(saved{members, e.cfg.Machine.Snapshot()})
		if err != nil {
			panic(err) // our own types
		}
		snap := raftpb.Snapshot{Data: data}
		snap.Metadata.Index, snap.Metadata.Term = 1, 1
		snap.Metadata.ConfState.Voters = slices.Sorted(maps.Keys(members))
		failed = e.store.save(raftpb.HardState{Term: 1, Commit: 1}, nil, snap)
		if failed == nil {
			failed = e.begin()
		}
	})
	return errors.Join(err, failed)
}

// Admit makes the leader take in a node under the number that it has now, instead of the one that it had.
func (e *Ensemble) Admit(ctx context.Context, id uint64, name string) error {
	var failed error
	err := e.do(ctx, func() {
		switch {
		case !e.leading:
			failed = ErrNotLeader
			return
		case e.members[id] == name:
			return
		}
		context, _ := json.Marshal(map[uint64]string{id: name}) // never fails
		change := raftpb.ConfChangeV2{Context: context, Changes: []raftpb.ConfChangeSingle{{Type: raftpb.ConfChangeAddNode, NodeID: id}}}
		for _, old := range slices.Sorted(maps.Keys(e.members)) {
			if e.members[old] == name {
				change.Changes = append(change.Changes, raftpb.ConfChangeSingle{Type: raftpb.ConfChangeRemoveNode, NodeID: old})
			}
		}
		failed = e.node.ProposeConfChange(change)
	})
	return errors.Join(err, failed)
}

// Receive takes a message of another member.
func (e *Ensemble) Receive(from string, msg []byte) {
	var m raftpb.Message
	if err := m.Unmarshal(msg); err != nil {
		e.cfg.Log.Warn("message of the ensemble is damaged", "error", err)
		return
	}
	select {
	case e.in <- func() {
		if m.To == e.store.id {
			e.heard[m.From] = from
			_ = e.node.Step(m) // what it refuses, it may refuse
		}
	}:
	case <-e.done:
	}
}

// Leader returns the name of the leader, "" if none is known, and a channel that is closed when that is not so any
// more.
func (e *Ensemble) Leader() (name string, changed <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.leader, e.changed
}

// Changing reports whether a node is being taken in, as far as this member knows. Until that is over, agreement needs a
// majority of the members before and of those after.
func (e *Ensemble) Changing() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.joint
}

// Propose has an event applied on all members, if this one leads, and returns what the machine has returned.
func (e *Ensemble) Propose(ctx context.Context, event []byte) (any, error) {
	answer := make(chan result, 1)
	var id string
	err := e.do(ctx, func() {
		if !e.leading {
			answer <- result{nil, ErrNotLeader}
			return
		}
		e.count++
		id = fmt.Sprintf("%x.%x.%x", e.store.id, e.node.BasicStatus().Term, e.count)
		b, err := json.Marshal(envelope{id, event})
		if err == nil {
			err = e.node.Propose(b)
		}
		if err != nil {
			answer <- result{nil, err}
			return
		}
		e.waiting[id] = answer
	})
	if err != nil {
		return nil, err
	}
	select {
	case r := <-answer:
		return r.value, r.err
	case <-e.done:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// do runs a function on the goroutine of the member, and waits for it.
func (e *Ensemble) do(ctx context.Context, f func()) error {
	ran := make(chan struct{})
	select {
	case e.in <- func() { f(); close(ran) }:
	case <-e.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-ran:
		return nil
	case <-e.done:
		return ErrClosed
	}
}

// Done is closed when the member has ended: by Close, or because its disk fails.
func (e *Ensemble) Done() <-chan struct{} { return e.done }

// Close ends the member. It returns why it had ended before, if it had.
func (e *Ensemble) Close() error {
	select {
	case <-e.stop:
	default:
		close(e.stop)
	}
	<-e.done
	return e.err
}
