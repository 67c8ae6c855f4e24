package checkpoint

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// thing has every kind of field. Things refer to each other and into each other.
type thing struct {
	id    int
	name  string
	flags [3]bool
	small int8
	ratio float64
	leaf
	grid  [2][3]int32
	lots  [12]leaf
	next  *thing
	prev  *thing
	kids  []*thing
	vals  []leaf
	nums  []int
	texts []string

	byName map[string]*thing
	byID   map[int]leaf
	marks  map[*thing]int
	anys   map[any]*thing
	pairs  map[pair][]*thing
	depth  map[string]map[int]*thing
	wide   map[int][20]*thing
	floats map[float64]*thing
	kept   sync.Map

	any   any
	boxes [2]any
	str   fmt.Stringer
	err   error
	fun   plainFunc
	typ   reflect.Type
	at    time.Time
	big   *big.Int
	out   *int `ravel:"-"`

	pNum   *int
	pLeaf  *leaf
	pAlias *leafAlias
	pRow   *[3]int32
	pGrid  *[2][3]int32
	row    []int32
	pNext  **thing
	pNums  *[]int
	pAny   *any
	pMap   *map[string]*thing
	pText  *string

	mu    sync.Mutex
	count atomic.Int64
	last  atomic.Pointer[thing]
	value atomic.Value
	sb    strings.Builder
}

type leaf struct {
	n int
	s string
	p *leaf
}

type leafAlias leaf

type pair struct {
	t *thing
	k int
}

type boxed struct {
	t *thing
	l []leaf
}

type plainFunc func() int

func seven() int { return 7 }

func (t *thing) String() string { return t.name }

var errSentinel = errors.New("sentinel")

func init() { Immutable(reflect.TypeFor[plainFunc]()) }

// maker makes and changes states of bytes.
type maker struct {
	data   []byte
	things []*thing
	harsh  bool // edits also destroy
}

// newMaker makes a state of a few things that bytes determine.
func newMaker(data []byte) *maker {
	b := &maker{data: data}
	for i := range 1 + b.n(8) {
		b.things = append(b.things, &thing{id: i, name: fmt.Sprint("t", i)})
	}
	b.run()
	return b
}

// run changes the state as the rest of the data says.
func (b *maker) run() {
	for len(b.data) > 0 {
		b.edit(b.thing())
	}
}

// roots returns values that reach all of the state.
func (b *maker) roots() []any {
	out := []any{42, leaf{n: 1}, nil}
	for _, t := range b.things {
		out = append(out, t, boxed{t, t.vals}, t.any)
	}
	return out
}

func randomBytes(r *rand.Rand, most int) []byte {
	data := make([]byte, r.IntN(most))
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	return data
}

func (b *maker) n(n int) int {
	if len(b.data) == 0 {
		return 0
	}
	k := int(b.data[0]) % n
	b.data = b.data[1:]
	return k
}

func (b *maker) thing() *thing { return b.things[b.n(len(b.things))] }

func (b *maker) leafValue() leaf { return leaf{n: b.n(5), s: "leaf"[:b.n(4)], p: b.leafPointer()} }

// leafPointer returns a pointer into something, or to a leaf of its own.
func (b *maker) leafPointer() *leaf {
	t := b.thing()
	switch b.n(5) {
	case 0:
		return nil
	case 1:
		return &t.leaf
	case 2:
		return &t.lots[b.n(12)]
	case 3:
		if len(t.vals) > 0 {
			return &t.vals[b.n(len(t.vals))]
		}
	}
	return &leaf{n: b.n(9)}
}

// content returns what an interface may hold.
func (b *maker) content() any {
	t := b.thing()
	return []func() any{
		func() any { return t },
		func() any { return 7 },
		func() any { return "text" },
		func() any { return &t.nums },
		func() any { return t.kids },
		func() any { return t.byName },
		func() any { return boxed{t, t.vals} },
		func() any { return pair{t, 3} },
		func() any { return [1]*thing{t} },
		func() any { return struct{ p *leaf }{&t.leaf} },
		func() any { return t.any },
		func() any { return []any{t, 1, t.any} },
		func() any { return &t.grid[1] },
		func() any { return errSentinel },
		func() any { return leafAlias(t.leaf) },
		func() any { return &t.any },
		func() any { return reflect.TypeFor[thing]() },
		func() any { return &struct{}{} },
	}[b.n(18)]()
}

// edit changes a thing.
func (b *maker) edit(t *thing) {
	switch b.n(5) {
	case 0, 1:
		b.connect(t)
		return
	case 2:
		if b.harsh {
			b.destroy(t)
			return
		}
	}
	u := b.thing()
	edits := []func(){
		func() { t.next = u },
		func() { t.prev, u.next = u, t },
		func() { t.kids = append(t.kids, u, u.next) },
		func() { t.kids = u.kids[:b.n(len(u.kids)+1)] },
		func() { t.vals = append(t.vals, b.leafValue()) },
		func() { t.vals = u.vals[b.n(len(u.vals)+1):] },
		func() { t.nums = append(t.nums, b.n(50)) },
		func() {
			k := b.n(len(u.nums) + 1)
			t.nums = u.nums[k : k+b.n(len(u.nums)-k+1) : cap(u.nums)-b.n(cap(u.nums)-len(u.nums)+1)]
		},
		func() { t.texts = append(t.texts, u.name) },
		func() { put(&t.byName, u.name, u) },
		func() { put(&t.byID, u.id, b.leafValue()) },
		func() { put(&t.marks, u, b.n(9)) },
		func() { put(&t.anys, any(u), u.next) },
		func() { put(&t.anys, any(pair{u, b.n(3)}), u) },
		func() { put(&t.pairs, pair{u, b.n(3)}, u.kids) },
		func() { put(&t.depth, u.name, map[int]*thing{b.n(9): u}) },
		func() { put(&t.wide, b.n(9), [20]*thing{u, nil, t}) },
		func() { put(&t.floats, math.NaN(), u) },
		func() { put(&t.floats, float64(b.n(9)), u) },
		func() { t.kept.Store(u.name, u); t.kept.Store(u, b.content()) },
		func() { t.byName, t.marks = u.byName, u.marks },
		func() { t.flags[b.n(3)], t.ratio, t.small = true, float64(b.n(9))/3, int8(b.n(100)) },
		func() { t.leaf, t.lots[b.n(12)] = b.leafValue(), b.leafValue() },
		func() { t.grid[b.n(2)][b.n(3)] = int32(b.n(99)) },
	}
	edits[b.n(len(edits))]()
}

// connect makes a thing refer into another one, or to something that is treated on its own.
func (b *maker) connect(t *thing) {
	u := b.thing()
	edits := []func(){
		func() { t.any = b.content() },
		func() { t.boxes[b.n(2)] = b.content() },
		func() { t.str, t.err, t.fun, t.typ = u, errSentinel, seven, reflect.TypeFor[int]() },
		func() { t.at = time.Unix(int64(b.n(200)), 0) },
		func() { t.big = big.NewInt(int64(b.n(200))); u.big = t.big },
		func() {
			t.out = &u.id
		},
		func() { t.pNum = &u.id },
		func() {
			if len(u.nums) > 0 {
				t.pNum = &u.nums[b.n(len(u.nums))]
			}
		},
		func() { t.pLeaf = b.leafPointer() },
		func() { t.pAlias = (*leafAlias)(b.leafPointer()) },
		func() { t.pRow, t.pGrid = &u.grid[b.n(2)], &u.grid },
		func() { t.row = u.grid[b.n(2)][b.n(3):] },
		func() { t.row = make([]int32, b.n(5), 5) },
		func() { t.pNext = &u.next },
		func() { t.pNums, t.pAny, t.pMap = &u.nums, &u.any, &u.byName },
		func() { t.pText = &u.name },
		func() { t.mu.TryLock() },
		func() { t.count.Add(int64(b.n(9))); t.last.Store(u) },
		func() { t.value.Store(u) },
		func() { t.sb.WriteString(u.name) },
		func() { t.nums, t.kids, t.byName = []int{}, []*thing{}, map[string]*thing{} },
	}
	edits[b.n(len(edits))]()
}

// destroy takes a thing apart, writes where only stale slices reach, and replaces what it refers to.
func (b *maker) destroy(t *thing) {
	u := b.thing()
	edits := []func(){
		func() { reflect.ValueOf(t).Elem().SetZero() },
		func() { clear(t.byName); clear(t.marks); clear(t.anys); clear(t.floats); t.kept.Clear() },
		func() { delete(t.byName, u.name); delete(t.byID, u.id); delete(t.marks, u); t.kept.Delete(u.name) },
		func() { clear(t.kids[:cap(t.kids)]); clear(t.vals[:cap(t.vals)]) },
		func() { t.nums = append(t.nums[:0], 91, 92) },
		func() { t.vals = append(t.vals, b.leafValue()); t.vals = t.vals[:0] },
		func() {
			if t.pNum != nil {
				*t.pNum++
			}
			if t.pLeaf != nil {
				*t.pLeaf = leaf{n: -1, s: "gone"}
			}
			if t.pNext != nil {
				*t.pNext = &thing{id: 99}
			}
		},
		func() {
			if t.pRow != nil {
				t.pRow[1]--
			}
			for i := range t.row[:cap(t.row)] {
				t.row[:cap(t.row)][i]++
			}
		},
		func() { t.kids, t.nums, t.byName = nil, nil, nil },
		func() {
			reflect.ValueOf(u).Elem().Set(reflect.ValueOf(&thing{id: u.id, name: "other", next: &thing{id: 77, next: t}}).Elem())
		},
		func() { t.sb.Reset(); t.sb.WriteString("anew") },
		func() { t.mu.Unlock() },
		func() { t.count.Store(-1); t.last.Store(nil) },
		func() {
			for k := range t.byID {
				t.byID[k] = leaf{n: -5}
			}
			for k := range t.anys {
				t.anys[k] = u
			}
		},
		func() {
			for i := range 40 {
				put(&t.byID, 100+i, leaf{})
			}
		},
	}
	k := b.n(len(edits))
	if k == 11 && !locked(&t.mu) {
		return
	}
	edits[k]()
}

// locked reports whether a mutex is held, which is nobody's but the test's.
func locked(mu *sync.Mutex) bool {
	if mu.TryLock() {
		mu.Unlock()
		return false
	}
	return true
}

func put[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[k] = v
}
