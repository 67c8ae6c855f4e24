package gocontrol

import (
	"strings"
	"testing"
)

// TestMisfit: what to do depends on which of the two is older.
func TestMisfit(t *testing.T) {
	defer func(h *table) { hooks = h }(hooks)
	for _, c := range []struct {
		overlay     uint64
		says, lacks string
	}{
		{abi - 1, "an older one", "go get"},
		{abi + 1, "a newer one", "an older one"},
	} {
		hooks = &table{abi: c.overlay}
		err := Available()
		if err == nil {
			t.Fatalf("interface %d was taken for %d", c.overlay, abi)
		}
		for _, want := range []string{c.says, "another version", "go install github.com/ravelgo/ravel/cmd/ravel@", "--control=off"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("interface %d: %q is not in: %v", c.overlay, want, err)
			}
		}
		if strings.Contains(err.Error(), c.lacks) {
			t.Errorf("interface %d: %q is in: %v", c.overlay, c.lacks, err)
		}
		if (c.overlay > abi) != strings.Contains(err.Error(), "go get github.com/ravelgo/ravel@latest") {
			t.Errorf("interface %d: to update the library helps only if it is older: %v", c.overlay, err)
		}
	}
}
