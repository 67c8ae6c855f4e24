package live

import "context"

// Quiet waits until no machine has anything to do.
func Quiet(ctx context.Context, s *System) error { return s.activity.await(ctx) }
