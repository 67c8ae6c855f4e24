package local_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// counter is a replicated counter: a request "add x" counts x once, however often it comes, and answers how many were
// counted before it. "list" answers what was counted, in order.
type counter struct {
	p       service.Partition
	seen    []string
	running bool
}

func newCounter(service.Info) service.Replica { return &counter{} }

func (s *counter) Open(_ context.Context, p service.Partition) error { s.p = p; return nil }

func (s *counter) ChangeRole(ctx context.Context, _ service.Epoch, _ service.Role) error {
	return s.p.Yield(ctx)
}

func (s *counter) Close(context.Context) error {
	if s.running {
		return errors.New("closed while the background work goes on")
	}
	return nil
}

func (s *counter) Abort() {}

func (s *counter) Run(ctx context.Context) error {
	s.running = true
	defer func() { s.running = false }()
	for ctx.Err() == nil {
		_ = s.p.Sleep(ctx, 1e7)
	}
	return nil
}

func (s *counter) Apply(_ context.Context, op service.Op) error {
	if x := string(op.Data); !slices.Contains(s.seen, x) {
		s.seen = append(s.seen, x)
	}
	return nil
}

func (s *counter) Snapshot(context.Context) iter.Seq2[[]byte, error] {
	seen := slices.Clone(s.seen)
	return func(yield func([]byte, error) bool) {
		for _, x := range seen {
			if !yield([]byte(x), nil) {
				return
			}
		}
	}
}

func (s *counter) Restore(_ context.Context, pieces iter.Seq2[[]byte, error]) error {
	s.seen = nil
	for x, err := range pieces {
		if err != nil {
			return err
		}
		s.seen = append(s.seen, string(x))
	}
	return nil
}

func (s *counter) Serve(ctx context.Context, req []byte) ([]byte, error) {
	if string(req) == "list" {
		if s.p.Role() != service.RolePrimary {
			return nil, service.ErrNotPrimary
		}
		return []byte(strings.Join(s.seen, ",")), nil
	}
	if string(req) == "panic" {
		panic("asked to")
	}
	x, ok := strings.CutPrefix(string(req), "add ")
	if !ok {
		return nil, fmt.Errorf("what is %q?", req)
	}
	if _, err := s.p.Replicate(ctx, []byte(x)); err != nil {
		return nil, err
	}
	return strconv.AppendInt(nil, int64(slices.Index(s.seen, x)), 10), nil
}

// durable is a counter whose state outlives its process: each item is a line of a file.
type durable struct{ counter }

func newDurable(service.Info) service.Replica { return &durable{} }

const itemsFile = "items"

func (s *durable) Recover(context.Context) (service.LSN, service.Epoch, error) {
	store := s.p.Storage()
	if !slices.Contains(store.List(), itemsFile) {
		return 0, service.Epoch{}, nil
	}
	b, err := store.Read(itemsFile)
	if err != nil {
		return 0, service.Epoch{}, err
	}
	end := strings.LastIndexByte(string(b), '\n') + 1 // the rest was not acknowledged
	var n service.LSN
	var e service.Epoch
	s.seen = nil
	for line := range strings.Lines(string(b[:end])) {
		var x string
		if _, err := fmt.Sscanf(line, "%d %d %d %s", &n, &e.DataLoss, &e.Conf, &x); err != nil {
			return 0, e, fmt.Errorf("%s: %q: %w", itemsFile, line, err)
		}
		s.count(x)
	}
	return n, e, store.Truncate(itemsFile, end)
}

func (s *durable) count(x string) {
	if x != "-" && !slices.Contains(s.seen, x) {
		s.seen = append(s.seen, x)
	}
}

func (s *durable) Rollback(_ context.Context, to service.LSN) error {
	store := s.p.Storage()
	b, err := store.Read(itemsFile)
	if err != nil {
		return err
	}
	var kept strings.Builder
	s.seen = nil
	for line := range strings.Lines(string(b)) {
		var n service.LSN
		var e service.Epoch
		var x string
		if _, err := fmt.Sscanf(line, "%d %d %d %s", &n, &e.DataLoss, &e.Conf, &x); err != nil {
			return err
		}
		if n == 0 || n > to {
			continue
		}
		kept.WriteString(line)
		s.count(x)
	}
	return errors.Join(store.Truncate(itemsFile, kept.Len()), store.Sync(itemsFile))
}

func (s *durable) Apply(_ context.Context, op service.Op) error {
	line := fmt.Sprintln(op.LSN, op.Epoch.DataLoss, op.Epoch.Conf, string(op.Data))
	store := s.p.Storage()
	if err := errors.Join(store.Append(itemsFile, []byte(line)), store.Sync(itemsFile)); err != nil {
		return err
	}
	s.count(string(op.Data))
	return nil
}

// Snapshot is the file: it has the LSNs.
func (s *durable) Snapshot(context.Context) iter.Seq2[[]byte, error] {
	b, err := s.p.Storage().Read(itemsFile)
	if len(s.seen) == 0 {
		err = nil // there may be no file
	}
	return func(yield func([]byte, error) bool) { yield(b, err) }
}

func (s *durable) Restore(_ context.Context, pieces iter.Seq2[[]byte, error]) error {
	store := s.p.Storage()
	if err := store.Write("new", 0, nil); err != nil {
		return err
	}
	if err := store.Truncate("new", 0); err != nil {
		return err
	}
	for x, err := range pieces {
		if err == nil {
			err = store.Append("new", x)
		}
		if err != nil {
			return err
		}
	}
	if err := errors.Join(store.Sync("new"), store.Rename("new", itemsFile), store.SyncNames()); err != nil {
		return err
	}
	_, _, err := s.Recover(context.Background())
	return err
}
