package extnode

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// CopyState is how far a copy in progress is. Verification and commit, and all
// that ends a copy, happen within one step of the node and are never seen.
type CopyState uint8

// The states.
const (
	Requesting CopyState = iota + 1 // nothing has come from the current source
	Receiving                       // some pieces have, all of one version
)

// String returns the state's name.
func (s CopyState) String() string {
	switch s {
	case Requesting:
		return "Requesting"
	case Receiving:
		return "Receiving"
	}
	return fmt.Sprintf("CopyState(%d)", uint8(s))
}

// Copy is a copy in progress, from one source after the other.
type Copy struct {
	Task    extmgr.TaskID
	Extent  extmgr.ExtentID
	Version uint64            // ordered; Info.Version may be newer
	Sources []extmgr.Endpoint // without this node
	Source  int               // index of the current one
	State   CopyState
	Info    extmgr.ExtentInfo // of what is being received; zero while Requesting
	Off     int64             // bytes received and staged; 0 while Requesting
	Quiet   int               // CopyTicks since something came, or was asked for first
}

// fetch is a Copy with its file.
type fetch struct {
	Copy
	staged extstore.StagedExtent // Invariant: nil if and only if State is Requesting
}

func (f *fetch) source() extmgr.Endpoint { return f.Sources[f.Source] }

// repairTask begins a copy, unless there is nothing to do.
func (n *Node) repairTask(t *extmgr.RepairTask) {
	if held, ok := n.held(t.Extent); ok && held.Version >= t.Version {
		n.ack(t.Task, t.Extent, t.Version, extmgr.RepairDone)
		return
	}
	if f := n.copyOf(t.Extent); f != nil {
		if f.Version >= t.Version {
			n.log.Debug("task is for a copy in progress", "task", t.Task, "copy", f.Task)
			return
		}
		n.fail(f, "ordered at a newer version")
	}
	sources := slices.DeleteFunc(slices.Clone(t.Sources), func(s extmgr.Endpoint) bool {
		return s.Node == n.cfg.Self
	})
	if len(sources) == 0 || len(n.copies) >= n.cfg.MaxCopies {
		n.log.Warn("task refused", "task", t.Task, "sources", len(sources), "copies", len(n.copies))
		n.ack(t.Task, t.Extent, t.Version, extmgr.RepairFailed)
		return
	}
	f := &fetch{Copy: Copy{Task: t.Task, Extent: t.Extent, Version: t.Version, Sources: sources, State: Requesting}}
	n.copies = append(n.copies, f)
	n.log.Info("copy begins", "task", f.Task, "extent", f.Extent, "version", f.Version)
	n.request(f)
}

// request asks the current source for the next piece, and those behind it if the
// network refuses.
func (n *Node) request(f *fetch) {
	r := &CopyRequest{
		Header:  n.header(),
		Task:    f.Task,
		Extent:  f.Extent,
		Version: max(f.Version, f.Info.Version),
		Off:     f.Off,
		N:       n.cfg.ChunkBytes,
		Addr:    n.cfg.Addr,
	}
	if !n.send(f.source(), r) {
		n.nextSource(f, "no way to it")
	}
}

// copyResponse takes a piece from a source, if it is the one that is waited for.
func (n *Node) copyResponse(r *CopyResponse) {
	f := n.copyOf(r.Extent)
	switch {
	case f == nil || f.Task != r.Task:
		n.drop(r, "no such copy")
	case f.source().Node != r.From:
		n.drop(r, "from another source")
	case f.Off != r.Off:
		n.drop(r, "another piece")
	case r.Err != CopyOK:
		n.nextSource(f, r.Err.String())
	case r.Info.ID != f.Extent || r.Info.Version < f.Version:
		n.nextSource(f, "not what was asked for")
	case f.State == Receiving && r.Info.Version > f.Info.Version:
		// The extent has changed at the source: pieces of two versions do not
		// make an extent.
		n.restart(f)
		n.request(f)
	case f.State == Receiving && r.Info.Version < f.Info.Version:
		n.drop(r, "a version that is no longer asked for")
	case f.State == Receiving && r.Info != f.Info:
		n.nextSource(f, "another replica than before")
	case int64(len(r.Data)) != min(int64(n.cfg.ChunkBytes), r.Info.Length-r.Off):
		n.nextSource(f, "a piece of the wrong size")
	default:
		n.receive(f, r)
	}
}

// receive writes a piece and goes on: to the next piece or to the commit.
func (n *Node) receive(f *fetch, r *CopyResponse) {
	f.Quiet = 0
	if f.State == Requesting {
		staged, err := n.store.Stage(r.Info)
		if err != nil {
			n.storeFailed(f, err)
			return
		}
		f.State, f.Info, f.staged = Receiving, r.Info, staged
		if n.cfg.Bugs.has(V8) {
			n.center.Add(n.cfg.Self, r.Info)
		}
	}
	if err := f.staged.WriteBlock(r.Off, r.Data, r.CRC); err != nil {
		n.storeFailed(f, err)
		return
	}
	f.Off += int64(len(r.Data))
	if f.Off < f.Info.Length {
		n.request(f)
		return
	}
	if err := n.commit(f.staged, f.Extent); err != nil {
		n.storeFailed(f, err)
		return
	}
	n.log.Info("copy done", "task", f.Task, "extent", f.Extent, "version", f.Info.Version, "from", f.source().Node)
	n.patience = 1
	n.forget(f)
	n.ack(f.Task, f.Extent, f.Version, extmgr.RepairDone)
}

// storeFailed goes on after an error of the store, which has ended the staging.
// Bad data is the source's fault; for anything else, such as no room, there is no
// better source.
func (n *Node) storeFailed(f *fetch, err error) {
	if errors.Is(err, extstore.ErrChecksum) {
		n.nextSource(f, err.Error())
		return
	}
	n.fail(f, err.Error())
}

// nextSource gives up on the current source.
func (n *Node) nextSource(f *fetch, reason string) {
	n.log.Warn("source given up", "task", f.Task, "source", f.source().Node, "reason", reason)
	n.restart(f)
	if f.Source+1 == len(f.Sources) {
		n.fail(f, "no source is left")
		return
	}
	f.Source++
	n.request(f)
}

// restart throws away what was received.
func (n *Node) restart(f *fetch) {
	if f.staged != nil {
		if err := f.staged.Abort(); err != nil {
			n.log.Warn("unfinished file stays until the next start", "extent", f.Extent, "error", err)
		}
	}
	f.staged = nil
	f.State, f.Info, f.Off, f.Quiet = Requesting, extmgr.ExtentInfo{}, 0, 0
}

func (n *Node) fail(f *fetch, reason string) {
	n.log.Warn("copy failed", "task", f.Task, "extent", f.Extent, "version", f.Version, "reason", reason)
	n.restart(f)
	n.forget(f)
	n.ack(f.Task, f.Extent, f.Version, extmgr.RepairFailed)
}

// maxPatience bounds how many CopyTicks a source may be quiet. With the default
// periods it is eight minutes, less than a task may take.
const maxPatience = 16

// timeOut gives up on sources that are quiet for too long. How long that is
// doubles with each one, until a copy succeeds: where everything is slower than
// the time-out, no source may be to blame.
func (n *Node) timeOut() {
	for _, f := range slices.Clone(n.copies) {
		f.Quiet++
		if f.Quiet > n.patience {
			if !n.cfg.Bugs.has(V13) {
				n.patience = min(2*n.patience, maxPatience)
			}
			n.nextSource(f, "silent")
		}
	}
}

func (n *Node) copyOf(id extmgr.ExtentID) *fetch {
	for _, f := range n.copies {
		if f.Extent == id {
			return f
		}
	}
	return nil
}

func (n *Node) forget(f *fetch) {
	n.copies = slices.DeleteFunc(n.copies, func(o *fetch) bool { return o == f })
}

func (n *Node) ack(task extmgr.TaskID, extent extmgr.ExtentID, version uint64, outcome extmgr.Outcome) {
	n.send(n.cfg.Manager, &extmgr.RepairAck{Header: n.header(), Task: task, Extent: extent, Version: version, Outcome: outcome})
}

func (n *Node) drop(r *CopyResponse, reason string) {
	n.log.Debug("drop CopyResponse", "from", r.From, "task", r.Task, "off", r.Off, "reason", reason)
}
