package overlay

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
)

// atomicFiles hold the types of sync/atomic, with the number of exported methods that each must have at least.
var atomicFiles = map[string]int{
	"sync/atomic/type.go":  43,
	"sync/atomic/value.go": 4,
}

// atomicPoints makes every exported method of a file of sync/atomic a scheduling point, on the line of its opening
// brace. Functions of sync/atomic are not: the compiler replaces their calls by instructions.
func atomicPoints(file, src string, atLeast int) ([]edit, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var edits []edit
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv == nil || !fn.Name.IsExported() || fn.Body == nil || len(fn.Recv.List[0].Names) != 1 {
			continue
		}
		at := fset.Position(fn.Body.Lbrace).Offset + 1
		recv := fn.Recv.List[0].Names[0].Name
		edits = append(edits, edit{at, at, fmt.Sprintf(" runtime_ctlPoint(unsafe.Pointer(%s));", recv)})
	}
	if len(edits) < atLeast {
		return nil, fmt.Errorf("%s: %d exported methods, want at least %d", file, len(edits), atLeast)
	}
	return edits, nil
}
