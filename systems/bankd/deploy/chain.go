package deploy

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/tms/bank"
	"github.com/ravelgo/ravel/transport"
)

// Chain says which chain a process belongs to, and how it is run. All processes of a chain have the same.
type Chain struct {
	Name string // letters, digits, - and _; the name of a group is g1, g2 and so on

	// Group is the number of the group of accounts that the chain is, from 1; 0 is a chain that stores keys.
	Group int

	Term time.Duration // of leases; 0 is 2 s. A server that fails is missed after a little longer than that.

	// Seeded defects, for tests of tests.
	Bugs     chainrep.Bugs
	BankBugs bank.Bugs
}

func (c Chain) checked() (Chain, error) {
	c.Term = cmp.Or(c.Term, 2*time.Second)
	if c.Name == "" && c.Group > 0 {
		c.Name = groupName(c.Group)
	}
	switch {
	case c.Group < 0:
		return c, fmt.Errorf("group %d: groups are numbered from 1", c.Group)
	case c.Group > 0 && c.Name != groupName(c.Group):
		return c, fmt.Errorf("the chain of group %d is named %q: its name must be %s", c.Group, c.Name, groupName(c.Group))
	case c.Term < 0:
		return c, errors.New("the term of a lease cannot be negative")
	case !c.Bugs.Valid():
		return c, fmt.Errorf("there are unknown bits in Bugs, %#x: use the constants of package chainrep", uint32(c.Bugs))
	}
	if err := c.BankBugs.Check(); err != nil {
		return c, err
	}
	if err := transport.CheckNode(c.Name); err != nil {
		return c, fmt.Errorf("the name of a chain: %w", err)
	}
	return c, nil
}

func groupName(number int) string { return fmt.Sprintf("g%d", number) }

// The addresses of what runs in the process of the master.
func (c Chain) master() chainrep.NodeID    { return chainrep.NodeID(masterName(c.Name)) }
func (c Chain) detector() chainrep.NodeID  { return c.master() + "/" + detectorName }
func (c Chain) leases() chainrep.NodeID    { return c.master() + "/" + leasesName }
func (c Chain) directory() chainrep.NodeID { return c.master() + "/" + directoryName }

func masterName(chain string) string { return chain + "-master" }

const (
	detectorName  = "detector"
	leasesName    = "leases"
	directoryName = "directory"
)

// Accounts are what a group opens with: one account for each group, of the same balance. The name of the account of group 1
// is a.
func accounts(group int, opening int64) map[string]int64 {
	return map[string]int64{accountName(group): opening}
}

func accountName(group int) string {
	if group <= 26 {
		return string(rune('a' + group - 1))
	}
	return fmt.Sprintf("a%d", group)
}
