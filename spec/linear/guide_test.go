package linear_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/spec/internal/spectest"
	"github.com/ravelgo/ravel/spec/linear"
)

// This is the program of docs/specifications.md; TestPage keeps them equal.

// What must hold. Clients and keys are strings, values are numbers; a request is named by its client, who has one at a time.
var (
	contents = linear.Map[string, string, int]{Name: "Contents"}
	answers  = spec.Progress[string]{Name: "Answers"}
)

// What clients ask of the database and of the cache in front of it.
type (
	Put struct {
		From  ravel.ID
		Key   string
		Value int
	}
	Get struct {
		From ravel.ID
		Key  string
	}
	Stored struct{}
	Found  struct {
		Key   string
		Value int
		OK    bool
	}
	Forget struct {
		From ravel.ID
		Key  string
	}
	Forgotten struct{}
)

func writer(c *ravel.Context, me string, database ravel.ID, key string, value int) {
	c.Notify(answers.Asked(me))
	c.Notify(contents.Write(me, key, value))
	c.Send(database, Put{c.Self(), key, value})
	ravel.Receive[Stored](c)
	c.Notify(contents.Done(me))
	c.Notify(answers.Answered(me))
}

func reader(c *ravel.Context, me string, cache ravel.ID, key string) {
	c.Notify(answers.Asked(me))
	c.Notify(contents.Read(me, key))
	c.Send(cache, Get{c.Self(), key})
	found := ravel.Receive[Found](c)
	c.Notify(contents.Got(me, found.Value, found.OK))
	c.Notify(answers.Answered(me))
}

// Database answers a write when the cache has forgotten the old value or, careless, before.
type Database struct {
	values   map[string]int
	cache    ravel.ID
	careless bool
}

var DatabaseMachine = ravel.Define[Database]("Database",
	ravel.Start("Serving", ravel.On((*Database).put), ravel.On((*Database).get), ravel.Ignore[Forgotten]()))

func (d *Database) put(c *ravel.Context, p Put) {
	d.values[p.Key] = p.Value
	if d.careless {
		c.Send(p.From, Stored{})
	}
	c.Send(d.cache, Forget{c.Self(), p.Key})
	if !d.careless {
		ravel.Receive[Forgotten](c)
		c.Send(p.From, Stored{})
	}
}

func (d *Database) get(c *ravel.Context, g Get) {
	v, ok := d.values[g.Key]
	c.Send(g.From, Found{g.Key, v, ok})
}

// Cache remembers what it has read in the database.
type Cache struct {
	database ravel.ID
	known    map[string]Found
	waiting  []ravel.ID // for the database, in the order in which it will answer
	stale    int        // so many of its answers were overtaken by a Forget
}

var CacheMachine = ravel.Define[Cache]("Cache",
	ravel.Start("Serving", ravel.On((*Cache).connect), ravel.On((*Cache).get),
		ravel.On((*Cache).found), ravel.On((*Cache).forget)))

type connect struct{ database ravel.ID }

func (a *Cache) connect(_ *ravel.Context, e connect) { a.database = e.database }

func (a *Cache) get(c *ravel.Context, g Get) {
	if f, ok := a.known[g.Key]; ok {
		c.Send(g.From, f)
		return
	}
	a.waiting = append(a.waiting, g.From)
	c.Send(a.database, Get{c.Self(), g.Key})
}

func (a *Cache) found(c *ravel.Context, f Found) {
	if a.stale > 0 {
		a.stale--
	} else {
		a.known[f.Key] = f
	}
	c.Send(a.waiting[0], f)
	a.waiting = a.waiting[1:]
}

func (a *Cache) forget(c *ravel.Context, e Forget) {
	delete(a.known, e.Key)
	a.stale = len(a.waiting)
	c.Send(e.From, Forgotten{})
}

func cached(careless bool) func(*check.T) {
	return func(t *check.T) {
		t.Monitor(contents.Monitor())
		t.Monitor(answers.Monitor())
		cache := t.Create(CacheMachine.New(&Cache{known: make(map[string]Found)}))
		database := t.Create(DatabaseMachine.New(&Database{values: make(map[string]int), cache: cache, careless: careless}))
		t.Send(cache, connect{database})
		t.Go("writer", func(c *ravel.Context) { writer(c, "w", database, "x", 1) })
		t.Go("reader", func(c *ravel.Context) {
			reader(c, "r", cache, "x")
			reader(c, "r", cache, "x")
		})
	}
}

const careless = "r: read(x) -> nothing cannot be linearized. In an order that explains all other operations it meets the state 1"

func TestCache(t *testing.T) {
	t.Run("correct", func(t *testing.T) { spectest.CorrectStates(t, cached(false)) })
	t.Run("careless", func(t *testing.T) {
		spectest.Mutant(t, cached(true), careless)
	})
}
