package globals

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unsafe"
)

// A Variable is a package variable.
type Variable struct {
	Name    string // with the path of its package
	Address uintptr
	Size    uintptr
}

// symbol is an entry of a symbol table: its address as the file has it. Size is 0 where the format has none.
type symbol struct {
	name       string
	addr, size uint64
	writable   bool // in a section of variables
}

// ErrStripped is the error of programs without a symbol table.
var ErrStripped = errors.New("this test binary has no symbol table: go test leaves it out, ravel test and the linker's flag -s=0 keep it")

// anchor is a variable whose address is known: the program need not be where its file says.
var anchor = 1

// Variables lists the writable package variables of the running program, by address: those of the packages for which keep
// returns true.
func Variables(keep func(pkg string) bool) ([]Variable, error) {
	all, err := variables()
	if err != nil {
		return nil, err
	}
	var list []Variable
	for _, v := range all {
		if pkg, _ := split(v.Name); keep(pkg) {
			list = append(list, v)
		}
	}
	return list, nil
}

// At returns the variable that holds an address, among those that are known.
func At(list []Variable, addr uintptr) (Variable, bool) {
	i, found := slices.BinarySearchFunc(list, addr, func(v Variable, a uintptr) int {
		switch {
		case a < v.Address:
			return 1
		case a >= v.Address+v.Size:
			return -1
		}
		return 0
	})
	if !found {
		return Variable{}, false
	}
	return list[i], true
}

var variables = sync.OnceValues(func() ([]Variable, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	symbols, err := readSymbols(path)
	if errors.Is(err, ErrStripped) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("reading the symbol table of the test binary: %w", err)
	}
	slices.SortFunc(symbols, func(a, b symbol) int {
		if a.addr < b.addr {
			return -1
		}
		return 1
	})
	type mark struct{}
	here := reflect.TypeFor[mark]().PkgPath() + ".anchor"
	slide, found := uintptr(0), false
	for _, s := range symbols {
		if s.name == here {
			slide, found = uintptr(unsafe.Pointer(&anchor))-uintptr(s.addr), true
		}
	}
	if !found {
		return nil, ErrStripped
	}
	var list []Variable
	for i, s := range symbols {
		if s.size == 0 && i+1 < len(symbols) {
			s.size = symbols[i+1].addr - s.addr // what lies between belongs to it, or to nobody
		}
		if s.writable && s.size > 0 && plain(s.name) {
			list = append(list, Variable{unescaped(s.name), uintptr(s.addr) + slide, uintptr(s.size)})
		}
	}
	return list, nil
})

// split takes the path of the package and the name apart.
func split(name string) (pkg, rest string) {
	slash := strings.LastIndexByte(name, '/') + 1
	dot := strings.IndexByte(name[slash:], '.')
	if dot < 0 {
		return "", name
	}
	return name[:slash+dot], name[slash+dot+1:]
}

// plain reports whether a symbol is a variable that a program declares, and none of the compiler's.
func plain(name string) bool {
	pkg, rest := split(name)
	if pkg == "" || rest == "" || strings.ContainsRune(pkg, ':') {
		return false
	}
	for _, c := range rest {
		if c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			return false
		}
	}
	return !unicode.IsDigit(rune(rest[0]))
}

// unescaped is a name as the program spells it: in symbols the last element of a path has its dots escaped.
func unescaped(name string) string { return strings.ReplaceAll(name, "%2e", ".") }
