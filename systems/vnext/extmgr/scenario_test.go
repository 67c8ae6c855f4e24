package extmgr_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/ravelgo/ravel/systems/vnext/extmgr"
)

var update = flag.Bool("update", false, "rewrite the expected outputs in testdata")

// TestScenarios runs the files of testdata. A file is a list of comments (#) and
// cases; a case is a command line, a line ----, and the expected output up to
// the next blank line. The output of a command is what the manager logged, the
// messages it sent (->) and the invariants that are broken after it (!!).
//
//	config [target=3] [heartbeat=5s] [expire=10s] [sync=20s] [deadline=40s]
//	       [inflight=2] [warmup=none] [fix=membership,fencing] [bugs=V1]
//	                       start a manager; an earlier one is gone
//	heartbeat NODE [inc=1] [free=1000] [seq=0]
//	sync NODE [inc=1] [seq=1] [EXTENT@VERSION[:LENGTH]]...
//	ack NODE [inc=1] [task=1.1] done|failed
//	tick expire|repair [n=1]   expire first moves the clock by a heartbeat period
//	advance DURATION
//	refuse NODE | accept NODE  whether the engine takes messages for the node
//	view                       print the state
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := runScenario(t, string(text))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(text) {
				t.Errorf("%s differs at line %s\nrun with -update to rewrite it", file, firstDifference(string(text), got))
			}
		})
	}
}

// runScenario returns the text with every expected output replaced by the real
// one.
func runScenario(t *testing.T, text string) string {
	var out strings.Builder
	s := &script{fixture: newFixture(t, testConfig())}
	skipping := false // the old output of a case
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case skipping:
			skipping = line != ""
			if skipping {
				continue
			}
		case line == "----":
			t.Fatalf("---- without a command")
		case line != "" && !strings.HasPrefix(line, "#"):
			output, err := s.run(strings.Fields(line))
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			fmt.Fprintf(&out, "%s\n----\n%s", line, output)
			skipping = true
			continue
		}
		fmt.Fprintln(&out, line)
	}
	return out.String()
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := 0; i < len(w) && i < len(g); i++ {
		if w[i] != g[i] {
			return fmt.Sprintf("%d:\n want %s\n  got %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("%d: one is longer", min(len(w), len(g)))
}

// script executes commands on a fixture.
type script struct {
	*fixture
	out strings.Builder
}

func (s *script) run(words []string) (output string, err error) {
	s.out.Reset()
	s.log = &s.out
	args := newArguments(words[1:])
	switch words[0] {
	case "config":
		s.config(args)
	case "heartbeat":
		s.ProcessMessage(&Heartbeat{Header: args.header(0), Addr: "addr-" + args.plain[0], FreeBytes: int64(args.number("free", 1000))})
	case "sync":
		s.ProcessMessage(&SyncReport{Header: args.header(1), Extents: args.extents()})
	case "ack":
		outcomes := map[string]Outcome{"done": RepairDone, "failed": RepairFailed}
		s.ProcessMessage(&RepairAck{Header: args.header(0), Task: args.task(), Outcome: outcomes[args.plain[1]]})
	case "tick":
		for range args.number("n", 1) {
			if args.plain[0] == "expire" {
				s.tickExpire()
			} else {
				s.ProcessEvent(RepairTick)
			}
		}
	case "advance":
		s.now = s.now.Add(args.durationOf(args.plain[0]))
	case "refuse", "accept":
		s.refuse[NodeID(args.plain[0])] = words[0] == "refuse"
	case "view":
		printView(&s.out, s.Snapshot(), s.now)
	default:
		return "", fmt.Errorf("unknown command")
	}
	s.printEffects()
	return s.out.String(), args.err
}

func (s *script) printEffects() {
	for _, sent := range s.outbox {
		fmt.Fprintf(&s.out, "-> %s\n", describe(sent))
	}
	s.outbox = nil
	if err := s.Snapshot().Check(); err != nil {
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintf(&s.out, "!! %s\n", strings.TrimSuffix(line, "\n"))
		}
	}
}

func (s *script) config(args *arguments) {
	cfg := testConfig()
	cfg.Target = int(args.number("target", 3))
	cfg.MaxInflightPerNode = int(args.number("inflight", 2))
	cfg.HeartbeatEvery = args.duration("heartbeat", cfg.HeartbeatEvery)
	cfg.ExpireAfter = args.duration("expire", cfg.ExpireAfter)
	cfg.SyncEvery = args.duration("sync", cfg.SyncEvery)
	cfg.RepairDeadline = args.duration("deadline", cfg.RepairDeadline)
	cfg.WarmUp = args.duration("warmup", cfg.WarmUp)
	cfg.Incarnation = Incarnation(args.number("inc", 1))
	for fix := range strings.SplitSeq(args.named["fix"], ",") {
		cfg.Fix |= map[string]Fix{"membership": FixMembership, "sweep": FixSweep, "fencing": FixFencing}[fix]
	}
	cfg.Bugs = map[string]Bugs{"V1": V1}[args.named["bugs"]]
	if err := s.start(cfg); err != nil {
		fmt.Fprintln(&s.out, err)
	}
}

// arguments are the words of a command: plain ones in order, and name=value.
type arguments struct {
	plain []string
	named map[string]string
	err   error // the first one
}

func newArguments(words []string) *arguments {
	a := &arguments{named: make(map[string]string)}
	for _, word := range words {
		if name, value, ok := strings.Cut(word, "="); ok {
			a.named[name] = value
		} else {
			a.plain = append(a.plain, word)
		}
	}
	return a
}

func (a *arguments) number(name string, otherwise uint64) uint64 {
	if text, ok := a.named[name]; ok {
		return a.numberOf(text)
	}
	return otherwise
}

func (a *arguments) numberOf(text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	a.note(err)
	return n
}

func (a *arguments) duration(name string, otherwise time.Duration) time.Duration {
	if text, ok := a.named[name]; ok {
		return a.durationOf(text)
	}
	return otherwise
}

func (a *arguments) durationOf(text string) time.Duration {
	d, err := time.ParseDuration(text)
	a.note(err)
	return d
}

func (a *arguments) header(seq uint64) Header {
	return Header{From: NodeID(a.plain[0]), Inc: Incarnation(a.number("inc", 1)), Seq: a.number("seq", seq)}
}

func (a *arguments) extents() (infos []ExtentInfo) {
	for _, word := range a.plain[1:] {
		name, rest, _ := strings.Cut(word, "@")
		version, length, _ := strings.Cut(rest, ":")
		e := info(name, a.numberOf(version))
		if length != "" {
			e.Length = int64(a.numberOf(length))
		}
		infos = append(infos, e)
	}
	return infos
}

func (a *arguments) task() TaskID {
	inc, n, _ := strings.Cut(a.named["task"], ".")
	return TaskID{Inc: Incarnation(a.numberOf(inc)), N: a.numberOf(n)}
}

func (a *arguments) note(err error) {
	if a.err == nil {
		a.err = err
	}
}

func describe(s sent) string {
	task := s.msg.(*RepairTask)
	var sources []string
	for _, e := range task.Sources {
		sources = append(sources, string(e.Node))
	}
	return fmt.Sprintf("%s: RepairTask from=%s inc=%d seq=%d task=%s extent=%s@%d sources=%s", s.to.Node,
		task.From, task.Inc, task.Seq, task.Task, name(task.Extent), task.Version, strings.Join(sources, ","))
}

func printView(out *strings.Builder, v View, now time.Time) {
	if v.WarmingUp {
		fmt.Fprintln(out, "warming up")
	}
	for _, r := range v.Nodes {
		fmt.Fprintf(out, "node %s inc=%d heard=%v ago sync=%d free=%d inflight=%d\n",
			r.ID, r.Inc, now.Sub(r.LastHeartbeat), r.LastSyncSeq, r.FreeBytes, r.Inflight)
	}
	for _, h := range v.Extents {
		fmt.Fprintf(out, "extent %s:", name(h.Extent))
		for _, r := range h.Replicas {
			fmt.Fprintf(out, " %s@%d", r.Node, r.Info.Version)
		}
		fmt.Fprintln(out)
	}
	for _, t := range v.Pending {
		fmt.Fprintf(out, "task %s: %s@%d to %s from %v, %v left\n",
			t.ID, name(t.Extent), t.Version, t.Target, t.Sources, t.Deadline.Sub(now))
	}
}
