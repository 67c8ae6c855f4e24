package trace_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/ravelgo/ravel/trace"
)

type (
	logEntry struct {
		key  string
		term int
	}
	phase   uint8
	loud    struct{ n int }
	replica struct {
		mu     sync.Mutex
		log    []logEntry
		term   int
		phase  phase
		peers  map[string]*logEntry
		by     map[float64]int
		any    any
		err    error
		self   *replica
		next   *replica
		loud   *loud
		at     time.Time
		count  atomic.Int64
		last   atomic.Pointer[logEntry]
		up     atomic.Bool
		file   *os.File
		page   []byte
		f      func()
		hidden int `ravel:"-"`
		_      int
		nested struct{ a, b [2]int }
		z      complex128
		ratio  float64
	}
)

func (p phase) String() string {
	if p > 1 {
		panic("no such phase")
	}
	return [...]string{"follower", "leader"}[p]
}

func (l *loud) String() string { panic("never called") }

func told(list []trace.Change, more int) string {
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, "%s: %s > %s\n", c.Path, c.From, c.To)
	}
	if more > 0 {
		fmt.Fprintf(&b, "%d more\n", more)
	}
	return b.String()
}

func TestFields(t *testing.T) {
	e := logEntry{"p", 1}
	r := &replica{loud: &loud{1}, hidden: 1}
	var f trace.Fields
	want := `log:  > []
term:  > 0
phase:  > follower
peers:  > {}
by:  > {}
any:  > nil
err:  > nil
self:  > nil
next:  > nil
loud:  > {n: 1}
at:  > "0001-01-01 00:00:00"
count:  > 0
last:  > nil
up:  > false
file:  > nil
page:  > ""
f:  > nil
nested:  > {a: [0, 0], b: [0, 0]}
z:  > (0+0i)
ratio:  > 0
`
	if got := told(f.Changes(r)); got != want {
		t.Errorf("at first:\n%s", got)
	}
	for _, c := range []struct {
		name string
		do   func()
		want string
	}{
		{"nothing", func() { r.hidden++; r.mu.Lock(); r.mu.Unlock() }, ""},
		{"a number", func() { r.term = 3 }, "term: 0 > 3\n"},
		{"an enumeration", func() { r.phase = 1 }, "phase: follower > leader\n"},
		{"one that panics", func() { r.phase = 7 }, "phase: leader > 7\n"},
		{"an element", func() { r.log = append(r.log, logEntry{"", 1}, logEntry{"b", 1}) },
			"log[0]:  > {key: \"\", term: 1}\nlog[1]:  > {key: b, term: 1}\n"},
		{"a field of an element", func() { r.log[0].key = "x" }, "log[0].key: \"\" > x\n"},
		{"a new slice with the same elements", func() { r.log = slices.Clone(r.log) }, ""},
		{"the first element", func() { r.log = r.log[1:] }, "log[0]: {key: x, term: 1} > \n"},
		{"elements in the midst", func() { r.log = []logEntry{{"a", 1}, {"b", 1}, {"c", 2}} },
			"log[0].key: b > a\nlog[1]:  > {key: b, term: 1}\nlog[2]:  > {key: c, term: 2}\n"},
		{"the midst", func() { r.log = []logEntry{{"a", 1}, {"c", 2}} }, "log[1]: {key: b, term: 1} > \n"},
		{"entries", func() { r.peers = map[string]*logEntry{"b": {"x", 1}, "a": &e, "c d": nil} },
			"peers[\"c d\"]:  > nil\npeers[a]:  > {key: p, term: 1}\npeers[b]:  > {key: x, term: 1}\n"},
		{"behind a pointer", func() { e.term = 2; r.peers["b"].key = "y" }, "peers[a].term: 1 > 2\npeers[b].key: x > y\n"},
		{"another pointer to the same", func() { r.peers["a"] = &logEntry{"p", 2} }, ""},
		{"no more entry", func() { delete(r.peers, "b"); r.peers["c d"] = &e }, "peers[\"c d\"]: nil > {key: p, term: 2}\npeers[b]: {key: y, term: 1} > \n"},
		{"and back", func() { r.peers["b"] = &logEntry{} }, "peers[b]:  > {key: \"\", term: 0}\n"},
		{"keys that are no numbers", func() { r.by = map[float64]int{math.NaN(): 2, math.NaN(): 1, 1: 5} }, "by[1]:  > 5\nby[NaN]:  > 1, 2\n"},
		{"one of those", func() { r.by[math.NaN()] = 3 }, "by[NaN]: 1, 2 > 1, 2, 3\n"},
		{"an interface", func() { r.any = logEntry{"i", 1} }, "any: nil > {key: i, term: 1}\n"},
		{"a field in it", func() { r.any = logEntry{"i", 2} }, "any.term: 1 > 2\n"},
		{"another type", func() { r.any = 5 }, "any: {key: i, term: 2} > 5\n"},
		{"an error", func() { r.err = errors.New("no quorum") }, "err: nil > \"no quorum\"\n"},
		{"a wrapped one", func() { r.err = fmt.Errorf("write: %w", r.err) }, "err: \"no quorum\" > \"write: no quorum\"\n"},
		{"a cycle", func() { r.self = r }, "self: nil > ...\n"},
		{"still", func() {}, ""},
		{"a type with a method", func() { r.loud.n = 2 }, "loud.n: 1 > 2\n"},
		{"an instant", func() { r.at = time.Unix(1, 0) }, "at: \"0001-01-01 00:00:00\" > \"1970-01-01 00:00:01\"\n"},
		{"atomics", func() { r.count.Add(2); r.up.Store(true); r.last.Store(&e) }, "count: 0 > 2\nlast: nil > {key: p, term: 2}\nup: false > true\n"},
		{"behind an atomic", func() { e.term = 4 }, "peers[\"c d\"].term: 2 > 4\nlast.term: 2 > 4\n"},
		{"a handle", func() { r.file = os.Stdout }, "file: nil > *File\n"},
		{"bytes", func() { r.page = []byte("hello") }, "page: \"\" > \"hello\"\n"},
		{"a byte", func() { r.page[4] = 0xff }, "page: \"hello\" > [68 65 6c 6c ff]\n"},
		{"a function", func() { r.f = func() {} }, "f: nil > func\n"},
		{"an array", func() { r.nested.b[1] = 9 }, "nested.b[1]: 0 > 9\n"},
		{"complex and none", func() { r.z = 1i; r.ratio = math.NaN() }, "z: (0+0i) > (0+1i)\nratio: 0 > NaN\n"},
		{"none is itself", func() {}, ""},
		{"a list that becomes nil", func() { r.log = nil }, "log[0]: {key: a, term: 1} > \nlog[1]: {key: c, term: 2} > \n"},
	} {
		c.do()
		if got := told(f.Changes(r)); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
	}
}

// Whatever a value goes through, a picture that is brought up to date is like a new one.
func TestFieldsStayUpToDate(t *testing.T) {
	type inner struct {
		list []int
		m    map[int]string
		p    *inner
		any  any
	}
	r := rand.New(rand.NewPCG(7, 8))
	var change func(v *inner, depth int)
	change = func(v *inner, depth int) {
		switch k := r.IntN(8); {
		case k == 0 && len(v.list) > 0:
			i := r.IntN(len(v.list))
			v.list = slices.Delete(slices.Clone(v.list), i, i+1)
		case k == 1:
			v.list = slices.Insert(v.list, r.IntN(len(v.list)+1), r.IntN(3))
		case k == 2:
			if v.m == nil {
				v.m = map[int]string{}
			}
			v.m[r.IntN(5)] = fmt.Sprint(r.IntN(3))
		case k == 3:
			delete(v.m, r.IntN(5))
		case k == 4 && depth < 4:
			if v.p == nil {
				v.p = &inner{}
			}
			change(v.p, depth+1)
		case k == 5:
			v.p = nil
		case k == 6:
			v.any = []any{nil, r.IntN(3), "s", []int{r.IntN(2)}, v.m, &inner{list: []int{1}}}[r.IntN(6)]
		case k == 7:
			v.p = v
		}
	}
	for range 300 {
		v := &inner{}
		var f trace.Fields
		f.Changes(v)
		for range 30 {
			before := picture(v)
			change(v, 0)
			list, more := f.Changes(v)
			after := picture(v)
			if (before != after) != (len(list) > 0 || more > 0) {
				t.Fatalf("changes %v, from\n%s\nto\n%s", told(list, more), before, after)
			}
			if kept := f.Picture(); kept != after {
				t.Fatalf("after %v the picture is\n%s\nwant\n%s", told(list, more), kept, after)
			}
			if again, _ := f.Changes(v); len(again) > 0 {
				t.Fatalf("again %v", again)
			}
		}
	}
}

// picture is the text of a new picture of a value.
func picture(v any) string {
	var f trace.Fields
	f.Changes(v)
	return f.Picture()
}

func TestFieldsAreBounded(t *testing.T) {
	type list struct {
		next *list
		n    int
	}
	var head *list
	for i := range 100_000 {
		head = &list{head, i}
	}
	wide := map[int]int{}
	for i := range 100_000 {
		wide[i] = i
	}
	type state struct {
		long *list
		wide map[int]int
		text string
		many []int
	}
	s := &state{head, wide, strings.Repeat("<b>\x00\xff", 1<<20), make([]int, 1000)}
	work := 1_000_000
	f := trace.Fields{Work: &work}
	list1, _ := f.Changes(s)
	size := 0
	for _, c := range list1 {
		size += len(c.Path) + len(c.From) + len(c.To)
	}
	if size > 8000 {
		t.Errorf("%d bytes are told of a value of any size", size)
	}
	for i := range s.many {
		s.many[i] = 1
	}
	s.text += "x"
	delete(wide, 7)
	list2, more := f.Changes(s)
	if len(list2) != trace.MaxChanges || more != 1002-trace.MaxChanges {
		t.Errorf("%d changes, %d more", len(list2), more)
	}
	if c := list2[0]; c != (trace.Change{Path: "wide", From: "{... 100000 entries}", To: "{... 99999 entries}"}) {
		t.Error(c)
	}
	if work > 998_000 {
		t.Errorf("the work is not counted: %d left", work)
	}
	work = 0
	s.many[0] = 2
	if list, more := f.Changes(s); len(list) > 0 || more > 0 {
		t.Errorf("work goes on without end: %v", list)
	}
}

func TestFieldsOfOthers(t *testing.T) {
	disk := &struct{ pages []int }{[]int{1}}
	s := &struct {
		disk any
		n    int
	}{disk, 1}
	f := trace.Fields{Name: func(p unsafe.Pointer) (string, bool) { return "disk", p == unsafe.Pointer(disk) }}
	if got := told(f.Changes(s)); got != "disk:  > disk\nn:  > 1\n" {
		t.Error(got)
	}
	disk.pages[0]++
	if got := told(f.Changes(s)); got != "" {
		t.Error(got)
	}
}

func TestFieldsOfWhatIsNoStruct(t *testing.T) {
	var f trace.Fields
	n := 1
	if got := told(f.Changes(&n)); got != "value:  > 1\n" {
		t.Error(got)
	}
	n = 2
	if got := told(f.Changes(&n)); got != "value: 1 > 2\n" {
		t.Error(got)
	}
	if list, _ := f.Changes(nil); list != nil {
		t.Error(list)
	}
	var none *int
	if list, _ := new(trace.Fields).Changes(none); !reflect.DeepEqual(list, []trace.Change{{"value", "", "nil"}}) {
		t.Error(list)
	}
}

// A step of a machine with much state costs little beyond looking at it: nothing is allocated for what stays.
func BenchmarkRecordFields(b *testing.B) {
	type page struct {
		key     string
		version int
	}
	s := &struct {
		log   []page
		index map[string]int
		term  int
	}{index: map[string]int{}}
	for i := range 2000 {
		s.log = append(s.log, page{fmt.Sprint("key", i), i})
		s.index[fmt.Sprint("key", i%100)] = i
	}
	var f trace.Fields
	f.Changes(s)
	b.ReportAllocs()
	for b.Loop() {
		s.term++
		if list, _ := f.Changes(s); len(list) != 1 {
			b.Fatal(list)
		}
	}
}
