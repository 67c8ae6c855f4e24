package check

import (
	"fmt"
	"maps"
	"slices"
)

// checkInboxes refuses bounds that make no sense.
func (c *Config) checkInboxes() error {
	if err := c.Inbox.Validate(); err != nil {
		return fmt.Errorf("ravel: Inbox: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Inboxes)) {
		if err := c.Inboxes[name].Validate(); err != nil {
			return fmt.Errorf("ravel: Inboxes[%q]: %w", name, err)
		}
	}
	return nil
}
