package spectable_test

import (
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/ravelgo/ravel/systems/mtable/spectable"
	"github.com/ravelgo/ravel/systems/mtable/table"
	"github.com/ravelgo/ravel/systems/mtable/tabletest"
)

func TestTable(t *testing.T) {
	tabletest.Run(t, tabletest.Config{Open: func(testing.TB) table.Table {
		return spectable.New(spectable.Options{})
	}})
}

// A table whose streams return any of the valid rows does so in the eyes of a second one.
func TestChoosing(t *testing.T) {
	var mu sync.Mutex
	r := rand.New(rand.NewPCG(1, 2))
	tabletest.Run(t, tabletest.Config{Open: func(testing.TB) table.Table {
		return spectable.New(spectable.Options{Choose: func(n int) int {
			mu.Lock()
			defer mu.Unlock()
			return r.IntN(n)
		}})
	}})
}
