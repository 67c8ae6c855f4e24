package cscale

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// fake is a platform with one replica of each partition, on goroutines: nothing fails, but that requests are refused until
// their replica is the primary. A replica's lock is held by the one call of it that runs.
type fake struct {
	t          *testing.T
	partitions map[string]int
	mu         sync.Mutex
	replicas   map[service.PartitionID]*fakeReplica
}

type fakeReplica struct {
	*fake
	mu      sync.Mutex
	info    service.Info
	user    service.Replica
	last    service.LSN
	role    service.Role
	primary bool
}

func newFake(t *testing.T) *fake {
	return &fake{t: t, partitions: map[string]int{}, replicas: map[service.PartitionID]*fakeReplica{}}
}

// host hosts a service, in the background.
func (f *fake) host(name string, partitions int, create service.Factory) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.partitions[name] = partitions
	for i := range partitions {
		id := service.PartitionID{Service: name, Index: i}
		r := &fakeReplica{fake: f, info: service.Info{Partition: id, Partitions: partitions, Replica: 1}}
		r.user = create(r.info)
		f.replicas[id] = r
		go r.promote()
	}
}

func (r *fakeReplica) promote() {
	r.mu.Lock()
	defer r.mu.Unlock()
	ctx := context.Background()
	if err := r.user.Open(ctx, r); err != nil {
		r.t.Error(err)
	}
	r.role = service.RolePrimary
	if err := r.user.ChangeRole(ctx, service.Epoch{DataLoss: 1, Conf: 1}, r.role); err != nil {
		r.t.Error(err)
	}
	r.primary = true
	if err := r.user.(service.Runner).Run(ctx); err != nil {
		r.t.Error(err)
	}
}

func (f *fake) Partitions(name string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.partitions[name]
}

// Call is that of a client.
func (f *fake) Call(ctx context.Context, to service.PartitionID, req []byte) ([]byte, error) {
	f.mu.Lock()
	r := f.replicas[to]
	f.mu.Unlock()
	if r == nil {
		return nil, service.ErrNoPrimary
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.primary {
		return nil, service.ErrNoPrimary
	}
	answer, err := r.user.Serve(ctx, req)
	if err != nil {
		return nil, &service.ServeError{Partition: to, Text: err.Error()}
	}
	return answer, nil
}

// wait lets others run while something is done.
func (r *fakeReplica) wait(do func()) {
	r.mu.Unlock()
	defer r.mu.Lock()
	do()
}

func (r *fakeReplica) Call(ctx context.Context, to service.PartitionID, req []byte) (answer []byte, err error) {
	r.wait(func() { answer, err = r.fake.Call(ctx, to, req) })
	return answer, err
}

func (r *fakeReplica) Replicate(ctx context.Context, data []byte) (service.LSN, error) {
	r.last++
	n := r.last
	if err := r.user.Apply(ctx, service.Op{LSN: n, Data: data}); err != nil {
		r.t.Error(err)
		return n, err
	}
	return n, r.Yield(ctx)
}

func (r *fakeReplica) Go(work func(context.Context)) {
	go func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		work(context.Background())
	}()
}

func (r *fakeReplica) Sleep(ctx context.Context, d time.Duration) error {
	r.wait(func() { time.Sleep(d) })
	return ctx.Err()
}

func (r *fakeReplica) Yield(ctx context.Context) error { return r.Sleep(ctx, 0) }
func (r *fakeReplica) Info() service.Info              { return r.info }
func (r *fakeReplica) Role() service.Role              { return r.role }
func (r *fakeReplica) Access() service.Access          { return service.AccessGranted }
func (r *fakeReplica) Storage() service.Storage        { return nil }
