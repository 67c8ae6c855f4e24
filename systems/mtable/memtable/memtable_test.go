package memtable_test

import (
	"testing"

	"github.com/ravelgo/ravel/systems/mtable/memtable"
	"github.com/ravelgo/ravel/systems/mtable/table"
	"github.com/ravelgo/ravel/systems/mtable/tabletest"
)

func TestTable(t *testing.T) {
	tabletest.Run(t, tabletest.Config{Open: func(t testing.TB) table.Table {
		m := memtable.New(memtable.Options{ETagPrefix: "m"})
		t.Cleanup(func() {
			if n := m.OpenStreams(); n != 0 {
				t.Errorf("%d streams have not been closed", n)
			}
		})
		return m
	}})
}
