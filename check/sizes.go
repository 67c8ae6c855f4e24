package check

import (
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/internal/prose"
	"github.com/ravelgo/ravel/schedule"
)

// Shortened says what the search for a simpler schedule has come to, in parentheses; "" if there was none.
func (f *Failure) Shortened() string {
	if f.Found.Steps == 0 || f.Shrunk.Steps == 0 {
		return ""
	}
	text := fmt.Sprintf("shrunk from %s to %s", sizeText(f.Found), sizeText(f.Shrunk))
	if f.Found == f.Shrunk {
		text = sizeText(f.Found) + "; no simpler schedule was found"
		if f.Shrinking.Tries == 0 {
			text = sizeText(f.Found)
		}
	}
	switch f.Shrinking.Cut {
	case "time":
		text += fmt.Sprintf("; the search was ended after %v", round(f.Shrinking.Elapsed))
	case "tries", "steps":
		text += fmt.Sprintf("; the search ended at its bound, after %s schedules", prose.Count(uint64(f.Shrinking.Tries)))
	}
	return "(" + text + ")"
}

// sizeText is a size in words: what is zero goes without saying, but for the steps.
func sizeText(s schedule.Size) string {
	parts := []string{prose.Plural(s.Steps, "step")}
	if s.Switches == 1 {
		parts = append(parts, "1 switch")
	} else if s.Switches > 1 {
		parts = append(parts, prose.Count(uint64(s.Switches))+" switches")
	}
	if s.Faults > 0 {
		parts = append(parts, prose.Plural(s.Faults, "fault"))
	}
	return strings.Join(parts, ", ")
}
