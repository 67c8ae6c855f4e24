package drill

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// What a stress test can notice.
const (
	FewReplicas = "few replicas" // the faults are over, and an extent has too few for too long
	DataLoss    = "data loss"    // no disk has what was acknowledged
	CopyInVain  = "copy in vain" // nothing was missing, and there are more replicas than before
	NotTold     = "not told"     // a second process under a name goes on
	NotKnown    = "not known"    // the manager does not get to know a node that lives
)

// Failure is something that a stress test has noticed.
type Failure struct {
	Kind   string
	Detail string // with what everybody has said last
}

func (f *Failure) Error() string { return f.Kind + ": " + f.Detail }

// Result is what a stress test has done and found.
type Result struct {
	Rounds  int           // clusters that were started, the one that failed included
	Elapsed time.Duration // until the failure was noticed, or until the end
	Failure *Failure      // nil if nothing was found

	// How much a developer has to read: of the round that failed, else of the last one.
	Messages int64 // between processes
	Lines    int   // of the logs, at level info
	Faults   int
}

// Stress starts one cluster after the other, in a new folder each, with random faults
// and load, until something is wrong or ctx ends. The error says that the test itself
// cannot go on.
func Stress(ctx context.Context, cfg Config, seed uint64) (Result, error) {
	var r Result
	begin := time.Now()
	root := cfg.Dir
	for ctx.Err() == nil {
		dir, err := os.MkdirTemp(root, "round-")
		if err != nil {
			return r, err
		}
		cfg.Dir = dir
		r.Rounds++
		err = r.round(ctx, cfg, rand.New(rand.NewPCG(seed, uint64(r.Rounds))))
		r.Elapsed = time.Since(begin)
		if err2 := os.RemoveAll(dir); err == nil {
			err = err2
		}
		if errors.As(err, &r.Failure) || errors.Is(err, errOver) {
			return r, nil
		}
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

// round is one cluster: load and faults, then quiet, in which all must be well again.
func (r *Result) round(ctx context.Context, cfg Config, rng *rand.Rand) error {
	c, err := Start(ctx, cfg)
	if err != nil {
		return err
	}
	defer c.Close()
	defer func() { r.Messages, r.Lines = c.volume() }()
	r.Faults = 0
	ids, err := c.load(rng, 6)
	if err != nil {
		return c.judge(err)
	}
	all := append(Faults(), MoreFaults()...)
	for _, k := range rng.Perm(len(all))[:4+rng.IntN(5)] {
		what, err := all[k](c, rng)
		if ctx.Err() != nil {
			return errOver
		}
		if err != nil {
			return err
		}
		if what != "" {
			r.Faults++
		}
		id := ids[rng.IntN(len(ids))]
		if err := c.Put(rng, id, c.Versions[id]+1); err != nil {
			return c.judge(err)
		}
	}
	for _, quiet := range []func() error{
		c.Whole, c.quietRestart,
		func() error { return c.quietDamage(rng) },
		func() error { return c.quietRepair(rng) },
	} {
		err := quiet()
		if ctx.Err() != nil {
			return errOver
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// load writes some extents as soon as the nodes are known.
func (c *Cluster) load(rng *rand.Rand, n int) ([]extmgr.ExtentID, error) {
	if err := c.Known(); err != nil {
		return nil, err
	}
	ids := make([]extmgr.ExtentID, n)
	for i := range ids {
		ids[i] = extmgr.ExtentID{byte(i)}
		binary.BigEndian.PutUint64(ids[i][8:], rng.Uint64())
		if err := c.Put(rng, ids[i], 1); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// judge makes a failure of what has not happened in time.
func (c *Cluster) judge(err error) error {
	if errors.Is(err, errNotSo) {
		return &Failure{NotKnown, err.Error()}
	}
	return err
}

// Whole waits until every extent has its replicas on the disks, and the manager knows
// that, and every live node. The error is a [*Failure] if that never comes.
func (c *Cluster) Whole() error {
	missing := ""
	err := c.Until("every extent has its replicas on the disks", func() (_ bool, err error) {
		missing, err = c.Missing()
		return missing == "", err
	})
	if errors.Is(err, errNotSo) {
		kind := FewReplicas
		if strings.Contains(missing, "no good replica") {
			kind = DataLoss
		}
		return &Failure{kind, missing + "\n" + err.Error()}
	}
	if err != nil {
		return err
	}
	if err := c.Known(); err != nil {
		return c.judge(err)
	}
	err = c.Until("the manager knows that all is well", func() (bool, error) {
		s, err := c.Status()
		return err == nil && !s.WarmingUp && len(s.Under()) == 0 && len(s.Tasks) == 0, err
	})
	return c.judge(err)
}

// volume is how much was said so far: messages to and from nodes, and lines of logs.
func (c *Cluster) volume() (messages int64, lines int) {
	for _, p := range c.all {
		lines += p.lines()
	}
	return c.messages.Load(), lines
}
