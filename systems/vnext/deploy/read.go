package deploy

import (
	"context"
	"errors"
	"fmt"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// pieceSize is how much a client asks for at once, in bytes.
const pieceSize = 1 << 20

// NotReadError says that a node did not give what it was asked for, and why.
type NotReadError struct {
	Node   extmgr.NodeID
	Reason extnode.CopyError
}

func (e *NotReadError) Error() string { return fmt.Sprintf("%s: %v", e.Node, e.Reason) }

// Read reads an extent from a node, at that version or a newer one, and verifies
// it: each piece, and the whole.
func (c *Client) Read(ctx context.Context, node extmgr.Endpoint, id extmgr.ExtentID, version uint64) (extmgr.ExtentInfo, []byte, error) {
	var info extmgr.ExtentInfo
	var data []byte
	for {
		a, err := c.piece(ctx, node, id, max(version, info.Version), int64(len(data)))
		if err != nil {
			return info, nil, fmt.Errorf("read extent %s: %w", id, err)
		}
		if len(data) > 0 && a.Info != info {
			info, data = extmgr.ExtentInfo{}, nil // it was replaced meanwhile: from the beginning
			continue
		}
		info = a.Info
		data = append(data, a.Data...)
		if int64(len(data)) < info.Length {
			continue
		}
		if extstore.Checksum(data) != info.CRC32C {
			return info, nil, fmt.Errorf("read extent %s from %s: the whole: %w", id, node.Node, extstore.ErrChecksum)
		}
		return info, data, nil
	}
}

// piece reads one piece and verifies it.
func (c *Client) piece(ctx context.Context, node extmgr.Endpoint, id extmgr.ExtentID, version uint64, off int64) (*extnode.CopyResponse, error) {
	c.mu.Lock()
	c.task++
	task := extmgr.TaskID{Inc: c.inc, N: c.task}
	c.mu.Unlock()
	a, err := ask(ctx, c, node,
		func(h extmgr.Header) extmgr.Message {
			return &extnode.CopyRequest{Header: h, Task: task, Extent: id, Version: version, Off: off, N: pieceSize}
		},
		func(a *extnode.CopyResponse) bool { return a.Task == task && a.Off == off })
	switch {
	case err != nil:
		return nil, err
	case a.Err != extnode.CopyOK:
		return nil, &NotReadError{node.Node, a.Err}
	case a.Info.ID != id || a.Info.Version < version || int64(len(a.Data)) != min(pieceSize, a.Info.Length-off):
		return nil, fmt.Errorf("%s answers with something else than was asked for", node.Node)
	case extstore.Checksum(a.Data) != a.CRC:
		return nil, fmt.Errorf("%s: the piece at %d: %w", node.Node, off, extstore.ErrChecksum)
	}
	return a, nil
}

// Get reads the newest version of an extent from whichever of its holders has it
// whole. The error has what was wrong with each of them.
func (c *Client) Get(ctx context.Context, s ManagerStatus, id extmgr.ExtentID) (extmgr.ExtentInfo, []byte, error) {
	e, ok := s.Extent(id)
	if !ok {
		return extmgr.ExtentInfo{}, nil, fmt.Errorf("extent %s is not known to the manager: is it the right one, and have its nodes reported since the manager started?", id)
	}
	var errs []error
	for _, holder := range e.Holders {
		node, _ := s.Node(holder)
		info, data, err := c.Read(ctx, extmgr.Endpoint{Node: holder, Addr: node.Addr}, id, e.Version)
		if err == nil {
			return info, data, nil
		}
		errs = append(errs, err)
	}
	return extmgr.ExtentInfo{}, nil, errors.Join(errs...)
}
