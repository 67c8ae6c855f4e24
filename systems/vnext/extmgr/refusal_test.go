package extmgr_test

import (
	"testing"
	"time"

	. "github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// posted keeps what a manager sends.
type posted struct {
	to  []Endpoint
	msg []Message
}

func (p *posted) SendMessage(to Endpoint, m Message) error {
	p.to, p.msg = append(p.to, to), append(p.msg, m)
	return nil
}

type handClock struct{ now time.Time }

func (c *handClock) Now() time.Time { return c.now }

// TestRefusal: of two processes under one name the first stays, whatever their
// incarnations, until it is silent.
func TestRefusal(t *testing.T) {
	for _, inc := range []Incarnation{4, 5, 6} {
		net, clock := &posted{}, &handClock{time.Unix(1000, 0)}
		m, err := New(Config{}, net, clock, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		beat := func(inc Incarnation, addr string) {
			m.ProcessMessage(&Heartbeat{Header: Header{From: "en0", Inc: inc, Seq: 1}, Addr: addr, FreeBytes: 1})
		}
		beat(5, "here")
		m.ProcessMessage(&SyncReport{Header: Header{From: "en0", Inc: 5, Seq: 2}, Extents: []ExtentInfo{{Version: 1}}})
		clock.now = clock.now.Add(10 * time.Second)
		beat(inc, "there")
		want := Refusal{Header: Header{From: "extmgr", Inc: 1, Seq: 1}, Refused: inc, Known: 5, Addr: "here"}
		if len(net.msg) != 1 || *net.msg[0].(*Refusal) != want || net.to[0] != (Endpoint{Node: "en0", Addr: "there"}) {
			t.Fatalf("incarnation %d: sent %+v to %v, want %+v", inc, net.msg, net.to, want)
		}
		v := m.Snapshot()
		if rec := v.Nodes[0]; rec.Inc != 5 || rec.Addr != "here" || !rec.LastHeartbeat.Equal(time.Unix(1000, 0)) || len(v.Extents) != 1 {
			t.Fatalf("incarnation %d: the refused heartbeat left %+v", inc, v)
		}

		clock.now = clock.now.Add(10 * time.Second)
		m.ProcessEvent(ExpirationTick)
		beat(inc, "there")
		if rec := m.Snapshot().Nodes[0]; len(net.msg) != 1 || rec.Inc != inc || rec.Addr != "there" {
			t.Errorf("incarnation %d: not taken after the first was forgotten: %+v", inc, rec)
		}
	}
}

// TestRestartInPlace: the address alone refuses, so a restart under it is taken at
// once.
func TestRestartInPlace(t *testing.T) {
	net := &posted{}
	m, err := New(Config{}, net, &handClock{}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, inc := range []Incarnation{5, 6, 5} {
		m.ProcessMessage(&Heartbeat{Header: Header{From: "en0", Inc: inc, Seq: 1}, Addr: "here"})
	}
	if rec := m.Snapshot().Nodes[0]; rec.Inc != 6 || len(net.msg) != 0 {
		t.Errorf("after a restart: %+v, sent %+v", rec, net.msg)
	}
}
