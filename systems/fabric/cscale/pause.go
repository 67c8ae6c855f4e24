package cscale

import (
	"context"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// A replica that tries again what has failed waits before, at first for a moment, and twice as long each time, up to a limit.
const (
	firstPause   = 5 * time.Millisecond
	longestPause = 500 * time.Millisecond
)

// pause is how long somebody has waited last, 0 if nothing has failed since.
type pause time.Duration

// wait waits before another try, or until the context is done.
func (p *pause) wait(ctx context.Context, on service.Partition) {
	*p = min(max(2**p, pause(firstPause)), pause(longestPause))
	_ = on.Sleep(ctx, time.Duration(*p)) // the caller looks at the context
}
