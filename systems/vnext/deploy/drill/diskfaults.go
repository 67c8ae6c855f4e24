package drill

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
)

// spare returns a replica that may be destroyed: another good one is on a disk.
func (c *Cluster) spare(rng *rand.Rand) (r replica, ok bool, err error) {
	all, err := c.disks()
	count := good(all, c.Versions)
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, r := range all {
		if r.err == nil && (count[r.id] > 1 || r.info.Version < c.Versions[r.id]) {
			return r, true, err
		}
	}
	return replica{}, false, err
}

// dispensable reports whether all that a node has is elsewhere, too.
func (c *Cluster) dispensable(m *Member) (bool, error) {
	all, err := c.disks()
	count := good(all, c.Versions)
	for _, r := range all {
		if r.node == m && r.err == nil && r.info.Version == c.Versions[r.id] && count[r.id] < 2 {
			return false, err
		}
	}
	return true, err
}

// corrupt flips a bit of a replica on the disk of a node that runs.
func corrupt(c *Cluster, rng *rand.Rand) (string, error) {
	r, ok, err := c.spare(rng)
	if !ok || err != nil {
		return "", err
	}
	at, size, err := flipBit(r.path, rng)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil // it was replaced or set aside meanwhile
	}
	return fmt.Sprintf("a bit of %s on %s flipped at %d of %d", r.id, r.node.Name, at, size), err
}

func flipBit(path string, rng *rand.Rand) (at, size int64, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	at = rng.Int64N(info.Size())
	b := make([]byte, 1)
	if _, err := f.ReadAt(b, at); err != nil {
		return 0, 0, err
	}
	b[0] ^= 1 << rng.IntN(8)
	_, err = f.WriteAt(b, at)
	return at, info.Size(), err
}

// truncate cuts a replica off, under a node that runs or one that starts after.
func truncate(c *Cluster, rng *rand.Rand) (string, error) {
	r, ok, err := c.spare(rng)
	if !ok || err != nil {
		return "", err
	}
	stopped := rng.IntN(2) == 0
	if stopped {
		r.node.Kill()
	}
	size := rng.Int64N(headerSize + r.info.Length)
	if err := os.Truncate(r.path, size); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if stopped {
		err = c.StartNode(r.node)
	}
	return fmt.Sprintf("%s on %s cut off at %d", r.id, r.node.Name, size), err
}

// loseDisk starts a node with an empty disk, if all that was on it is elsewhere.
func loseDisk(c *Cluster, rng *rand.Rand) (string, error) {
	m := c.some(rng)
	m.Kill()
	what := ""
	ok, err := c.dispensable(m)
	if err != nil {
		return "", err
	}
	if ok {
		what = m.Name + " lost its disk"
		if err := os.RemoveAll(m.Dir); err != nil {
			return "", err
		}
	}
	return what, c.StartNode(m)
}
