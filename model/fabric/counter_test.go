package fabric

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// counter is a replicated counter: a request "add x" counts x once, however often it comes, and answers how many were
// counted before it. It knows nothing of Ravel.
type counter struct {
	p       service.Partition
	seen    []string
	opened  bool
	running bool
	aborted bool
}

func newCounter(service.Info) service.Replica { return &counter{} }

func (s *counter) Open(_ context.Context, p service.Partition) error {
	s.p, s.opened = p, true
	return nil
}

func (s *counter) ChangeRole(ctx context.Context, _ service.Epoch, _ service.Role) error {
	return s.p.Yield(ctx)
}

func (s *counter) Close(ctx context.Context) error {
	if s.running {
		return errors.New("closed while the background work goes on")
	}
	return s.p.Yield(ctx)
}

func (s *counter) Abort() { s.aborted = true }

// Run is work that takes a while, and is over at the latest when it is told to end.
func (s *counter) Run(ctx context.Context) error {
	s.running = true
	defer func() { s.running = false }()
	_ = s.p.Sleep(ctx, time.Minute)
	return s.p.Yield(ctx)
}

func (s *counter) Apply(ctx context.Context, op service.Op) error {
	if err := s.p.Yield(ctx); err != nil {
		return err
	}
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
	x, ok := strings.CutPrefix(string(req), "add ")
	if !ok {
		return nil, fmt.Errorf("what is %q?", req)
	}
	if _, err := s.p.Replicate(ctx, []byte(x)); err != nil {
		return nil, err
	}
	return fmt.Append(nil, slices.Index(s.seen, x)), nil
}
