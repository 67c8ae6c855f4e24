package harness

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Scenario is what the clients do during the migration.
type Scenario uint8

// The scenarios. All but the first are scripts for one mistake each. Those that are numbered are the custom harnesses of the
// study, under the numbers that its mistakes have there.
const (
	Random           Scenario = iota // three clients make random calls
	WriteThenStream                  // 1: a stream with a filter begins behind a write to the new table
	ReadAtStart                      // 9: a query and an insertion, from the first state on
	ReadAcrossDelete                 // 10: a query in PreferNew, and a deletion in UseNew
	InsertIntoEmpty                  // 11: an insertion into an empty table in PreferOld
	StreamLate                       // a stream is open while its row is replaced and deleted
	CloseWhileRead                   // a stream is closed while it is read and changes its state
	numScenarios
)

// Scenarios returns all scenarios.
func Scenarios() []Scenario {
	all := make([]Scenario, numScenarios)
	for i := range all {
		all[i] = Scenario(i)
	}
	return all
}

// String returns the scenario's name.
func (s Scenario) String() string {
	if s < numScenarios {
		return scenes[s].name
	}
	return fmt.Sprintf("Scenario(%d)", uint8(s))
}

// Summary says in a line what happens.
func (s Scenario) Summary() string { return scenes[s].summary }

// scene is a scenario with the parts that its clients play.
type scene struct {
	name, summary string
	empty         bool // no rows at the beginning
	parts         []part
}

// part is what a client does: of itself, and when it comes to a state, before it says that it acts in it.
type part struct {
	serve func(*client)
	on    map[config.State]func(*client)
}

var scenes [numScenarios]scene

// The parts refer to methods of a client, which refer to the scenes.
func init() {
	randomly := part{serve: (*client).randomCalls}
	scenes = [numScenarios]scene{
		Random: {name: "random", summary: "three clients make random calls; one of them and the migrator may be killed",
			parts: []part{randomly, randomly, randomly}},
		WriteThenStream: {name: "write-then-stream", summary: "a client streams with a filter, behind a write to the new table",
			parts: []part{{on: on(config.PreferNew, func(cl *client) {
				cl.batch("w0_", table.Batch{table.InsertOrMerge(key("0"), written("w0_", false))})
				cl.stream(table.Query{Filter: happy(true)})
			})}}},
		ReadAtStart: {name: "read-at-start", summary: "one client queries at the start, another one inserts in PreferNew",
			parts: []part{
				{on: on(config.PreferNew, func(cl *client) {
					cl.batch("w0_", table.Batch{table.Insert(key("5"), written("w0_", false))})
				})},
				{serve: func(cl *client) { cl.query(table.AtomicQuery{Partition: partitions[0]}) }},
			}},
		ReadAcrossDelete: {name: "read-across-delete", summary: "one client queries in PreferNew, another one deletes in UseNew",
			parts: []part{
				{on: on(config.UseNew, func(cl *client) { cl.batch("w0_", table.Batch{table.Delete(key("0"), table.AnyETag())}) })},
				{serve: func(cl *client) {
					cl.reach(config.PreferNew)
					cl.query(table.AtomicQuery{Partition: partitions[0]})
				}},
			}},
		InsertIntoEmpty: {name: "insert-into-empty", summary: "a client inserts into an empty table in PreferOld", empty: true,
			parts: []part{{
				serve: func(cl *client) {
					cl.reach(config.PreferOld)
					cl.batch("w0_", table.Batch{table.Insert(key("0"), written("w0_", false))})
				},
				on: on(config.UseNewWithTombstones, func(cl *client) { cl.query(table.AtomicQuery{Partition: partitions[0]}) }),
			}}},
		StreamLate: {name: "stream-late", summary: "a client streams while another one, further on, deletes a row that it has replaced",
			parts: []part{
				{on: map[config.State]func(*client){
					config.PreferNew: func(cl *client) {
						cl.batch("w0_", table.Batch{table.Replace(key("4"), written("w0_", true), table.AnyETag())})
					},
					config.UseNew: func(cl *client) {
						cl.batch("w1_", table.Batch{table.Delete(key("4"), table.AnyETag())})
					},
				}},
				{serve: func(cl *client) {
					cl.reach(config.PreferNew)
					cl.stream(table.Query{})
				}},
			}},
		CloseWhileRead: {name: "close-while-read", summary: "a stream is closed while it is read and changes its state",
			parts: []part{{serve: (*client).closeWhileRead}}},
	}
}

func on(s config.State, f func(*client)) map[config.State]func(*client) {
	return map[config.State]func(*client){s: f}
}

func written(mark string, yes bool) table.Properties {
	return table.Properties{mark + "0": table.Bool(true), isHappy: table.Bool(yes)}
}

// closed says that the machine that closes a stream has done so.
type closed struct{}

// closeWhileRead closes a stream from another machine of the process, as a server does that is shut down. Callers of a table
// may not; a lock that holds for two who wait is a matter of the library all the same.
func (cl *client) closeWhileRead() {
	c := cl.at
	s, err := cl.table.QueryStream(c0, table.Query{})
	c.Assert(err == nil, "%v", err)
	self := c.Self()
	c.Go("closer", func(c *ravel.Context) {
		cl.at = c
		err := s.Close()
		c.Assert(err == nil, "%v", err)
		c.Send(self, closed{})
	})
	for more := true; more && err == nil; {
		_, more, err = s.Next(c0)
	}
	wait[closed](&cl.port)
}
