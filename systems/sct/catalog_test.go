package sct_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/sct"
)

var _ sct.TB = (*check.T)(nil)

// TestCatalog: nothing is missing, and names are unique.
func TestCatalog(t *testing.T) {
	all := sct.All()
	if len(all) < 40 {
		t.Errorf("%d programs", len(all))
	}
	seen := make(map[string]bool)
	published := 0
	for _, p := range all {
		if p.Name == "" || p.Family == "" || p.Bug == "" || p.Source == "" || p.Shows == "" || p.Run == nil || p.Fixed == nil {
			t.Errorf("%s: something is missing: %+v", p.Name, p)
		}
		if seen[p.Name] {
			t.Errorf("there are two programs %s", p.Name)
		}
		seen[p.Name] = true
		if p.Ops == 0 {
			t.Errorf("%s has not been measured: go test ./sct -run TestFigures -update -timeout 2h", p.Name)
		}
		for _, s := range sct.Strategies {
			if f, ok := p.Published[s]; ok && f.Found >= 0 && f.Found <= 20 {
				published++
			}
		}
		if found, err := sct.Find(p.Name); err != nil || found.Name != p.Name {
			t.Errorf("Find(%q) found %q: %v", p.Name, found.Name, err)
		}
	}
	if published != 60 {
		t.Errorf("%d published figures are attached to programs, want 60", published)
	}
	if _, err := sct.Find("reorder_7"); err == nil || !strings.Contains(err.Error(), "reorder_5") {
		t.Errorf("a program that is not there: error %v, want one that says which are", err)
	}
}

// TestTwinsUncontrolled: without control the programs are ordinary Go code, which a test can call.
func TestTwinsUncontrolled(t *testing.T) {
	for _, p := range sct.All() {
		t.Run(p.Name, func(t *testing.T) {
			for range 20 {
				p.Fixed(t)
			}
		})
	}
}
