package check

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

// The side of a process that was started for one execution.

// outcomeRest is what else the engine tells of how an execution ended, as JSON.
type outcomeRest struct {
	Spinning []failure.Spinning
	Outside  uint64
	Wakeups  []failure.Wakeup
}

// trial runs one execution for another process.
func (s *server) trial(m *trial) (*outcome, error) {
	x := s.x
	w := x.workers[0]
	guided, err := x.follow(w, m)
	if err != nil {
		return nil, err
	}
	out := &outcome{}
	if m.warm {
		if first := x.warmUp(); first.Err != nil {
			out.first = first.Err.Error()
		}
	}
	s.begins(m.k)
	e, how := strategy.Execution{K: m.k, MaxSteps: x.cfg.Steps}, mode{record: m.events, explain: m.explain, check: true, logs: m.events}
	if m.follow == followOwn {
		e = x.execution(m.k, strategy.Execution{Length: m.length, Steps: m.steps, Ops: m.ops})
		how.check, how.cover = how.check && m.check, m.cover
	}
	how.until = m.until
	var o engine.Outcome
	run := func() {
		w.now.Store(m.k + 1)
		defer w.now.Store(0)
		o, out.ran = x.run(w, e, how)
	}
	if m.warm {
		out.changed, out.unknown = changes(run)
	} else {
		run()
	}
	if x.broken != nil {
		return nil, x.broken
	}
	if m.follow == followDefault && x.cfg.ordinary != nil {
		x.cfg.ordinary.judge(x.cfg, &o)
		out.plain = x.cfg.ordinary.plain
	}
	s.ends(m.k, 1, o.Steps)
	out.fill(x, w, &o, m.events)
	if guided != nil {
		if stale := guided.Stale(); stale != nil {
			out.stale = stale.Error()
		}
	}
	return out, nil
}

// follow makes the worker's strategy that of the trial.
func (x *explorer) follow(w *worker, m *trial) (*strategy.Guided, error) {
	var r schedule.Record
	if len(m.record) > 0 {
		if err := r.UnmarshalText(m.record); err != nil {
			return nil, err
		}
	}
	switch m.follow {
	case followChoices:
		w.use(newRaw(m.choices))
	case followDefault:
		w.use(strategy.NewNonPreemptive())
	case followLoosely:
		w.use(newLoose(r.Choices))
	case followDeviations:
		values := make([]int, len(m.choices))
		for i, v := range m.choices {
			values[i] = int(v)
		}
		w.use(&deviating{values: values})
	case followRecord:
		g := strategy.NewGuided(r.Choices)
		w.use(g)
		return g, nil
	case followOwn: // it has it
		for _, frame := range m.lessons {
			l, err := readMessage(bytes.NewReader(frame))
			list, ok := l.(*lessons)
			if err != nil || !ok {
				return nil, errProtocol
			}
			if err := (&server{x: x, w: w}).learn(list.list); err != nil {
				return nil, err
			}
		}
	default:
		return nil, errProtocol
	}
	return nil, nil
}

func (out *outcome) fill(x *explorer, w *worker, o *engine.Outcome, events bool) {
	if o.Err != nil {
		if x.cfg.goroutines.on {
			nameBeyond(o.Err)
		}
		trace.Explain(o.Err, o.Events)
		out.failed, out.failure = true, remoteOf(o.Err)
	}
	out.steps, out.picks, out.ops, out.digest = o.Steps, o.Picks, o.Ops, o.Digest
	out.bounded, out.slow, out.skipped, out.curtailed = o.Bounded, o.Slow, w.exec.skipped, w.exec.curtailed
	out.stalled, out.goroutines = o.Stalled, o.Goroutines
	out.choices, out.allowed, out.endless = slices.Clone(o.Choices), slices.Clone(o.Allowed), o.Endless
	out.heard, out.gone, out.somes = counts(w.eng.Heard()), counts(w.eng.Gone()), held(w.eng.Sometimes())
	if codec, ok := w.learner.(strategy.LessonCodec); ok && w.lesson != nil {
		out.taught, out.lesson = true, codec.AppendLesson(nil, w.lesson)
	}
	out.notes = append(out.notes, x.report.Notes...)
	if c := w.eng.Coverage(); c != nil {
		out.covered = c.Encode()
	}
	out.rest, _ = json.Marshal(outcomeRest{o.Spinning, o.Outside, o.Wakeups})
	if !events {
		return
	}
	for i := range o.Events {
		out.events = append(out.events, eventLine{o.Events[i].Step, tell(&o.Events[i])})
	}
	var b bytes.Buffer
	if trace.New(trace.Header{Settings: x.cfg.settings()}, o.Events, o.Err).WriteJSON(&b) == nil {
		out.trace = b.Bytes()
	}
	r := schedule.Record{Choices: o.Named}
	r.Test, r.Settings = x.cfg.test, x.cfg.settings()
	if text, err := r.MarshalText(); err == nil {
		out.named = text
	}
}

func held(m map[string]bool) (list []namedCount) {
	for _, name := range sortedKeys(m) {
		n := namedCount{name: name}
		if m[name] {
			n.n = 1
		}
		list = append(list, n)
	}
	return list
}
