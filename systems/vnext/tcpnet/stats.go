package tcpnet

import "sync/atomic"

type counters struct {
	sent, received, refused, dropped, corrupt, connects atomic.Int64
}

// Stats are an engine's counters since it was made, and what is so now.
type Stats struct {
	Sent     int64 // messages written to a connection
	Received int64 // messages handed to the handler
	Refused  int64 // messages for which SendMessage returned an error
	Dropped  int64 // messages taken and not written
	Corrupt  int64 // connections closed because of what came
	Connects int64 // connections opened by this side

	Waiting int // messages taken and not written yet
	Open    int // connections
	Peers   int // peers that this side connects to
	Paused  int // of these, unreachable lately
}

// Stats returns the counters.
func (e *Engine) Stats() Stats {
	s := Stats{
		Sent:     e.stats.sent.Load(),
		Received: e.stats.received.Load(),
		Refused:  e.stats.refused.Load(),
		Dropped:  e.stats.dropped.Load(),
		Corrupt:  e.stats.corrupt.Load(),
		Connects: e.stats.connects.Load(),
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	s.Open, s.Peers = len(e.conns), len(e.peers)
	for _, p := range e.peers {
		s.Waiting += p.out.len()
		if p.pausing {
			s.Paused++
		}
	}
	for _, c := range e.callers {
		s.Waiting += c.out.len()
	}
	return s
}
