package sct

import "sync"

// fileSystem hands out disk blocks to inodes. Both have locks of their own.
type fileSystem struct {
	inodeLocks [32]sync.Mutex
	inodes     [32]int // number of the block plus 1, 0 for none
	blockLocks [26]sync.Mutex
	busy       [26]bool
}

// block gives the inode a block, if it has none. It looks for a free one from a place that depends on the inode. If wrap is
// not set it runs off the end of the table when there is none behind that place.
func (fs *fileSystem) block(inode int, wrap bool) (ok bool) {
	fs.inodeLocks[inode].Lock()
	defer fs.inodeLocks[inode].Unlock()
	if fs.inodes[inode] != 0 {
		return true
	}
	b := inode * 2 % len(fs.busy)
	for range len(fs.busy) {
		if fs.take(b) {
			fs.inodes[inode] = b + 1
			return true
		}
		b++
		if wrap {
			b %= len(fs.busy)
		}
	}
	return false
}

func (fs *fileSystem) take(b int) bool {
	fs.blockLocks[b].Lock()
	defer fs.blockLocks[b].Unlock()
	if fs.busy[b] {
		return false
	}
	fs.busy[b] = true
	return true
}

// runFSBench asks for one block more than there are, all at the same time.
func runFSBench(t TB, wrap bool) {
	fs := new(fileSystem)
	got := make([]bool, len(fs.busy)+1)
	together(times(len(got), func(i int) { got[i] = fs.block(i, wrap) })...)
	refused := 0
	for _, ok := range got {
		if !ok {
			refused++
		}
	}
	if refused != 1 {
		t.Errorf("%d requests for a block were refused, want 1", refused)
	}
}

func fsBenches() []Program {
	return []Program{{
		Name: "fsbench", Family: "fsbench", Threads: 28, Within: 100, Shows: Panic,
		Bug:    "the search for a free block leaves the table when no block is free behind the place where it begins",
		Source: sctbench + "; the program: Flanagan, Godefroid, Dynamic Partial-Order Reduction for Model Checking Software, POPL 2005",
		Run:    func(t TB) { runFSBench(t, false) },
		Fixed:  func(t TB) { runFSBench(t, true) },
	}}
}
