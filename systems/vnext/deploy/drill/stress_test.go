package drill

import (
	"context"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// TestMoreFaults: a correct cluster gets over a node that is replaced, one that moves,
// and a second process under a name.
func TestMoreFaults(t *testing.T) {
	c, rng := loaded(t, 0)
	for _, fault := range MoreFaults() {
		what, err := fault(c, rng)
		if err != nil || what == "" {
			t.Fatalf("%q, %v", what, err)
		}
		t.Log(what)
		if err := c.Whole(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNotices: what each of these defects does is noticed, and in a correct cluster
// there is nothing to notice.
func TestNotices(t *testing.T) {
	for _, test := range []struct {
		name string
		bug  extmgr.Bugs
		look func(*Cluster, *rand.Rand) error
		kind string
	}{
		{"V3", extmgr.V3, func(c *Cluster, rng *rand.Rand) error { _, err := replace(c, c.Nodes[0]); return firstOf(err, c.Whole) }, FewReplicas},
		{"V4", extmgr.V4, func(c *Cluster, rng *rand.Rand) error { return c.quietDamage(rng) }, FewReplicas},
		{"V9", extmgr.V9, func(c *Cluster, rng *rand.Rand) error { return c.quietRestart() }, CopyInVain},
		{"V14", extmgr.V14, func(c *Cluster, rng *rand.Rand) error { _, err := namesake(c, rng); return err }, NotTold},
		{"V15", extmgr.V15, func(c *Cluster, rng *rand.Rand) error { _, err := moveNode(c, rng); return firstOf(err, c.Whole) }, NotKnown},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, rng := loaded(t, 0)
			if got := kindOf(t, test.look(c, rng)); got != "" {
				t.Errorf("a correct cluster: %s", got)
			}
			buggy, rng := loaded(t, test.bug)
			buggy.cfg.Patience = short
			got := ""
			for range 5 { // a busy machine may be the reason for a copy, and then nothing is said
				if got = kindOf(t, test.look(buggy, rng)); got != "" {
					break
				}
			}
			if got != test.kind {
				t.Errorf("with %s: %q, want %q", test.name, got, test.kind)
			}
		})
	}
}

func firstOf(err error, then func() error) error {
	if err != nil {
		return err
	}
	return then()
}

// TestStress: a stress test that is out of time says what it has done, and leaves
// nothing behind.
func TestStress(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	r, err := Stress(ctx, Config{Dir: dir, Command: run, Patience: long}, 1)
	if err != nil || r.Failure != nil || r.Rounds == 0 || r.Messages == 0 || r.Lines == 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
