package table

import "github.com/ravelgo/ravel/systems/mtable/internal/bug"

// ParseAtomicWith is ParseAtomic with mistakes, for tests.
func ParseAtomicWith(text string, bugs bug.Set) (AtomicQuery, error) { return parseAtomic(text, bugs) }
