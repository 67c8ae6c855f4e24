package chainrep_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	. "github.com/ravelgo/ravel/systems/chain/chainrep"
)

// text puts messages into a line: receiver and message of each.
func text(messages []Envelope) string {
	var all []string
	for _, e := range messages {
		name := strings.TrimPrefix(fmt.Sprintf("%T", e.Message), "chainrep.")
		all = append(all, fmt.Sprintf("%s:%s%v", e.To, name, e.Message))
	}
	return strings.Join(all, " ")
}

// step is a message to a node and what must come of it.
type step struct {
	in   Message
	out  string // as text has it
	fail error  // that the error must be, if there must be one
}

// play hands a node the messages of a script.
func play(t *testing.T, handle func(Message) ([]Envelope, error), script []step) {
	t.Helper()
	for i, s := range script {
		out, err := handle(s.in)
		if got := text(out); got != s.out || !errors.Is(err, s.fail) || (err != nil) != (s.fail != nil) {
			t.Fatalf("step %d, %T%v:\ngot  %s, error %v\nwant %s, error %v", i, s.in, s.in, got, err, s.out, s.fail)
		}
	}
}

func server(cfg ServerConfig) *Server {
	cfg.ID, cfg.Master = "s2", "m"
	return NewServer(cfg)
}

// serve is a server's Handle for play.
func serve(s *Server) func(Message) ([]Envelope, error) {
	return func(m Message) ([]Envelope, error) {
		out, err := s.Handle(m)
		return out.Messages, err
	}
}

// entry is an update of client c, its n-th request.
func entry(seq, req uint64) Entry {
	return Entry{Seq: seq, Client: "c", Req: req, Key: "x", Value: fmt.Sprint(req)}
}

func forward(from NodeID, epoch, seq uint64) Forward {
	return Forward{From: from, Epoch: epoch, Entry: entry(seq, seq)}
}

func update(req uint64) Update {
	return Update{Client: "c", Req: req, Key: "x", Value: fmt.Sprint(req)}
}
