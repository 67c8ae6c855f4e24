package ledger

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"iter"
	"strconv"
	"strings"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Durable is a replica of a ledger whose state outlives its process. It is a Replica with a file that has a snapshot, as lines,
// and behind it a line for each operation:
//
//	op LSN DATALOSS CONF OPERATION
//
// Each line begins with a checksum. A last line that is not whole was being written when the process died, and does not
// count: it was not acknowledged. A new snapshot is written beside the file, and takes its place in one step.
type Durable struct {
	*Replica
	base service.LSN // of the snapshot in the file
	ends []int       // where each operation behind it begins, and where the file ends
}

var (
	_ service.Persistent = (*Durable)(nil)
	_ service.Runner     = (*Durable)(nil)
)

const (
	stateFile = "ledger"
	newFile   = "ledger.new"
)

// Recover implements service.Persistent.
func (d *Durable) Recover(context.Context) (service.LSN, service.Epoch, error) {
	data, err := d.p.Storage().Read(stateFile)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, service.Epoch{}, d.rewrite()
	}
	if err == nil {
		err = d.load(string(data), -1)
	}
	if err == nil && d.end() < len(data) {
		err = d.cut(d.end())
	}
	return d.book.LSN, d.book.Epoch, err
}

// Apply implements service.Replica. The operation is in the file when it returns.
func (d *Durable) Apply(ctx context.Context, op service.Op) error {
	if op.LSN > d.book.LSN {
		line := sealed(fmt.Sprintf("op %d %d %d %s", op.LSN, op.Epoch.DataLoss, op.Epoch.Conf, op.Data))
		if err := errors.Join(d.p.Storage().Append(stateFile, []byte(line)), d.p.Storage().Sync(stateFile)); err != nil {
			return err
		}
		d.ends = append(d.ends, d.end()+len(line))
	}
	if err := d.Replica.Apply(ctx, op); err != nil {
		return err
	}
	if len(d.ends) > d.cfg.checkpoint() {
		return d.rewrite()
	}
	return nil
}

// Restore implements service.Replica.
func (d *Durable) Restore(ctx context.Context, pieces iter.Seq2[[]byte, error]) error {
	if err := d.Replica.Restore(ctx, pieces); err != nil {
		return err
	}
	return d.rewrite()
}

// Rollback implements service.Persistent. What is older than the snapshot in the file cannot be taken back.
func (d *Durable) Rollback(_ context.Context, to service.LSN) error {
	switch {
	case to >= d.book.LSN:
		return nil
	case to < d.base:
		return service.ErrRebuild
	}
	data, err := d.p.Storage().Read(stateFile)
	if err != nil {
		return err
	}
	if d.cfg.Bugs.has(F9) {
		book := d.book
		defer func() { book.LSN, book.Epoch, d.book = d.book.LSN, d.book.Epoch, book }()
	}
	if err := d.load(string(data), to); err != nil {
		return err
	}
	return d.cut(d.end())
}

// end is how long the file is, as far as it counts.
func (d *Durable) end() int { return d.ends[len(d.ends)-1] }

func (d *Durable) cut(size int) error {
	return errors.Join(d.p.Storage().Truncate(stateFile, size), d.p.Storage().Sync(stateFile))
}

// rewrite writes the whole state anew.
func (d *Durable) rewrite() error {
	var text strings.Builder
	for page := range d.book.pages(1, d.book.Accounts) {
		text.WriteString(sealed(page))
	}
	s := d.p.Storage()
	for _, step := range []func() error{
		func() error { return ignoreAbsent(s.Remove(newFile)) },
		func() error { return s.Append(newFile, []byte(text.String())) },
		func() error { return s.Sync(newFile) },
		func() error { return s.Rename(newFile, stateFile) },
		s.SyncNames,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	d.base, d.ends = d.book.LSN, []int{text.Len()}
	return nil
}

func ignoreAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// load reads the state from the text of a file, up to an operation, or all that there is if to is negative.
func (d *Durable) load(data string, to service.LSN) error {
	in := reader{book: newContents()}
	r := &Replica{cfg: d.cfg, book: in.book}
	var base service.LSN
	var ends []int
	for line, end := range whole(data) {
		if ends == nil {
			if err := in.line(line); err != nil {
				return fmt.Errorf("ledger: file %s, before byte %d: %w", stateFile, end, err)
			}
			if in.end() == nil {
				base, ends = in.book.LSN, []int{end}
			}
			continue
		}
		op, err := parseOp(line)
		if err == nil && to >= 0 && op.LSN > to {
			break
		}
		if err = errors.Join(err, r.apply(op)); err != nil {
			return fmt.Errorf("ledger: file %s, before byte %d: %w", stateFile, end, err)
		}
		ends = append(ends, end)
	}
	if err := in.end(); err != nil {
		return fmt.Errorf("ledger: file %s: %w", stateFile, err)
	}
	if to < 0 && damaged(data[ends[len(ends)-1]:]) {
		return fmt.Errorf("ledger: file %s is damaged at byte %d: remove it to have the replica built anew", stateFile, ends[len(ends)-1])
	}
	d.book, d.base, d.ends = r.book, base, ends
	return nil
}

// whole are the lines of a text whose checksums are right, up to the first one that is not, without their checksums, each with the place
// where it ends.
func whole(data string) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for at := 0; ; {
			text, _, ended := strings.Cut(data[at:], "\n")
			line, right := unsealed(text)
			if at += len(text) + 1; !ended || !right || !yield(line, at) {
				return
			}
		}
	}
}

// damaged reports whether there is more in the rest of a file than one line that was being written: another one that is right.
func damaged(rest string) bool {
	_, rest, _ = strings.Cut(rest, "\n")
	for range whole(rest) {
		return true
	}
	return false
}

// sealed returns a line with its checksum.
func sealed(line string) string {
	return fmt.Sprintf("%08x %s\n", crc32.Checksum([]byte(line), castagnoli), line)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// unsealed returns a line without its checksum, and whether that is right.
func unsealed(text string) (line string, ok bool) {
	sum, line, ok := strings.Cut(text, " ")
	n, err := strconv.ParseUint(sum, 16, 32)
	return line, ok && err == nil && len(sum) == 8 && uint32(n) == crc32.Checksum([]byte(line), castagnoli)
}

// parseOp reads the line of an operation.
func parseOp(line string) (op service.Op, err error) {
	f := fields{words: strings.SplitN(line, " ", 5)}
	if f.word() != "op" {
		f.fail("%.80q is no operation", line)
	}
	op.LSN = service.LSN(f.number())
	op.Epoch = service.Epoch{DataLoss: f.number(), Conf: f.number()}
	op.Data = []byte(f.word())
	return op, f.err
}
