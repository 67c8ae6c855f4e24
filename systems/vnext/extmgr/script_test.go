package extmgr_test

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// script executes the commands that TestScenarios describes, on one manager or
// on two that are compared.
type script struct {
	sides    []*side
	differed bool // the two of the comparison
}

// correct is the title of the only side, or of the one without the bugs.
const correct = "correct"

// side is one manager of a script.
type side struct {
	*fixture
	title     string // of its output, where another side's differs
	out       strings.Builder
	meanwhile [][]string // commands to do during the next tick
	err       error      // the first one
}

func newScript(tb testing.TB) *script {
	return &script{sides: []*side{newSide(correct, newFixture(tb, testConfig()))}}
}

func newSide(title string, f *fixture) *side {
	s := &side{fixture: f, title: title}
	f.log = &s.out
	f.during = s.arrive
	return s
}

func (s *script) run(words []string) (output string, err error) {
	switch words[0] {
	case "compare":
		err = s.startComparison(newArguments(words[1:]))
	case "config":
		err = s.endComparison()
	}
	for _, side := range s.sides {
		side.run(words)
		err = cmp.Or(err, side.err)
	}
	return s.output(), err
}

// output returns what the sides put out: once if they agree.
func (s *script) output() string {
	var all strings.Builder
	first := s.sides[0].out.String()
	same := true
	for _, side := range s.sides {
		same = same && side.out.String() == first
		fmt.Fprintf(&all, "%s:\n%s", side.title, side.out.String())
	}
	if same {
		return first
	}
	s.differed = true
	return all.String()
}

// startComparison adds a second side, which has the same past.
func (s *script) startComparison(args *arguments) error {
	err := s.endComparison()
	first := s.sides[0]
	second := &fixture{now: first.now, refuse: maps.Clone(first.refuse)}
	s.sides = append(s.sides, newSide(args.named["bugs"], second))
	return err
}

// endComparison returns to one side.
func (s *script) endComparison() error {
	if len(s.sides) > 1 && !s.differed {
		return errors.New("the managers of the comparison do not differ")
	}
	s.sides, s.differed = s.sides[:1], false
	return nil
}

// run does a command and all that goes with it.
func (s *side) run(words []string) {
	s.out.Reset()
	s.do(words)
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

func (s *side) do(words []string) {
	args := newArguments(words[1:])
	switch words[0] {
	case "config":
		s.restart(args.config())
	case "compare":
		cfg := args.config()
		if s.title == correct {
			cfg.Bugs = 0
		}
		s.restart(cfg)
	case "heartbeat":
		addr := cmp.Or(args.named["at"], "addr-"+args.plain[0])
		s.ProcessMessage(&Heartbeat{Header: args.header(0), Addr: addr, FreeBytes: int64(args.number("free", 1000))})
	case "sync":
		s.ProcessMessage(&SyncReport{Header: args.header(1), Extents: args.extents(1)})
	case "ack":
		s.ProcessMessage(args.ack())
	case "tick":
		for range args.number("n", 1) {
			s.tick(args.plain[0])
		}
	case "meanwhile":
		s.meanwhile = append(s.meanwhile, words[1:])
	case "advance":
		s.now = s.now.Add(args.durationOf(args.plain[0]))
	case "refuse", "accept":
		s.refuse[NodeID(args.plain[0])] = words[0] == "refuse"
	case "view":
		printView(&s.out, s.Snapshot(), s.now)
	default:
		args.note(errors.New("unknown command"))
	}
	s.err = cmp.Or(s.err, args.err)
}

func (s *side) restart(cfg Config) {
	if err := s.start(cfg); err != nil {
		fmt.Fprintln(&s.out, err)
	}
}

func (s *side) tick(event string) {
	if event == "expire" {
		s.tickExpire()
	} else {
		s.ProcessEvent(RepairTick)
	}
	s.arrive()
}

// arrive does what was to come meanwhile and has not come yet.
func (s *side) arrive() {
	commands := s.meanwhile
	s.meanwhile = nil
	for _, words := range commands {
		s.do(words)
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

// extents returns those that are listed from the nth plain word on.
func (a *arguments) extents(n int) (infos []ExtentInfo) {
	for _, word := range a.plain[n:] {
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

func (a *arguments) ack() *RepairAck {
	inc, n, _ := strings.Cut(cmp.Or(a.named["task"], "1.1"), ".")
	ack := &RepairAck{
		Header:  a.header(0),
		Task:    TaskID{Inc: Incarnation(a.numberOf(inc)), N: a.numberOf(n)},
		Outcome: map[string]Outcome{"done": RepairDone, "failed": RepairFailed}[a.plain[1]],
	}
	for _, e := range a.extents(2) {
		ack.Extent, ack.Version = e.ID, e.Version
	}
	return ack
}

func (a *arguments) config() Config {
	cfg := testConfig()
	cfg.Target = int(a.number("target", 3))
	cfg.MaxInflightPerNode = int(a.number("inflight", 2))
	cfg.HeartbeatEvery = a.duration("heartbeat", cfg.HeartbeatEvery)
	cfg.ExpireAfter = a.duration("expire", cfg.ExpireAfter)
	cfg.SyncEvery = a.duration("sync", cfg.SyncEvery)
	cfg.RepairDeadline = a.duration("deadline", cfg.RepairDeadline)
	cfg.WarmUp = a.duration("warmup", cfg.WarmUp)
	cfg.Incarnation = Incarnation(a.number("inc", 1))
	cfg.Fix = setOf(a, "fix", map[string]Fix{"membership": FixMembership, "sweep": FixSweep, "fencing": FixFencing})
	cfg.Bugs = setOf(a, "bugs", bugNames)
	return cfg
}

// setOf returns the union of the members that an argument lists.
func setOf[S Fix | Bugs](a *arguments, argument string, members map[string]S) (set S) {
	list, ok := a.named[argument]
	if !ok {
		return 0
	}
	for name := range strings.SplitSeq(list, ",") {
		if members[name] == 0 {
			a.note(fmt.Errorf("%s has no %q", argument, name))
		}
		set |= members[name]
	}
	return set
}

func (a *arguments) note(err error) {
	if a.err == nil {
		a.err = err
	}
}

func describe(s sent) string {
	if r, ok := s.msg.(*Refusal); ok {
		return fmt.Sprintf("%s at %s: Refusal from=%s inc=%d seq=%d refused=%d known=%d addr=%s", s.to.Node, s.to.Addr,
			r.From, r.Inc, r.Seq, r.Refused, r.Known, r.Addr)
	}
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
