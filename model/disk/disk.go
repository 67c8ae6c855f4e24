package disk

import (
	"errors"
	"io/fs"
	"maps"
	"slices"

	"github.com/ravelgo/ravel"
)

// ErrFull is why a write fails that needs more room than the disk has.
var ErrFull = errors.New("no space left on device")

// Config says what a disk is like. The zero value never fails, never fills up, and loses in a crash only what was not synced.
type Config struct {
	Sector   int // a torn write ends at a multiple of Sector bytes of the file; 0 is 512
	Capacity int // bytes that all files may hold together; 0 is no limit

	// WriteThrough makes everything durable as soon as it is performed, as if a sync followed each operation.
	WriteThrough bool
	// Unordered lets each unsynced write of a file survive a crash, or not, on its own. By default those that survive are
	// the first ones of their file.
	Unordered bool

	Rots  int // so many bits of durable data may flip
	Fulls int // so many times the disk may fill up: until something is removed there is no more room than is in use
}

// New creates a disk, which outlives the machines that use it. Names are unique in an execution.
func New(c *ravel.Context, name string, cfg Config) {
	if cfg.Sector == 0 {
		cfg.Sector = 512
	}
	for _, f := range []struct {
		name string
		n    int
	}{{"Sector", cfg.Sector}, {"Capacity", cfg.Capacity}, {"Rots", cfg.Rots}, {"Fulls", cfg.Fulls}} {
		if f.n < 0 {
			c.Misuse("disk.New(%q): %s is %d: it cannot be negative", name, f.name, f.n)
			return
		}
	}
	if _, _, ok := c.ModelNamed(name); ok {
		c.Misuse("disk.New(%q): there is a model of that name already", name)
		return
	}
	img := &image{cfg: cfg, room: cfg.Capacity, names: map[string]int{}, data: map[int][]byte{}}
	ref := c.Model(name, img)
	if cfg.Rots > 0 || cfg.Fulls > 0 {
		k := &keeper{disk: name, ref: ref}
		if k.rots.left = cfg.Rots; cfg.Rots > 0 {
			k.rots.budget = c.Budget(name+" rot", cfg.Rots)
		}
		if k.fulls.left = cfg.Fulls; cfg.Fulls > 0 {
			k.fulls.budget = c.Budget(name+" full", cfg.Fulls)
		}
		img.keeper = c.Create(keeperMachine.New(k).Named(name))
	}
}

// Disk is a disk as its machine sees it. It belongs to the incarnation of the machine that opened it.
type Disk struct {
	c      *ravel.Context
	ref    ravel.ModelRef
	name   string
	cfg    Config
	keeper ravel.ID
	told   bool // the keeper knows that there is something durable
	room   int  // as in image
	next   int  // number of the file created last
	names  map[string]int
	data   map[int][]byte // of the files that have names
}

// Open opens a disk: what a machine does when it starts and when it restarts. What was not durable when the disk was open
// before is kept, lost or torn now, by the tester's choice; see the package documentation. A disk is used by one machine at
// a time.
func Open(c *ravel.Context, name string) *Disk {
	ref, img, ok := find(c, name)
	if !ok {
		return &Disk{c: c, name: name}
	}
	d := &Disk{c: c, ref: ref, name: name, cfg: img.cfg, keeper: img.keeper}
	if d.meddled() {
		c.Read(ref)
	}
	d.next, d.room = img.next, img.room
	d.names, d.data = img.names, img.data
	if len(img.pending) > 0 {
		d.names, d.data = img.survivors(c)
		c.Write(ref, recovered{maps.Clone(d.names), cloneData(d.data)})
	}
	d.names, d.data = maps.Clone(d.names), cloneData(d.data)
	if len(d.names) > 0 {
		d.tell()
	}
	return d
}

// Durable returns what of a disk is durable: the files that survive any crash, with what they hold at least. It is for
// assertions about the physical truth; a machine uses Open.
func Durable(c *ravel.Context, name string) map[string][]byte {
	files := map[string][]byte{}
	if _, img, ok := find(c, name); ok {
		for n, f := range img.names {
			files[n] = slices.Clone(img.data[f])
		}
	}
	return files
}

func find(c *ravel.Context, name string) (ravel.ModelRef, *image, bool) {
	ref, m, ok := c.ModelNamed(name)
	img, isDisk := m.(*image)
	switch {
	case !ok:
		c.Misuse("disk %q does not exist: create it with disk.New", name)
	case !isDisk:
		c.Misuse("model %q is not a disk but a %T", name, m)
	}
	return ref, img, ok && isDisk
}

// meddled reports whether somebody else may change the disk: then its machine has to look before it can tell.
func (d *Disk) meddled() bool { return d.cfg.Rots > 0 || d.cfg.Fulls > 0 }

// look brings the view up to date with what others did. It is a scheduling point.
func (d *Disk) look() {
	if !d.meddled() {
		return
	}
	d.c.Read(d.ref)
	if _, img, ok := find(d.c, d.name); ok {
		d.room = img.room
		for f := range d.data {
			d.data[f] = img.current(f)
		}
	}
}

// Write writes p into a file at an offset, and creates the file if there is none. A gap between the end of the file and
// the offset is filled with zeros. It fails, without an effect, when the disk is full.
func (d *Disk) Write(name string, off int, p []byte) error {
	if name == "" || off < 0 {
		return &fs.PathError{Op: "write", Path: name, Err: fs.ErrInvalid}
	}
	d.look()
	return d.write(name, off, p)
}

// write is Write once the view is up to date.
func (d *Disk) write(name string, off int, p []byte) error {
	f, exists := d.names[name]
	if grown := off + len(p) - len(d.data[f]); grown > 0 && d.full(grown) {
		return &fs.PathError{Op: "write", Path: name, Err: ErrFull}
	}
	if !exists {
		f = d.create(name)
	}
	d.data[f] = overwrite(d.data[f], off, p)
	d.c.Write(d.ref, written{f, off, slices.Clone(p)})
	if d.cfg.WriteThrough {
		d.tell()
	}
	return nil
}

// Append writes p behind the end of a file, and creates the file if there is none.
func (d *Disk) Append(name string, p []byte) error {
	if name == "" {
		return &fs.PathError{Op: "append", Path: name, Err: fs.ErrInvalid}
	}
	d.look()
	return d.write(name, len(d.data[d.names[name]]), p)
}

func (d *Disk) create(name string) int {
	d.next++
	f := d.next
	d.names[name] = f
	d.data[f] = nil
	d.c.Write(d.ref, created{name, f})
	return f
}

func (d *Disk) full(grown int) bool {
	used := 0
	for _, p := range d.data {
		used += len(p)
	}
	return d.room != 0 && used+grown > d.room
}

// Truncate cuts a file off behind size bytes, or extends it with zeros.
func (d *Disk) Truncate(name string, size int) error {
	d.look()
	f, err := d.file("truncate", name)
	if err != nil {
		return err
	}
	if size < 0 {
		return &fs.PathError{Op: "truncate", Path: name, Err: fs.ErrInvalid}
	}
	if grown := size - len(d.data[f]); grown > 0 && d.full(grown) {
		return &fs.PathError{Op: "truncate", Path: name, Err: ErrFull}
	}
	d.data[f] = resize(d.data[f], size)
	d.c.Write(d.ref, truncated{f, size})
	return nil
}

// Sync makes what a file holds durable, and that the file was created. Renames and removals need SyncNames.
func (d *Disk) Sync(name string) error {
	f, err := d.file("sync", name)
	if err == nil {
		d.c.Write(d.ref, synced{f})
		d.tell()
	}
	return err
}

// tell tells the keeper that there may be something to damage.
func (d *Disk) tell() {
	if d.cfg.Rots > 0 && !d.told {
		d.told = true
		d.c.Send(d.keeper, durable{})
	}
}

// SyncNames makes all creations, renames and removals durable: what syncing a directory does.
func (d *Disk) SyncNames() { d.c.Write(d.ref, namesSynced{}) }

// Rename gives a file another name; a file that had it is removed.
func (d *Disk) Rename(from, to string) error {
	f, err := d.file("rename", from)
	switch {
	case err != nil:
		return err
	case to == "":
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrInvalid}
	case from == to:
		return nil
	}
	if old, ok := d.names[to]; ok {
		delete(d.data, old)
	}
	delete(d.names, from)
	d.names[to] = f
	d.c.Write(d.ref, renamed{from, to, f})
	return nil
}

// Remove removes a file.
func (d *Disk) Remove(name string) error {
	f, err := d.file("remove", name)
	if err != nil {
		return err
	}
	delete(d.names, name)
	delete(d.data, f)
	d.c.Write(d.ref, removed{name})
	return nil
}

// Read returns what a file holds; the caller owns the result. The machine sees its own writes at once.
func (d *Disk) Read(name string) ([]byte, error) {
	f, err := d.file("read", name)
	if err != nil {
		return nil, err
	}
	d.look()
	return slices.Clone(d.data[f]), nil
}

// List returns the names of all files in alphabetical order.
func (d *Disk) List() []string { return slices.Sorted(maps.Keys(d.names)) }

func (d *Disk) file(op, name string) (int, error) {
	f, ok := d.names[name]
	if !ok {
		return 0, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return f, nil
}
