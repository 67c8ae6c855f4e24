package ledger

import (
	"errors"
	"fmt"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Config describes a ledger. It is the same for all replicas. The zero Config is fit for use.
type Config struct {
	Interest Interest

	// Timeout is how long a request may wait on the replica that serves it; then it is answered, as in doubt if it was
	// replicated. Zero is for as long as the platform takes.
	Timeout time.Duration

	// Poll is how often a request looks again whether the replica may replicate, while a reconfiguration is pending or too
	// many operations are under way. Zero is not to wait: the request is answered as Unavailable.
	Poll time.Duration

	Page int // accounts, or sessions, in a piece of a snapshot; 0 is 256

	// Durable lets replicas keep their state in the storage of their partition, so that it outlives their process: see
	// [Durable]. Checkpoint is after how many operations the whole state is written anew; 0 is 4096.
	Durable    bool
	Checkpoint int

	Bugs Bugs // seeded defects, for tests
}

// Interest is what the house pays. The zero Interest is none.
type Interest struct {
	Rate    int64         // of the balance, in ten-thousandths for a period, rounded down
	Every   time.Duration // a period
	Periods int64         // so many are paid; 0 is for ever
}

// New returns what makes the replicas of a ledger. The error says what is wrong with the Config.
func New(cfg Config) (service.Factory, error) {
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("ledger.New: %w", err)
	}
	return func(service.Info) service.Replica {
		r := &Replica{cfg: cfg, book: newContents()}
		if cfg.Durable {
			return &Durable{Replica: r}
		}
		return r
	}, nil
}

func (c *Config) check() error {
	switch i := c.Interest; {
	case i.Rate < 0 || i.Rate > parts:
		return fmt.Errorf("Interest.Rate is %d: it is in ten-thousandths, 0 to %d", i.Rate, parts)
	case i.Rate > 0 && i.Every <= 0:
		return errors.New("Interest.Every must be positive: it is how long a period is")
	case i.Periods < 0:
		return fmt.Errorf("Interest.Periods is %d: it cannot be negative", i.Periods)
	case c.Timeout < 0 || c.Poll < 0:
		return errors.New("Timeout and Poll cannot be negative")
	case c.Page < 0 || c.Checkpoint < 0:
		return fmt.Errorf("Page is %d and Checkpoint %d: they cannot be negative", c.Page, c.Checkpoint)
	}
	return c.Bugs.Check()
}

func (c *Config) page() int {
	if c.Page > 0 {
		return c.Page
	}
	return 256
}

func (c *Config) checkpoint() int {
	if c.Checkpoint > 0 {
		return c.Checkpoint
	}
	return 4096
}
