package checkpoint

import (
	"syscall"
	"testing"
	"unsafe"
)

// config has words, bytes, lists, text and pointers.
type config struct {
	n     int
	small [3]bool
	pair  [2]int
	big   [40]int64
	odd   [11]uint16
	list  []int
	text  string
	next  *config
	any   any
	rest  []*config
	arr   [3]string
}

// TestEqualMemoryIsNotWritten restores into memory that cannot be written: a store would be a fault.
func TestEqualMemoryIsNotWritten(t *testing.T) {
	page := syscall.Getpagesize()
	raw, err := syscall.Mmap(-1, 0, page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Munmap(raw)
	two := (*[2]config)(unsafe.Pointer(unsafe.SliceData(raw)))
	list := unsafe.Slice((*int)(unsafe.Pointer(&raw[page-80])), 10)
	text, other := []string{"text", "b", "c"}, &config{n: 5} // the collector does not see what the page refers to
	x := &two[0]
	*x = config{n: 1, small: [3]bool{true}, list: list, text: text[0], next: &two[1], any: x, rest: text2(two), arr: [3]string(text)}
	x.big[7], x.odd[10] = 8, 9
	two[1] = config{n: 2, next: x}
	roots := []any{x, other, &two[1].big, &two[1].odd, list[2:3]}
	var s Saver
	var img Image
	save(t, &s, &img, roots...)
	if err := syscall.Mprotect(raw, syscall.PROT_READ); err != nil {
		t.Fatal(err)
	}
	other.n = 6
	img.Restore()
	save(t, &s, &img, roots...)
	img.Restore()
	if other.n != 5 {
		t.Error("other memory is not restored")
	}
	if err := syscall.Mprotect(raw, syscall.PROT_READ|syscall.PROT_WRITE); err != nil {
		t.Fatal(err)
	}
	x.n, x.big[39], x.text, list[9], two[1].next = 7, 7, "new", 7, nil
	img.Restore()
	if x.n != 1 || x.big[39] != 0 || x.text != "text" || list[9] != 0 || two[1].next != x {
		t.Error("not restored once it can be written")
	}
	keep(text, other)
}

// kept holds what a page outside the heap refers to.
var kept []any

func keep(v ...any) { kept = append(kept, v...) }

func text2(two *[2]config) []*config {
	list := []*config{&two[0], &two[1]}
	keep(list)
	return list
}
