package overlay

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// Package sync/atomic. The methods of its types get a scheduling point at the start of their bodies. Its functions have
// no bodies: they are assembly here, in the runtime and, with the race detector, in the runtime's assembly. All of these
// get another name (rawAddInt64), and a file of ours declares the functions anew, with a point and a call of the raw one.

// atomicTypes hold the types of sync/atomic, with the number of exported methods that each must have at least.
var atomicTypes = map[string]int{
	"sync/atomic/type.go":  43,
	"sync/atomic/value.go": 4,
}

// atomicDeclarations declare the functions. The last two hold the same ones, for different platforms.
var atomicDeclarations = []string{"sync/atomic/doc.go", "sync/atomic/doc_64.go", "sync/atomic/doc_32.go"}

const (
	atomicAssembly = "sync/atomic/asm.s"         // jumps to internal/runtime/atomic, without the race detector
	atomicPointers = "runtime/atomic_pointer.go" // those with a write barrier
	atomicRace     = "runtime/race.go"           // ABI wrappers of those in raceAssembly
)

// raceAssembly is the file of the runtime's assembly for the race detector. Not every platform has it.
func raceAssembly(goarch string) string { return "runtime/race_" + goarch + ".s" }

// minAtomicFunctions is the number of functions of Go 1.25.
const minAtomicFunctions = 39

// atomicKind is the kind of point of a function or method of sync/atomic.
func atomicKind(name string) string {
	switch {
	case strings.HasPrefix(name, "Load"):
		return "ctlKindAtomicLoad"
	case strings.HasPrefix(name, "Store"):
		return "ctlKindAtomicStore"
	}
	return "ctlKindAtomicUpdate"
}

// atomicMethods makes every exported method of a file of sync/atomic a scheduling point, on the line of its opening
// brace. It must not be inlined: where intrinsics are off, it would call a function, which looks for its caller too.
func atomicMethods(file, src string) ([]edit, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	methods := 0
	var edits []edit
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv == nil || !fn.Name.IsExported() || fn.Body == nil || len(fn.Recv.List[0].Names) != 1 {
			continue
		}
		start := fset.Position(fn.Pos()).Offset
		at := fset.Position(fn.Body.Lbrace).Offset + 1
		recv := fn.Recv.List[0].Names[0].Name
		edits = append(edits, edit{start, start, "//go:noinline\n"}, edit{at, at, fmt.Sprintf(" runtime_ctlPoint(%s, unsafe.Pointer(%s));", atomicKind(fn.Name.Name), recv)})
		methods++
		for _, pos := range pointerCalls(fn) {
			offset := fset.Position(pos).Offset
			edits = append(edits, edit{offset, offset, "raw"})
		}
	}
	if atLeast := atomicTypes[file]; methods < atLeast {
		return nil, fmt.Errorf("%s: %d exported methods, want at least %d", file, methods, atLeast)
	}
	return edits, nil
}

// pointerCalls returns the positions of the calls in a method that the compiler makes no instructions of: those with a
// write barrier and, in a method of a generic type, which is compiled with the package that uses it, all.
func pointerCalls(fn *ast.FuncDecl) (list []token.Pos) {
	generic := false
	if star, ok := fn.Recv.List[0].Type.(*ast.StarExpr); ok {
		_, generic = star.X.(*ast.IndexExpr)
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if id, ok := call.Fun.(*ast.Ident); ok && strings.HasSuffix(id.Name, "Pointer") && (hasBarrier(id.Name) || generic) {
				list = append(list, id.Pos())
			}
		}
		return true
	})
	return list
}

// hasBarrier reports whether a function of sync/atomic needs the runtime's write barrier.
func hasBarrier(name string) bool { return strings.HasSuffix(name, "Pointer") && name != "LoadPointer" }

// An atomicFunction is a function of sync/atomic.
type atomicFunction struct {
	name   string
	params string // with types
	args   []string
	result string // "" or a list in parentheses
}

// atomicFunctions finds the functions that a file declares without a body, and the edits that rename them, in the
// declaration and in a directive that names it.
func atomicFunctions(file, src string) (list []atomicFunction, edits []edit, err error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	text := func(from, to token.Pos) string { return src[fset.Position(from).Offset:fset.Position(to).Offset] }
	raw := func(at token.Pos) {
		offset := fset.Position(at).Offset
		edits = append(edits, edit{offset, offset, "raw"})
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv != nil || !fn.Name.IsExported() {
			continue
		}
		p := fn.Type.Params
		if fn.Body != nil || len(p.List) == 0 || len(p.List[0].Names) != 1 || p.List[0].Names[0].Name != "addr" {
			return nil, nil, fmt.Errorf("%s: %s is not a declaration without body of a function of addr", file, fn.Name.Name)
		}
		a := atomicFunction{name: fn.Name.Name, params: text(p.Opening+1, p.Closing)}
		for _, field := range p.List {
			for _, name := range field.Names {
				a.args = append(a.args, name.Name)
			}
		}
		if fn.Type.Results != nil {
			a.result = text(fn.Type.Results.Pos(), fn.Type.Results.End())
		}
		list = append(list, a)
		raw(fn.Name.Pos())
		if fn.Doc == nil {
			continue
		}
		for _, c := range fn.Doc.List {
			for _, directive := range []string{"//go:linkname ", "//go:linknamestd "} {
				if strings.HasPrefix(c.Text, directive+a.name) {
					raw(c.Pos() + token.Pos(len(directive)))
				}
			}
		}
	}
	return list, edits, nil
}

// declare returns the file that declares the functions anew. They must not grow the stack: the child of a fork gets here.
func declare(list []atomicFunction) string {
	var b strings.Builder
	b.WriteString("package atomic\n\nimport \"unsafe\"\n")
	for _, a := range list {
		call := fmt.Sprintf("raw%s(%s)", a.name, strings.Join(a.args, ", "))
		told, plain := call+"\n\t\truntime_ctlRaceExit()\n\t\treturn", call
		if a.result != "" {
			told, plain = "ctlResult := "+told+" ctlResult", "return "+call
		}
		fmt.Fprintf(&b, "\n//go:nosplit\nfunc %s(%s) %s {\n\truntime_ctlFunction(%s, unsafe.Pointer(addr))\n"+
			"\tif ctlRace && runtime_ctlRaceEnter() {\n\t\t%s\n\t}\n\t%s\n}\n",
			a.name, a.params, a.result, atomicKind(a.name), told, plain)
	}
	return b.String()
}

// rename puts raw before the names of functions where they follow prefix, a regular expression. Each one in want must
// do so in a place that definition, another one, matches, exactly once.
func rename(file, src, prefix, definition string, names, want []string) ([]edit, error) {
	any := "(" + strings.Join(names, "|") + `)\b`
	var edits []edit
	for _, m := range regexp.MustCompile(prefix+any).FindAllStringSubmatchIndex(src, -1) {
		edits = append(edits, edit{m[2], m[2], "raw"})
	}
	count := make(map[string]int)
	for _, m := range regexp.MustCompile(definition+any).FindAllStringSubmatch(src, -1) {
		count[m[1]]++
	}
	for _, name := range want {
		if count[name] != 1 {
			return nil, fmt.Errorf("%s: sync/atomic.%s is defined %d times, want once", file, name, count[name])
		}
	}
	return edits, nil
}

// addAtomics adds the edits of all files that have to do with sync/atomic, and the file that declares its functions.
func addAtomics(src source, tc Toolchain, files map[string]string, edits map[string][]edit) error {
	for file := range atomicTypes {
		text, err := src.read(file)
		if err != nil {
			return err
		}
		if edits[file], err = atomicMethods(file, text); err != nil {
			return err
		}
	}
	lists := make(map[string][]atomicFunction)
	for _, file := range atomicDeclarations {
		text, err := src.read(file)
		if err != nil {
			return err
		}
		if lists[file], edits[file], err = atomicFunctions(file, text); err != nil {
			return err
		}
	}
	wide, narrow := atomicDeclarations[1], atomicDeclarations[2]
	all := slices.Concat(lists[atomicDeclarations[0]], lists[wide])
	if declare(lists[wide]) != declare(lists[narrow]) {
		return fmt.Errorf("%s and %s declare different functions", wide, narrow)
	}
	if len(all) < minAtomicFunctions {
		return fmt.Errorf("sync/atomic: %d functions, want at least %d", len(all), minAtomicFunctions)
	}
	files["sync/atomic/zz_ravel_functions.go"] = declare(all)
	return renameAtomics(src, tc.GOARCH, all, edits)
}

// renameAtomics renames the definitions of the functions, and the places that refer to them.
func renameAtomics(src source, goarch string, all []atomicFunction, edits map[string][]edit) error {
	var names, barriers, plain []string
	for _, a := range all {
		names = append(names, a.name)
		if hasBarrier(a.name) {
			barriers = append(barriers, a.name)
		} else {
			plain = append(plain, a.name)
		}
	}
	// "·" separates package and name in assembly, "∕" is the slash of the package's path.
	type job struct {
		file, prefix, definition string
		want                     []string
	}
	jobs := []job{
		{atomicAssembly, `TEXT ·`, `TEXT ·`, plain},
		{atomicPointers, `//go:linkname \w+ sync/atomic\.`, `//go:linkname \w+ sync/atomic\.`, barriers},
		{atomicRace, `//go:linkname \w+ sync/atomic\.`, `//go:linkname abigen_\w+ sync/atomic\.`, []string{"LoadPointer", "AddInt64"}},
	}
	if file := raceAssembly(goarch); src.exists(file) {
		jobs = append(jobs, job{file, `sync∕atomic·`, `TEXT\s+sync∕atomic·`, plain})
	}
	for _, j := range jobs {
		text, err := src.read(j.file)
		if err != nil {
			return err
		}
		list, err := rename(j.file, text, j.prefix, j.definition, names, j.want)
		if err != nil {
			return err
		}
		edits[j.file] = append(edits[j.file], list...)
	}
	return nil
}
