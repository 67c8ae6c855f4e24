package schedule_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/schedule"
)

func TestShrink(t *testing.T) {
	has := func(want ...int) func([]int) bool {
		return func(v []int) bool { return len(v) > want[0] && v[want[0]] >= want[1] }
	}
	both := func(a, b func([]int) bool) func([]int) bool {
		return func(v []int) bool { return a(v) && b(v) }
	}
	for _, c := range []struct {
		name  string
		fails func([]int) bool
		want  []int
	}{
		{"always", func([]int) bool { return true }, nil},
		{"one value", has(3, 2), []int{0, 0, 0, 2}},
		{"a value anywhere", func(v []int) bool { return slices.Contains(v, 2) }, []int{2}},
		{"two values", both(has(1, 1), has(6, 1)), []int{0, 1, 0, 0, 0, 0, 1}},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		for range 200 {
			v := make([]int, 40)
			for i := range v {
				v[i] = r.IntN(3)
			}
			if !c.fails(v) {
				continue
			}
			got := schedule.Shrink(v, func(v []int) (bool, error) { return c.fails(v), nil })
			if !slices.Equal(got, c.want) {
				t.Fatalf("%s: shrunk %v to %v, want %v", c.name, v, got, c.want)
			}
		}
	}
}

// Whatever the tries say, the result is one of them that failed, or the schedule itself.
func TestShrinkReturnsWhatFailed(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		v := make([]int, r.IntN(30))
		for i := range v {
			v[i] = r.IntN(4)
		}
		failed := [][]int{v}
		limit := r.IntN(60)
		got := schedule.Shrink(v, func(c []int) (bool, error) {
			if limit--; limit < 0 {
				return false, errors.New("enough")
			}
			ok := r.IntN(2) == 0
			if ok {
				failed = append(failed, slices.Clone(c))
			}
			return ok, nil
		})
		if !slices.ContainsFunc(failed, func(f []int) bool { return slices.Equal(trimmed(f), got) }) {
			t.Fatalf("%v was shrunk to %v, which never failed", v, got)
		}
	}
}

func trimmed(v []int) []int {
	for len(v) > 0 && v[len(v)-1] == 0 {
		v = v[:len(v)-1]
	}
	return v
}
