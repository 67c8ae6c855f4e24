package extnode

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// View is a copy of a node's state, for tests, metrics and tools.
type View struct {
	Self      extmgr.NodeID
	Inc       extmgr.Incarnation
	Held      []extmgr.ExtentInfo // the center, by extent: what a report lists
	Stored    []extmgr.ExtentInfo // the store, by extent
	Copies    []Copy              // in the order in which they were ordered
	MaxCopies int
	FreeBytes int64
	UsedBytes int64
}

// Snapshot returns the node's state. It shares no memory with the node.
func (n *Node) Snapshot() View {
	n.mu.Lock()
	defer n.mu.Unlock()
	v := View{
		Self:      n.cfg.Self,
		Inc:       n.inc,
		Held:      n.center.GetSyncReport(n.cfg.Self),
		Stored:    n.store.List(),
		MaxCopies: n.cfg.MaxCopies,
		FreeBytes: n.store.Free(),
		UsedBytes: n.store.Used(),
	}
	for _, f := range n.copies {
		c := f.Copy
		c.Sources = slices.Clone(f.Sources)
		v.Copies = append(v.Copies, c)
	}
	return v
}

// InvariantError is a broken invariant.
type InvariantError struct {
	Invariant string // "N1" to "N4"
	Detail    string
}

func (e *InvariantError) Error() string { return e.Invariant + ": " + e.Detail }

// Check verifies the invariants N1 to N4. Its error joins one [*InvariantError]
// for each violation.
func (v View) Check() error {
	var broken violations
	broken.unless(slices.Equal(v.Held, v.Stored), "N1", "the center has %v, the store %v", v.Held, v.Stored)
	broken.unless(len(v.Copies) <= v.MaxCopies, "N3", "%d copies are in progress of at most %d", len(v.Copies), v.MaxCopies)
	copied := make(map[extmgr.ExtentID]bool)
	for _, c := range v.Copies {
		broken.unless(!copied[c.Extent], "N3", "extent %s is copied twice", c.Extent)
		copied[c.Extent] = true
		for _, info := range v.Held {
			broken.unless(info.ID != c.Extent || info.Version < c.Version,
				"N2", "task %s copies version %d of extent %s, version %d is held", c.Task, c.Version, c.Extent, info.Version)
		}
		if err := c.check(v.Self); err != nil {
			broken.unless(false, "N4", "task %s: %v", c.Task, err)
		}
	}
	return errors.Join(broken...)
}

// check verifies N4.
func (c Copy) check(self extmgr.NodeID) error {
	received := c.Off != 0 || c.Info != (extmgr.ExtentInfo{})
	switch {
	case c.Source < 0 || c.Source >= len(c.Sources):
		return fmt.Errorf("source %d of %d", c.Source, len(c.Sources))
	case c.Sources[c.Source].Node == self:
		return errors.New("the node copies from itself")
	case c.State != Requesting && c.State != Receiving:
		return fmt.Errorf("state is %v", c.State)
	case c.State == Requesting && received:
		return fmt.Errorf("%d bytes of %v came while nothing was received", c.Off, c.Info)
	case c.State == Receiving && (c.Info.ID != c.Extent || c.Info.Version < c.Version):
		return fmt.Errorf("receives %v instead of version %d of extent %s", c.Info, c.Version, c.Extent)
	case c.State == Receiving && (c.Off < 1 || c.Off >= c.Info.Length):
		return fmt.Errorf("%d of %d bytes came and it goes on", c.Off, c.Info.Length)
	}
	return nil
}

type violations []error

func (vs *violations) unless(ok bool, invariant, format string, args ...any) {
	if !ok {
		*vs = append(*vs, &InvariantError{invariant, fmt.Sprintf(format, args...)})
	}
}
