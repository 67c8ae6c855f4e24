package chainrep_test

import (
	"fmt"
	"strings"
	"testing"

	. "github.com/ravelgo/ravel/systems/chain/chainrep"
)

// TestDetector plays scripts of words: "tick", "pong S", "dead S", "timeout S",
// "ok S" and "fail S" for the answers to a cancellation, "chain S,S".
func TestDetector(t *testing.T) {
	type script [][2]string
	const pings = "s1:Ping{d} s2:Ping{d}"
	for name, test := range map[string]struct {
		suspect bool
		script  script
	}{
		"the dead are reported once": {false, script{
			{"tick", pings}, {"dead s1", "m:FaultDetected{s1 true}"}, {"pong s2", ""}, {"dead s1", ""}, {"tick", "s2:Ping{d}"},
		}},
		"who has left the chain is let alone": {false, script{
			{"chain s2", ""}, {"tick", "s2:Ping{d}"},
		}},
		"who answers in time is not suspected": {true, script{
			{"tick", pings + " start s1 start s2"}, {"pong s1", "cancel s1"}, {"ok s1", ""},
			{"tick", pings + " start s1"},
		}},
		"who does not is": {true, script{
			{"tick", pings + " start s1 start s2"}, {"timeout s1", "m:FaultDetected{s1 false}"}, {"pong s1", ""},
			{"tick", pings},
		}},
		"a suspect may turn out to be dead": {true, script{
			{"tick", pings + " start s1 start s2"}, {"timeout s1", "m:FaultDetected{s1 false}"},
			{"tick", pings}, {"dead s1", "m:FaultDetected{s1 true}"},
		}},
		"the timeout was faster than the cancellation": {true, script{
			{"tick", pings + " start s1 start s2"}, {"pong s1", "cancel s1"}, {"timeout s1", ""},
			{"tick", pings + " start s1"},
		}},
		"the cancellation came too late": {true, script{
			{"tick", pings + " start s1 start s2"}, {"pong s1", "cancel s1"}, {"fail s1", ""}, {"tick", pings}, {"timeout s1", ""},
			{"tick", pings + " start s1"},
		}},
		"the dead need no timer": {true, script{
			{"tick", pings + " start s1 start s2"}, {"dead s1", "cancel s1 m:FaultDetected{s1 true}"}, {"fail s1", ""}, {"timeout s1", ""},
		}},
		"strangers are no matter": {true, script{
			{"pong s9", ""}, {"timeout s9", ""}, {"ok s9", ""},
		}},
		"a stranger that dies may have been about to join": {false, script{
			{"dead s9", "m:FaultDetected{s9 true}"}, {"dead s9", ""}, {"tick", pings},
		}},
		"who joins is pinged at once": {false, script{
			{"expect s3", "s3:Ping{d}"}, {"tick", pings + " s3:Ping{d}"}, {"chain s1,s2", ""}, {"tick", pings},
			{"expect s3", "s3:Ping{d}"}, {"chain s1,s2,s3", ""}, {"tick", pings + " s3:Ping{d}"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := NewDetector(DetectorConfig{ID: "d", Master: "m", Servers: []NodeID{"s1", "s2"}, Suspect: test.suspect})
			for i, s := range test.script {
				if got := tell(t, d, s[0]); got != s[1] {
					t.Fatalf("step %d, %s: got %q, want %q", i, s[0], got, s[1])
				}
			}
		})
	}
}

func tell(t *testing.T, d *Detector, words string) string {
	t.Helper()
	verb, of, _ := strings.Cut(words, " ")
	id := NodeID(of)
	var out DetectorOutput
	var err error
	switch verb {
	case "tick":
		out = d.Tick()
	case "pong":
		out, err = d.Handle(Pong{id})
	case "dead":
		out, err = d.Handle(PingDead{id})
	case "timeout":
		out = d.TimedOut(id)
	case "ok", "fail":
		d.Cancelled(id, verb == "ok")
	case "chain", "expect":
		var servers []NodeID
		for _, s := range strings.Split(of, ",") {
			servers = append(servers, NodeID(s))
		}
		var m Message = FaultCorrected{servers}
		if verb == "expect" {
			m = Expected{servers}
		}
		out, err = d.Handle(m)
	default:
		t.Fatalf("there is no %q", verb)
	}
	if err != nil {
		t.Fatal(err)
	}
	var timers []string
	for _, r := range out.Timers {
		timers = append(timers, fmt.Sprintf("%s %s", map[bool]string{false: "start", true: "cancel"}[r.Cancel], r.Server))
	}
	all := []string{text(out.Messages), strings.Join(timers, " ")}
	if verb != "tick" {
		all[0], all[1] = all[1], all[0]
	}
	return strings.TrimSpace(strings.Join(all, " "))
}

func TestDetectorIsNoServer(t *testing.T) {
	if _, err := NewDetector(DetectorConfig{ID: "d"}).Handle(Ping{"m"}); err == nil {
		t.Error("a detector was pinged")
	}
}
