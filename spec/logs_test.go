package spec_test

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/spec/internal/spectest"
)

// entry is a request of a client.
type entry struct{ client, request int }

func (e entry) String() string { return fmt.Sprintf("c%d#%d", e.client, e.request) }

var (
	logs  = spec.LogPrefix[string, entry]{First: 1}
	dedup = spec.NoDuplicates[string, entry]{First: 1, Same: sameRequest}
)

// sameRequest leaves out the entries of nobody, which may come repeatedly.
func sameRequest(a, b entry) bool { return a.client != 0 && a == b }

type (
	update struct {
		from  ravel.ID
		entry entry
	}
	forward struct {
		index int
		entry entry
	}
)

// primary takes two updates and forwards them to a backup, which may lose its log in between.
func primary(bug string) func(*check.T) {
	return func(t *check.T) {
		t.Monitor(logs.Monitor())
		t.Monitor(dedup.Monitor())
		backup := t.Go("backup", func(c *ravel.Context) { backup(c, bug) })
		p := t.Go("primary", func(c *ravel.Context) {
			for i := 1; i <= 2; i++ {
				u := ravel.Receive[update](c)
				index := i
				if bug == "keeps no number" {
					index = 1
				}
				c.Notify(logs.Appended("primary", index, u.entry))
				if bug != "no order" {
					c.Send(backup, forward{index, u.entry})
				}
			}
		})
		for i := 1; i <= 2; i++ {
			e := entry{i, 1}
			switch bug {
			case "sends again":
				e = entry{1, 1}
			case "fills a gap twice":
				e = entry{}
			}
			t.Go(fmt.Sprint("client", i), func(c *ravel.Context) {
				c.Send(p, update{c.Self(), e})
				if bug == "no order" {
					c.Send(backup, forward{i, e})
				}
			})
		}
	}
}

func backup(c *ravel.Context, bug string) {
	for i := 1; i <= 2; i++ {
		f := ravel.Receive[forward](c)
		switch {
		case bug == "loses entries" && i == 1:
			continue
		case bug == "no order":
			f.index = i
		}
		c.Notify(logs.Appended("backup", f.index, f.entry))
		switch {
		case bug == "restarts" && i == 1:
			c.Notify(logs.Truncated("backup", 0))
			c.Notify(logs.Installed("backup", 1))
		case bug == "is rebuilt" && i == 1:
			c.Notify(logs.Removed("backup"))
			c.Notify(logs.Appended("backup", f.index, f.entry))
		case bug == "truncates too much":
			c.Notify(logs.Truncated("backup", 2))
		case bug == "installs what nobody has":
			c.Notify(logs.Installed("backup", 7))
		}
	}
}

func TestLogs(t *testing.T) {
	for _, variant := range []string{"", "restarts", "is rebuilt", "fills a gap twice"} {
		t.Run("correct "+variant, func(t *testing.T) { spectest.CorrectStates(t, primary(variant)) })
	}
	for bug, want := range map[string]string{
		"no order":                 "LogPrefix: primary appends c1#1 at index 1, but backup has c2#1 there",
		"keeps no number":          "primary appends c2#1 at index 1, but the next index of its log is 2",
		"loses entries":            "backup appends c2#1 at index 2, but the next index of its log is 1",
		"truncates too much":       "backup truncates its log to length 2, but it has length 1",
		"installs what nobody has": "backup installs a log of length 7, but the longest log has length 1",
		"sends again":              "NoDuplicates: primary appends c1#1 at index 2, but has c1#1 at index 1",
	} {
		t.Run(bug, func(t *testing.T) { spectest.Mutant(t, primary(bug), want) })
	}
}

// A log that nobody has any more: whether its entries bind is what Forget says.
func TestForgottenEntries(t *testing.T) {
	replaced := func(s spec.LogPrefix[string, entry]) func(*check.T) {
		return func(t *check.T) {
			t.Monitor(s.Monitor())
			t.Notify(s.Appended("a", 1, entry{1, 1}))
			t.Notify(s.Appended("b", 1, entry{1, 1}))
			t.Notify(s.Appended("a", 2, entry{1, 2}))
			t.Notify(s.Removed("a"))
			t.Notify(s.Appended("b", 2, entry{2, 2}))
			t.Notify(s.Appended("c", 1, entry{1, 1}))
		}
	}
	spectest.Correct(t, replaced(spec.LogPrefix[string, entry]{First: 1, Forget: true}))
	spectest.Mutant(t, replaced(spec.LogPrefix[string, entry]{First: 1}),
		"LogPrefix: b appends c2#2 at index 2, but a replica that has lost it since had c1#2 there")
}

// Duplicates are found in what was installed, and not in what is gone.
func TestNoDuplicatesFollowsTheLog(t *testing.T) {
	history := func(installed, truncated bool, s spec.NoDuplicates[string, int]) func(*check.T) {
		return func(t *check.T) {
			t.Monitor(s.Monitor())
			t.Notify(s.Appended("a", 0, 5))
			t.Notify(s.Appended("a", 1, 6))
			if installed {
				t.Notify(s.Installed("b", 2))
			}
			if truncated {
				t.Notify(s.Truncated("b", 1))
				t.Notify(s.Removed("a"))
				t.Notify(s.Appended("a", 0, 5))
			}
			t.Notify(s.Appended("b", 2, 6))
		}
	}
	var s spec.NoDuplicates[string, int]
	spectest.Correct(t, history(true, true, s))
	spectest.Correct(t, history(false, false, s))
	spectest.Mutant(t, history(true, false, s), "NoDuplicates: b appends 6 at index 2, but has 6 at index 1")
}
