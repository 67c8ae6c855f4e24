package bug_test

import (
	"testing"

	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
)

// Each mistake has a bit and a name of its own.
func TestNames(t *testing.T) {
	seen := make(map[string]bool)
	var all bug.Set
	for _, b := range append(bug.Study(), bug.Defects()...) {
		if b.Has(all) || seen[b.String()] || b.String() == "" {
			t.Errorf("%#x, %v, is not new", uint32(b), b)
		}
		seen[b.String()] = true
		all |= b
		if err := b.Check(); err != nil {
			t.Error(err)
		}
	}
	if bug.Study()[11] != bug.InsertBehindMigrator || bug.Defects()[9] != bug.DefectJ || len(bug.Defects()) != 10 {
		t.Error("the mistakes are not in their order")
	}
	if (all + 1).Check() == nil {
		t.Error("an unknown bit is accepted")
	}
	if bug.Set(0).String() != "" || bug.Set(0).Has(all) {
		t.Error("the empty set is not empty")
	}
}
