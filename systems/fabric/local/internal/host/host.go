package host

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/failover"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/journal"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

// Config describes a node.
type Config struct {
	Node     string
	Dir      string // for persistent replicas; it exists
	Services map[string]Service
	Caller   service.Caller
	// Send sends a message of a replica to another one: a replication.Begin, Append or Ack. It may be lost.
	Send func(from, to replication.Member, msg any)
	// Copy asks another replica to take a part of a copy.
	Copy func(ctx context.Context, to replication.Member, c Copy) (CopyAnswer, error)
	// Report tells the failover manager something, sooner or later, as long as the life lasts. It does not wait.
	Report func(failover.Report)
	// Leased reports whether the node may answer for its replicas.
	Leased func() bool
	// Changed asks for another call of Obey. It does not wait.
	Changed func()
	Log     *slog.Logger
}

// Service is what a node needs to know of a service.
type Service struct {
	New        service.Factory
	Partitions int
}

// ErrGone is returned by Serve if the request was not served: there is no such replica, or it does not serve.
var ErrGone = errors.New("fabric: the replica is not here")

// ErrUnsure is returned by Serve if the request may have been served, and nobody may hear of it.
var ErrUnsure = errors.New("fabric: the replica has ended meanwhile")

// Host hosts the replicas of a node. Its methods may be called by any goroutine.
type Host struct {
	cfg Config

	mu       sync.Mutex
	replicas map[service.ReplicaID]*replica   // that are open
	slots    map[service.PartitionID]*replica // with those whose calls have not all returned
	files    map[service.PartitionID]service.ReplicaID
	work     sync.WaitGroup
}

// New returns a host without replicas, which knows the files that it finds.
func New(cfg Config) (*Host, error) {
	h := &Host{
		cfg: cfg, replicas: map[service.ReplicaID]*replica{}, slots: map[service.PartitionID]*replica{},
		files: map[service.PartitionID]service.ReplicaID{},
	}
	entries, err := os.ReadDir(cfg.Dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name, index, ok := cutLast(e.Name(), "-")
		i, err := strconv.Atoi(index)
		if !ok || err != nil {
			continue
		}
		part := service.PartitionID{Service: name, Index: i}
		j, s, err := journal.Open(h.dir(part))
		if err != nil {
			cfg.Log.Error("files of a replica are of no use", "partition", part, "error", err)
			h.files[part] = 0 // so that they can be removed
			continue
		}
		_ = j.Close() // nothing was written
		h.files[part] = s.Replica
	}
	return h, nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func (h *Host) dir(p service.PartitionID) string {
	return filepath.Join(h.cfg.Dir, p.Service+"-"+strconv.Itoa(p.Index))
}

// Files says which files are there.
func (h *Host) Files() []failover.Files {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []failover.Files
	for p, id := range h.files {
		all = append(all, failover.Files{Partition: p, Replica: id})
	}
	return all
}

// Obey makes the replicas what they should be: it begins what is missing, and returns.
func (h *Host) Obey(wants []failover.Want, obsolete []service.PartitionID) {
	h.mu.Lock()
	wanted := map[service.ReplicaID]bool{}
	var obey []func()
	for _, w := range wants {
		wanted[w.Replica] = true
		r := h.replicas[w.Replica]
		if r == nil && h.slots[w.Partition] == nil {
			r = h.create(w)
		}
		if r != nil {
			obey = append(obey, func() { r.obey(w) })
		}
	}
	for id, r := range h.replicas {
		if !wanted[id] {
			obey = append(obey, r.close)
		}
	}
	for _, p := range obsolete {
		if _, have := h.files[p]; have && h.slots[p] == nil {
			delete(h.files, p)
			if err := os.RemoveAll(h.dir(p)); err != nil {
				h.cfg.Log.Warn("files of a replica that is not needed any more cannot be removed", "partition", p, "error", err)
			}
		}
	}
	h.mu.Unlock()
	for _, f := range obey {
		f()
	}
}

// create makes a replica. The caller holds h.mu.
func (h *Host) create(w failover.Want) *replica {
	s, known := h.cfg.Services[w.Partition.Service]
	if !known {
		h.cfg.Log.Error("a replica of a service is wanted that this node does not have", "service", w.Partition.Service)
		return nil
	}
	r := newReplica(h, w, s)
	if r.keep != nil {
		h.files[w.Partition] = w.Replica
	}
	h.replicas[w.Replica], h.slots[w.Partition] = r, r
	r.begin(w)
	return r
}

// ended forgets a replica whose calls have all returned.
func (h *Host) ended(r *replica) {
	h.mu.Lock()
	delete(h.slots, r.info.Partition)
	h.mu.Unlock()
	h.cfg.Changed()
}

// leave takes a replica out of those that are open.
func (h *Host) leave(r *replica) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.replicas, r.id)
}

func (h *Host) replica(id service.ReplicaID) *replica {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.replicas[id]
}

func (h *Host) all() (all []*replica) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.replicas {
		all = append(all, r)
	}
	return all
}

// Receive takes a message of a replica to one of this node.
func (h *Host) Receive(from replication.Member, to service.ReplicaID, msg any) {
	if r := h.replica(to); r != nil {
		r.receive(from, msg)
	}
}

// Serve has a replica serve a request.
func (h *Host) Serve(ctx context.Context, id service.ReplicaID, req []byte) ([]byte, error) {
	r := h.replica(id)
	if r == nil || !h.cfg.Leased() {
		return nil, ErrGone
	}
	return r.serve(ctx, req)
}

// Take takes a part of a copy.
func (h *Host) Take(ctx context.Context, to service.ReplicaID, c Copy) (CopyAnswer, error) {
	r := h.replica(to)
	if r == nil {
		return CopyAnswer{}, ErrGone
	}
	return r.takeCopy(ctx, c)
}

// Tick has primaries repeat what seems to be lost.
func (h *Host) Tick() {
	for _, r := range h.all() {
		r.tick()
	}
}

// Abort ends all replicas at once.
func (h *Host) Abort() {
	for _, r := range h.all() {
		r.abort()
	}
}

// Close closes all replicas in good order, aborts those for which the context does not give enough time, and returns
// when all their calls have returned.
func (h *Host) Close(ctx context.Context) {
	all := h.all()
	for _, r := range all {
		r.close()
	}
	for _, r := range all {
		select {
		case <-r.done:
		case <-ctx.Done():
		}
	}
	h.Abort()
	h.work.Wait()
}
