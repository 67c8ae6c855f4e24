package live

import "context"

// Quiet waits until no machine has anything to do.
func Quiet(ctx context.Context, s *System) error { return s.activity.await(ctx) }

// Remotes is how many machines of other nodes a member remembers.
func Remotes(m *Member) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.remotes)
}
