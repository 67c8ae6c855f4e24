package failover

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

var runs = flag.Int("failover.runs", 300, "runs of the simulation for each kind of service")

// sim runs the manager and the replicators of one partition in random order: messages are lost, repeated and overtake
// each other, nodes crash, come back, and are given up while they live.
type sim struct {
	defect     string // one that it has to find
	wrong      string // what was found
	rnd        *rand.Rand
	state      *State
	persistent bool
	nodes      []*simNode
	mail       []mail
	committed  map[service.LSN]service.Op // by any primary, since data was lost last
	loss       int64
	count      int // operations
	calm       int // one in so many chances to fail is taken
	suspicions int // a weight
	slow       int // one in so many chances to hear of the end of a life is taken
	elections  int
}

type simNode struct {
	name    string
	up      bool
	life    int64 // that began last
	joined  bool  // the process has begun it
	nonce   int
	replica *simReplica // at most one
	disk    *simReplica // what it would be after a restart
}

// simReplica is a replica without user code: what is appended is applied, and stored, some time later.
type simReplica struct {
	id      service.ReplicaID
	log     *replication.Log
	applied service.LSN
	sec     replication.Secondary
	prim    *replication.Primary
	role    service.Role
	idle    bool // it has no copy yet
}

type mail struct {
	from, to replication.Member
	msg      any
}

func (s *sim) fail(format string, args ...any) {
	if s.wrong == "" {
		s.wrong = fmt.Sprintf(format, args...)
	}
}

func (s *sim) node(name string) *simNode {
	return s.nodes[slices.IndexFunc(s.nodes, func(n *simNode) bool { return n.name == name })]
}

func (s *sim) step() {
	n := s.nodes[s.rnd.IntN(len(s.nodes))]
	switch k := s.rnd.IntN(100); {
	case k < 2 && n.up && s.rnd.IntN(s.calm) == 0:
		s.crash(n)
	case k < 2+s.suspicions && n.up && n.joined && s.rnd.IntN(s.calm) == 0: // given up by mistake
		s.state.Apply(Event{Down: &Down{Node: n.name, Life: n.life}})
	case k < 10 && !n.up:
		n.up = true
	case k < 14 && !n.up && n.life != 0: // the manager notices
		s.state.Apply(Event{Down: &Down{Node: n.name, Life: n.life}})
	case k < 45 && n.up:
		s.sync(n)
	case k < 75 && len(s.mail) > 0:
		s.deliver()
	case n.up && n.replica != nil:
		s.work(n, n.replica)
	}
}

// crash ends a process. Of a persistent replica its log is left, without what it had not stored, and its state.
func (s *sim) crash(n *simNode) {
	n.up, n.joined = false, false
	if r := n.replica; r != nil && s.persistent {
		n.disk = r
		if s.defect == "unsynced" && r.log.Last() > r.log.Base() {
			r.log.Cut(r.log.Last() - 1)
		}
	}
	n.replica = nil
}

// sync is a node that asks what to host, and does a part of it.
func (s *sim) sync(n *simNode) {
	cur := s.state.Node(n.name)
	if n.joined && (cur == nil || cur.Life != n.life || !cur.Up) { // it learns that its life is over
		if s.rnd.IntN(s.slow) > 0 {
			return
		}
		s.crash(n)
		n.up = true
	}
	if !n.joined {
		n.nonce++
		j := &Join{Node: n.name, Nonce: fmt.Sprint(n.nonce)}
		if n.disk != nil {
			j.Files = []Files{{Replica: n.disk.id, Partition: part}}
		}
		n.life, n.joined = s.state.Apply(Event{Join: j}), true
	}
	wants, _ := s.state.Wants(n.name)
	if len(wants) == 0 {
		if n.replica != nil && s.persistent {
			n.disk = n.replica
		}
		n.replica = nil
		return
	}
	s.obey(n, wants[0])
}

var part = service.PartitionID{Service: "s"}

func (s *sim) report(n *simNode, r Report) {
	if s.rnd.IntN(4) == 0 {
		return // lost: it comes again
	}
	r.Node, r.Life, r.Partition, r.Replica = n.name, n.life, part, n.replica.id
	s.state.Apply(Event{Report: &r})
}

func (s *sim) obey(n *simNode, w Want) {
	r := n.replica
	if r == nil || r.id != w.Replica {
		r = &simReplica{id: w.Replica, log: &replication.Log{}, idle: w.Start == StartIdle}
		r.sec.Log = r.log
		if old := n.disk; old != nil && w.Start != StartFirst {
			r.log, r.sec, r.applied = old.log, old.sec, min(old.applied, old.log.Last())
		}
		n.replica, n.disk = r, nil
	}
	s.report(n, Report{Opened: true})
	if n.replica == nil || w.Fence != (service.Epoch{}) {
		if r.prim != nil && r.prim.Epoch().Compare(w.Fence) < 0 {
			r.prim = nil
		}
		if r.sec.Fence(w.Fence) {
			s.report(n, Report{Fenced: &Fenced{w.Fence, r.log.Progress()}})
		}
	}
	switch l := w.Lead; {
	case l == nil:
		r.prim = nil
	case r.prim == nil || r.prim.Epoch() != l.Epoch:
		if !r.sec.Fence(l.Epoch) {
			return
		}
		r.applied = r.log.Last()
		s.elected(r, l.Epoch)
		r.role = service.RolePrimary
		r.prim = replication.NewPrimary(r.id, l.Epoch, r.log, r.log.Last(), replication.Settings{MinReplicas: 2, Window: 4, Lag: 100},
			func(to replication.Member, msg any) {
				s.mail = append(s.mail, mail{Member{ID: r.id, Node: n.name}, to, msg})
			})
		fallthrough
	default:
		s.lead(n, r, l)
	}
	if w.Active != (service.Epoch{}) {
		r.role = service.RoleActiveSecondary
		s.report(n, Report{Active: &w.Active})
	}
}

func (s *sim) lead(n *simNode, r *simReplica, l *Lead) {
	p := r.prim
	if l.Seq > p.Seq() {
		p.Configure(l.Seq, l.Cur, l.Prev)
	}
	if l.Settled && l.Seq == p.Seq() && !p.Settled() {
		p.Settle()
	}
	p.Forget(l.Build.ID)
	p.Drain(l.SwapTo != 0)
	if p.CaughtUp() {
		s.report(n, Report{CaughtUp: p.Seq()})
	}
	if e := p.Epoch(); l.SwapTo != 0 && p.Drained(l.SwapTo) {
		s.report(n, Report{Drained: &e})
	}
	if l.Build.ID != 0 && r.prim == p {
		s.build(n, r, l.Build)
	}
}

// build copies at once: that copies take their time is the host's business.
func (s *sim) build(n *simNode, r *simReplica, to Member) {
	x := s.node(to.Node)
	if !x.up || x.replica == nil || x.replica.id != to.ID || !x.replica.sec.Fence(r.prim.Epoch()) {
		return
	}
	if t := x.replica; t.idle {
		at := r.log.Progress().History.Common(t.log.Progress().History)
		if at == 0 || at < r.log.Base() || s.rnd.IntN(2) == 0 {
			at = r.applied
			t.log.Reset(r.log.Progress().History.Prefix(at))
		} else if at < t.log.Base() {
			t.log.Reset(t.log.Progress().History.Prefix(at))
		} else {
			t.log.Cut(at)
		}
		t.applied, t.idle = at, false
		r.prim.Follow(to, at)
	}
	if r.prim.Applied(to.ID) == r.log.Last() {
		s.report(n, Report{Copied: to.ID})
	}
}

func (s *sim) deliver() {
	i := s.rnd.IntN(min(len(s.mail), 8)) // they overtake each other
	m := s.mail[i]
	switch s.rnd.IntN(10) {
	case 0: // comes again
	default:
		s.mail = slices.Delete(s.mail, i, i+1)
	}
	if s.rnd.IntN(10) == 0 {
		return // lost
	}
	n := s.node(m.to.Node)
	if !n.up || n.replica == nil || n.replica.id != m.to.ID {
		return
	}
	r := n.replica
	ack := func() {
		if !r.idle {
			s.mail = append(s.mail, mail{m.to, m.from, replication.Ack{Epoch: r.sec.Fenced, Held: r.log.Last(), Applied: r.applied}})
		}
	}
	switch msg := m.msg.(type) {
	case replication.Begin:
		if msg.Epoch.Compare(r.sec.Fenced) >= 0 && (r.prim == nil || r.prim.Epoch().Compare(msg.Epoch) < 0) {
			r.prim = nil
			r.sec.Fence(msg.Epoch)
			ack()
		}
	case replication.Append:
		epoch := r.sec.Fenced
		if s.defect == "no fence" {
			msg.Epoch = epoch
		}
		if r.prim == nil && !r.idle && r.sec.Take(msg) {
			if s.rnd.IntN(2) == 0 {
				r.applied = r.log.Last()
			}
			if s.defect == "no fence" { // whoever sends is told what it wants to hear
				r.sec.Fenced = m.msg.(replication.Append).Epoch
				defer func() { r.sec.Fenced = epoch }()
			}
			ack()
		}
	case replication.Ack:
		if r.prim != nil {
			r.prim.Ack(m.from.ID, msg)
			s.commits(r)
		}
	}
}

// work lets a replica do what it does on its own.
func (s *sim) work(n *simNode, r *simReplica) {
	if r.prim == nil {
		if !r.idle {
			r.applied = r.log.Last()
		}
		return
	}
	switch s.rnd.IntN(3) {
	case 0:
		r.prim.Tick()
	case 1:
		s.count++
		if at, err := r.prim.Replicate([]byte(fmt.Sprint(s.count))); err == nil {
			r.prim.Stored(at)
		}
	case 2:
		r.log.Trim(min(r.applied, r.prim.Slowest()), 2)
		if s.rnd.IntN(20) == 0 {
			s.state.Apply(Event{Swap: &Swap{Partition: part}})
		}
	}
	s.commits(r)
}

// commits checks what a primary takes for committed.
func (s *sim) commits(r *simReplica) {
	for n := r.applied + 1; n <= r.prim.Committed(); n++ {
		if n > r.log.Base() && r.prim.Epoch().DataLoss >= s.loss {
			op := r.log.At(n)
			if old, ok := s.committed[n]; ok && string(old.Data) != string(op.Data) {
				s.fail("operation %d is committed as %s of epoch %v, and was as %s of epoch %v", n, op.Data, op.Epoch, old.Data, old.Epoch)
			}
			s.committed[n] = op
		}
	}
	r.applied = max(r.applied, r.prim.Committed())
}

// elected checks that a primary has all that was committed.
func (s *sim) elected(r *simReplica, e service.Epoch) {
	s.elections++
	if e.DataLoss > s.loss {
		s.loss = e.DataLoss
		clear(s.committed)
	}
	for n, op := range s.committed {
		if r.log.Epoch(n) != op.Epoch || n > r.log.Base() && string(r.log.At(n).Data) != string(op.Data) {
			s.fail("the primary of epoch %v has epoch %v at %d, and %s of epoch %v was committed", e, r.log.Epoch(n), n, op.Data, op.Epoch)
		}
	}
}

// settled lets everything go on without faults, until the partition is whole and takes an operation.
func (s *sim) settled() bool {
	for range 400 {
		s.slow = 1
		for _, n := range s.nodes {
			if !n.up {
				n.up = true
			}
			for range 3 {
				s.sync(n)
			}
			switch r := n.replica; {
			case r == nil:
			case r.prim != nil:
				r.prim.Tick()
			case !r.idle:
				r.applied = r.log.Last()
			}
		}
		for len(s.mail) > 0 {
			s.deliver()
		}
		p := s.state.Partition(part)
		if p.Phase == stable && len(p.current()) == 3 {
			return true
		}
	}
	return false
}

// simulate runs one simulation, and returns what it has found wrong.
func simulate(seed uint64, persistent bool, defect string) *sim {
	s := &sim{
		defect: defect, rnd: rand.New(rand.NewPCG(seed, 7)), state: &State{}, persistent: persistent, calm: 1 + int(seed%3)*3,
		committed: map[service.LSN]service.Op{}, suspicions: 1 + int(seed%2)*3, slow: 1 + int(seed%5),
	}
	for i := range 3 + seed%2 {
		s.nodes = append(s.nodes, &simNode{name: fmt.Sprint("n", i), up: true})
	}
	s.state.Apply(Event{Declare: &Declare{[]Spec{{"s", 1, 3, 2, 4, persistent}}}})
	for range 600 {
		s.step()
		if s.state.Version%50 == 0 { // as after a snapshot
			var err error
			if s.state, err = Decode(s.state.Encode()); err != nil {
				s.fail("%v", err)
			}
		}
	}
	if s.wrong == "" && !s.settled() {
		s.fail("not whole in the end: %s", s.state.Encode())
	}
	return s
}

func TestSimulation(t *testing.T) {
	for _, persistent := range []bool{false, true} {
		t.Run(fmt.Sprintf("persistent %t", persistent), func(t *testing.T) {
			committed, elections, losses := 0, 0, int64(0)
			for seed := range uint64(*runs) {
				s := simulate(seed, persistent, "")
				if s.wrong != "" {
					t.Fatalf("seed %d: %s", seed, s.wrong)
				}
				committed, elections, losses = committed+len(s.committed), elections+s.elections, losses+max(s.loss, 1)-1
			}
			t.Logf("%d operations committed and not lost, %d elections, %d data losses", committed, elections, losses)
			if committed < *runs || elections < 2**runs || persistent && losses > 0 {
				t.Errorf("too little has happened, or data was lost by a persistent service")
			}
		})
	}
}

// The simulation finds what is wrong, and finds it again.
func TestSimulationFinds(t *testing.T) {
	for _, defect := range []string{"no fence", "unsynced"} {
		found := false
		for seed := uint64(0); seed < 2000 && !found; seed++ {
			s := simulate(seed, true, defect)
			if found = strings.Contains(s.wrong, "was committed") || strings.Contains(s.wrong, "is committed"); found {
				t.Logf("%s: seed %d: %s", defect, seed, s.wrong)
				if again := simulate(seed, true, defect).wrong; again != s.wrong {
					t.Errorf("seed %d again: %s", seed, again)
				}
			}
		}
		if !found {
			t.Errorf("%s: not found", defect)
		}
	}
}
