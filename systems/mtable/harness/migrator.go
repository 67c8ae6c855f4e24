package harness

import (
	"context"
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
)

// migrator is the process that migrates. It may be killed once, at an access or in a push; then the next one begins.
type migrator struct {
	port
	mirrors   []ravel.ID
	bugs      bug.Set
	annotated bool // for the reference

	state    config.State // that is stored
	pushes   int
	life     *life // of the process that runs
	dies     death
	accesses int
}

// death is when a migrator dies: before an access, or when a push has been stored and nobody has acted yet. Numbers are
// from 1 on, and 0 is never.
type death struct{ access, push int }

// run migrates, and again if it is killed.
func (m *migrator) run(c *ravel.Context) {
	m.at, m.access = c, m.mayDie
	for {
		m.life = &life{}
		err := m.migrate()
		if !m.life.over {
			c.Assert(err == nil, "the migrator: %v", err)
			break
		}
		c.Logf("the migrator was killed")
		c.Sometimes(true, dies)
	}
	c.Send(m.tables, finished{})
}

func (m *migrator) migrate() error {
	from := &remote{port: &m.port, life: m.life, place: oldTable}
	to := &remote{port: &m.port, life: m.life, place: newTable}
	options := mtable.MigratorOptions{Bugs: m.bugs}
	if m.annotated {
		options.Monitor = m
	}
	one, err := mtable.NewMigrator(from, to, m, options)
	if err == nil {
		_, err = one.Migrate(m.life)
	}
	return err
}

func (m *migrator) mayDie(context.Context) error {
	if m.accesses++; m.accesses == m.dies.access {
		m.life.over = true
	}
	return m.life.Err()
}

// Annotate implements mtable.Monitor.
func (m *migrator) Annotate(_ context.Context, a mtable.Annotation) {
	m.at.Assert(!a.Linearizes, "the migrator has a linearization point")
	m.at.Send(m.tables, annotate{From: m.at.Self(), Annotation: a})
}

// Lead implements config.Controller: there is one migrator at a time.
func (m *migrator) Lead(context.Context) (config.Leader, error) { return m, nil }

// Context implements config.Leader.
func (m *migrator) Context() context.Context { return m.life }

// State implements config.Leader.
func (m *migrator) State(ctx context.Context) (config.State, error) { return m.state, ctx.Err() }

// Push implements config.Leader: it stores the state, tells all clients, and waits until they act in it.
func (m *migrator) Push(ctx context.Context, s config.State) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s != m.state && s != m.state+1 && !m.bugs.Has(bug.Skips) {
		return fmt.Errorf("push of %v in %v", s, m.state)
	}
	m.state = s
	m.pushes++
	number, self := m.pushes, m.at.Self()
	for _, mirror := range m.mirrors {
		m.at.Send(mirror, push{s, number, self})
	}
	if number == m.dies.push {
		m.life.over = true
		return m.life.Err()
	}
	for range m.mirrors {
		c := m.at
		ravel.ReceiveWhere(c, func(a acted) bool { return a.Number == number })
		m.at = c
	}
	return nil
}

// Resign implements config.Leader.
func (m *migrator) Resign() {}
