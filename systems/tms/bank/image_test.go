package bank_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/ravelgo/ravel/systems/tms/bank"
)

func repeating(t *testing.T) *bank.Coordinator {
	t.Helper()
	k, err := bank.NewCoordinator(bank.CoordinatorConfig{Name: "tms", Groups: 2, Repeats: true})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// comesBack returns the coordinator that has an image, by way of JSON.
func comesBack(t *testing.T, k *bank.Coordinator) *bank.Coordinator {
	t.Helper()
	text, err := json.Marshal(k.Image())
	if err != nil {
		t.Fatal(err)
	}
	var image bank.Image
	if err := json.Unmarshal(text, &image); err != nil {
		t.Fatal(err)
	}
	next := repeating(t)
	if err := next.Restore(image); err != nil {
		t.Fatal(err)
	}
	return next
}

type happening struct {
	what string
	do   event
	want string
}

// aTransfer is all that happens to a coordinator that serves a transfer.
var aTransfer = []happening{
	{"the leader of g1", leads(0, "g1.1", 1), ""},
	{"the leader of g2", leads(1, "g2.1", 1), ""},
	{"the request", transfer(1), "g1.1: tms/1/prepare 1 a -1; g2.1: tms/1/prepare 1 b +1"},
	{"yes of g1", says(0, "tms", 1, "1 prepare 1 yes 1"), ""},
	{"yes of g2", says(1, "tms", 1, "1 prepare 1 yes 1"), "g1.1: tms/2/commit 1 a -1; g2.1: tms/2/commit 1 b +1"},
	{"g1 has done it", says(0, "tms", 2, "2 commit 1 yes 0"), ""},
	{"g2 has done it", says(1, "tms", 2, "2 commit 1 yes 2"), "request 1: committed"},
}

// A coordinator that comes back at any moment goes on: told again what was lost with the one before, it says the same.
func TestRestore(t *testing.T) {
	for crash := range aTransfer {
		k := repeating(t)
		stored := k
		for i, h := range aTransfer {
			out, err := h.do(k)
			if got := text(out, err); got != h.want && i <= crash {
				t.Fatalf("%s: %s, want %s", h.what, got, h.want)
			}
			if out.Promises || i == 0 {
				stored = comesBack(t, k)
			}
			if i != crash {
				continue
			}
			// It crashes. Everybody says again what they have said: leaders, the client, and groups what they have done.
			k = stored
			last := ""
			for _, again := range aTransfer {
				if got := text(again.do(k)); got != "" {
					last = got
				}
			}
			if last != "request 1: committed" {
				t.Errorf("it came back after %q, and said %s at last", h.what, last)
			}
			break
		}
	}
}

// A client that asks again is answered as before, and never served twice.
func TestRepeats(t *testing.T) {
	k := repeating(t)
	for i, h := range append(append([]happening{}, aTransfer...),
		happening{"the same request", transfer(1), "request 1: committed"},
		happening{"a new one", status(2), "g1.1: tms/3/read 0 a +0; g2.1: tms/3/read 0 b +0"},
		happening{"the same, under way", status(2), ""},
		happening{"the one before, once more", transfer(1), "request 1: committed"},
	) {
		if got := text(h.do(k)); got != h.want {
			t.Fatalf("step %d, %s: %s, want %s", i, h.what, got, h.want)
		}
	}
	if got, want := text(k.Again(), nil), "g1.1: tms/3/read 0 a +0; g2.1: tms/3/read 0 b +0"; got != want {
		t.Errorf("again: %s, want %s", got, want)
	}
}

func TestRestoreOther(t *testing.T) {
	one := comesBack(t, repeating(t)).Image()
	one.Phase = 9
	if err := repeating(t).Restore(one); !errors.Is(err, bank.ErrInvariant) {
		t.Errorf("a phase that there is not: %v", err)
	}
	one.Sessions = one.Sessions[:1]
	if err := repeating(t).Restore(one); err == nil {
		t.Error("the image of a coordinator of 1 group is one of 2")
	}
	if err := repeating(t).Restore(bank.Image{}); err != nil {
		t.Errorf("the zero Image: %v", err)
	}
}
