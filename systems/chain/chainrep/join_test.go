package chainrep_test

import (
	"testing"

	. "github.com/ravelgo/ravel/systems/chain/chainrep"
)

// upToJoin is a chain of s1 to s4 that s5 is to join.
var upToJoin = append(append([]step{}, upToStable...),
	step{in: Join{"s5"}, out: "d:Expected{[s5]} s5:NewPred{s4 1}"},
	step{in: SuccInfo{"s5", 0, 0, 1}, out: "s4:NewSucc{s5 0 0 1}"})

const settled = " d:FaultCorrected{[s1 s2 s3 s4 s5]}"

// TestJoinMaster has what may come between the request to join and the end.
func TestJoinMaster(t *testing.T) {
	for name, more := range map[string][]step{
		"it has all": {
			{in: SuccFixed{"s4", 1}},
			{in: TailChanged{"s5", 1}, out: "c:HeadTail{s1 s5 1}" + settled},
			{in: dead("s5"), out: "s4:BecomeTail{2}"},
		},
		"it has all before its predecessor says so": {
			{in: TailChanged{"s5", 1}, out: "c:HeadTail{s1 s5 1}" + settled}, {in: SuccFixed{"s4", 1}},
		},
		"it fails": {
			{in: dead("s5"), out: "s4:BecomeTail{2}"},
			{in: TailChanged{"s5", 1}},
			{in: TailChanged{"s4", 2}, out: "c:HeadTail{s1 s4 2} d:FaultCorrected{[s1 s2 s3 s4]}"},
		},
		"the tail fails": {
			{in: dead("s4"), out: "s3:BecomeTail{2}"},
			{in: TailChanged{"s5", 1}},
			{in: TailChanged{"s3", 2}, out: "c:HeadTail{s1 s3 2} d:FaultCorrected{[s1 s2 s3]} d:Expected{[s5]} s5:NewPred{s3 3}"},
		},
		"something was lost on the way to it": {
			{in: Relink{"s4", "s5"}, out: "s4:BecomeTail{2}"},
			{in: TailChanged{"s4", 2}, out: "c:HeadTail{s1 s4 2} d:FaultCorrected{[s1 s2 s3 s4]} d:Expected{[s5]} s5:NewPred{s4 3}"},
		},
		"something was lost elsewhere": {
			{in: Relink{"s3", "s5"}},
			{in: Relink{"s2", "s3"}, out: "s4:BecomeTail{2}"},
			{in: TailChanged{"s4", 2}, out: "s3:NewPred{s2 2}"},
			{in: Relink{"s2", "s3"}, out: "s3:NewPred{s2 3}"},
		},
		"another one waits": {
			{in: Join{"s6"}}, {in: Join{"s6"}}, {in: Join{"s5"}}, {in: Join{"s1"}}, {in: Join{""}},
			{in: TailChanged{"s5", 1}, out: "c:HeadTail{s1 s5 1}" + settled + " d:Expected{[s6]} s6:NewPred{s5 2}"},
		},
		"another one waits, and fails": {
			{in: Join{"s6"}}, {in: dead("s6")},
			{in: TailChanged{"s5", 1}, out: "c:HeadTail{s1 s5 1}" + settled},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMaster(t, 0)
			play(t, m.Handle, append(append([]step{}, upToJoin...), more...))
		})
	}
}

// TestJoinServer: the tail hands everything over, and whoever joins says when it has it.
func TestJoinServer(t *testing.T) {
	for name, script := range map[string][]step{
		"the tail becomes a middle server": {
			tail,
			{in: forward("s1", 0, 1), out: "c:RespUpdate{1} s1:Ack{1}"},
			{in: forward("s1", 0, 2), out: "c:RespUpdate{2} s1:Ack{2}"},
			{in: NewSucc{"s3", 1, 1, 4}, out: "s3:Forward{s2 4 2: x=2 of c#2} s3:Handover{s2 4} m:SuccFixed{s2 4}"},
			{in: Query{"c", 1, "x"}},
			{in: forward("s1", 0, 3), out: "s3:Forward{s2 4 3: x=3 of c#3}"},
			{in: Ack{2}, out: "s1:Ack{2}"},
			{in: BecomeTail{5}, out: "c:RespUpdate{3} s1:Ack{3} m:TailChanged{s2 5}"},
		},
		"the tail takes its place again, and answers nothing twice": {
			tail,
			{in: forward("s1", 0, 1), out: "c:RespUpdate{1} s1:Ack{1}"},
			{in: NewSucc{"s3", 0, 0, 4}, out: "s3:Forward{s2 4 1: x=1 of c#1} s3:Handover{s2 4} m:SuccFixed{s2 4}"},
			{in: BecomeTail{5}, out: "s1:Ack{1} m:TailChanged{s2 5}"},
			{in: NewSucc{"s3", 0, 0, 6}, out: "s3:Forward{s2 6 1: x=1 of c#1} s3:Handover{s2 6} m:SuccFixed{s2 6}"},
			{in: forward("s1", 0, 2), out: "s3:Forward{s2 6 2: x=2 of c#2}"},
			{in: BecomeTail{7}, out: "c:RespUpdate{2} s1:Ack{2} m:TailChanged{s2 7}"},
		},
		"who joins takes the history": {
			{in: NewPred{"s1", 4}, out: "m:SuccInfo{s2 0 0 4}"},
			{in: forward("s1", 4, 1), out: "c:RespUpdate{1} s1:Ack{1}"},
			{in: Handover{"s1", 3}},
			{in: Handover{"s0", 4}},
			{in: Handover{"s1", 4}, out: "m:TailChanged{s2 4}"},
			{in: Query{"c", 1, "x"}, out: "c:RespQuery{1 x 1 true}"},
		},
	} {
		t.Run(name, func(t *testing.T) { play(t, serve(server(ServerConfig{})), script) })
	}
	compact := server(ServerConfig{Compact: 1})
	play(t, serve(compact), []step{tail, {in: forward("s1", 0, 1), out: "c:RespUpdate{1} s1:Ack{1}"},
		{in: NewSucc{"s3", 0, 0, 4}, fail: ErrInvariant}})
}

// TestRestore: a master that was stored goes on with a new epoch, in which nothing is
// confirmed, and so does one that is told to ask again.
func TestRestore(t *testing.T) {
	m := newMaster(t, 0)
	play(t, m.Handle, upToJoin)
	image := m.Image()
	cfg := MasterConfig{ID: "m", Clients: []NodeID{"c"}, Detector: "d"}
	again, err := RestoreMaster(cfg, image)
	if err != nil {
		t.Fatal(err)
	}
	start := again.Start
	for range 2 {
		const want = "s1:BecomeHead{2}"
		if got := text(start()); got != want {
			t.Errorf("restored: %s, want %s", got, want)
		}
		if got := again.Image(); got.Equal(image) || got.Epoch != image.Epoch+1 {
			t.Errorf("restored as %+v, from %+v", got, image)
		}
		again, start = m, m.Again
	}
	play(t, m.Handle, []step{{in: HeadChanged{"s1", 1}}, {in: HeadChanged{"s1", 2}, out: "s4:BecomeTail{2}"}})
	stable := newMaster(t, 0)
	play(t, stable.Handle, upToStable)
	if got := text(stable.Again()); got != "c:HeadTail{s1 s4 0}" {
		t.Errorf("a stable master says again %s", got)
	}
	if _, err := RestoreMaster(cfg, MasterImage{}); err == nil {
		t.Error("a master without servers is restored")
	}
}
