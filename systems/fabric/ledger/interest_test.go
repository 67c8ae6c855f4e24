package ledger

import (
	"math"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Interest is paid period by period until all is paid, and each period once.
func TestRun(t *testing.T) {
	cfg := Config{Interest: Interest{Rate: 1000, Every: 1, Periods: 3}}
	p := begin(t, cfg, service.RolePrimary)
	dialogue(t, p, "open t/1 a 100 -> ok 100", "open t/2 b 9 -> ok 9")
	refused := 2
	p.outcome = func() (bool, error) {
		if refused--; refused >= 0 {
			return false, service.ErrReconfigurationPending
		}
		return true, nil
	}
	if err := p.r.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.outcome = nil
	dialogue(t, p, "balance a -> ok 133", "balance b -> ok 9", "audit -> ok 0 2")
	if p.sleeping != 5 || p.r.Inspect().Period != 3 {
		t.Errorf("it has slept %d times, and paid %d times", p.sleeping, p.r.Inspect().Period)
	}
	late := service.Op{LSN: p.last + 1, Data: []byte("interest 3")}
	if err := p.r.Apply(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	if got := p.r.Inspect().Accounts["a"]; got != 133 {
		t.Errorf("period 3 is paid twice: %d", got)
	}
}

// Run ends without an error when the role is lost.
func TestRunEnds(t *testing.T) {
	p := begin(t, Config{Interest: Interest{Rate: 1, Every: 1}}, service.RolePrimary)
	for _, err := range []error{service.ErrNotPrimary, service.ErrClosed} {
		p.outcome = func() (bool, error) { return true, err }
		if err := p.r.Run(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// Interest that would be more than the house can owe is not paid, to nobody.
func TestTooMuchInterest(t *testing.T) {
	b := newContents()
	b.House, b.Accounts["a"], b.Accounts["b"] = -math.MaxInt64, math.MaxInt64-5, 5
	b.apply(interest{1}, parts, 0)
	if b.Period != 1 || b.Accounts["b"] != 5 || b.Sum() != 0 {
		t.Errorf("%+v", b)
	}
	b = newContents()
	b.House, b.Accounts["a"] = -math.MaxInt64/2, math.MaxInt64/2
	b.apply(interest{1}, parts, 0)
	if b.Accounts["a"] != math.MaxInt64/2*2 || b.Sum() != 0 {
		t.Errorf("%+v", b)
	}
}
