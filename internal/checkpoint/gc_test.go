package checkpoint

import (
	"math/rand/v2"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"weak"
)

// TestUnderTheCollector goes back to states of which nothing but their images was left, while the collector runs all the
// time and freed memory is filled: a pointer that the collector did not hear of would lead to that.
func TestUnderTheCollector(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	stop := make(chan bool)
	var background sync.WaitGroup
	background.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	})
	r := rand.New(rand.NewPCG(5, 6))
	var s Saver
	var litter []any
	for range rounds(t, 40) {
		b := newMaker(randomBytes(r, 200))
		var roots []any // things only, so that emptying them lets go of all else
		for _, x := range b.things {
			roots = append(roots, x)
		}
		var img Image
		save(t, &s, &img, roots...)
		was := describe(roots)
		for range 3 {
			for _, x := range b.things {
				reflect.ValueOf(x).Elem().SetZero()
			}
			runtime.GC()
			for range 100 {
				litter = append(litter, &thing{id: -1, name: strings.Repeat("x", 10)}, &leaf{n: -1}, make([]int, 3), map[string]*thing{"x": nil})
			}
			if len(litter) > 2000 {
				litter = nil
			}
			img.Restore()
			if diff := difference(was, describe(roots)); diff != "" {
				t.Fatal(diff)
			}
		}
	}
	close(stop)
	background.Wait()
}

// TestLetsGo: a Saver keeps nothing alive, an Image what it holds now.
func TestLetsGo(t *testing.T) {
	var s Saver
	var img Image
	state := func(things int) (any, weak.Pointer[server]) {
		var list []*server
		for i := range things {
			list = append(list, newServer(i, 5))
		}
		return &struct {
			list []*server
			any  any
			m    map[string]*server
		}{list, struct{ s *server }{list[0]}, map[string]*server{"a": list[0]}}, weak.Make(list[0])
	}
	gone := func(p weak.Pointer[server]) bool {
		runtime.GC()
		runtime.GC() // scratch in a sync.Pool
		return p.Value() == nil
	}
	x, first := state(50)
	save(t, &s, &img, x)
	if x = nil; gone(first) {
		t.Error("the image does not hold its state")
	}
	y, second := state(2)
	save(t, &s, &img, y)
	if !gone(first) {
		t.Error("the image still holds what it held before")
	}
	img.Restore()
	y = nil
	if img.Clear(); !gone(second) {
		t.Error("a cleared image still holds something")
	}
	z, third := state(3)
	z = []any{z, make(chan int)}
	if s.Save(&img, z) == nil {
		t.Error("not refused")
	}
	if z = nil; !gone(third) {
		t.Error("a refused state is held")
	}
	runtime.KeepAlive(&s)
	runtime.KeepAlive(&img)
}

// TestAllocations: with memory from earlier calls, neither saving nor restoring allocates.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes sync.Pool, which keeps the scratch of maps, forget at random")
	}
	for _, st := range benchStates() {
		var s Saver
		var img Image
		for range 3 {
			save(t, &s, &img, st.roots...)
			img.Restore()
		}
		if n := testing.AllocsPerRun(100, func() { s.Save(&img, st.roots...) }); n != 0 {
			t.Errorf("%s: Save makes %v allocations", st.name, n)
		}
		if strings.HasPrefix(st.name, "map") {
			continue // a map may allocate when an entry comes back
		}
		i := 0
		if n := testing.AllocsPerRun(100, func() { st.change(i); i++; img.Restore() }); n != 0 {
			t.Errorf("%s: Restore makes %v allocations", st.name, n)
		}
	}
}

func TestSize(t *testing.T) {
	var s Saver
	var img Image
	small := img.Size()
	save(t, &s, &img, make([]byte, 1<<16))
	if n := img.Size(); n < small+1<<16 || n > small+1<<17 {
		t.Error(small, n)
	}
	if img.Clear(); img.Size() < 1<<16 {
		t.Error("Clear gives the image's own memory away")
	}
}

// TestSideBySide: an image that holds what is there is restored while others read.
func TestSideBySide(t *testing.T) {
	shared := newServer(1, 50)
	shared.votes[9] = true
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			own := newServer(i, 3)
			var s Saver
			var img Image
			for k := range rounds(t, 1000) {
				if err := s.Save(&img, shared, own); err != nil {
					t.Error(err)
					return
				}
				own.term, own.log[k%3].term, own.log = k+1, k+9, own.log[:2]
				img.Restore()
				if len(own.log) != 3 || shared.log[7].term != 7 || !shared.votes[9] {
					t.Error("not restored")
					return
				}
			}
		})
	}
	wg.Wait()
}

// TestOverwrittenMemoryLives: what a variable referred to before Restore overwrote it may still be in use. A collector
// that is at work in that moment and does not hear of the overwriting takes it for garbage.
func TestOverwrittenMemoryLives(t *testing.T) {
	type node struct{ n, twice int }
	type holder struct {
		_    [64]int // so that the collector is busy for a while
		node *node
		list []*node
		any  any
	}
	holders := make([]*holder, 4000)
	for i := range holders {
		holders[i] = &holder{}
	}
	var s Saver
	var img Image
	save(t, &s, &img, holders)
	var litter [][]*node
	for round := range rounds(t, 20) {
		for i, h := range holders {
			h.node, h.list, h.any = &node{i, 2 * i}, []*node{{i, 2 * i}}, &node{i, 2 * i}
		}
		stop := make(chan bool)
		go func() {
			runtime.GC()
			close(stop)
		}()
		for range round * 10 {
			runtime.Gosched()
		}
		var used [300]*node // on the stack, which the collector has looked at or not
		for i := range used {
			switch h := holders[len(holders)-1-i]; i % 3 {
			case 0:
				used[i] = h.node
			case 1:
				used[i] = h.list[0]
			case 2:
				used[i] = h.any.(*node)
			}
		}
		img.Restore()
		<-stop
		for range 10 {
			some := make([]*node, 1000)
			for i := range some {
				some[i] = &node{-1, -1}
			}
			litter = append(litter, some)
		}
		litter = litter[max(0, len(litter)-20):]
		for i, x := range used {
			if k := len(holders) - 1 - i; x.n != k || x.twice != 2*k {
				t.Fatal("memory in use has been freed: ", *x, k)
			}
		}
	}
}
