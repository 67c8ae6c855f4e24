package chainrep

import "slices"

// DetectorConfig are the settings of a detector.
type DetectorConfig struct {
	ID      NodeID
	Master  NodeID
	Servers []NodeID
	// Suspect tells the master of servers that do not answer in time. Without it
	// the detector waits for the word that a server is dead.
	Suspect bool
	Bugs    Bugs
}

// Detector looks for servers that have failed. It is not safe for concurrent use.
type Detector struct {
	cfg     DetectorConfig
	watches []watch
}

// watch is what the detector knows of a server.
type watch struct {
	server    NodeID
	timer     timerState
	suspected bool // the master knows
	dead      bool // the master knows
	gone      bool // not in the chain any more
}

// timerState is where the handshake with the timer of a server stands.
type timerState uint8

const (
	off        timerState = iota
	running               // the answer is awaited
	cancelling            // the answer has come
	late                  // it has come, and so will the timeout
)

// NewDetector returns a detector that has done nothing yet.
func NewDetector(cfg DetectorConfig) *Detector {
	d := &Detector{cfg: cfg}
	for _, s := range cfg.Servers {
		d.watches = append(d.watches, watch{server: s})
	}
	return d
}

// TimerRequest asks for a timer of a server to be started or cancelled. See
// Detector.TimedOut and Detector.Cancelled for the answers.
type TimerRequest struct {
	Server NodeID
	Cancel bool
}

// DetectorOutput is what a detector wants to be done.
type DetectorOutput struct {
	Messages []Envelope
	Timers   []TimerRequest
}

func (o *DetectorOutput) send(to NodeID, m Message) { (*outbox)(&o.Messages).send(to, m) }

// Tick pings everybody. It is to be called now and then, and after a failure
// sooner or later.
func (d *Detector) Tick() DetectorOutput {
	var o DetectorOutput
	for i := range d.watches {
		w := &d.watches[i]
		if w.dead || w.gone {
			continue
		}
		o.send(w.server, Ping{d.cfg.ID})
		if d.cfg.Suspect && w.timer == off && !w.suspected {
			w.timer = running
			o.Timers = append(o.Timers, TimerRequest{Server: w.server})
		}
	}
	return o
}

// Handle processes a message.
func (d *Detector) Handle(m Message) (DetectorOutput, error) {
	var o DetectorOutput
	switch m := m.(type) {
	case Pong:
		d.answered(&o, m.From)
	case PingDead:
		d.answered(&o, m.From)
		if d.watch(m.From) == nil {
			d.watches = append(d.watches, watch{server: m.From}) // it joins, and that is news here
		}
		if w := d.watch(m.From); !w.dead {
			w.dead = true
			o.send(d.cfg.Master, FaultDetected{m.From, true})
		}
	case FaultCorrected:
		for i := range d.watches {
			w := &d.watches[i]
			w.gone = !slices.Contains(m.Servers, w.server)
		}
	case Expected:
		d.expected(&o, m.Servers)
	default:
		return o, unexpected(d.cfg.ID, "", m)
	}
	return o, nil
}

// expected looks after servers that join. One may have failed before this was known,
// so it is pinged at once.
func (d *Detector) expected(o *DetectorOutput, servers []NodeID) {
	for _, s := range servers {
		w := d.watch(s)
		if w == nil {
			d.watches = append(d.watches, watch{server: s})
			w = d.watch(s)
		}
		w.gone = false
		o.send(s, Ping{d.cfg.ID})
	}
}

// answered ends the wait for an answer.
func (d *Detector) answered(o *DetectorOutput, server NodeID) {
	if w := d.watch(server); w != nil && w.timer == running {
		w.timer = cancelling
		o.Timers = append(o.Timers, TimerRequest{server, true})
	}
}

// TimedOut says that the timer of a server has fired. It comes once for each
// start, unless Cancelled with ok came before it.
func (d *Detector) TimedOut(server NodeID) DetectorOutput {
	var o DetectorOutput
	w := d.watch(server)
	if w == nil {
		return o
	}
	inTime := w.timer == cancelling || w.timer == late
	w.timer = off
	if inTime && !d.cfg.Bugs.has(CR1) || w.suspected || w.dead || w.gone {
		return o
	}
	w.suspected = true
	o.send(d.cfg.Master, FaultDetected{server, false})
	return o
}

// Cancelled answers the request to cancel the timer of a server. With ok it will
// not fire; otherwise it has been too late, and it will, once. No answer comes
// if it has fired already.
func (d *Detector) Cancelled(server NodeID, ok bool) {
	w := d.watch(server)
	if w == nil {
		return
	}
	if w.timer = late; ok {
		w.timer = off
	}
}

func (d *Detector) watch(server NodeID) *watch {
	for i := range d.watches {
		if d.watches[i].server == server {
			return &d.watches[i]
		}
	}
	return nil
}
