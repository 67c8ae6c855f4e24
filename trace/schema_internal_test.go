package trace

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
)

// A schema is what docs/trace.schema.json needs of JSON Schema 2020-12.
type schema struct {
	Ref         string             `json:"$ref"`
	Type        string             `json:"type"`
	OneOf       []*schema          `json:"oneOf"`
	Required    []string           `json:"required"`
	Properties  map[string]*schema `json:"properties"`
	Items       *schema            `json:"items"`
	Enum        []any              `json:"enum"`
	Minimum     *float64           `json:"minimum"`
	MaxItems    *int               `json:"maxItems"`
	UniqueItems bool               `json:"uniqueItems"`
	Pattern     string             `json:"pattern"`
	Defs        map[string]*schema `json:"$defs"`

	Schema      string `json:"$schema"`
	ID          string `json:"$id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

func published(t *testing.T) *schema {
	t.Helper()
	f, err := os.Open("../docs/trace.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := json.NewDecoder(f)
	d.DisallowUnknownFields() // a keyword that this test does not understand
	var s schema
	if err := d.Decode(&s); err != nil {
		t.Fatal(err)
	}
	return &s
}

// check returns why a value does not fit, "" if it does.
func (s *schema) check(root *schema, v any, at string) string {
	if s.Ref != "" {
		def := root.Defs[strings.TrimPrefix(s.Ref, "#/$defs/")]
		if def == nil {
			return s.Ref + " is not defined"
		}
		return def.check(root, v, at)
	}
	if len(s.OneOf) > 0 {
		fits, why := 0, ""
		for _, o := range s.OneOf {
			if w := o.check(root, v, at); w == "" {
				fits++
			} else {
				why += "\n  " + w
			}
		}
		if fits != 1 {
			return fmt.Sprintf("%s fits %d of the kinds of lines: %s", at, fits, why)
		}
		return ""
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
		return fmt.Sprintf("%s is %v, which is none of %v", at, v, s.Enum)
	}
	return s.checkType(root, v, at)
}

func (s *schema) checkType(root *schema, v any, at string) string {
	wrong := fmt.Sprintf("%s is %v, not %s as its schema says", at, v, s.Type)
	switch s.Type {
	case "string":
		if text, ok := v.(string); !ok || s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(text) {
			return wrong
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			return wrong
		}
	case "integer":
		if n, ok := v.(float64); !ok || n != float64(int64(n)) || s.Minimum != nil && n < *s.Minimum {
			return wrong
		}
	case "array":
		return s.checkArray(root, v, at)
	case "object":
		return s.checkObject(root, v, at)
	default:
		return fmt.Sprintf("%s: type %q is not one of this test", at, s.Type)
	}
	return ""
}

func (s *schema) checkArray(root *schema, v any, at string) string {
	list, ok := v.([]any)
	if !ok || s.MaxItems != nil && len(list) > *s.MaxItems {
		return fmt.Sprintf("%s is %v", at, v)
	}
	for i, e := range list {
		if s.UniqueItems && slices.Contains(list[:i], e) {
			return fmt.Sprintf("%s has %v twice", at, e)
		}
		if w := s.Items.check(root, e, fmt.Sprintf("%s[%d]", at, i)); w != "" {
			return w
		}
	}
	return ""
}

func (s *schema) checkObject(root *schema, v any, at string) string {
	o, ok := v.(map[string]any)
	if !ok {
		return at + " is no object"
	}
	for _, name := range s.Required {
		if _, ok := o[name]; !ok {
			return at + " has no " + name
		}
	}
	for name, e := range o {
		p := s.Properties[name]
		if p == nil {
			return fmt.Sprintf("%s has %s, which is not in the schema", at, name)
		}
		if w := p.check(root, e, at+"."+name); w != "" {
			return w
		}
	}
	return ""
}

func fits(s *schema, line string) string {
	var v any
	if err := json.Unmarshal([]byte(line), &v); err != nil {
		return err.Error()
	}
	return s.check(s, v, "line")
}

// All golden traces fit the schema, which knows each of their fields.
func TestSchemaFitsGoldenTraces(t *testing.T) {
	s := published(t)
	n := 0
	for _, pattern := range []string{"testdata/*.jsonl", "testdata/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			lines := bufio.NewScanner(f)
			lines.Buffer(nil, 1<<24)
			for lines.Scan() {
				if n++; lines.Text() == "" {
					continue
				}
				if why := fits(s, lines.Text()); why != "" {
					t.Errorf("%s: %s", file, why)
				}
			}
			if err := lines.Err(); err != nil {
				t.Error(err)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d lines", n)
	}
}

func TestSchemaRefuses(t *testing.T) {
	s := published(t)
	for _, line := range []string{
		`[]`, `{}`, `{"event":"sang","step":1}`, `{"event":"began"}`, `{"event":"began","step":-1}`, `{"event":"began","step":1.5}`,
		`{"event":"began","step":1,"hot":1}`, `{"event":"began","step":1,"after":[-1]}`, `{"event":"began","step":1,"after":[1,1]}`,
		`{"event":"began","step":1,"whom":"x"}`, `{"event":"began","step":1,"stack":[{"line":"7"}]}`, `{"end":"gloom","events":0,"failed":true}`,
		`{"ravel_trace":2,"package":"","test":"","strategy":"","seed":1,"execution":"1","max_steps":0,"threshold":0,"clock":"ordered"}`,
		`{"ravel_trace":3,"package":"","test":"","strategy":"","seed":"1","execution":"1","max_steps":0,"threshold":0,"clock":"ordered"}`,
	} {
		if fits(s, line) == "" {
			t.Errorf("fits: %s", line)
		}
	}
}

// The schema has the fields of the lines that are written, with their types, and no others.
func TestSchemaHasTheFieldsOfLines(t *testing.T) {
	s := published(t)
	for name, line := range map[string]any{
		"header": headerLine{}, "event": eventLine{}, "end": endLine{}, "goroutine": goroutinePart{}, "place": placePart{},
	} {
		want := map[string]string{}
		fieldsOf(reflect.TypeOf(line), want)
		got := map[string]string{}
		for field, p := range s.Defs[name].Properties {
			if got[field] = p.Type; strings.HasSuffix(p.Ref, "/decimal") {
				got[field] = "string"
			} else if p.Ref != "" {
				got[field] = "object"
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the schema has\n%v\nthe lines have\n%v", name, got, want)
		}
	}
	var kinds, ends []any
	for _, k := range EventKinds() {
		kinds = append(kinds, k.String())
	}
	ends = append(ends, failure.NoKind.String())
	for _, k := range failure.Kinds() {
		ends = append(ends, k.String())
	}
	if got := s.Defs["event"].Properties["event"].Enum; !reflect.DeepEqual(got, kinds) {
		t.Errorf("kinds of events %v, want %v", got, kinds)
	}
	if got := s.Defs["end"].Properties["end"].Enum; !reflect.DeepEqual(got, ends) {
		t.Errorf("kinds of failures %v, want %v", got, ends)
	}
}

// fieldsOf collects the JSON fields of a struct and their types.
func fieldsOf(t reflect.Type, to map[string]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			fieldsOf(f.Type, to)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		ft := f.Type
		if ft.Kind() == reflect.Pointer {
			ft = ft.Elem()
		}
		switch {
		case ft.Kind() == reflect.String, strings.Contains(options, "string"), ft == reflect.TypeFor[EventKind](), ft == reflect.TypeFor[failure.Kind]():
			to[name] = "string"
		case ft.Kind() == reflect.Bool:
			to[name] = "boolean"
		case ft.Kind() == reflect.Slice:
			to[name] = "array"
		case ft.Kind() == reflect.Struct:
			to[name] = "object"
		default:
			to[name] = "integer"
		}
	}
}
