package checkpoint

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"unsafe"
)

func rounds(t testing.TB, n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

func save(t testing.TB, s *Saver, img *Image, roots ...any) {
	t.Helper()
	if err := s.Save(img, roots...); err != nil {
		t.Fatal(err)
	}
}

// change edits a state, harshly.
func (b *maker) change(data []byte) {
	b.data, b.harsh = data, true
	b.run()
}

// snapshot is an image and what the state was like when it was made.
type snapshot struct {
	img   Image
	roots []any
	was   description
}

func take(t testing.TB, s *Saver, b *maker) *snapshot {
	t.Helper()
	n := &snapshot{roots: b.roots()}
	save(t, s, &n.img, n.roots...)
	n.was = describe(n.roots)
	return n
}

func (n *snapshot) restore(t testing.TB) {
	t.Helper()
	n.img.Restore()
	if diff := difference(n.was, describe(n.roots)); diff != "" {
		t.Fatal(diff)
	}
}

// TestStatesGoBack changes random states at random and takes the changes back.
func TestStatesGoBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var s Saver
	changed := 0
	for range rounds(t, 500) {
		b := newMaker(randomBytes(r, 200))
		n := take(t, &s, b)
		n.restore(t) // of an unchanged state
		for range 3 {
			b.change(randomBytes(r, 120))
			if difference(n.was, describe(n.roots)) != "" {
				changed++
			}
			n.restore(t)
		}
	}
	if changed < rounds(t, 500) {
		t.Error("the test changes next to nothing:", changed)
	}
}

// TestInAnyOrder keeps images of several moments of one state and goes from any of them to any other.
func TestInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var s Saver
	for range rounds(t, 100) {
		b := newMaker(randomBytes(r, 200))
		var kept []*snapshot
		for range 25 {
			switch k := r.IntN(4); {
			case k == 0 && len(kept) < 6:
				kept = append(kept, take(t, &s, b))
			case k == 1 && len(kept) > 0: // last in, first out
				kept[len(kept)-1].restore(t)
				kept = kept[:len(kept)-1]
			case k == 2 && len(kept) > 0:
				kept[r.IntN(len(kept))].restore(t)
			default:
				b.change(randomBytes(r, 60))
			}
		}
		for _, n := range kept {
			n.restore(t)
		}
	}
}

// TestMutants: images with a mistake are found out.
func TestMutants(t *testing.T) {
	drop := func(img *Image, which func(r *region) bool) {
		for i := range img.regions {
			if which(&img.regions[i]) { // its contents go elsewhere
				img.regions[i].at = elsewhere(&img.regions[i])
			}
		}
	}
	for name, mutant := range map[string]func(img *Image){
		"restores nothing": func(img *Image) { img.regions = nil },
		"forgets a struct": func(img *Image) { drop(img, func(r *region) bool { return r.n == 1 && !r.plan.flat }) },
		"forgets slices":   func(img *Image) { drop(img, func(r *region) bool { return r.n > 1 }) },
		"forgets maps":     func(img *Image) { drop(img, func(r *region) bool { return r.n == mapRegion }) },
		"loses a pointer":  func(img *Image) { img.ptrs[len(img.ptrs)/2] = nil },
		"changes a word":   func(img *Image) { img.words[0]++ },
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(5, 6))
			var s Saver
			for range 500 {
				b := newMaker(randomBytes(r, 200))
				n := take(t, &s, b)
				mutant(&n.img)
				b.change(randomBytes(r, 120))
				n.img.Restore()
				if difference(n.was, describe(n.roots)) != "" {
					return
				}
			}
			t.Error("the mistake is not found")
		})
	}
}

func FuzzRestore(f *testing.F) {
	f.Add([]byte("\x03\x00\x01\x02\x0f\x02\x01\x03\x05\x08\x09"), []byte("abcdef"))
	f.Add([]byte("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), []byte("0123456789abcdefghijklmn"))
	f.Fuzz(func(t *testing.T, first, then []byte) {
		b := newMaker(first[:min(len(first), 400)])
		var s Saver
		n := take(t, &s, b)
		b.change(then[:len(then)/2])
		m := take(t, &s, b)
		b.change(then[len(then)/2:])
		n.restore(t)
		m.restore(t)
		n.restore(t)
	})
}

// elsewhere returns memory like that of a region.
func elsewhere(r *region) unsafe.Pointer {
	if r.n == mapRegion {
		return reflect.MakeMap(r.plan.typ).UnsafePointer()
	}
	return reflect.MakeSlice(reflect.SliceOf(r.plan.typ), r.n, r.n).UnsafePointer()
}
