package network_test

import (
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/model/internal/modeltest"
	"github.com/ravelgo/ravel/model/network"
)

// cloned is a pointer event that copies itself.
type cloned struct{ words []string }

func (e *cloned) Clone() *cloned { return &cloned{append([]string(nil), e.words...)} }

type (
	bare  struct{ words []string }
	wrong struct{ words []string }
	gone  struct{ words []string }
	same  struct{ words []string }
	mixed struct {
		At   time.Time
		From ravel.ID
		Any  any
		Err  error
		N    [2]int
	}
)

func (e *wrong) Clone() wrong { return wrong{} }
func (e *gone) Clone() *gone  { return nil }
func (e *same) Clone() *same  { return e }

func TestMisuse(t *testing.T) {
	misuse := func(name, says string, body func(c *ravel.Context)) enginetest.Row {
		return enginetest.Row{
			Name: name, Source: "doc: Mistakes", Want: []string{"!misuse"}, Says: []string{says},
			Body: func(p *enginetest.Probe, c *ravel.Context) { body(c) },
		}
	}
	send := func(cfg network.Config, event any) func(c *ravel.Context) {
		return func(c *ravel.Context) {
			net := network.New(c, cfg)
			net.Send(c, c.Go("quiet", func(c *ravel.Context) { ravel.Next(c) }), event)
		}
	}
	modeltest.Test(t, []enginetest.Row{
		misuse("negative loss", "Loss is -1", func(c *ravel.Context) { network.New(c, network.Config{Loss: -1}) }),
		misuse("negative duplicates", "Duplicates is -1", func(c *ravel.Context) { network.New(c, network.Config{Duplicates: -1}) }),
		misuse("negative reorders", "Reorders is -2", func(c *ravel.Context) { network.New(c, network.Config{Reorders: -2}) }),
		misuse("negative partitions", "Partitions is -1", func(c *ravel.Context) { network.New(c, network.Config{Partitions: -1}) }),
		misuse("negative time", "HealAfter is -1ns", func(c *ravel.Context) { network.New(c, network.Config{HealAfter: -1}) }),
		misuse("two networks, one name", "budget \"network loss\"", func(c *ravel.Context) {
			network.New(c, network.Config{Loss: 1})
			network.New(c, network.Config{Loss: 2})
		}),
		misuse("zero network", "zero Network", func(c *ravel.Context) { network.Network{}.Send(c, c.Self(), text{}) }),
		misuse("zero network cut", "zero Network", func(c *ravel.Context) { network.Network{}.Partition(c, c.Self()) }),
		misuse("zero network healed", "zero Network", func(c *ravel.Context) { network.Network{}.Heal(c) }),
		misuse("zero ID", "zero ID", func(c *ravel.Context) { network.New(c, network.Config{}).Send(c, ravel.ID{}, text{}) }),
		misuse("nil event", "nil event", send(network.Config{}, nil)),
		misuse("nobody cut off", "no machines", func(c *ravel.Context) { network.New(c, network.Config{}).Partition(c) }),
		misuse("zero ID cut off", "zero ID", func(c *ravel.Context) { network.New(c, network.Config{}).Partition(c, ravel.ID{}) }),
		misuse("pointer without Clone", "method Clone() *network_test.bare", send(network.Config{Duplicates: 1}, &bare{})),
		misuse("slice in a value", "method Clone() network_test.bare", send(network.Config{Duplicates: 1}, bare{})),
		misuse("Clone of another type", "method Clone() *network_test.wrong", send(network.Config{Duplicates: 1}, &wrong{})),
	})
}

// Whether a clone is any good shows when there is one.
func TestBadClones(t *testing.T) {
	row := func(name, says string, cfg network.Config, event func() any) enginetest.Row {
		cfg.Duplicates = 1
		return enginetest.Row{
			Name: name, Source: "doc: Duplicates", Want: []string{"", "!misuse"}, Says: []string{says},
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				net := network.New(c, cfg)
				net.Send(c, c.Go("quiet", func(c *ravel.Context) { ravel.Next(c) }), event())
			},
		}
	}
	modeltest.Test(t, []enginetest.Row{
		row("nil", "its clone is nil", network.Config{}, func() any { return &gone{} }),
		row("nil of the function", "its clone is nil", network.Config{Clone: func(any) any { return nil }}, func() any { return &bare{} }),
		row("itself", "the event itself", network.Config{}, func() any { return &same{} }),
		row("other type", "is a int", network.Config{Clone: func(any) any { return 1 }}, func() any { return &bare{} }),
	})
}

func TestGoodClones(t *testing.T) {
	row := func(name string, cfg network.Config, event func() any, show func(ev any) string) enginetest.Row {
		cfg.Duplicates = 1
		return enginetest.Row{
			Name: name, Source: "doc: Duplicates", Want: []string{"x", "x x"},
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				net := network.New(c, cfg)
				to := c.Go("receiver", func(c *ravel.Context) {
					for {
						p.See(show(ravel.Next(c)))
					}
				})
				net.Send(c, to, event())
			},
		}
	}
	own := func(ev any) string { // each copy is the receiver's own
		words := ev.(*cloned).words
		defer func() { words[0] = "changed" }()
		return words[0]
	}
	modeltest.Test(t, []enginetest.Row{
		row("method", network.Config{}, func() any { return &cloned{[]string{"x"}} }, own),
		row("function", network.Config{Clone: func(ev any) any { return ev.(*cloned).Clone() }}, func() any { return &cloned{[]string{"x"}} }, own),
		row("plain data", network.Config{}, func() any { return mixed{Any: "x", Err: errTest} }, func(ev any) string { return ev.(mixed).Any.(string) }),
	})
}

var errTest = &testError{"e"}

type testError struct{ s string }

func (e *testError) Error() string { return e.s }
