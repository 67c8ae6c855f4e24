package extnode

import (
	"io"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// Store is the node's disk; [*extstore.Store] is one, and says what the methods
// do. Errors are told apart by the variables of package extstore. A store belongs
// to one node and is called by it alone, with its mutex held.
type Store interface {
	BlockSize() int
	NextIncarnation(floor extmgr.Incarnation) (extmgr.Incarnation, error)

	List() []extmgr.ExtentInfo
	Open(id extmgr.ExtentID) (io.ReaderAt, extmgr.ExtentInfo, error)
	Stage(want extmgr.ExtentInfo) (extstore.StagedExtent, error)
	Delete(id extmgr.ExtentID, version uint64) error

	ScrubExtent(id extmgr.ExtentID) error
	Quarantine(id extmgr.ExtentID, reason error) error

	Free() int64
	Used() int64
}
