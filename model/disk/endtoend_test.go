package disk_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/model/disk"
	"github.com/ravelgo/ravel/model/internal/modeltest"
)

type (
	put struct {
		From  ravel.ID
		Value string
	}
	acked   struct{}
	refused struct{}
	get     struct{ From ravel.ID }
	value   struct {
		Value string
		OK    bool
	}
)

// store keeps one value on a disk; save is how it answers a put.
type store struct {
	disk  *disk.Disk
	save  saver `ravel:"-"`
	sound bool  // knows a damaged value when it sees one
}

type saver func(s *store, c *ravel.Context, p put)

var storeMachine = ravel.Define[store]("Store",
	ravel.Start("Serving",
		ravel.Entry(func(s *store, c *ravel.Context) { s.disk = disk.Open(c, "d") }),
		ravel.On(func(s *store, c *ravel.Context, p put) { s.save(s, c, p) }),
		ravel.On(func(s *store, c *ravel.Context, g get) {
			v, err := s.disk.Read("v")
			if s.sound && err == nil {
				v, err = unseal(v)
			}
			c.Send(g.From, value{string(v), err == nil})
		}),
	),
)

// seal writes a value twice, which tells any single bit that has flipped.
func seal(v string) string { return v + v }

func unseal(b []byte) ([]byte, error) {
	half := b[:len(b)/2]
	if !bytes.Equal(b[len(half):], half) {
		return nil, errors.New("damaged")
	}
	return half, nil
}

// The savers. Each of those that trust something breaks when that fails.
func ackBeforeWrite(s *store, c *ravel.Context, p put) {
	c.Send(p.From, acked{})
	writeOver(s, p)
	must(s.disk.Sync("v"))
}

func ackBeforeSync(s *store, c *ravel.Context, p put) {
	writeOver(s, p)
	c.Send(p.From, acked{})
	must(s.disk.Sync("v"))
}

func ackAfterSync(s *store, c *ravel.Context, p put) {
	writeOver(s, p)
	must(s.disk.Sync("v"))
	c.Send(p.From, acked{})
}

func ignoreFull(s *store, c *ravel.Context, p put) {
	_ = s.disk.Write("v", 0, []byte(p.Value))
	_ = s.disk.Sync("v")
	c.Send(p.From, acked{})
}

func mindFull(s *store, c *ravel.Context, p put) {
	if err := s.disk.Write("v", 0, []byte(p.Value)); err != nil {
		c.Send(p.From, refused{})
		return
	}
	must(s.disk.Sync("v"))
	c.Send(p.From, acked{})
}

func sealed(s *store, c *ravel.Context, p put) {
	p.Value = seal(p.Value)
	ackAfterSync(s, c, p)
}

func writeOver(s *store, p put) { must(s.disk.Write("v", 0, []byte(p.Value))) }

// replaceBy writes the value to a file of its own first, and may leave out what makes that safe.
func replaceBy(sync, names bool) saver {
	return func(s *store, c *ravel.Context, p put) {
		must(s.disk.Write("tmp", 0, []byte(p.Value)))
		if sync {
			must(s.disk.Sync("tmp"))
		}
		must(s.disk.Rename("tmp", "v"))
		if names {
			s.disk.SyncNames()
		}
		c.Send(p.From, acked{})
	}
}

// session puts a value, and when that is acknowledged asks for it; the store may crash at any time, and comes up again.
func session(cfg disk.Config, crashes int, save saver, sound bool) func(*enginetest.Probe, *ravel.Context) {
	return func(p *enginetest.Probe, c *ravel.Context) {
		disk.New(c, "d", cfg)
		ravel.AwaitQuiet(c)
		fresh := func(int) ravel.Machine { return storeMachine.New(&store{save: save, sound: sound}) }
		id := c.Create(fresh(0))
		crash.Enable(c, crash.Config{Crashes: crashes, Restarts: crashes, MustRestart: true}, crash.Node{ID: id, New: fresh})
		c.Send(id, put{c.Self(), "v1"})
		if _, ok := ravel.Next(c).(acked); !ok {
			return
		}
		ravel.AwaitQuiet(c)
		c.Send(id, get{c.Self()})
		v := ravel.Next(c).(value)
		c.Assert(!v.OK || v.Value == "v1", "the value is %q, though v1 was acknowledged", v.Value)
		c.Assert(v.OK || cfg.Rots > 0, "the value is gone, though it was acknowledged")
	}
}

func TestEndToEnd(t *testing.T) {
	row := func(name string, cfg disk.Config, crashes int, save saver, sound bool, want ...string) enginetest.Row {
		return enginetest.Row{Name: name, Source: "DESIGN 3.4", Body: session(cfg, crashes, save, sound), Want: want}
	}
	none, through := disk.Config{}, disk.Config{WriteThrough: true}
	modeltest.Test(t, []enginetest.Row{
		row("ack before write, no crash", none, 0, ackBeforeWrite, false, ""),
		row("ack before write", none, 1, ackBeforeWrite, false, "", "!assertion"),
		row("ack before write, written through", through, 1, ackBeforeWrite, false, "", "!assertion"),
		row("ack before sync, no crash", none, 0, ackBeforeSync, false, ""),
		row("ack before sync", none, 1, ackBeforeSync, false, "", "!assertion"),
		row("ack before sync, written through", through, 1, ackBeforeSync, false, ""),
		row("ack after sync", none, 1, ackAfterSync, false, ""),
		row("rename before sync", none, 1, replaceBy(false, true), false, "", "!assertion"),
		row("names not synced", none, 1, replaceBy(true, false), false, "", "!assertion"),
		row("all synced", none, 1, replaceBy(true, true), false, ""),
		row("written once", disk.Config{Rots: 1}, 0, ackAfterSync, false, "", "!assertion"),
		row("written twice", disk.Config{Rots: 1}, 0, sealed, true, ""),
		row("full is ignored", disk.Config{Fulls: 1}, 0, ignoreFull, false, "", "!assertion"),
		row("full is minded", disk.Config{Fulls: 1}, 0, mindFull, false, ""),
	})
}

func TestTwoCrashes(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	modeltest.Test(t, []enginetest.Row{{
		Name: "ack after sync", Source: "DESIGN 3.4", Body: session(disk.Config{}, 2, ackAfterSync, false), Want: []string{""},
	}})
}

// A value that is written over in place may be torn; one that is replaced is either the old one or the new one.
func TestTornWrites(t *testing.T) {
	row := func(name string, save saver, want ...string) enginetest.Row {
		return enginetest.Row{
			Name: name, Source: "doc: Crashes", Want: want,
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				disk.New(c, "d", disk.Config{Sector: 1})
				d := disk.Open(c, "d")
				must(d.Write("v", 0, []byte("ab")))
				must(d.Sync("v"))
				fresh := func(int) ravel.Machine { return storeMachine.New(&store{save: save}) }
				ravel.AwaitQuiet(c)
				id := c.Create(fresh(0))
				ravel.AwaitQuiet(c)
				crash.Enable(c, crash.Config{Crashes: 1, Restarts: 1, MustRestart: true}, crash.Node{ID: id, New: fresh})
				c.Send(id, put{c.Self(), "cd"})
				ravel.AwaitQuiet(c)
				c.Send(id, get{c.Self()})
				for {
					if v, ok := ravel.Next(c).(value); ok {
						p.See(v.Value)
						return
					}
				}
			},
		}
	}
	modeltest.Test(t, []enginetest.Row{
		row("in place", ackAfterSync, "", "ab", "cb", "cd"),
		row("replaced", replaceBy(true, true), "", "ab", "cd"),
	})
}
