package linear_test

import (
	"testing"

	"github.com/ravelgo/ravel/spec/internal/spectest"
)

// Searches for repeated states digest monitors, save them and go back to them.
func TestHistoriesCanBeSaved(t *testing.T) {
	m, q := table, queue
	spectest.Saved(t, m.Monitor,
		[]any{m.Write("a", "x", 1), m.Done("a"), m.Write("a", "x", 2), m.Lost("a")},
		[]any{m.Read("b", "z"), m.Got("b", 0, false)})
	spectest.Saved(t, q.Monitor,
		[]any{q.Enqueue("a", 1), q.Done("a"), q.Enqueue("a", 2), q.Done("a")},
		[]any{q.Enqueue("b", 3), q.Failed("b")})
}
