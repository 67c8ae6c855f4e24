package extnode

import (
	"bytes"
	"errors"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// copyRequest answers with a piece of an extent, or says why not.
func (n *Node) copyRequest(r *CopyRequest) {
	answer := &CopyResponse{Task: r.Task, Extent: r.Extent, Off: r.Off}
	answer.Err = n.read(r, answer)
	if answer.Err != CopyOK {
		n.log.Debug("request refused", "from", r.From, "task", r.Task, "extent", r.Extent, "reason", answer.Err)
	}
	answer.Header = n.header()
	n.send(extmgr.Endpoint{Node: r.From, Addr: r.Addr}, answer)
}

// read fills in the piece that r asks for. It is verified block by block.
func (n *Node) read(r *CopyRequest, answer *CopyResponse) CopyError {
	if r.Off < 0 || r.N < 1 || r.N > MaxChunkBytes {
		return CopyBadRequest
	}
	from, info, err := n.store.Open(r.Extent)
	switch {
	case err != nil:
		return CopyNotHeld
	case info.Version < r.Version:
		return CopyOlder
	}
	// An offset behind the end is no mistake: the extent may have become
	// shorter, which Info tells.
	data := make([]byte, max(0, min(int64(r.N), info.Length-r.Off)))
	if _, err := from.ReadAt(data, r.Off); err != nil && len(data) > 0 {
		return n.unreadable(r.Extent, err)
	}
	answer.Data, answer.CRC, answer.Info = data, extstore.Checksum(data), info
	return CopyOK
}

// scrub verifies the extent behind the one that was verified last, by ID, and
// after the last the first.
func (n *Node) scrub() {
	held := n.center.GetSyncReport(n.cfg.Self)
	if len(held) == 0 {
		return
	}
	next := held[0].ID
	for _, info := range held {
		if bytes.Compare(info.ID[:], n.scrubbed[:]) > 0 {
			next = info.ID
			break
		}
	}
	n.scrubbed = next
	if err := n.store.ScrubExtent(next); err != nil {
		n.unreadable(next, err)
	}
}

// unreadable takes a damaged replica out: nobody may count on it. Errors that are
// not the medium's may go away, and the replica stays.
func (n *Node) unreadable(id extmgr.ExtentID, err error) CopyError {
	if !errors.Is(err, extstore.ErrDamaged) {
		n.log.Warn("extent cannot be read", "extent", id, "error", err)
		return CopyUnreadable
	}
	n.log.Warn("replica is damaged and is taken out", "extent", id, "error", err)
	if err := n.store.Quarantine(id, err); err != nil {
		n.log.Warn("damaged replica was not set aside", "extent", id, "error", err)
	}
	n.refresh(id)
	return CopyDamaged
}
