package chainrep_test

import (
	"testing"

	. "github.com/ravelgo/ravel/systems/chain/chainrep"
)

func TestClient(t *testing.T) {
	c := NewClient(ClientConfig{ID: "c"})
	var reply *Reply
	handle := func(m Message) ([]Envelope, error) {
		out, r, err := c.Handle(m)
		reply = r
		return out, err
	}
	do := func(op Op, want string) {
		t.Helper()
		if out, err := c.Do(op); text(out) != want || err != nil {
			t.Fatalf("%v: %s, error %v", op, text(out), err)
		}
	}
	replied := func(want Reply) {
		t.Helper()
		if reply == nil || *reply != want {
			t.Fatalf("reply %v, want %v", reply, want)
		}
	}

	set, get := Op{Key: "x", Value: "1", Update: true}, Op{Key: "x"}
	do(set, "") // it is asked as soon as there is somebody to ask
	play(t, handle, []step{
		{in: HeadTail{"s1", "s3", 1}, out: "s1:Update{c 1 x 1}"},
		{in: HeadTail{"s9", "s9", 0}}, // old news
		{in: HeadTail{"s2", "s3", 2}, out: "s2:Update{c 1 x 1}"},
		{in: RespUpdate{0}},
	})
	if _, err := c.Do(get); err == nil {
		t.Error("two requests at a time")
	}
	play(t, handle, []step{{in: RespUpdate{1}}})
	replied(Reply{Op: set, Req: 1})

	do(get, "s3:Query{c 1 x}")
	play(t, handle, []step{
		{in: RespUpdate{1}}, // of a request that was sent twice
		{in: RespQuery{1, "x", "1", true}},
	})
	replied(Reply{Op: get, Req: 1, Value: "1", Found: true})
	play(t, handle, []step{
		{in: RespQuery{1, "x", "1", true}},
		{in: HeadTail{"s2", "s2", 3}}, // nothing to ask
		{in: Ack{1}, fail: ErrUnexpected},
	})
}
