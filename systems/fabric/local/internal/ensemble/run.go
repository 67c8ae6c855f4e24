package ensemble

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.etcd.io/raft/v3"
	"go.etcd.io/raft/v3/raftpb"
)

// run is the goroutine of a member.
func (e *Ensemble) run() {
	defer close(e.done)
	ticker := time.NewTicker(e.cfg.Tick)
	defer ticker.Stop()
	for e.err == nil {
		select {
		case <-ticker.C:
			e.node.Tick()
		case f := <-e.in:
			f()
		case <-e.stop:
			e.err = errors.Join(e.err, e.store.db.Close())
			return
		}
		for e.err == nil && e.node.HasReady() {
			e.err = e.ready()
		}
		e.watch()
	}
	e.cfg.Log.Error("member of the ensemble ends", "error", e.err)
	e.cfg.Machine.Leads(false)
	e.err = errors.Join(e.err, e.store.db.Close())
}

// ready does what the protocol asks for: save, then send, then apply.
func (e *Ensemble) ready() error {
	rd := e.node.Ready()
	if err := e.store.save(rd.HardState, rd.Entries, rd.Snapshot); err != nil {
		return fmt.Errorf("save: %w", err)
	}
	if !raft.IsEmptySnap(rd.Snapshot) {
		if err := e.restore(rd.Snapshot); err != nil {
			return err
		}
	}
	for _, m := range rd.Messages {
		e.send(m)
	}
	for _, entry := range rd.CommittedEntries {
		if err := e.apply(entry); err != nil {
			return err
		}
	}
	e.node.Advance(rd)
	if e.since < e.cfg.CompactAfter {
		return nil
	}
	e.since = 0
	return e.store.compact(e.applied, &e.conf, e.snapshot(), keepEntries)
}

func (e *Ensemble) send(m raftpb.Message) {
	name := cmp.Or(e.members[m.To], e.heard[m.To])
	if b, err := m.Marshal(); err == nil && name != "" {
		e.cfg.Send(name, b)
	}
	if m.Type == raftpb.MsgSnap {
		// Whether it arrived shows in what the other one answers next.
		e.node.ReportSnapshot(m.To, raft.SnapshotFinish)
	}
}

func (e *Ensemble) apply(entry raftpb.Entry) error {
	e.applied = entry.Index
	e.since++
	switch {
	case entry.Type == raftpb.EntryConfChangeV2 || entry.Type == raftpb.EntryConfChange:
		return e.change(entry)
	case len(entry.Data) == 0:
		return nil // a leader begins
	}
	var env envelope
	if err := json.Unmarshal(entry.Data, &env); err != nil {
		return fmt.Errorf("entry %d: %w", entry.Index, err)
	}
	value := e.cfg.Machine.Apply(env.Data)
	if answer := e.waiting[env.ID]; answer != nil {
		delete(e.waiting, env.ID)
		answer <- result{value, nil}
	}
	return nil
}

// change takes members in and out.
func (e *Ensemble) change(entry raftpb.Entry) error {
	var c raftpb.ConfChangeV2
	if err := c.Unmarshal(entry.Data); err != nil {
		return fmt.Errorf("entry %d: %w", entry.Index, err)
	}
	for _, x := range c.Changes {
		if x.Type == raftpb.ConfChangeRemoveNode {
			delete(e.members, x.NodeID)
		}
	}
	if len(c.Context) > 0 {
		if err := json.Unmarshal(c.Context, &e.members); err != nil { // adds to the map
			return fmt.Errorf("entry %d: %w", entry.Index, err)
		}
	}
	e.conf = *e.node.ApplyConfChange(c)
	e.since = e.cfg.CompactAfter // a new member takes no snapshot that does not know it
	e.cfg.Log.Info("members of the ensemble", "members", e.members)
	return nil
}

func (e *Ensemble) snapshot() []byte {
	b, err := json.Marshal(saved{e.members, e.cfg.Machine.Snapshot()})
	if err != nil {
		panic(err) // our own types
	}
	return b
}

func (e *Ensemble) restore(snap raftpb.Snapshot) error {
	var s saved
	if err := json.Unmarshal(snap.Data, &s); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	e.members, e.conf, e.applied, e.since = s.Members, snap.Metadata.ConfState, snap.Metadata.Index, 0
	return e.cfg.Machine.Restore(s.Machine)
}

// watch notices who leads.
func (e *Ensemble) watch() {
	st := e.node.BasicStatus()
	e.mu.Lock()
	if leader := e.members[st.Lead]; leader != e.leader {
		e.leader = leader
		close(e.changed)
		e.changed = make(chan struct{})
	}
	e.joint = len(e.conf.VotersOutgoing) > 0
	e.mu.Unlock()
	leads := st.RaftState == raft.StateLeader
	if leads && !e.leading {
		// A leader may act when it has applied an entry of its own term: then it has applied all that was agreed on
		// before.
		term, _ := e.store.Term(e.applied) // 0 if it is not there any more
		leads = term == st.Term
	}
	if leads == e.leading {
		return
	}
	e.leading = leads
	if !leads {
		for id, answer := range e.waiting {
			delete(e.waiting, id)
			answer <- result{nil, ErrLost}
		}
	}
	e.cfg.Log.Info("leadership of the ensemble", "leads", leads, "term", st.Term)
	e.cfg.Machine.Leads(leads)
}

// quiet gives the log of the protocol to a structured one, without what happens all the time.
type quiet struct{ log *slog.Logger }

func (q quiet) Debug(v ...any)              {}
func (q quiet) Debugf(string, ...any)       {}
func (q quiet) Info(v ...any)               { q.log.Debug(fmt.Sprint(v...)) }
func (q quiet) Infof(f string, v ...any)    { q.log.Debug(fmt.Sprintf(f, v...)) }
func (q quiet) Warning(v ...any)            { q.log.Debug(fmt.Sprint(v...)) }
func (q quiet) Warningf(f string, v ...any) { q.log.Debug(fmt.Sprintf(f, v...)) }
func (q quiet) Error(v ...any)              { q.log.Warn(fmt.Sprint(v...)) }
func (q quiet) Errorf(f string, v ...any)   { q.log.Warn(fmt.Sprintf(f, v...)) }
func (q quiet) Fatal(v ...any)              { panic(fmt.Sprint(v...)) }
func (q quiet) Fatalf(f string, v ...any)   { panic(fmt.Sprintf(f, v...)) }
func (q quiet) Panic(v ...any)              { panic(fmt.Sprint(v...)) }
func (q quiet) Panicf(f string, v ...any)   { panic(fmt.Sprintf(f, v...)) }
