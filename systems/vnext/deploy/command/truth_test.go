package command_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	node *member
	path string
	id   extmgr.ExtentID
	info extmgr.ExtentInfo // if err is nil
	err  error             // what is wrong with it
}

// disks returns the files of all extents on all disks.
func (c *cluster) disks() (all []replica) {
	c.t.Helper()
	for _, m := range c.nodes {
		err := filepath.WalkDir(filepath.Join(m.dir, "data"), func(path string, d fs.DirEntry, err error) error {
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
			if r.err == nil && !bytes.Equal(payload(file), c.contents(r.info)) {
				r.err = fmt.Errorf("%s has other contents than were written", path)
			}
			all = append(all, r)
			return nil
		})
		if err != nil {
			c.t.Fatal(err)
		}
	}
	return all
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

// whole says what is missing until every written extent has its replicas, and
// every file is good; "" if nothing is.
func (c *cluster) whole() string {
	all := c.disks()
	for _, r := range all {
		if r.err != nil {
			return fmt.Sprintf("%s: %v", r.path, r.err)
		}
	}
	count, missing := good(all, c.versions), 0
	for id := range c.versions {
		if count[id] < c.target {
			missing++
		}
	}
	if missing > 0 {
		return fmt.Sprintf("%d of %d extents have too few good replicas on disks", missing, len(c.versions))
	}
	return ""
}
