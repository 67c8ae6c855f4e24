package config

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// SharedOptions say where and how a configuration is kept. All processes must have the same.
type SharedOptions struct {
	// Partition of the table. "config" if empty.
	Partition string

	// Initial is the state with which the configuration is created, if it is not there yet.
	Initial State

	// Lease is for how long a member or a leader may act without renewal, and so how long a push waits for one that has
	// died. 15 seconds if zero. Leases are renewed five times in this time.
	Lease time.Duration

	// Poll is how often members look for a change, and leaders for what they wait for. A fifth of Lease if zero, which is
	// also the most.
	Poll time.Duration

	// Margin is how long before the end of its lease a member or leader stops. It must be longer than a request that was
	// sent can still take effect in the migrating tables, plus what the clocks of two machines may drift apart during a
	// lease. A third of Lease if zero. A request that is delayed for longer still can undo what others have done since.
	Margin time.Duration

	// Bugs puts mistakes back, for tests; Skips lets pushes leave states out.
	Bugs bug.Set
}

// Shared is a configuration in a table, for many processes. Its partition has a row with the state, a row for the leader,
// and one for each member:
//
//	state       state, epoch (of the newest leader), lease
//	leader      id, epoch, beat (a counter: a row that changes is alive)
//	member-ID   acted (the state that the member acts in, -1 while it joins), beat
//
// A member first inserts its row and then reads the state. So a push that it does not learn of finds its row. A push deletes
// the row of a member that it has seen unchanged for the time of a lease: whoever comes back finds that it is out.
type Shared struct {
	table    table.Table
	options  SharedOptions
	stateKey table.Key
	leadKey  table.Key
}

// Names of rows and properties.
const (
	stateRow     = "state"
	leaderRow    = "leader"
	memberPrefix = "member-"
	afterMembers = "member." // the first row key behind those of members

	propState = "state"
	propEpoch = "epoch"
	propLease = "lease"
	propID    = "id"
	propBeat  = "beat"
	propActed = "acted"
)

var _ Controller = (*Shared)(nil)

// OpenShared opens a configuration, and creates it if it is not there. The table may be any that passes the tests of package
// tabletest; not the migrating table itself.
func OpenShared(ctx context.Context, t table.Table, o SharedOptions) (*Shared, error) {
	if o.Partition == "" {
		o.Partition = "config"
	}
	if o.Lease == 0 {
		o.Lease = 15 * time.Second
	}
	if o.Margin == 0 {
		o.Margin = o.Lease / 3
	}
	if o.Poll == 0 {
		o.Poll = o.Lease / 5
	}
	switch {
	case !o.Initial.Valid():
		return nil, fmt.Errorf("%w: %v is no state to begin with", ErrOrder, o.Initial)
	case o.Lease < time.Millisecond:
		return nil, fmt.Errorf("config: a lease of %v is too short", o.Lease)
	case o.Margin < 0 || o.Margin > o.Lease/2:
		return nil, fmt.Errorf("config: a margin of %v does not leave half of a lease of %v", o.Margin, o.Lease)
	case o.Poll < 0 || o.Poll > o.Lease/5:
		return nil, fmt.Errorf("config: to look for changes every %v is too rare or too often for leases of %v", o.Poll, o.Lease)
	}
	s := &Shared{table: t, options: o, stateKey: table.Key{Partition: o.Partition, Row: stateRow},
		leadKey: table.Key{Partition: o.Partition, Row: leaderRow}}
	_, err := table.Do(ctx, t, table.Insert(s.stateKey, table.Properties{
		propState: table.Int32(int32(o.Initial)),
		propEpoch: table.Int64(0),
		propLease: table.Int64(int64(o.Lease)),
	}))
	if out := table.Outcome(err); err != nil && (out == nil || out.Kind != table.ErrConflict) {
		return nil, fmt.Errorf("config: create the configuration in partition %q: %w", o.Partition, err)
	}
	stored, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	if stored.lease != o.Lease {
		return nil, fmt.Errorf("config: the configuration in partition %q has leases of %v, not of %v: open it with these",
			o.Partition, stored.lease, o.Lease)
	}
	return s, nil
}

// interval is how often leases are renewed.
func (s *Shared) interval() time.Duration { return s.options.Lease / 5 }

// until returns when the holder of a lease stops that it asked for at a time.
func (s *Shared) until(asked time.Time) time.Time {
	return asked.Add(s.options.Lease - s.options.Margin)
}

// stored is the state row.
type stored struct {
	state State
	epoch int64
	lease time.Duration
	etag  table.ETag
}

func (s *Shared) read(ctx context.Context) (stored, error) {
	row, ok, err := table.Get(ctx, s.table, s.stateKey)
	if err != nil {
		return stored{}, fmt.Errorf("config: read the state: %w", err)
	}
	if !ok {
		return stored{}, fmt.Errorf("config: the state in partition %q has been deleted", s.options.Partition)
	}
	return parseState(row)
}

func parseState(row table.Entity) (stored, error) {
	n, ok1 := row.Properties[propState].Int32()
	epoch, ok2 := row.Properties[propEpoch].Int64()
	length, ok3 := row.Properties[propLease].Int64()
	if !ok1 || !ok2 || !ok3 || !State(n).Valid() {
		return stored{}, fmt.Errorf("config: the row %v is no configuration: %v", row.Key, row.Properties)
	}
	return stored{State(n), epoch, time.Duration(length), row.ETag}, nil
}

// State reads the stored state.
func (s *Shared) State(ctx context.Context) (State, error) {
	st, err := s.read(ctx)
	return st.state, err
}

// sleep waits for a time.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// silence knows for how long a row has not changed.
type silence struct {
	etag  table.ETag
	since time.Time
}

// over notes the row's ETag and reports whether it has been the same for the time of a lease.
func (s *silence) over(etag table.ETag, lease time.Duration) bool {
	now := time.Now()
	if s.etag != etag || s.since.IsZero() {
		*s = silence{etag, now}
		return false
	}
	return now.Sub(s.since) > lease
}

// lost reports whether a conditional write failed because somebody else has changed or deleted the row.
func lost(err error) bool { return table.Outcome(err) != nil }

// newID returns an identifier that nobody else has.
func newID() string { return rand.Text() }
