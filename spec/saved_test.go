package spec_test

import (
	"testing"

	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/spec/internal/spectest"
)

// Searches for repeated states digest monitors, save them and go back to them.
func TestMonitorsCanBeSaved(t *testing.T) {
	type list = []any
	t.Run("Atomicity", func(t *testing.T) {
		s := spec.Atomicity[int, string]{}
		spectest.Saved(t, s.Monitor,
			list{s.Began(1, "a", "b"), s.Voted(1, "a", true), s.Decided(1, "a", false)},
			list{s.Began(2, "a", "b"), s.Voted(2, "b", true), s.Decided(2, "b", false)})
	})
	t.Run("Agreement", func(t *testing.T) {
		spectest.Saved(t, slots.Monitor,
			list{slots.Submitted("v"), slots.Chosen(1, "a", "v")},
			list{slots.Proposed(2, "w"), slots.Chosen(2, "b", "w")})
	})
	t.Run("Consensus", func(t *testing.T) {
		p := paxos
		spectest.Saved(t, p.Monitor,
			list{p.Proposed(1, "v"), p.Issued(1, number{1, 1}, "v"), p.Accepted(1, number{1, 1}, "a", "v")},
			list{p.Proposed(2, "v"), p.Issued(2, number{1, 1}, "v"), p.Accepted(2, number{1, 1}, "a", "v")})
	})
	t.Run("Exclusion", func(t *testing.T) {
		spectest.Saved(t, locks.Monitor,
			list{locks.Acquired("x", 1, "a"), locks.Released("x", 1, "a")},
			list{locks.Acquired("x", 2, "b"), locks.Released("x", 2, "b")})
	})
	t.Run("Progress", func(t *testing.T) {
		s := spec.Progress[int]{MayAbandon: 1}
		spectest.Saved(t, s.Monitor, list{s.Asked(1), s.Answered(1)}, list{s.Asked(2), s.Abandoned(2)})
	})
	t.Run("LogPrefix", func(t *testing.T) {
		spectest.Saved(t, logs.Monitor,
			list{logs.Appended("a", 1, entry{1, 1}), logs.Truncated("a", 0), logs.Removed("a")},
			list{logs.Appended("b", 1, entry{1, 1}), logs.Appended("b", 2, entry{1, 2}), logs.Installed("b", 1)})
	})
	t.Run("NoDuplicates", func(t *testing.T) {
		spectest.Saved(t, dedup.Monitor,
			list{dedup.Appended("a", 1, entry{1, 1}), dedup.Truncated("a", 0), dedup.Appended("a", 1, entry{1, 1})},
			list{dedup.Appended("b", 1, entry{1, 1}), dedup.Removed("b")})
	})
	t.Run("Sessions", func(t *testing.T) {
		s := sessions
		spectest.Saved(t, s.Monitor,
			list{s.WriteBegan("a", "x", 1), s.WriteEnded("a", "x", spec.OK), s.ReadBegan("a", "x"), s.ReadOK("a", "x", 1)},
			list{s.WriteBegan("b", "y", 2), s.WriteEnded("b", "y", spec.Unknown)})
	})
}
