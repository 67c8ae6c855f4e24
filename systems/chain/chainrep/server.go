package chainrep

import "slices"

// ServerConfig are the settings of a server.
type ServerConfig struct {
	ID     NodeID
	Master NodeID

	// Compact is how many entries that the tail has processed a server keeps: as
	// soon as there are so many and all are processed, its history is emptied.
	// 0 keeps all.
	Compact int

	Bugs Bugs
}

// Server is a server of a chain. It is not safe for concurrent use.
type Server struct {
	cfg ServerConfig

	configured bool
	fenced     bool
	pred, succ NodeID // "" at the head and at the tail
	predEpoch  uint64 // of the link to pred: Forwards of another one are stale
	succEpoch  uint64 // of the link to succ

	last     uint64             // Seq of the newest entry
	hist     []Entry            // the newest entries, in order, up to last; those before were compacted
	sent     []Entry            // not known to be processed by the tail: the newest of hist; none at the tail
	answered uint64             // what it has answered up to here as a tail, before another server joined
	kv       map[string]string  // what the entries have made
	sessions map[NodeID]session // of each client, the newest request among the entries
}

// session is a client's newest request.
type session struct{ req, seq uint64 }

// NewServer returns a server that waits for its Config.
func NewServer(cfg ServerConfig) *Server {
	return &Server{cfg: cfg, kv: make(map[string]string), sessions: make(map[NodeID]session)}
}

// Output is what comes of a message to a server.
type Output struct {
	Applied  []Entry // what the history has gained
	Messages []Envelope
}

// Handle processes a message. Whoever makes servers outlive a crash writes Applied
// before sending Messages. After an error that is ErrInvariant the server must
// not be used any more.
func (s *Server) Handle(m Message) (Output, error) {
	var o Output
	out := (*outbox)(&o.Messages)
	switch m := m.(type) {
	case Ping:
		out.send(m.From, Pong{s.cfg.ID})
		return o, nil
	case Fence:
		s.fenced = true
		out.send(s.cfg.Master, FenceAck{s.cfg.ID, m.Epoch})
		return o, nil
	}
	if s.fenced {
		return o, nil
	}
	var err error
	switch m := m.(type) {
	case Update:
		err = s.update(&o, m)
	case Query:
		s.query(out, m)
	case Forward:
		err = s.forward(&o, m)
	case Handover:
		s.handover(out, m)
	case Ack:
		s.acknowledge(out, m.Seq)
	case Config:
		s.config(out, m)
	case BecomeHead:
		s.pred = ""
		out.send(s.cfg.Master, HeadChanged{s.cfg.ID, m.Epoch})
	case BecomeTail:
		s.becomeTail(out, m)
	case NewPred:
		s.newPred(out, m)
	case NewSucc:
		err = s.newSucc(out, m)
	default:
		err = unexpected(s.cfg.ID, "", m)
	}
	return o, err
}

// ID returns the server's name.
func (s *Server) ID() NodeID { return s.cfg.ID }

// Last returns the number of the newest entry; 0 is none.
func (s *Server) Last() uint64 { return s.last }

// Sent returns the entries that were forwarded and are not known to be processed
// by the tail, oldest first.
func (s *Server) Sent() []Entry { return slices.Clone(s.sent) }

// Value returns the value of a key, and whether there is one.
func (s *Server) Value(key string) (string, bool) {
	v, ok := s.kv[key]
	return v, ok
}

func (s *Server) isHead() bool { return s.configured && s.pred == "" }
func (s *Server) isTail() bool { return s.configured && s.succ == "" }
