package chainrsm_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/tms/chainrsm"
)

// tape answers with all that it was ever told.
type tape struct{ text string }

func (s *tape) Apply(c rsm.Command) string { s.text += c.Op; return s.text }

// chain is a chain whose messages are delivered by hand.
type chain struct {
	t        *testing.T
	replicas map[chainrep.NodeID]*chainrsm.Replica
	flight   []chainrep.Envelope // in order
	answers  []string
}

func newChain(t *testing.T, bugs chainrep.Bugs, ids ...chainrep.NodeID) *chain {
	c := &chain{t: t, replicas: make(map[chainrep.NodeID]*chainrsm.Replica)}
	for i, id := range ids {
		c.replicas[id] = chainrsm.New(chainrep.ServerConfig{ID: id, Master: "master", Bugs: bugs}, &tape{})
		place := chainrep.Config{}
		if i > 0 {
			place.Pred = ids[i-1]
		}
		if i+1 < len(ids) {
			place.Succ = ids[i+1]
		}
		c.deliver(id, place)
	}
	return c
}

func (c *chain) take(who chainrep.NodeID, out chainrsm.Output, err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	for _, r := range out.Responses {
		c.answers = append(c.answers, fmt.Sprintf("%s: %v", who, r))
	}
	c.flight = append(c.flight, out.Messages...)
}

func (c *chain) deliver(to chainrep.NodeID, m chainrep.Message) {
	c.t.Helper()
	out, err := c.replicas[to].Handle(m)
	c.take(to, out, err)
}

func (c *chain) submit(to chainrep.NodeID, client string, op uint64, what string) {
	c.t.Helper()
	out, err := c.replicas[to].Submit(rsm.Command{Client: client, OpID: op, Op: what})
	c.take(to, out, err)
}

// flow delivers what is in flight; what is meant for the dead, or matches, is lost.
func (c *chain) flow(lost func(chainrep.Message) bool) {
	c.t.Helper()
	for len(c.flight) > 0 {
		e := c.flight[0]
		c.flight = c.flight[1:]
		if c.replicas[e.To] != nil && !lost(e.Message) {
			c.deliver(e.To, e.Message)
		}
	}
}

func (c *chain) want(answers ...string) {
	c.t.Helper()
	if !slices.Equal(c.answers, answers) {
		c.t.Errorf("answers %q, want %q", c.answers, answers)
	}
	c.answers = nil
}

func none(chainrep.Message) bool { return false }

func acks(m chainrep.Message) bool { _, ok := m.(chainrep.Ack); return ok }

// Commands reach all replicas, and the tail answers. A command that comes again is answered as it was.
func TestOnce(t *testing.T) {
	c := newChain(t, 0, "s1", "s2", "s3")
	c.flow(none)
	c.submit("s1", "k", 1, "a")
	c.submit("s1", "l", 1, "b")
	c.submit("s1", "k", 2, "c")
	c.submit("s1", "k", 2, "c") // not yet answered: the tail will do so
	c.flow(none)
	c.want("s3: k/1=a", "s3: l/1=ab", "s3: k/2=abc")
	c.submit("s1", "l", 1, "b")
	c.submit("s1", "k", 2, "c")
	c.submit("s1", "k", 1, "a") // its client does not wait for it
	c.submit("s2", "k", 3, "d") // not the head
	c.flow(none)
	c.want("s1: l/1=ab", "s1: k/2=abc")
	if sent := c.replicas["s1"].Sent(); len(sent) > 0 {
		t.Error(sent)
	}
}

// A new tail answers what it does not know to be processed, older operations included, each with its own result.
func TestNewTail(t *testing.T) {
	c := newChain(t, 0, "s1", "s2")
	c.flow(none)
	c.submit("s1", "k", 1, "a")
	c.submit("s1", "k", 2, "b")
	c.flow(acks)
	c.want("s2: k/1=a", "s2: k/2=ab")
	delete(c.replicas, "s2")
	c.deliver("s1", chainrep.BecomeTail{})
	c.want("s1: k/1=a", "s1: k/2=ab")
	c.submit("s1", "k", 2, "b")
	c.submit("s1", "k", 3, "c")
	c.want("s1: k/2=ab", "s1: k/3=abc")
}

// Without what the head does about it, a command that comes again is done again.
func TestTwice(t *testing.T) {
	c := newChain(t, chainrep.NoDedupe, "s1")
	c.submit("s1", "k", 1, "a")
	c.submit("s1", "k", 1, "a")
	c.want("s1: k/1=a", "s1: k/1=aa")
}

func TestBadCommand(t *testing.T) {
	r := chainrsm.New(chainrep.ServerConfig{ID: "s1"}, &tape{})
	if _, err := r.Submit(rsm.Command{Client: "k"}); err == nil || !strings.Contains(err.Error(), "numbered from 1") {
		t.Error(err)
	}
	if _, err := r.Handle(chainrep.PingDead{}); err == nil {
		t.Error("a message that is not for servers is taken")
	}
}
