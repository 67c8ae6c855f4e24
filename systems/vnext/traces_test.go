package vnext_test

import (
	"testing"

	"github.com/ravelgo/ravel/systems/internal/traces"
)

// TestTraces shows what a developer is handed.
func TestTraces(t *testing.T) { traces.Bugs(t, *update, "vnext", "V1", "V14", "V15") }
