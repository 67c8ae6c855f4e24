package twophase_test

import (
	"flag"
	"testing"

	"github.com/ravelgo/ravel/systems/internal/traces"
)

var update = flag.Bool("update", false, "rewrite the golden traces")

// TestTraces shows what a developer is handed.
func TestTraces(t *testing.T) { traces.Bugs(t, *update, "twophase", "2pc_3") }
