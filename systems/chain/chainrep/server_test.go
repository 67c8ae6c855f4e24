package chainrep_test

import (
	"testing"

	. "github.com/ravelgo/ravel/systems/chain/chainrep"
)

// Where s2 stands in the chains of these tests.
var (
	alone  = step{in: Config{}, out: "m:Configured{s2 0}"}
	head   = step{in: Config{Succ: "s3"}, out: "m:Configured{s2 0}"}
	middle = step{in: Config{Pred: "s1", Succ: "s3"}, out: "m:Configured{s2 0}"}
	tail   = step{in: Config{Pred: "s1"}, out: "m:Configured{s2 0}"}
)

// taken is the first n updates, as a middle server takes them.
func taken(n uint64) []step {
	script := []step{middle}
	for seq := range n {
		script = append(script, step{in: forward("s1", 0, seq+1), out: "s3:Forward{s2 0 " + entry(seq+1, seq+1).String() + "}"})
	}
	return script
}

// TestServer has a row for each rule of the protocol.
func TestServer(t *testing.T) {
	for name, script := range map[string][]step{
		"before its place is known a server says nothing": {
			{in: update(1)}, {in: Query{"c", 1, "x"}},
		},
		"the head numbers and forwards": {
			head,
			{in: update(1), out: "s3:Forward{s2 0 1: x=1 of c#1}"},
			{in: update(2), out: "s3:Forward{s2 0 2: x=2 of c#2}"},
			{in: Ack{1}},
		},
		"the tail answers and acknowledges": {
			tail,
			{in: forward("s1", 0, 1), out: "c:RespUpdate{1} s1:Ack{1}"},
			{in: Query{"c", 2, "x"}, out: "c:RespQuery{2 x 1 true}"},
			{in: Query{"c", 3, "y"}, out: "c:RespQuery{3 y  false}"},
		},
		"the middle passes on both ways": append(taken(1),
			step{in: Ack{1}, out: "s1:Ack{1}"}),
		"a single server answers at once": {
			alone,
			{in: update(1), out: "c:RespUpdate{1}"},
			{in: Query{"c", 2, "x"}, out: "c:RespQuery{2 x 1 true}"},
		},
		"only the head takes updates, only the tail queries": {
			middle, {in: update(1)}, {in: Query{"c", 1, "x"}},
		},
		"what is under way is answered by the tail alone": {
			head,
			{in: update(1), out: "s3:Forward{s2 0 1: x=1 of c#1}"},
			{in: update(1)},
			{in: Ack{1}},
			{in: update(1), out: "c:RespUpdate{1}"},
		},
		"an older request is not even answered": {
			alone,
			{in: update(1), out: "c:RespUpdate{1}"},
			{in: update(3), out: "c:RespUpdate{3}"},
			{in: update(1)},
			{in: update(3), out: "c:RespUpdate{3}"},
		},
		"a Forward of somebody else is stale":   {tail, {in: forward("s0", 0, 1)}},
		"a Forward of another link is stale":    {tail, {in: forward("s1", 1, 1)}},
		"a gap between entries is an error":     {tail, {in: forward("s1", 0, 2), fail: ErrInvariant}},
		"an entry that comes twice is an error": append(taken(1), step{in: forward("s1", 0, 1), fail: ErrInvariant}),
		"a new head goes on with the numbers": append(taken(2),
			step{in: BecomeHead{1}, out: "m:HeadChanged{s2 1}"},
			step{in: Update{"d", 1, "x", "9"}, out: "s3:Forward{s2 0 3: x=9 of d#1}"},
			step{in: update(2)},
			step{in: Ack{3}},
			step{in: update(2), out: "c:RespUpdate{2}"}),
		"a new tail answers what it has sent": append(taken(2),
			step{in: Ack{1}, out: "s1:Ack{1}"},
			step{in: BecomeTail{1}, out: "c:RespUpdate{2} s1:Ack{2} m:TailChanged{s2 1}"},
			step{in: Query{"c", 3, "x"}, out: "c:RespQuery{3 x 2 true}"},
			step{in: BecomeTail{2}, out: "m:TailChanged{s2 2}"}),
		"the last survivor answers and tells nobody": append(taken(1),
			step{in: BecomeHead{1}, out: "m:HeadChanged{s2 1}"},
			step{in: BecomeTail{1}, out: "c:RespUpdate{1} m:TailChanged{s2 1}"},
			step{in: update(2), out: "c:RespUpdate{2}"}),
		"a new predecessor is told, even if there is nothing": {
			tail,
			{in: NewPred{"s0", 1}, out: "m:SuccInfo{s2 0 0 1}"},
			{in: forward("s1", 0, 1)},
			{in: forward("s0", 0, 1)},
			{in: forward("s0", 1, 1), out: "c:RespUpdate{1} s0:Ack{1}"},
			{in: NewPred{"s0", 2}, out: "m:SuccInfo{s2 1 1 2}"},
			{in: forward("s0", 1, 2)},
		},
		"what was received and what is acknowledged differ": append(taken(3),
			step{in: Ack{1}, out: "s1:Ack{1}"},
			step{in: NewPred{"s0", 1}, out: "m:SuccInfo{s2 3 1 1}"}),
		"a new successor gets what it lacks": append(taken(3),
			step{in: NewSucc{"s4", 2, 1, 5}, out: "s1:Ack{1} s4:Forward{s2 5 3: x=3 of c#3} m:SuccFixed{s2 5}"},
			step{in: Ack{3}, out: "s1:Ack{3}"}),
		"a new successor that has nothing gets everything": append(taken(2),
			step{in: NewSucc{"s4", 0, 0, 5}, out: "s4:Forward{s2 5 1: x=1 of c#1} s4:Forward{s2 5 2: x=2 of c#2} m:SuccFixed{s2 5}"}),
		"a new successor that has everything gets nothing": append(taken(2),
			step{in: NewSucc{"s4", 2, 2, 5}, out: "s1:Ack{2} m:SuccFixed{s2 5}"}),
		"a fenced server only says that it is there": append(taken(1),
			step{in: Fence{3}, out: "m:FenceAck{s2 3}"},
			step{in: Ack{1}},
			step{in: forward("s1", 0, 2)},
			step{in: BecomeTail{3}},
			step{in: NewPred{"s0", 3}},
			step{in: Ping{"d"}, out: "d:Pong{s2}"},
			step{in: Fence{4}, out: "m:FenceAck{s2 4}"}),
		"pings are answered at any time": {{in: Ping{"d"}, out: "d:Pong{s2}"}},
		"what is for others is an error": {middle, {in: SuccFixed{"s1", 0}, fail: ErrUnexpected}},
	} {
		t.Run(name, func(t *testing.T) { play(t, serve(server(ServerConfig{})), script) })
	}
}

// Compaction empties the history, and nobody notices.
func TestCompaction(t *testing.T) {
	s := server(ServerConfig{Compact: 2})
	play(t, serve(s), append(taken(3),
		step{in: Ack{1}, out: "s1:Ack{1}"},
		step{in: Ack{3}, out: "s1:Ack{3}"},
		step{in: NewPred{"s0", 1}, out: "m:SuccInfo{s2 3 3 1}"},
		step{in: forward("s0", 1, 4), out: "s3:Forward{s2 0 4: x=4 of c#4}"},
		step{in: BecomeHead{2}, out: "m:HeadChanged{s2 2}"},
		step{in: update(4)},
		step{in: Ack{4}},
		step{in: update(4), out: "c:RespUpdate{4}"}))
	if v, ok := s.Value("x"); s.Last() != 4 || len(s.Sent()) != 0 || v != "4" || !ok {
		t.Errorf("last %d, sent %v, x=%s", s.Last(), s.Sent(), v)
	}
}

// What a server returns belongs to the caller.
func TestOutputIsTheCallers(t *testing.T) {
	s := server(ServerConfig{})
	play(t, serve(s), taken(1))
	s.Sent()[0].Value = "other"
	if got := s.Sent()[0].Value; got != "1" {
		t.Errorf("the caller has changed the server's entry to %s", got)
	}
	out, err := s.Handle(forward("s1", 0, 2))
	if err != nil || len(out.Applied) != 1 || out.Applied[0] != entry(2, 2) {
		t.Errorf("applied %v, error %v", out.Applied, err)
	}
}
