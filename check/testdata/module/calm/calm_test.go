package calm

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

func TestCalm(t *testing.T) {
	check.Test(t, func(t *check.T) {
		t.Go("worker", func(c *ravel.Context) { c.Yield() })
		t.Wait()
	}, check.Schedules(100))
}
