package strategy

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

var units = []struct {
	name  string
	bytes int64
}{{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}

// parseBytes reads a size: a whole number with one of the units B, KiB, MiB, GiB and TiB, or bytes without one.
func parseBytes(s string) (int64, error) {
	factor := int64(1)
	for _, u := range units {
		if digits, ok := strings.CutSuffix(s, u.name); ok {
			s, factor = digits, u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err == nil && (n < 0 || n > math.MaxInt64/factor) {
		err = strconv.ErrRange
	}
	return n * factor, err
}

// formatBytes writes a size in the largest unit that leaves a whole number.
func formatBytes(n int64) string {
	for _, u := range units {
		if n >= u.bytes && n%u.bytes == 0 {
			return fmt.Sprintf("%d%s", n/u.bytes, u.name)
		}
	}
	return fmt.Sprintf("%dB", n)
}
