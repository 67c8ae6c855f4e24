package gocontrol

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

// declarations returns the struct types, as text, and the constants with their values of a file. A constant without a
// value counts up from the one before.
func declarations(t *testing.T, file string) (structs map[string]string, consts map[string]int) {
	t.Helper()
	structs, consts = make(map[string]string), make(map[string]int)
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		next := 0
		for _, spec := range gen.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if st, ok := s.Type.(*ast.StructType); ok {
					var text strings.Builder
					for _, field := range st.Fields.List {
						var b bytes.Buffer
						printer.Fprint(&b, fset, field.Type)
						for _, n := range field.Names {
							text.WriteString(n.Name + " " + strings.ReplaceAll(b.String(), "ctl", "") + "; ")
						}
					}
					structs[s.Name.Name] = strings.ToLower(text.String())
				}
			case *ast.ValueSpec:
				if gen.Tok != token.CONST {
					continue
				}
				if len(s.Values) == 1 {
					next = 0 // iota
					if lit, ok := s.Values[0].(*ast.BasicLit); ok {
						next, _ = strconv.Atoi(lit.Value)
					}
				}
				consts[s.Names[0].Name] = next
				next++
			}
		}
	}
	return structs, consts
}

// TestLayout compares the types and constants that this package shares with the overlay's runtime files.
func TestLayout(t *testing.T) {
	const dir = "overlay/_files/runtime/"
	ours, _ := declarations(t, "hooks.go")
	theirs, _ := declarations(t, dir+"ctl_run.go")
	for _, file := range []string{"ctl_region.go", "ctl_strategy.go", "ctl_weighted.go", "ctl_host.go", "ctl_status.go", "ctl_hold.go"} {
		more, _ := declarations(t, dir+file)
		for name, text := range more {
			theirs[name] = text
		}
	}
	for name, runtimeName := range map[string]string{"table": "ctlTable", "config": "ctlConfig", "result": "ctlResult",
		"question": "ctlQuestion", "status": "ctlStatus", "command": "ctlCommand", "ready": "ctlReady", "born": "ctlBorn", "left": "ctlLeft", "event": "ctlEvent", "Plan": "ctlPlan", "Share": "ctlShare", "blocked": "ctlBlocked"} {
		if ours[name] == "" || ours[name] != theirs[runtimeName] {
			t.Errorf("%s and %s differ:\n%s\n%s", name, runtimeName, ours[name], theirs[runtimeName])
		}
	}
	_, kinds := declarations(t, "kind.go")
	_, names := declarations(t, dir+"ctl_region.go")
	_, holds := declarations(t, dir+"ctl_hold.go")
	for name, value := range holds {
		names[name] = value
	}
	_, strategies := declarations(t, dir+"ctl_strategy.go")
	_, run := declarations(t, "run.go")
	_, table := declarations(t, dir+"ctl_run.go")
	_, hooks := declarations(t, "hooks.go")
	if hooks["abi"] == 0 || hooks["abi"] != table["ctlABI"] {
		t.Errorf("abi %d and %d", hooks["abi"], table["ctlABI"])
	}
	compared := 0
	for name, value := range names {
		if k, ok := kinds[strings.TrimPrefix(strings.TrimPrefix(name, "ctlKind"), "ctl")]; ok {
			compared++
			if k != value {
				t.Errorf("%s is %d, here %d", name, value, k)
			}
		}
	}
	_, how := declarations(t, "left.go")
	for _, s := range []string{"Write", "Read", "Wait", "Pending", "WaitRead", "Group"} {
		compared++
		if holds["ctlLeft"+s] != how["left"+s] {
			t.Errorf("left %s is %d, here %d", s, holds["ctlLeft"+s], how["left"+s])
		}
	}
	for _, s := range []string{"Random", "PCT", "Replay", "Default", "Ask", "POS", "URW", "SURW"} {
		compared++
		if strategies["ctl"+s] != run[s] {
			t.Errorf("strategy %s is %d, here %d", s, strategies["ctl"+s], run[s])
		}
	}
	for _, file := range []string{"overlay/_files/sync/ctl.go", "overlay/_files/sync/atomic/ctl.go", "overlay/_files/context/ctl.go"} {
		_, consts := declarations(t, file)
		for name, value := range consts {
			compared++
			if names[name] != value {
				t.Errorf("%s: %s is %d, want %d", file, name, value, names[name])
			}
		}
	}
	if compared < 45 {
		t.Errorf("only %d constants were compared", compared)
	}
	if len(kindNames) != kinds["Timer"]+1 || len(endNames) != kinds["Diverged"]+1 {
		t.Error("a kind or an end has no name")
	}
}
