package trace

import (
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Bounds of a Payload, in bytes, levels and elements.
const (
	maxPayload  = 1000
	maxDepth    = 6
	maxElements = 20
)

// Payload shows what an event carries, without the name of its type: {From: EN0, Extents: [X, Y]}. It is "" for a struct
// without fields. The same value has the same Payload in every process: pointers are followed and never printed, maps
// are sorted, functions and channels are only named. Fields tagged `ravel:"-"` are left out. What has a String or Error
// method is shown by that method.
//
// It is one line of at most about 1000 bytes.
func Payload(v any) string {
	if v == nil {
		return ""
	}
	// A copy is addressable, and only so can fields that are not exported be shown by their methods.
	top := reflect.New(reflect.TypeOf(v)).Elem()
	top.Set(reflect.ValueOf(v))
	for top.Kind() == reflect.Pointer && !top.IsNil() && !hasText(top.Type().Elem()) {
		top = top.Elem()
	}
	p := payload{}
	p.value(top, 0)
	s := p.b.String()
	if s == "{}" {
		return ""
	}
	return s
}

type payload struct{ b strings.Builder }

func (p *payload) full() bool { return p.b.Len() >= maxPayload }

// value writes an addressable value.
func (p *payload) value(v reflect.Value, depth int) {
	if p.full() || depth > maxDepth {
		p.b.WriteString("...")
		return
	}
	if s, ok := text(v); ok {
		p.b.WriteString(quote(s))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		p.pointer(v, depth)
	case reflect.Interface:
		p.dynamic(v, depth)
	case reflect.Struct:
		p.fields(v, depth)
	case reflect.Slice, reflect.Array:
		p.elements(v, depth)
	case reflect.Map:
		p.entries(v, depth)
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		p.b.WriteString(orNil(v.IsNil(), v.Kind().String()))
	case reflect.String:
		p.b.WriteString(quote(v.String()))
	default:
		p.scalar(v)
	}
}

func (p *payload) scalar(v reflect.Value) {
	switch {
	case v.Kind() == reflect.Bool:
		p.b.WriteString(strconv.FormatBool(v.Bool()))
	case v.CanInt():
		p.b.WriteString(strconv.FormatInt(v.Int(), 10))
	case v.CanUint():
		p.b.WriteString(strconv.FormatUint(v.Uint(), 10))
	case v.CanFloat():
		p.b.WriteString(strconv.FormatFloat(v.Float(), 'g', -1, 64))
	default:
		p.b.WriteString(strconv.FormatComplex(v.Complex(), 'g', -1, 128))
	}
}

func (p *payload) pointer(v reflect.Value, depth int) {
	if v.IsNil() {
		p.b.WriteString("nil")
		return
	}
	p.value(v.Elem(), depth+1)
}

// dynamic writes what an interface holds, with its type if it would not be known otherwise.
func (p *payload) dynamic(v reflect.Value, depth int) {
	if v.IsNil() {
		p.b.WriteString("nil")
		return
	}
	e := copyOf(v.Elem())
	t := e.Type()
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	named := t.PkgPath() != "" && !hasText(e.Type())
	if named {
		p.b.WriteString(unqualified(t.String()))
	}
	if composite := t.Kind() == reflect.Struct || t.Kind() == reflect.Slice || t.Kind() == reflect.Array || t.Kind() == reflect.Map; !named || composite {
		p.value(e, depth)
		return
	}
	p.b.WriteByte('(')
	p.value(e, depth)
	p.b.WriteByte(')')
}

func (p *payload) fields(v reflect.Value, depth int) {
	p.b.WriteByte('{')
	first := true
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Name == "_" || f.Tag.Get("ravel") == "-" {
			continue
		}
		if !first {
			p.b.WriteString(", ")
		}
		first = false
		p.b.WriteString(f.Name + ": ")
		p.value(reach(v.Field(i)), depth+1)
	}
	p.b.WriteByte('}')
}

func (p *payload) elements(v reflect.Value, depth int) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		p.bytes(v)
		return
	}
	p.b.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			p.b.WriteString(", ")
		}
		if i == maxElements || p.full() {
			fmt.Fprintf(&p.b, "... %d more", v.Len()-i)
			break
		}
		p.value(reach(v.Index(i)), depth+1)
	}
	p.b.WriteByte(']')
}

// bytes writes readable bytes as text, others in hexadecimal.
func (p *payload) bytes(v reflect.Value) {
	b := make([]byte, min(v.Len(), maxPayload/4))
	for i := range b {
		b[i] = byte(v.Index(i).Uint())
	}
	rest := ""
	if v.Len() > len(b) {
		rest = fmt.Sprintf("... %d bytes more", v.Len()-len(b))
	}
	if utf8.Valid(b) && strings.IndexFunc(string(b), unprintable) < 0 {
		p.b.WriteString(strconv.Quote(string(b)) + rest)
		return
	}
	fmt.Fprintf(&p.b, "[% x]%s", b, rest)
}

func (p *payload) entries(v reflect.Value, depth int) {
	list := make([]string, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		var e payload
		e.value(copyOf(it.Key()), depth+1)
		e.b.WriteString(": ")
		e.value(copyOf(it.Value()), depth+1)
		list = append(list, e.b.String())
	}
	sort.Strings(list)
	p.b.WriteByte('{')
	for i, s := range list {
		if i > 0 {
			p.b.WriteString(", ")
		}
		if i == maxElements || p.full() {
			fmt.Fprintf(&p.b, "... %d more", len(list)-i)
			break
		}
		p.b.WriteString(s)
	}
	p.b.WriteByte('}')
}

// reach makes an addressable value usable even if it is a field that is not exported.
func reach(v reflect.Value) reflect.Value {
	return reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()
}

func copyOf(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

var (
	stringerType = reflect.TypeFor[fmt.Stringer]()
	errorType    = reflect.TypeFor[error]()
	timeType     = reflect.TypeFor[time.Time]()
)

// hasText reports whether a type shows itself. A method that a struct has from an embedded field does not count: it would
// hide the other fields.
func hasText(t reflect.Type) bool {
	if !t.Implements(stringerType) && !t.Implements(errorType) {
		return false
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return true
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && (f.Type.Implements(stringerType) || f.Type.Implements(errorType) ||
			reflect.PointerTo(f.Type).Implements(stringerType)) {
			return false
		}
	}
	return true
}

// text asks a value to show itself. A method that panics, on a half-built value perhaps, is disregarded.
func text(v reflect.Value) (s string, ok bool) {
	if v.Type() == timeType {
		return v.Interface().(time.Time).UTC().Format("2006-01-02 15:04:05.999999999"), true
	}
	if v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer && v.IsNil() || !hasText(v.Type()) {
		return "", false
	}
	defer func() {
		if recover() != nil {
			s, ok = "", false
		}
	}()
	if err, is := v.Interface().(error); is {
		return err.Error(), true
	}
	return v.Interface().(fmt.Stringer).String(), true
}

// quote puts a string in quotes unless it is a word that cannot be taken for anything else.
func quote(s string) string {
	s = scrub(s)
	if len(s) > maxPayload/2 {
		s = cutRunes(s, maxPayload/2) + "..."
	}
	if s == "" || s == "true" || s == "false" || s == "nil" {
		return strconv.Quote(s)
	}
	letters := false
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters = true
		case unicode.IsDigit(r), strings.ContainsRune("-_./#@+%", r):
		default:
			return quoted(s)
		}
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil || !letters {
		return strconv.Quote(s)
	}
	return s
}

// quoted puts a text into double quotes, or into back quotes if it has double quotes of its own and nothing to be escaped.
func quoted(s string) string {
	if strings.Contains(s, `"`) && strconv.CanBackquote(s) && !strings.Contains(s, `\`) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

func orNil(isNil bool, s string) string {
	if isNil {
		return "nil"
	}
	return s
}
