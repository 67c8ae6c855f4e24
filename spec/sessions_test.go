package spec_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/spec/internal/spectest"
)

type (
	write struct {
		from  ravel.ID
		value int
	}
	wrote  struct{ outcome spec.Outcome }
	copied struct{ value int }
	read   struct{ from ravel.ID }
	value  struct{ value int } // 0: none
)

var sessions spec.Sessions[string, string, int]

// replicated is a store with a primary and a backup. A writer writes 1 and 2 to the primary and reads; a reader reads
// twice. Where they read is what the variants are about.
func replicated(s spec.Sessions[string, string, int], bug string) func(*check.T) {
	return func(t *check.T) {
		t.Monitor(s.Monitor())
		backup := t.Go("backup", func(c *ravel.Context) { replica(c, ravel.ID{}, bug) })
		link := t.Go("link", func(c *ravel.Context) {
			for {
				c.Send(backup, ravel.Next(c)) // sends are immediate: without it nothing would ever be under way
			}
		})
		primary := t.Go("primary", func(c *ravel.Context) { replica(c, link, bug) })
		t.Go("writer", func(c *ravel.Context) {
			for v := 1; v <= 2; v++ {
				put(c, primary, "writer", v, bug)
			}
			if bug == "writer reads the backup" {
				get(c, backup, "writer")
			} else {
				get(c, primary, "writer")
			}
		})
		t.Go("reader", func(c *ravel.Context) {
			if bug == "reader goes over to the backup" {
				get(c, primary, "reader")
			}
			get(c, backup, "reader")
			if bug == "" {
				get(c, backup, "reader")
			}
		})
	}
}

func put(c *ravel.Context, to ravel.ID, me string, v int, bug string) {
	c.Notify(sessions.WriteBegan(me, "x", v))
	c.Send(to, write{c.Self(), v})
	w := ravel.Receive[wrote](c)
	if bug == "gives up" {
		w.outcome = spec.Unknown
	}
	if bug == "does not end it" {
		return
	}
	c.Notify(sessions.WriteEnded(me, "x", w.outcome))
}

func get(c *ravel.Context, from ravel.ID, me string) {
	c.Notify(sessions.ReadBegan(me, "x"))
	c.Send(from, read{c.Self()})
	switch v := ravel.Receive[value](c); v.value {
	case 0:
		c.Notify(sessions.ReadEnded(me, "x", spec.Missing))
	default:
		c.Notify(sessions.ReadOK(me, "x", v.value))
	}
}

// replica is a primary if it has a backup.
func replica(c *ravel.Context, backup ravel.ID, bug string) {
	now := 0
	for {
		switch e := ravel.Next(c).(type) {
		case write:
			outcome := spec.OK
			if e.value == 1 && (bug == "failed write" || bug == "failed write has an effect") {
				outcome = spec.Failed
			}
			if outcome == spec.OK || bug == "failed write has an effect" {
				now = e.value
			}
			c.Send(e.from, wrote{outcome})
			c.Send(backup, copied{now})
		case copied:
			now = e.value
		case read:
			if bug == "invents" {
				now = 9
			}
			c.Send(e.from, value{now})
		}
	}
}

func TestSessions(t *testing.T) {
	all := sessions
	for _, m := range []struct {
		name string
		s    spec.Sessions[string, string, int]
		bug  string
	}{
		{"correct", all, ""},
		{"failed write", all, "failed write"},
		{"nobody knows", all, "gives up"},
		{"no monotonic reads", spec.Sessions[string, string, int]{Only: spec.ReadYourWrites}, "reader goes over to the backup"},
		{"no reading of one's writes", spec.Sessions[string, string, int]{Only: spec.MonotonicReads}, "writer reads the backup"},
	} {
		t.Run(m.name, func(t *testing.T) { spectest.CorrectStates(t, replicated(m.s, m.bug)) })
	}
}

func TestSessionsMutants(t *testing.T) {
	for bug, want := range map[string]string{
		"writer reads the backup":        "ReadYourWrites: writer reads x = 1, after it has written 2",
		"reader goes over to the backup": "MonotonicReads: reader ends its read of x: missing, after it has read 1, written by writer",
		"failed write has an effect":     "a failed write had an effect: reader reads x = 1, whose write by writer has failed",
		"invents":                        "no other values: writer reads x = 9, which nobody has written",
		"does not end it":                "writer begins a write of x while its write of x is not over: a session does one operation at a time; end what the client has given up as Unknown",
	} {
		t.Run(bug, func(t *testing.T) { spectest.Mutant(t, replicated(sessions, bug), want) })
	}
}

// What a single history means, event by event. An empty text means that there is nothing wrong with it.
func TestSessionsHistories(t *testing.T) {
	type events []any
	s := sessions
	wrote := func(client string, v int, o spec.Outcome) events {
		return events{s.WriteBegan(client, "x", v), s.WriteEnded(client, "x", o)}
	}
	reads := func(client string, v int) events { return events{s.ReadBegan(client, "x"), s.ReadOK(client, "x", v)} }
	misses := func(client string) events {
		return events{s.ReadBegan(client, "x"), s.ReadEnded(client, "x", spec.Missing)}
	}
	for name, h := range map[string]struct {
		events []events
		want   string
	}{
		"own write missing": {[]events{wrote("a", 1, spec.OK), misses("a")},
			"ReadYourWrites: a ends its read of x: missing, after it has written 1"},
		"what was read is missing": {[]events{wrote("a", 1, spec.OK), reads("b", 1), misses("b")},
			"MonotonicReads: b ends its read of x: missing, after it has read 1, written by a"},
		"read before the write fails": {[]events{{s.WriteBegan("a", "x", 1)}, reads("b", 1), {s.WriteEnded("a", "x", spec.Failed)}},
			"a failed write had an effect: a ends its write of x: failed, but its value 1 has been read"},
		"read while the write runs":     {[]events{{s.WriteBegan("a", "x", 1)}, reads("b", 1), {s.WriteEnded("a", "x", spec.OK)}}, ""},
		"another's write comes between": {[]events{wrote("a", 1, spec.OK), wrote("b", 2, spec.OK), reads("a", 2), reads("a", 1)}, ""},
		"own write before an older one of its own": {[]events{wrote("a", 1, spec.OK), wrote("a", 2, spec.OK), wrote("b", 3, spec.OK), reads("a", 3), reads("a", 1)},
			"ReadYourWrites: a reads x = 1, after it has written 2"},
		"unknown, late":      {[]events{wrote("a", 1, spec.Unknown), wrote("a", 2, spec.OK), reads("a", 2), reads("a", 1)}, ""},
		"unknown, never":     {[]events{wrote("a", 1, spec.Unknown), misses("a")}, ""},
		"unknown, then seen": {[]events{wrote("a", 1, spec.Unknown), reads("b", 1), misses("b")}, "MonotonicReads: b ends its read of x: missing, after it has read 1, written by a"},
		"unknown, then before": {[]events{wrote("a", 1, spec.OK), wrote("a", 2, spec.Unknown), reads("b", 2), reads("b", 1)},
			"MonotonicReads: b reads x = 1, after it has read 2, which a has written later"},
		"one value, written twice":            {[]events{wrote("a", 1, spec.OK), wrote("a", 2, spec.OK), wrote("b", 1, spec.OK), reads("a", 1)}, ""},
		"failed and written again":            {[]events{wrote("a", 1, spec.Failed), wrote("a", 1, spec.OK), reads("a", 1)}, ""},
		"which write of a value is not known": {[]events{wrote("a", 1, spec.OK), wrote("b", 1, spec.OK), reads("c", 1), wrote("a", 2, spec.OK), reads("c", 2), reads("c", 1)}, ""},
		"a read that says nothing":            {[]events{wrote("a", 1, spec.OK), {s.ReadBegan("a", "x"), s.ReadEnded("a", "x", spec.Unknown)}, {s.ReadBegan("a", "x"), s.ReadEnded("a", "x", spec.Failed)}}, ""},
		"end without a beginning":             {[]events{{s.WriteEnded("a", "x", spec.OK)}}, "a ends a write of x that it has not begun"},
		"end of something else":               {[]events{{s.WriteBegan("a", "x", 1), s.ReadOK("a", "x", 1)}}, "a ends a read of x that it has not begun"},
		"no outcome": {[]events{{s.ReadBegan("a", "x"), s.ReadEnded("a", "x", 9)}},
			"a ends its read of x: Outcome(9): a read ends as OK, Missing, Failed or Unknown"},
		"a write cannot be missing": {[]events{{s.WriteBegan("a", "x", 1), s.WriteEnded("a", "x", spec.Missing)}},
			"a ends its write of x: missing: a write ends as OK, Failed or Unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			body := func(t *check.T) {
				t.Monitor(s.Monitor())
				for _, list := range h.events {
					for _, e := range list {
						t.Notify(e)
					}
				}
			}
			if h.want == "" {
				spectest.Correct(t, body)
			} else {
				spectest.Mutant(t, body, h.want)
			}
		})
	}
}
