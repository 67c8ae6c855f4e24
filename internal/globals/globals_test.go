package globals

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

var (
	counter   int
	table     = map[string][]int{"a": {1}}
	chain     = &link{value: 1, next: &link{value: 2}}
	untouched = &link{value: 3}
	zeroed    [100]byte
)

type link struct {
	value int
	next  *link
}

// memory knows the heap objects that it was told of.
type memory map[uintptr]uintptr

func (m memory) Object(p uintptr) (base, size uintptr, pointers bool) {
	for base, size := range m {
		if base <= p && p < base+size {
			return base, size, true
		}
	}
	return 0, 0, false
}

func (memory) Peek(to []byte, from uintptr) {
	copy(to, unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&from))), len(to)))
}

func mine(t *testing.T) []Variable {
	t.Helper()
	list, err := Variables(func(pkg string) bool { return strings.HasSuffix(pkg, "/globals") })
	if errors.Is(err, ErrStripped) {
		t.Skip("this binary has no symbol table: TestBuilt runs this test in one that has one")
	}
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestBuilt runs the tests in a binary with a symbol table, which go test does not build, and in one without.
func TestBuilt(t *testing.T) {
	const child = "GLOBALS_TEST_CHILD"
	if os.Getenv(child) != "" {
		t.Skip("this is the child process")
	}
	for flags, want := range map[string]string{"-s=1 -w=1 -s=0": "--- PASS: TestChanged", "-s=1 -w=1": "--- SKIP: TestChanged"} {
		exe := filepath.Join(t.TempDir(), "globals.test.exe")
		if out, err := exec.Command("go", "test", "-c", "-vet=off", "-ldflags="+flags, "-o", exe, ".").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		cmd := exec.Command(exe, "-test.v")
		cmd.Env = append(os.Environ(), child+"=1")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v, want %s\n%s", flags, err, want, out)
		}
	}
}

func TestVariables(t *testing.T) {
	list := mine(t)
	for name, p := range map[string]unsafe.Pointer{"counter": unsafe.Pointer(&counter), "table": unsafe.Pointer(&table), "zeroed": unsafe.Pointer(&zeroed[99])} {
		v, ok := At(list, uintptr(p))
		if !ok || !strings.HasSuffix(v.Name, "internal/globals."+name) {
			t.Errorf("at the address of %s is %+v, %v", name, v, ok)
		}
	}
	if v, ok := At(list, uintptr(unsafe.Pointer(new(link)))); ok {
		t.Errorf("an object of the heap is taken for %s", v.Name)
	}
	for _, v := range list {
		if strings.Contains(v.Name, "..") || strings.Contains(v.Name, ":") {
			t.Errorf("%s is none of the program's", v.Name)
		}
	}
}

// TestChanged: what changes in a variable or in what it leads to is found; an equal copy of it is no change.
func TestChanged(t *testing.T) {
	list := mine(t)
	list = slices.DeleteFunc(list, func(v Variable) bool {
		_, name := split(v.Name)
		return !slices.Contains([]string{"counter", "chain", "untouched", "zeroed"}, name)
	})
	m := memory{}
	object := func(l *link) *link {
		m[uintptr(unsafe.Pointer(l))] = unsafe.Sizeof(*l)
		return l
	}
	object(chain)
	object(chain.next)
	object(untouched)
	first := Take(list, m)
	for _, c := range []struct {
		change func()
		want   string
	}{
		{func() {}, ""},
		{func() { counter++ }, "counter"},
		{func() { zeroed[97] = 1 }, "zeroed"},
		{func() { chain.next.value = 5 }, "chain"},
		{func() { chain = object(&link{value: 1, next: object(&link{value: 5})}) }, ""},
		{func() { chain.next.next = chain }, "chain"},
		{func() { untouched = object(&link{value: 3}) }, ""},
	} {
		c.change()
		second := Take(list, m)
		var got []string
		for _, name := range Changed(list, first, second) {
			_, name = split(name)
			got = append(got, name)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("changed: %v, want %q", got, c.want)
		}
		first = second
	}
}

func TestPlain(t *testing.T) {
	for name, want := range map[string]bool{
		"example.com/a.b": true, "example.com/a%2ev2.b_1": true, "main.x": true, "a.init.0": false, "a..stmp_1": false, "go:itab.a": false,
		"type:.x": false, "a.f.func1": false, "x": false, "a.1": false, "example.com/a.": false,
	} {
		if got := plain(name); got != want {
			t.Errorf("plain(%q) = %v", name, got)
		}
	}
	if pkg, name := split("example.com/a%2ev2.b"); pkg != "example.com/a%2ev2" || name != "b" {
		t.Errorf("split into %q and %q", pkg, name)
	}
}
