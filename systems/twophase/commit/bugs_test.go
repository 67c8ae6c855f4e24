package commit

import "testing"

func TestBugsString(t *testing.T) {
	if got := (NoDefer | AbortLate | 1<<7).String(); got != "NoDefer|AbortLate|Bugs(0x80)" {
		t.Error(got)
	}
}
