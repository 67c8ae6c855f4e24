package live_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/trace"
)

// What the flight recorder writes is a trace like any other.
func TestFlightRecorder(t *testing.T) {
	o := monitored()
	o.Record, o.Payloads = 1000, true
	bubble(t, o, func(t *testing.T, s *live.System, d *diary) {
		id := create(t, s, workerMachine.New(&worker{}).Named("Bob"))
		_, _ = s.Go("client", func(c *ravel.Context) {
			c.Send(id, add{7})
			c.Notify(taken{1})
			c.Logf("told %v", id)
			c.Send(id, poison{})
		})
		synctest.Wait()
		_ = s.Send(t.Context(), id, &add{8})
		var b bytes.Buffer
		if err := s.WriteTrace(&b); err != nil {
			t.Fatal(err)
		}
		tr, err := trace.ReadJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		text := tr.Text(trace.TextOptions{Width: 160})
		for _, want := range []string{
			"outside  creates Bob", "starts in state Working", "client   sends add{n: 7} to Bob", "Lending  hears taken{id: 1} from client", "now HOT", "told Bob",
			"takes add{n: 7} from client (sent in step", "takes poison from client", "FAILURE: panic", "poison",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the trace does not say %q", want)
			}
		}
		if t.Failed() {
			t.Log(text)
		}
		consistent(t, tr)
		if tr.Failure == nil || tr.Failure.Machine != "Bob" || tr.Failure.Place.IsZero() {
			t.Errorf("%+v", tr.Failure)
		}
	})
}

// consistent checks that what an event refers to is there: what was sent in a step is taken behind it, and a monitor moves in
// the step in which it hears something, but for its start.
func consistent(t *testing.T, tr *trace.Trace) {
	t.Helper()
	heard := map[string]int{}
	for _, ev := range tr.Events {
		switch {
		case ev.Kind == trace.Heard:
			heard[ev.Who] = ev.Step
		case ev.Kind == trace.Moved && heard[ev.Who] != 0 && heard[ev.Who] != ev.Step:
			t.Fatalf("%+v: what moved it was heard in step %d", ev, heard[ev.Who])
		}
		if ev.Sent == 0 {
			continue
		}
		from := slices.IndexFunc(tr.Events, func(x trace.Event) bool {
			return x.Step == ev.Sent && x.Kind == trace.Sent && x.Peer == ev.Who && x.Type == ev.Type
		})
		if from < 0 || ev.Kind != trace.Took {
			t.Fatalf("%+v was not sent in step %d", ev, ev.Sent)
		}
	}
}

// A monitor moves in the step in which it listens, also while other machines take steps.
func TestFlightRecorderOfMonitors(t *testing.T) {
	o := monitored()
	o.Record = 1 << 12
	bubble(t, o, func(t *testing.T, s *live.System, d *diary) {
		for i := range 4 {
			_, _ = s.Go("reader", func(c *ravel.Context) {
				for range 50 {
					c.Notify(taken{i})
					c.Notify(returned{i})
					c.Send(c.Self(), add{i})
					ravel.Receive[add](c)
				}
			})
		}
		synctest.Wait()
		tr, err := s.Trace()
		if err != nil || len(d.violated) > 0 {
			t.Fatal(err, d.violated)
		}
		consistent(t, tr)
		moved := 0
		for _, ev := range tr.Events {
			if ev.Kind == trace.Moved && ev.Who == "Lending" {
				moved++
			}
		}
		if moved < 100 {
			t.Errorf("the monitor has moved %d times", moved)
		}
	})
}

// The ring keeps the latest events, and the steps of what it refers to, if they are still there.
func TestFlightRecorderIsBounded(t *testing.T) {
	bubble(t, live.Options{Record: 100}, func(t *testing.T, s *live.System, d *diary) {
		to := create(t, s, workerMachine.New(&worker{}))
		for i := range 1000 {
			send(t, s, to, add{i})
			synctest.Wait()
		}
		tr, err := s.Trace()
		if err != nil || len(tr.Events) != 128 {
			t.Fatal(len(tr.Events), err)
		}
		took := 0
		for i, ev := range tr.Events {
			if i > 0 && ev.Step < tr.Events[i-1].Step || ev.Sent >= ev.Step || ev.Value != "" {
				t.Fatalf("%+v", ev)
			}
			if ev.Kind == trace.Took && ev.Sent > 0 {
				took++
				if sent := tr.Events[ev.Sent-1]; sent.Kind != trace.Sent || sent.Peer != "Worker" {
					t.Errorf("%+v was sent by %+v", ev, sent)
				}
			}
		}
		if took == 0 {
			t.Error("nothing that was taken was sent in the record")
		}
	})
}

func TestNoFlightRecorder(t *testing.T) {
	s := start(t, live.Options{})
	if _, err := s.Trace(); !errors.Is(err, live.ErrNoRecorder) {
		t.Error(err)
	}
	for _, o := range []live.Options{{Record: -1}, {Record: 1 << 30}, {Inbox: live.Inbox{Capacity: -1}}, {HotAfter: -1}, {Monitors: make([]ravel.Monitor, 1)}} {
		if _, err := live.New(o); err == nil {
			t.Errorf("%+v", o)
		}
	}
}

// What leaves the system is in the record, whoever sends it.
func TestFlightRecorderOfRemoteMachines(t *testing.T) {
	bubble(t, live.Options{Record: 100}, func(t *testing.T, s *live.System, d *diary) {
		far := s.Remote("node-2/Server", func(ravel.ID, any) error { return nil })
		send(t, s, far, add{1})
		_, _ = s.Go("near", func(c *ravel.Context) { c.Send(far, add{2}) })
		synctest.Wait()
		tr, err := s.Trace()
		if err != nil {
			t.Fatal(err)
		}
		var by []string
		for _, ev := range tr.Events {
			if ev.Kind == trace.Sent && ev.Peer == "node-2/Server" {
				by = append(by, ev.Who)
			}
		}
		if !slices.Equal(by, []string{"outside", "near"}) {
			t.Errorf("the record has sends by %q", by)
		}
	})
}
