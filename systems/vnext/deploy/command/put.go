package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/deploy"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

type putCommand struct {
	File    string `arg:"" help:"File to store, or - for the standard input."`
	ID      string `name:"id" help:"The extent, in 32 hexadecimal digits. By default a new one." placeholder:"ID"`
	Version uint64 `default:"1" help:"Its version. A newer one replaces those that are there." placeholder:"N"`
	Node    string `help:"Node that gets the first replica. By default the one with the most free bytes." placeholder:"NAME"`
	Sealed  bool   `help:"Say that it is never changed again."`
	Wait    bool   `help:"Wait until it has as many replicas as wanted. Without it one is durable, and the others follow."`
}

// Run implements the command.
func (p *putCommand) Run(s *session) error {
	data, err := p.read()
	if err != nil {
		return err
	}
	info := extmgr.ExtentInfo{Version: p.Version, Length: int64(len(data)), CRC32C: extstore.Checksum(data), Sealed: p.Sealed}
	if p.ID == "" {
		_, _ = rand.Read(info.ID[:]) // never fails
	} else if info.ID, err = deploy.ParseExtentID(p.ID); err != nil {
		return err
	}
	status, err := s.client.Status(s.ctx)
	if err != nil {
		return err
	}
	node, err := p.choose(status, info)
	if err != nil {
		return err
	}
	if err := s.client.Put(s.ctx, extmgr.Endpoint{Node: node.Name, Addr: node.Addr}, info, data); err != nil {
		return fmt.Errorf("put extent %s: %w", info.ID, err)
	}
	if _, err := fmt.Fprintln(s.out, info.ID); err != nil || !p.Wait {
		return err
	}
	return waitForReplicas(s, info)
}

// waitForReplicas returns when the manager knows of enough replicas.
func waitForReplicas(s *session, info extmgr.ExtentInfo) error {
	for {
		status, err := s.client.Status(s.ctx)
		if err != nil {
			return err
		}
		e, _ := status.Extent(info.ID)
		if e.Version >= info.Version && len(e.Holders) >= status.Target {
			return nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-s.ctx.Done():
			return fmt.Errorf("extent %s is durable, and has %d replicas of %d so far: %w",
				info.ID, len(e.Holders), status.Target, context.Cause(s.ctx))
		}
	}
}

func (p *putCommand) read() ([]byte, error) {
	in := os.Stdin
	if p.File != "-" {
		f, err := os.Open(p.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, deploy.MaxPut+1))
	if err == nil && len(data) > deploy.MaxPut {
		err = fmt.Errorf("%s has more than %d bytes: an extent is put in one message, so cut it up", p.File, deploy.MaxPut)
	}
	return data, err
}

// choose returns the node that gets the first replica. A version that is known
// already may not be put again with other contents: replicas of one version are
// interchangeable.
func (p *putCommand) choose(s deploy.ManagerStatus, info extmgr.ExtentInfo) (best deploy.NodeEntry, err error) {
	if e, ok := s.Extent(info.ID); ok && e.Version >= info.Version &&
		(e.Version > info.Version || e.CRC32C != info.CRC32C || e.Length != info.Length) {
		return best, fmt.Errorf("extent %s is at version %d already, with other contents: put it with --version=%d",
			info.ID, e.Version, e.Version+1)
	}
	if p.Node != "" {
		node, ok := s.Node(extmgr.NodeID(p.Node))
		if !ok {
			return best, fmt.Errorf("no live node is called %q: see 'extctl status'", p.Node)
		}
		return node, nil
	}
	for _, node := range s.Nodes {
		if best.Name == "" || node.FreeBytes > best.FreeBytes {
			best = node
		}
	}
	if best.Name == "" {
		return best, errors.New("the manager knows no live node: start one with extnoded, or wait for its heartbeat")
	}
	return best, nil
}
