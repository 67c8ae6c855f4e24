package observe_test

import (
	"bytes"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/live/observe"
	"github.com/ravelgo/ravel/transport"
)

type (
	Taken    struct{ Book int }
	Returned struct{ Book int }
	Seen     struct {
		By   ravel.ID
		Page int
	}
	Hidden struct{ secret int }
	Rude   struct{}
)

func registry(t *testing.T) *transport.Registry {
	t.Helper()
	var r transport.Registry
	for _, err := range []error{
		transport.Register(&r, "library.Taken", transport.JSON[Taken](1)), transport.Register(&r, "library.Returned", transport.JSON[Returned](1)),
		transport.Register(&r, "library.Seen", transport.JSON[Seen](1)), transport.Register(&r, "library.Hidden", transport.JSON[Hidden](1)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return &r
}

// Lending: what is taken is returned, and nothing is taken twice or returned without having been taken.
type Lending struct{ out map[int]bool }

func (l *Lending) taken(c *ravel.MonitorContext, e Taken) {
	c.Assert(!l.out[e.Book], "book %d is taken twice", e.Book)
	l.out[e.Book] = true
	c.Goto("Lent")
}

func (l *Lending) returned(c *ravel.MonitorContext, e Returned) {
	c.Assert(l.out[e.Book], "book %d comes back and has not been taken", e.Book)
	if delete(l.out, e.Book); len(l.out) == 0 {
		c.Goto("Complete")
	}
}

var LendingMonitor = ravel.DefineMonitor[Lending]("Lending",
	ravel.Cold("Complete", ravel.On((*Lending).taken), ravel.On((*Lending).returned)),
	ravel.Hot("Lent", ravel.On((*Lending).taken), ravel.On((*Lending).returned)))

// Progress: nobody goes back to an earlier page.
type Progress struct{ page map[ravel.ID]int }

func (p *Progress) seen(c *ravel.MonitorContext, e Seen) {
	c.Assert(e.Page >= p.page[e.By], "%v goes back from page %d to page %d", e.By, p.page[e.By], e.Page)
	p.page[e.By] = e.Page
}

var ProgressMonitor = ravel.DefineMonitor[Progress]("Progress", ravel.Warm("Reading", ravel.On((*Progress).seen)))

func monitors() []ravel.Monitor {
	return []ravel.Monitor{LendingMonitor.New(&Lending{out: map[int]bool{}}), ProgressMonitor.New(&Progress{page: map[ravel.ID]int{}})}
}

// record runs a system in which one machine announces events, and returns its log. The zero ID in a Seen is filled in with the
// reader's own.
func record(t *testing.T, events *transport.Registry, ring int, announce ...any) *bytes.Buffer {
	t.Helper()
	s, err := live.New(live.Options{Name: "library", Record: ring, Notifications: events})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Go("reader", func(c *ravel.Context) {
		for _, ev := range announce {
			if seen, ok := ev.(Seen); ok {
				seen.By = c.Self()
				ev = seen
			}
			c.Notify(ev)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.WriteTrace(&b); err != nil {
		t.Fatal(err)
	}
	return &b
}

func observed(t *testing.T, log *bytes.Buffer, o observe.Options) *observe.Report {
	t.Helper()
	if o.Events == nil {
		o.Events = registry(t)
	}
	if o.Monitors == nil {
		o.Monitors = monitors()
	}
	r, err := observe.Log(log, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// outcomes are those of Lending and Progress.
func outcomes(t *testing.T, r *observe.Report, want ...observe.Outcome) {
	t.Helper()
	for i, v := range r.Verdicts {
		if v.Outcome != want[i] {
			t.Errorf("%s: %v, want %v\n%v", v.Monitor, v.Outcome, want[i], r)
		}
	}
}

func TestHolds(t *testing.T) {
	r := observed(t, record(t, registry(t), 1000, Taken{1}, Seen{Page: 1}, Seen{Page: 2}, Returned{1}), observe.Options{AtRest: true})
	outcomes(t, r, observe.NoViolation, observe.NoViolation)
	if r.Heard != 4 || r.Missing != 0 || len(r.Unread) != 0 || r.Err() != nil || r.Verdicts[0].Heard != 2 || r.System != "library" {
		t.Error(r)
	}
}

// The violation has its place in the log, and what the monitor has heard.
func TestViolated(t *testing.T) {
	log := record(t, registry(t), 1000, Taken{1}, Taken{2}, Seen{Page: 3}, Taken{1}, Seen{Page: 2}, Taken{1})
	lines := strings.Split(log.String(), "\n")
	r := observed(t, log, observe.Options{})
	outcomes(t, r, observe.Violated, observe.Violated)
	v := r.Verdicts[0]
	var violation *failure.MonitorViolation
	if !errors.As(v.Err, &violation) || violation.Message != "book 1 is taken twice" || violation.By != "reader" || violation.Heard.All != 3 || violation.Place.Line == 0 {
		t.Errorf("%+v", v.Err)
	}
	if at := lines[v.At.Line-1]; !strings.Contains(at, `"value":"{Book: 1}"`) || v.At.Step == 0 {
		t.Errorf("%v: %s", v.At, at)
	}
	for _, want := range []string{"Lending: VIOLATED at line ", "book 1 is taken twice", "Taken{Book: 2} from reader", "reader goes back from page 3 to page 2"} {
		if !strings.Contains(r.String(), want) {
			t.Errorf("no %q in\n%v", want, r)
		}
	}
	if r.Err() == nil || !errors.As(r.Err(), &violation) {
		t.Error(r.Err())
	}
}

// What is hot at the end is a violation only if nothing can follow.
func TestHot(t *testing.T) {
	log := record(t, registry(t), 1000, Taken{1}).Bytes()
	outcomes(t, observed(t, bytes.NewBuffer(log), observe.Options{}), observe.Hot, observe.NoViolation)
	r := observed(t, bytes.NewBuffer(log), observe.Options{AtRest: true})
	outcomes(t, r, observe.Violated, observe.NoViolation)
	if !strings.Contains(r.Verdicts[0].Err.Error(), "hot in state Lent") {
		t.Error(r)
	}
}

// How long a monitor may be hot is a matter of the clock of the log.
func TestHotFor(t *testing.T) {
	log := `{"ravel_trace":2,"package":"","test":"x","strategy":"live","seed":"0","execution":"0","max_steps":0,"threshold":0,"clock":"asynchronous","encoded":true}
{"event":"heard","step":1,"who":"flight recorder","type":"observe_test.Taken","value":"{Book: 1}","now":"1s","encoded":{"type":"library.Taken","version":1,"data":"eyJCb29rIjoxfQ=="}}
{"event":"began","step":2,"who":"x","now":"5s"}
{"event":"heard","step":3,"who":"flight recorder","type":"observe_test.Returned","value":"{Book: 1}","now":"6s","encoded":{"type":"library.Returned","version":1,"data":"eyJCb29rIjoxfQ=="}}
{"end":"none","events":3,"failed":false}
`
	outcomes(t, observed(t, bytes.NewBufferString(log), observe.Options{HotFor: 5 * time.Second}), observe.NoViolation, observe.NoViolation)
	r := observed(t, bytes.NewBufferString(log), observe.Options{HotFor: 3 * time.Second})
	outcomes(t, r, observe.Violated, observe.NoViolation)
	if r.Verdicts[0].At.Line != 3 || !strings.Contains(r.String(), "for 4s, since line 2: 3s is allowed") {
		t.Error(r)
	}
}

// A monitor that begins in the middle takes the return of a book for one that nobody has taken: not a certain violation. One
// whose specification holds of every end of an execution is certain.
func TestLostBeginning(t *testing.T) {
	var long []any
	long = append(long, Taken{7})
	for i := range 40 {
		long = append(long, Seen{Page: i})
	}
	long = append(long, Returned{7}, Seen{Page: 3})
	log := record(t, registry(t), 32, long...).Bytes()
	r := observed(t, bytes.NewBuffer(log), observe.Options{SuffixClosed: []string{"Progress"}})
	outcomes(t, r, observe.Suspected, observe.Violated)
	if r.Missing == 0 || r.Err() == nil || strings.Contains(r.Err().Error(), "Lending") || !strings.Contains(r.String(), "may be a false alarm") {
		t.Error(r)
	}
	outcomes(t, observed(t, bytes.NewBuffer(log), observe.Options{}), observe.Suspected, observe.Suspected)

	// The whole log clears Lending.
	outcomes(t, observed(t, record(t, registry(t), 1000, long...), observe.Options{}), observe.NoViolation, observe.Violated)
}

// What could not be recorded or read is named, and makes those who would have heard it uncertain, nobody else.
func TestUnread(t *testing.T) {
	var some transport.Registry
	transport.MustRegister(&some, "library.Returned", transport.JSON[Returned](1))
	transport.MustRegister(&some, "library.Seen", transport.JSON[Seen](1))
	r := observed(t, record(t, &some, 1000, Rude{}, Taken{1}, Returned{1}, Seen{Page: 2}, Seen{Page: 1}), observe.Options{})
	outcomes(t, r, observe.Suspected, observe.Violated)
	if len(r.Unread) != 2 || !strings.Contains(r.String(), "Taken could not be read: it was not recorded: event type observe_test.Taken is not registered") {
		t.Error(r)
	}

	// A version that nobody here reads.
	var newer transport.Registry
	transport.MustRegister(&newer, "library.Taken", transport.JSON[Taken](2))
	r = observed(t, record(t, &newer, 1000, Taken{1}), observe.Options{})
	var skew *transport.SkewError
	if len(r.Unread) != 1 || !errors.As(r.Unread[0].Err, &skew) || r.Verdicts[0].Partial == "" {
		t.Error(r)
	}

	// A codec that leaves out what is not exported.
	r = observed(t, record(t, registry(t), 1000, Hidden{5}), observe.Options{})
	if len(r.Unread) != 1 || !strings.Contains(r.String(), "{secret: 5}") {
		t.Error(r)
	}
}

// A codec that panics is the user's mistake, and ends neither the machine nor the command.
func TestCodecPanics(t *testing.T) {
	var bad transport.Registry
	transport.MustRegister(&bad, "library.Taken", transport.Codec[Taken]{Version: 1,
		Encode: func(Taken) ([]byte, error) { panic("ouch") }, Decode: func([]byte) (Taken, error) { panic("ouch") }})
	r := observed(t, record(t, &bad, 100, Taken{1}), observe.Options{})
	if len(r.Unread) != 1 || !strings.Contains(r.Unread[0].Err.Error(), "its codec panicked: ouch") {
		t.Error(r)
	}
	if r = observed(t, record(t, registry(t), 100, Taken{1}), observe.Options{Events: &bad}); len(r.Unread) != 1 {
		t.Error(r)
	}
}

type Broken struct{}

var BrokenMonitor = ravel.DefineMonitor[Broken]("Broken", ravel.Warm("Listening",
	ravel.On(func(_ *Broken, c *ravel.MonitorContext, e Taken) {
		if e.Book == 1 {
			runtime.Goexit()
		}
		panic("no book")
	}),
	ravel.On(func(_ *Broken, c *ravel.MonitorContext, e Returned) { c.Goto("Nowhere") })))

// What a monitor does to its goroutine is a failure of that monitor.
func TestBrokenMonitor(t *testing.T) {
	for _, c := range []struct {
		event any
		kind  failure.Kind
	}{{Taken{1}, failure.KindExit}, {Taken{2}, failure.KindPanic}, {Returned{1}, failure.KindMisuse}} {
		log := record(t, registry(t), 100, c.event, Seen{Page: 1})
		r := observed(t, log, observe.Options{Monitors: []ravel.Monitor{BrokenMonitor.New(&Broken{}), ProgressMonitor.New(&Progress{page: map[ravel.ID]int{}})}})
		outcomes(t, r, observe.Violated, observe.NoViolation)
		if f := failure.Of(r.Verdicts[0].Err); f == nil || f.Kind() != c.kind || r.Verdicts[1].Heard != 1 {
			t.Errorf("%v: %v", c.event, r)
		}
	}
}

func TestSaysWhatIsWrong(t *testing.T) {
	s, err := live.New(live.Options{Record: 10})
	if err != nil {
		t.Fatal(err)
	}
	var plain bytes.Buffer
	if err := s.WriteTrace(&plain); err != nil {
		t.Fatal(err)
	}
	r := registry(t)
	twice := append(monitors(), monitors()...)
	for _, c := range []struct {
		log  string
		o    observe.Options
		want string
	}{
		{plain.String(), observe.Options{Events: r, Monitors: monitors()}, "set live.Options.Notifications"},
		{"hello", observe.Options{Events: r, Monitors: monitors()}, "this is no trace"},
		{"", observe.Options{Monitors: monitors()}, "no Events"},
		{"", observe.Options{Events: r}, "no Monitors"},
		{"", observe.Options{Events: r, Monitors: twice}, "Lending is there twice"},
		{"", observe.Options{Events: r, Monitors: make([]ravel.Monitor, 1)}, "zero Monitor"},
		{"", observe.Options{Events: r, Monitors: monitors(), SuffixClosed: []string{"Lendin"}}, `SuffixClosed has "Lendin"`},
		{"", observe.Options{Events: r, Monitors: monitors(), HotFor: -1}, "HotFor"},
	} {
		if _, err := observe.Log(strings.NewReader(c.log), c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	if _, err := live.New(live.Options{Notifications: r}); err == nil {
		t.Error("notifications are kept without a recorder")
	}
}

// A log in which nobody has told monitors anything proves nothing, and says so.
func TestHeardNothing(t *testing.T) {
	r := observed(t, record(t, registry(t), 10), observe.Options{})
	if !strings.Contains(r.String(), "nothing follows") || !strings.Contains(r.String(), "It has heard nothing") {
		t.Error(r)
	}
}
