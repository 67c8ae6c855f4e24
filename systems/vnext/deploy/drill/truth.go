package drill

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/systems/vnext/deploy"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// headerSize is where the payload of an extent's file begins; see package extstore.
const headerSize = 52

// replica is a file of an extent on a node's disk, as it is, whatever anybody
// believes.
type replica struct {
	node *Member
	path string
	id   extmgr.ExtentID
	info extmgr.ExtentInfo // if err is nil
	err  error             // what is wrong with it
}

// disks returns the files of all extents on all disks.
func (c *Cluster) disks() (all []replica, err error) {
	for _, m := range c.Nodes {
		err := filepath.WalkDir(filepath.Join(m.Dir, "data"), func(path string, d fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil // no extent yet, or one that was just set aside
			}
			if err != nil || d.IsDir() {
				return err
			}
			file, err := os.ReadFile(path)
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil {
				return err
			}
			r := replica{node: m, path: path}
			if r.id, err = deploy.ParseExtentID(strings.TrimSuffix(d.Name(), ".ext")); err != nil {
				return err
			}
			r.info, r.err = extstore.Verify(file)
			if r.err == nil && !bytes.Equal(payload(file), Contents(r.info.ID, r.info.Version)) {
				r.err = fmt.Errorf("%s has other contents than were written", path)
			}
			all = append(all, r)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// payload takes the blocks of a good file apart.
func payload(file []byte) (data []byte) {
	const block = 64 << 10
	for rest := file[headerSize:]; len(rest) > 0; {
		n := min(block, len(rest)-4)
		data = append(data, rest[:n]...)
		rest = rest[n+4:]
	}
	return data
}

// good counts the good replicas of each written extent at its newest version.
func good(all []replica, written map[extmgr.ExtentID]uint64) map[extmgr.ExtentID]int {
	count := make(map[extmgr.ExtentID]int)
	for _, r := range all {
		if r.err == nil && r.info.Version == written[r.id] {
			count[r.id]++
		}
	}
	return count
}

// Replicas counts the good replicas of an extent, at the version that was acknowledged
// last, on the disks of all nodes but some.
func (c *Cluster) Replicas(id extmgr.ExtentID, without ...*Member) (n int, err error) {
	all, err := c.disks()
	for _, r := range all {
		if r.err == nil && r.id == id && r.info.Version == c.Versions[id] && !slices.Contains(without, r.node) {
			n++
		}
	}
	return n, err
}

// Missing says what is missing until every written extent has its replicas, and every
// file is good; "" if nothing is.
func (c *Cluster) Missing() (string, error) {
	all, err := c.disks()
	if err != nil {
		return "", err
	}
	count, few, none := good(all, c.Versions), 0, 0
	for id := range c.Versions {
		if count[id] < target {
			few++
		}
		if count[id] == 0 {
			none++
		}
	}
	switch {
	case none > 0:
		return fmt.Sprintf("%d of %d extents have no good replica on any disk", none, len(c.Versions)), nil
	case few > 0:
		return fmt.Sprintf("%d of %d extents have too few good replicas on disks", few, len(c.Versions)), nil
	}
	for _, r := range all {
		if r.err != nil {
			return fmt.Sprintf("%s: %v", r.path, r.err), nil
		}
	}
	return "", nil
}
