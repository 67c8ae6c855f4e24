package deploy

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// Verification is what reading every replica has shown.
type Verification struct {
	Extents  int     // known to the manager
	Replicas int     // read to the end, with the right checksum
	Short    []error // one for each extent with fewer good replicas than wanted
	Bad      []error // one for each replica that could not be read
}

// OK reports whether every extent has as many good replicas as wanted.
func (v Verification) OK() bool { return len(v.Short) == 0 }

// Verify reads every replica that the manager knows of, from its disk to here. A
// node that finds a block damaged takes the replica out, and the manager will
// order another one. The error is about the manager only.
func (c *Client) Verify(ctx context.Context) (Verification, error) {
	s, err := c.Status(ctx)
	if err != nil {
		return Verification{}, err
	}
	v := Verification{Extents: len(s.Extents)}
	for _, e := range s.Extents {
		id, err := ParseExtentID(e.ID)
		if err != nil {
			return v, err
		}
		good := 0
		for _, holder := range e.Holders {
			node, _ := s.Node(holder)
			if err := c.verify(ctx, extmgr.Endpoint{Node: holder, Addr: node.Addr}, id, e); err != nil {
				v.Bad = append(v.Bad, err)
				continue
			}
			good++
		}
		v.Replicas += good
		if good < s.Target {
			v.Short = append(v.Short, fmt.Errorf("extent %s version %d has %d good replicas: want %d", e.ID, e.Version, good, s.Target))
		}
	}
	return v, nil
}

// verify reads one replica. Replicas of one version are all the same.
func (c *Client) verify(ctx context.Context, node extmgr.Endpoint, id extmgr.ExtentID, want ExtentEntry) error {
	ctx, cancel := context.WithTimeout(ctx, 5*c.cfg.Retry)
	defer cancel()
	info, _, err := c.Read(ctx, node, id, want.Version)
	if err != nil {
		return err
	}
	if info.Version == want.Version && (info.Length != want.Length || info.CRC32C != want.CRC32C) {
		return fmt.Errorf("extent %s version %d at %s is not what it is elsewhere", want.ID, want.Version, node.Node)
	}
	return nil
}

// ParseExtentID is the inverse of ExtentID.String.
func ParseExtentID(digits string) (id extmgr.ExtentID, err error) {
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) != len(id) {
		return id, fmt.Errorf("%q is no extent: want %d hexadecimal digits", digits, 2*len(id))
	}
	copy(id[:], b)
	return id, nil
}
