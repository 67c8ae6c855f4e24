package main

import (
	"errors"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	natsgo "github.com/nats-io/nats.go"
)

// bareNats are two clients of an embedded NATS server without a runtime: what a message costs at least over NATS.
type bareNats struct{}

// natsPair runs two clients. Each has a subject: what the other one publishes there is handed to its function.
func natsPair(x, y func(publish func(data []byte) error, data []byte), done chan struct{}) error {
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true})
	if err != nil {
		return err
	}
	s.Start()
	defer s.Shutdown()
	if !s.ReadyForConnections(askWithin) {
		return errors.New("the NATS server does not start")
	}
	var a, b *natsgo.Conn
	for _, c := range []**natsgo.Conn{&a, &b} {
		if *c, err = natsgo.Connect(s.ClientURL()); err != nil {
			return err
		}
		defer (*c).Close()
	}
	toB := func(data []byte) error { return a.Publish("b", data) }
	toA := func(data []byte) error { return b.Publish("a", data) }
	_, err1 := a.Subscribe("a", func(m *natsgo.Msg) { x(toB, m.Data) })
	_, err2 := b.Subscribe("b", func(m *natsgo.Msg) { y(toA, m.Data) })
	if err := errors.Join(err1, err2, a.Flush(), b.Flush(), toB(make([]byte, payload))); err != nil {
		return err
	}
	return arrived(done)
}

// stream does not look at the errors of Publish: what was not published is missed, which arrived reports.
func (bareNats) stream(burst, events int) (time.Duration, error) {
	source, sink := newFar(burst, events)
	data := make([]byte, payload)
	err := natsPair(
		func(publish func([]byte) error, _ []byte) {
			for range source.asked() {
				_ = publish(data)
			}
		},
		func(publish func([]byte) error, _ []byte) {
			for range sink.hit() {
				_ = publish(nil)
			}
		}, sink.done)
	return sink.ended.Sub(source.started), err
}

func (bareNats) trip(events int, s *stamps) error {
	p := &farPlayer{left: events, stamps: s, done: make(chan struct{})}
	data := make([]byte, payload)
	return natsPair(
		func(publish func([]byte) error, _ []byte) {
			if p.hit() {
				_ = publish(data)
			}
		},
		func(publish func([]byte) error, _ []byte) { _ = publish(data) }, p.done)
}
