package fabric

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// diary is a counter that keeps its operations in a file, a line for each.
type diary struct {
	counter
	lines    []string
	careless bool // it acknowledges what is not durable yet
	stubborn bool // it cannot roll back
}

func newDiary(service.Info) service.Replica { return &diary{} }

const diaryFile, diaryNew = "diary", "diary.new"

func (s *diary) add(lines ...string) {
	s.lines = append(s.lines, lines...)
	s.seen = nil
	for _, l := range s.lines {
		if x := strings.Fields(l)[3]; !slices.Contains(s.seen, x) {
			s.seen = append(s.seen, x)
		}
	}
}

func (s *diary) Recover(context.Context) (at service.LSN, e service.Epoch, err error) {
	if !slices.Contains(s.p.Storage().List(), diaryFile) {
		return 0, service.Epoch{}, nil
	}
	data, err := s.p.Storage().Read(diaryFile)
	if err != nil {
		return 0, service.Epoch{}, err
	}
	lines := strings.SplitAfter(string(data), "\n")
	lines = lines[:len(lines)-1] // the last one is empty, or was not written to its end
	if len(lines) == 0 {
		return 0, e, nil
	}
	s.add(lines...)
	_, err = fmt.Sscanf(lines[len(lines)-1], "%d %d %d", &at, &e.DataLoss, &e.Conf)
	return at, e, err
}

func (s *diary) Apply(ctx context.Context, op service.Op) error {
	if err := s.p.Yield(ctx); err != nil {
		return err
	}
	line := fmt.Sprintf("%d %d %d %s\n", op.LSN, op.Epoch.DataLoss, op.Epoch.Conf, op.Data)
	if err := s.p.Storage().Append(diaryFile, []byte(line)); err != nil {
		return err
	}
	s.add(line)
	if s.careless {
		return nil
	}
	return s.p.Storage().Sync(diaryFile)
}

func (s *diary) Rollback(_ context.Context, to service.LSN) error {
	if s.stubborn {
		return service.ErrRebuild
	}
	s.lines = s.lines[:to]
	if err := s.p.Storage().Truncate(diaryFile, len(strings.Join(s.lines, ""))); err != nil {
		return err
	}
	s.add()
	return s.p.Storage().Sync(diaryFile)
}

func (s *diary) Snapshot(context.Context) iter.Seq2[[]byte, error] {
	lines := slices.Clone(s.lines)
	return func(yield func([]byte, error) bool) {
		for _, l := range lines {
			if !yield([]byte(l), nil) {
				return
			}
		}
	}
}

func (s *diary) Restore(_ context.Context, pieces iter.Seq2[[]byte, error]) error {
	s.lines, s.seen = nil, nil
	for l, err := range pieces {
		if err != nil {
			return err
		}
		s.add(string(l))
	}
	disk := s.p.Storage()
	if err := disk.Write(diaryNew, 0, []byte(strings.Join(s.lines, ""))); err != nil {
		return err
	}
	if err := disk.Sync(diaryNew); err != nil {
		return err
	}
	if err := disk.Rename(diaryNew, diaryFile); err != nil {
		return err
	}
	return disk.SyncNames()
}
