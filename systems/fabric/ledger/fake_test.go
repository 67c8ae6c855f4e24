package ledger

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// platform is a partition with one replica: what is replicated is committed at once, unless it is told otherwise.
type platform struct {
	service.Partition
	r        *Replica
	last     service.LSN
	log      []service.Op
	outcome  func() (taken bool, err error) // of Replicate; nil is true, nil
	slept    func() error
	yielded  func()
	started  []func(context.Context)
	sleeping int
	files    files
}

func (p *platform) Replicate(ctx context.Context, data []byte) (service.LSN, error) {
	taken, err := true, error(nil)
	if p.outcome != nil {
		taken, err = p.outcome()
	}
	if !taken {
		return 0, err
	}
	p.last++
	if err != nil {
		return p.last, err
	}
	op := service.Op{LSN: p.last, Data: data}
	p.log = append(p.log, op)
	return p.last, p.r.Apply(ctx, op)
}

func (p *platform) Sleep(ctx context.Context, _ time.Duration) error {
	p.sleeping++
	if p.slept != nil {
		return p.slept()
	}
	return ctx.Err()
}

func (p *platform) Yield(ctx context.Context) error {
	if p.yielded == nil {
		return errors.New("nobody will change anything")
	}
	p.yielded()
	return ctx.Err()
}

func (p *platform) Go(work func(context.Context)) { p.started = append(p.started, work) }

// begin returns a replica that has a role.
func begin(t testing.TB, cfg Config, role service.Role) *platform {
	t.Helper()
	make, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := &platform{}
	p.r = make(service.Info{}).(*Replica)
	for _, err := range []error{
		p.r.Open(t.Context(), p), p.r.ChangeRole(t.Context(), service.Epoch{DataLoss: 1, Conf: 1}, role),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// ask serves a request.
func (p *platform) ask(t testing.TB, request string) string {
	t.Helper()
	answer, err := p.r.Serve(t.Context(), []byte(request))
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

func pieces(all ...string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, s := range all {
			if !yield([]byte(s), nil) {
				return
			}
		}
	}
}
