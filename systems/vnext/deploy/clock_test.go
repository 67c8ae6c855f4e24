package deploy

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// TestClockStep sets the clock by hours: it is noticed, in both directions and once
// each. Slow drift is none.
func TestClockStep(t *testing.T) {
	var w stepWatch
	wall, mono := time.Unix(1_000_000, 0), time.Duration(0)
	look := func(passed, set time.Duration) time.Duration {
		wall, mono = wall.Add(passed+set), mono+passed
		return w.look(wall, mono)
	}
	for i, test := range []struct{ passed, set, want time.Duration }{
		{0, 0, 0},
		{5 * time.Second, 0, 0},
		{5 * time.Second, time.Hour, time.Hour},
		{5 * time.Second, 0, 0},
		{5 * time.Second, -2 * time.Hour, -2 * time.Hour},
		{5 * time.Second, 500 * time.Millisecond, 0},
		{5 * time.Second, -500 * time.Millisecond, 0},
	} {
		if got := look(test.passed, test.set); got != test.want {
			t.Errorf("look %d: %v, want %v", i, got, test.want)
		}
	}
}

// TestClockOfManager: silences are differences of readings that setting the clock
// does not touch.
func TestClockOfManager(t *testing.T) {
	now := extmgr.SystemClock{}.Now()
	if now == now.Round(0) { // Round takes a monotonic reading away
		t.Error("the manager's clock has no monotonic reading: setting the clock would expire nodes")
	}
}

// TestClockOfIncarnations: a start is newer than the ones before, even if the clock
// was set back by years, and also if the disk was lost.
func TestClockOfIncarnations(t *testing.T) {
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	start := func(dir string, now time.Time) extmgr.Incarnation {
		t.Helper()
		h, err := openHome(dir, "en1", 0, log)
		if err != nil {
			t.Fatal(err)
		}
		defer h.close()
		inc, err := h.store.NextIncarnation(floor(now))
		if err != nil {
			t.Fatal(err)
		}
		return inc
	}
	dir := t.TempDir()
	first := start(dir, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
	if back := start(dir, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)); back != first+1 {
		t.Errorf("after the clock was set back: %d, before %d", back, first)
	}
	if before := start(dir, time.Unix(-1, 0)); before != first+2 {
		t.Errorf("before 1970: %d", before)
	}
	if lost := start(t.TempDir(), time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC)); lost <= first+2 {
		t.Errorf("on a new disk: %d, before %d", lost, first+2)
	}
}

// TestRefusals: in a row for too long, or now and then.
func TestRefusals(t *testing.T) {
	at := time.Unix(1000, 0)
	r := refusals{within: 3 * time.Second, limit: 10 * time.Second}
	for i := range 5 {
		if r.add(at.Add(time.Duration(i) * 4 * time.Second)) {
			t.Errorf("refusal %d, now and then, is too much", i)
		}
	}
	at = at.Add(time.Hour)
	for i := range 6 {
		if got, want := r.add(at.Add(time.Duration(i)*2*time.Second)), i == 5; got != want {
			t.Errorf("refusal %d in a row: %v, want %v", i, got, want)
		}
	}
}
