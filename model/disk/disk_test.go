package disk_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/model/disk"
	"github.com/ravelgo/ravel/model/internal/modeltest"
)

// show puts the files of a disk into words.
func show(d *disk.Disk) string {
	var words []string
	for _, n := range d.List() {
		p, err := d.Read(n)
		if err != nil {
			panic(err)
		}
		words = append(words, n+"="+strings.ReplaceAll(string(p), "\x00", "."))
	}
	return "[" + strings.Join(words, " ") + "]"
}

// must panics if an operation of a test fails.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// powerCut shows what may be on a disk when the power fails after use has done its work.
func powerCut(name string, cfg disk.Config, use func(d *disk.Disk), want ...string) enginetest.Row {
	return enginetest.Row{
		Name: name, Source: "doc: Crashes", Want: want,
		Body: func(p *enginetest.Probe, c *ravel.Context) {
			disk.New(c, "d", cfg)
			use(disk.Open(c, "d"))
			ravel.AwaitQuiet(c)
			d := disk.Open(c, "d")
			p.See(show(d))
			ravel.AwaitQuiet(c)
			if again := disk.Open(c, "d"); show(again) != show(d) {
				p.See("then %s", show(again)) // what has survived is durable
			}
		},
	}
}

func write(names ...string) func(d *disk.Disk) {
	return func(d *disk.Disk) {
		for _, n := range names {
			name, data, _ := strings.Cut(n, "=")
			must(d.Append(name, []byte(data)))
		}
	}
}

func TestSurvivors(t *testing.T) {
	bytes := disk.Config{Sector: 1}
	synced := func(use func(d *disk.Disk)) func(d *disk.Disk) {
		return func(d *disk.Disk) {
			write("a=xy")(d)
			must(d.Sync("a"))
			use(d)
		}
	}
	modeltest.Test(t, []enginetest.Row{
		powerCut("nothing", disk.Config{}, write(), "[]"),
		powerCut("unsynced", disk.Config{}, write("a=xy"), "[a=xy]", "[a=]", "[]"),
		powerCut("torn", bytes, write("a=xy"), "[a=xy]", "[a=x]", "[a=]", "[]"),
		powerCut("torn at sectors", disk.Config{Sector: 2}, write("a=x", "a=1234"), "[a=x1234]", "[a=x123]", "[a=x1]", "[a=x]", "[a=]", "[]"),
		powerCut("synced", bytes, synced(write()), "[a=xy]"),
		powerCut("written through", disk.Config{WriteThrough: true, Sector: 1}, write("a=xy", "b=z"), "[a=xy b=z]"),
		powerCut("in order", disk.Config{}, synced(write("a=1", "a=2")), "[a=xy12]", "[a=xy1]", "[a=xy]"),
		powerCut("in any order", disk.Config{Unordered: true}, synced(write("a=1", "a=2")), "[a=xy12]", "[a=xy1]", "[a=xy.2]", "[a=xy]"),
		powerCut("in any order, torn", disk.Config{Unordered: true, Sector: 2}, synced(write("a=123")), "[a=xy123]", "[a=xy12]", "[a=xy]"),
		powerCut("two files", disk.Config{}, synced(write("b=z", "a=1")),
			"[a=xy1 b=z]", "[a=xy b=z]", "[a=xy1 b=]", "[a=xy b=]", "[a=xy1]", "[a=xy]"),
		powerCut("overwritten", bytes, synced(func(d *disk.Disk) { must(d.Write("a", 1, []byte("12"))) }), "[a=x12]", "[a=x1]", "[a=xy]"),
		powerCut("gap", disk.Config{}, synced(func(d *disk.Disk) { must(d.Write("a", 3, []byte("1"))) }), "[a=xy.1]", "[a=xy]"),
		powerCut("truncated", disk.Config{}, synced(func(d *disk.Disk) { must(d.Truncate("a", 1)) }), "[a=x]", "[a=xy]"),
		powerCut("extended", disk.Config{}, synced(func(d *disk.Disk) { must(d.Truncate("a", 3)) }), "[a=xy.]", "[a=xy]"),
		powerCut("truncated, then written", disk.Config{}, synced(func(d *disk.Disk) {
			must(d.Truncate("a", 1))
			must(d.Append("a", []byte("1")))
		}), "[a=x1]", "[a=x]", "[a=xy]"),
	})
}

func TestNames(t *testing.T) {
	replace := func(sync, names bool) func(d *disk.Disk) {
		return func(d *disk.Disk) {
			must(d.Append("f", []byte("old")))
			must(d.Sync("f"))
			must(d.Append("tmp", []byte("new")))
			if sync {
				must(d.Sync("tmp"))
			}
			must(d.Rename("tmp", "f"))
			if names {
				d.SyncNames()
			}
		}
	}
	modeltest.Test(t, []enginetest.Row{
		powerCut("renamed, nothing synced", disk.Config{}, replace(false, false), "[f=new]", "[f=]", "[f=old tmp=new]", "[f=old tmp=]", "[f=old]"),
		powerCut("renamed, data synced", disk.Config{}, replace(true, false), "[f=new]", "[f=old tmp=new]"),
		powerCut("renamed, names synced", disk.Config{}, replace(false, true), "[f=new]", "[f=]"),
		powerCut("renamed, all synced", disk.Config{}, replace(true, true), "[f=new]"),
		powerCut("removed", disk.Config{}, func(d *disk.Disk) {
			replace(true, true)(d)
			must(d.Remove("f"))
		}, "[]", "[f=new]"),
		powerCut("removed, names synced", disk.Config{}, func(d *disk.Disk) {
			replace(true, true)(d)
			must(d.Remove("f"))
			d.SyncNames()
		}, "[]"),
		powerCut("a sync makes durable what was done to names before the creation", disk.Config{}, func(d *disk.Disk) {
			replace(true, false)(d)
			must(d.Append("g", []byte("g")))
			must(d.Sync("g"))
		}, "[f=new g=g]"),
		powerCut("a removed file that comes back is another one", disk.Config{}, func(d *disk.Disk) {
			replace(true, true)(d)
			must(d.Remove("f"))
			must(d.Append("f", []byte("2")))
		}, "[f=2]", "[f=]", "[]", "[f=new]"),
		powerCut("a file renamed to itself", disk.Config{}, func(d *disk.Disk) {
			replace(true, true)(d)
			must(d.Rename("f", "f"))
		}, "[f=new]"),
	})
}

func TestErrors(t *testing.T) {
	is := func(p *enginetest.Probe, what string, err, want error) {
		if !errors.Is(err, want) {
			p.See("%s: %v", what, err)
		}
	}
	modeltest.Test(t, []enginetest.Row{{
		Name: "errors", Source: "doc: Errors", Want: []string{"[a=xy] d.txt"},
		Body: func(p *enginetest.Probe, c *ravel.Context) {
			disk.New(c, "d", disk.Config{Capacity: 3})
			d := disk.Open(c, "d")
			_, err := d.Read("none")
			is(p, "read", err, fs.ErrNotExist)
			is(p, "sync", d.Sync("none"), fs.ErrNotExist)
			is(p, "remove", d.Remove("none"), fs.ErrNotExist)
			is(p, "rename", d.Rename("none", "x"), fs.ErrNotExist)
			is(p, "truncate", d.Truncate("none", 1), fs.ErrNotExist)
			is(p, "write", d.Write("", 0, nil), fs.ErrInvalid)
			is(p, "append", d.Append("", nil), fs.ErrInvalid)
			is(p, "offset", d.Write("a", -1, nil), fs.ErrInvalid)
			must(d.Append("a", []byte("xy")))
			is(p, "size", d.Truncate("a", -1), fs.ErrInvalid)
			is(p, "to nothing", d.Rename("a", ""), fs.ErrInvalid)
			is(p, "full", d.Append("b", []byte("12")), disk.ErrFull)
			is(p, "grow", d.Truncate("a", 4), disk.ErrFull)
			must(d.Write("a", 0, []byte("xy")))
			p.See(show(d)) // its own writes, before anything is performed
			must(d.Remove("a"))
			must(d.Append("d.txt", []byte("123")))
			p.See(strings.Join(d.List(), " "))
		},
	}})
}

func TestFaults(t *testing.T) {
	var flipped []string
	for bit := range 8 {
		flipped = append(flipped, fmt.Sprint('a'^(1<<bit)))
	}
	rotten := func(cfg disk.Config, sync, reopen bool) func(*enginetest.Probe, *ravel.Context) {
		return func(p *enginetest.Probe, c *ravel.Context) {
			disk.New(c, "d", cfg)
			d := disk.Open(c, "d")
			must(d.Append("f", []byte("a")))
			if sync {
				must(d.Sync("f"))
			}
			if reopen {
				ravel.AwaitQuiet(c)
				d = disk.Open(c, "d")
			}
			b, err := d.Read("f")
			must(err)
			p.See("%d", b[0])
		}
	}
	fill := func(p *enginetest.Probe, c *ravel.Context) {
		disk.New(c, "d", disk.Config{Fulls: 1})
		d := disk.Open(c, "d")
		for i := range 2 {
			if err := d.Append("f", []byte("a")); errors.Is(err, disk.ErrFull) {
				p.See("full%d", i)
			} else if must(err); i == 1 {
				p.See("room")
			}
		}
		if p.Seen("full1") && !p.Seen("full0") {
			must(d.Write("f", 0, []byte("b"))) // what does not grow still fits
			must(d.Truncate("f", 0))
			if err := d.Append("f", []byte("c")); err == nil {
				p.See("room again")
			}
		}
	}
	modeltest.Test(t, []enginetest.Row{
		{Name: "no rot", Source: "doc: Faults", Body: rotten(disk.Config{}, true, true), Want: []string{"97"}},
		{Name: "rot of durable data", Source: "doc: Faults", Body: rotten(disk.Config{Rots: 1}, true, false), Want: append(flipped, "97")},
		{Name: "rot is there after opening", Source: "doc: Faults", Body: rotten(disk.Config{Rots: 1}, true, true), Want: append(flipped, "97")},
		{Name: "no rot of what is not durable", Source: "doc: Faults", Body: rotten(disk.Config{Rots: 1}, false, false), Want: []string{"97"}},
		{Name: "full", Source: "doc: Faults", Body: fill, Want: []string{"room", "full1 room again", "full1", "full0 full1"}},
	})
}

func TestDurable(t *testing.T) {
	modeltest.Test(t, []enginetest.Row{{
		Name: "durable", Source: "Durable", Want: []string{`map[] map[a:x]`},
		Body: func(p *enginetest.Probe, c *ravel.Context) {
			disk.New(c, "d", disk.Config{})
			d := disk.Open(c, "d")
			must(d.Append("a", []byte("x")))
			ravel.AwaitQuiet(c)
			p.See("%s", disk.Durable(c, "d"))
			must(d.Sync("a"))
			ravel.AwaitQuiet(c)
			p.See("%s", disk.Durable(c, "d"))
		},
	}})
}

func TestMisuse(t *testing.T) {
	misuse := func(name, says string, body func(c *ravel.Context)) enginetest.Row {
		return enginetest.Row{
			Name: name, Source: "doc: Mistakes", Want: []string{"!misuse"}, Says: []string{says},
			Body: func(p *enginetest.Probe, c *ravel.Context) { body(c) },
		}
	}
	create := func(cfg disk.Config) func(c *ravel.Context) {
		return func(c *ravel.Context) { disk.New(c, "d", cfg) }
	}
	modeltest.Test(t, []enginetest.Row{
		misuse("negative sector", "Sector is -1", create(disk.Config{Sector: -1})),
		misuse("negative capacity", "Capacity is -1", create(disk.Config{Capacity: -1})),
		misuse("negative rots", "Rots is -1", create(disk.Config{Rots: -1})),
		misuse("negative fulls", "Fulls is -1", create(disk.Config{Fulls: -1})),
		misuse("two of a name", "a model of that name", func(c *ravel.Context) {
			create(disk.Config{})(c)
			create(disk.Config{})(c)
		}),
		misuse("unknown", "does not exist", func(c *ravel.Context) { disk.Open(c, "d") }),
		misuse("unknown, looked at", "does not exist", func(c *ravel.Context) { disk.Durable(c, "d") }),
		misuse("another model", "is not a disk", func(c *ravel.Context) {
			c.Model("d", &other{})
			disk.Open(c, "d")
		}),
	})
}

type other struct{}

func (*other) Apply(any) {}
