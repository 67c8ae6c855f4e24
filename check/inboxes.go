package check

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ravelgo/ravel"
)

// checkInboxes refuses bounds that make no sense.
func (c *Config) checkInboxes() error {
	if err := bad(c.Inbox); err != nil {
		return fmt.Errorf("ravel: Inbox: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Inboxes)) {
		if err := bad(c.Inboxes[name]); err != nil {
			return fmt.Errorf("ravel: Inboxes[%q]: %w", name, err)
		}
	}
	return nil
}

func bad(in ravel.Inbox) error {
	switch {
	case in.Capacity < 0:
		return fmt.Errorf("an inbox of capacity %d: it must be positive, or 0 for no bound", in.Capacity)
	case in.Reject && in.Capacity == 0:
		return fmt.Errorf("an inbox without a bound rejects nothing: set its Capacity")
	}
	return nil
}
