//go:build race

package sct_test

import (
	"testing"

	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/systems/sct"
)

// TestNoRace runs all programs with and without their bugs: none may have a data race, which the detector reports.
func TestNoRace(t *testing.T) {
	control(t)
	for _, p := range sct.All() {
		if p.Threads > 30 {
			continue // as the smaller ones of their families
		}
		t.Run(p.Name, func(t *testing.T) {
			for seed := range uint64(100) {
				run(t, p.Run, gocontrol.Options{Seed: seed})
				run(t, p.Fixed, gocontrol.Options{Seed: seed})
			}
		})
	}
}
