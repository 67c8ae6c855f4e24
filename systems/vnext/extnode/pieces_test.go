package extnode_test

import (
	"strings"
	"syscall"
	"testing"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	. "github.com/ravelgo/ravel/systems/vnext/extnode"
)

// A source may have a newer version than was ordered, from the beginning or all
// of a sudden.
func TestNewerVersion(t *testing.T) {
	for at := int64(-1); at < int64(len(longText)); at += chunk {
		l := newLab(t, "a", "b", "n")
		l.put("a", "x", 5, longText)
		bumped := false
		hook := func(m extmgr.Message) extmgr.Message {
			if r, ok := m.(*CopyRequest); ok && !bumped && r.Off >= at {
				bumped = true
				l.put("a", "x", 6, strings.ToUpper(longText)[:20]) // shorter
			}
			return m
		}
		l.order("n", 1, "x", 5, "a", "b")
		l.run(hook)
		l.wantCopied("6")
	}
}

// Pieces that are duplicated and late change nothing.
func TestLatePieces(t *testing.T) {
	l := newLab(t, "a", "b", "n")
	l.put("a", "x", 5, longText)
	l.put("b", "x", 5, longText)
	l.order("n", 1, "x", 5, "a", "b")
	var late []sent
	for len(l.wire) > 0 {
		s := l.take()
		late = append(late, s, s)
		l.deliver(s)
		for _, s := range late {
			if _, ok := s.msg.(*CopyResponse); ok {
				l.deliver(s)
			}
		}
	}
	l.wantCopied("5")
}

// While a newer version than ordered is being received, a late piece of the
// older one is not the source's fault.
func TestLatePieceOfOlderVersion(t *testing.T) {
	l := newLab(t, "n")
	n := l.machines["n"]
	l.order("n", 1, "x", 5, "a")
	n.ProcessMessage(piece("a", 1, 6, "SixSix", 0))
	n.ProcessMessage(piece("a", 1, 5, text5, 4))
	l.inbox = nil // the requests
	n.ProcessMessage(piece("a", 1, 6, "SixSix", 4))
	l.wantCopied("6")
}

// A lack of room is not the source's fault: no other source is asked, and nothing
// is left behind.
func TestNoRoom(t *testing.T) {
	full := 52 + len(longText) + 7*4
	for room := range full {
		l := newLab(t, "a", "b", "n")
		l.put("a", "x", 5, longText)
		disk := l.machines["n"].files
		disk.room = disk.used() + room + 1
		l.order("n", 1, "x", 5, "a", "b")
		l.run(func(m extmgr.Message) extmgr.Message {
			if r, ok := m.(*CopyResponse); ok && r.From == "b" {
				t.Error("b is asked, too")
			}
			return m
		})
		if room < full-1 {
			l.wantFailed()
		} else {
			l.wantCopied("5")
		}
	}
}

// The disk may fail in each step of a commit.
func TestCommitFails(t *testing.T) {
	for op, want := range map[string]string{
		"sync": "x4", "rename": "x4",
		"syncdir": "", // x4 is gone, and x5 not durable
	} {
		t.Run(op, func(t *testing.T) {
			l := newLab(t, "a", "n")
			l.put("n", "x", 4, "older")
			l.put("a", "x", 5, longText)
			l.order("n", 1, "x", 5, "a")
			disk := l.machines["n"].files
			disk.failing = op
			l.run(nil)
			if got := l.answers(); got != "1.1 failed" {
				t.Errorf("answers: %q", got)
			}
			if got := l.holds("n"); got != want {
				t.Errorf("n holds %q, want %q", got, want)
			}
			disk.failing = ""
			l.order("n", 2, "x", 5, "a")
			l.run(nil)
			if got := l.holds("n"); got != "x5" {
				t.Errorf("n holds %q in the end", got)
			}
		})
	}
}

// An unfinished file that cannot be removed is removed at the next start.
func TestAbortFails(t *testing.T) {
	l := newLab(t, "n")
	l.order("n", 1, "x", 5, "a")
	n := l.machines["n"]
	n.ProcessMessage(piece("a", 1, 5, text5, 0))
	n.files.failing = "remove"
	n.ProcessMessage(putOf("x", 9, "refused")) // no reason to touch the copy
	n.ProcessMessage(task(2, "x", 6, "a"))
	if !l.warned("unfinished file stays") || len(l.temps("n")) != 1 {
		t.Errorf("unfinished files: %q; warnings: %q", l.temps("n"), l.warnings)
	}
	n.files.failing = ""
	l.start("n")
	l.wantIdle()
}

// The node keeps nothing of a message.
func TestMessagesAreNotKept(t *testing.T) {
	l := newLab(t, "a", "n")
	l.put("a", "x", 5, longText)
	order := task(1, "x", 5, "lost", "a")
	l.machines["n"].ProcessMessage(order)
	order.Sources[1] = extmgr.Endpoint{Node: "nobody"}
	view := l.machines["n"].Snapshot()
	view.Copies[0].Sources[1] = extmgr.Endpoint{Node: "nobody"}
	l.inbox = nil // the request to lost
	for range 2 {
		l.machines["n"].ProcessEvent(CopyTick)
	}
	l.run(nil)
	l.wantCopied("5")
}

// V8 reports what is not there yet, and a crash proves it.
func TestV8(t *testing.T) {
	for _, bugs := range []Bugs{0, V8} {
		l := newLab(t, "n")
		l.bugs = bugs
		n := l.start("n")
		l.order("n", 1, "x", 5, "a")
		n.ProcessMessage(piece("a", 1, 5, text5, 0))
		l.inbox = nil
		n.ProcessEvent(SyncTick)
		err := n.Snapshot().Check()
		got := l.answers()
		if bugs == 0 && (got != "report []" || err != nil) {
			t.Errorf("without V8: %s, %v", got, err)
		}
		if bugs == V8 && (got != "report [x5]" || err == nil || !strings.Contains(err.Error(), "N1")) {
			t.Errorf("with V8: %s, %v", got, err)
		}
		l.start("n").ProcessEvent(SyncTick)
		if got := l.answers(); got != "report []" {
			t.Errorf("after a crash: %s", got)
		}
	}
}

// An error that may go away is not held against a replica.
func TestUnreadableSource(t *testing.T) {
	l := newLab(t, "a", "b", "n")
	l.put("a", "x", 5, longText)
	l.put("b", "x", 5, longText)
	l.machines["a"].files.readErr = syscall.EMFILE
	l.machines["a"].ProcessEvent(ScrubTick)
	l.order("n", 1, "x", 5, "a", "b")
	l.run(nil)
	l.wantCopied("5")
	if got := l.holds("a"); got != "x5" || !l.warned("too many open files") {
		t.Errorf("a holds %q; warnings: %q", got, l.warnings)
	}
}
