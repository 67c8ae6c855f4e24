package trace

import "strings"

// shorten makes a payload fit n columns. It leaves out what stands deepest in brackets first, then the last fields, then
// whatever is too much.
func shorten(s string, n int) string {
	if width(s) <= n {
		return s
	}
	for level := 4; level >= 2; level-- {
		if t := elide(s, level); width(t) <= n {
			return t
		}
	}
	return dropFields(elide(s, 2), n)
}

// walk visits each byte of a payload with the number of brackets around it, the brackets themselves included.
func walk(s string, visit func(i, depth int, quoted bool)) {
	depth := 0
	quote := byte(0) // that is open
	for i := 0; i < len(s); i++ {
		quoted := quote != 0
		switch c := s[i]; {
		case quote == '"' && c == '\\':
			visit(i, depth, true)
			if i++; i == len(s) {
				return
			}
		case quoted && c == quote:
			visit(i, depth, true)
			quote = 0
			continue
		case quoted:
		case c == '"' || c == '`':
			visit(i, depth, true)
			quote = c
			continue
		case c == '{' || c == '[' || c == '(':
			depth++
		case c == '}' || c == ']' || c == ')':
			visit(i, depth, false)
			depth = max(0, depth-1)
			continue
		}
		visit(i, depth, quoted)
	}
}

// elide replaces what stands in level or more brackets by dots.
func elide(s string, level int) string {
	var b strings.Builder
	in := false
	walk(s, func(i, depth int, quoted bool) {
		opens := depth == level && !quoted && strings.IndexByte("{[(", s[i]) >= 0
		closes := depth == level && !quoted && strings.IndexByte("}])", s[i]) >= 0
		switch {
		case depth < level, opens, closes:
			b.WriteByte(s[i])
			in = false
		case !in:
			b.WriteString("...")
			in = true
		}
	})
	return b.String()
}

// dropFields cuts a payload behind the last element of its outermost brackets that fits.
func dropFields(s string, n int) string {
	const dots = "..."
	if len(s) < 2 || strings.IndexByte("{[(", s[0]) < 0 {
		return cutColumns(s, n-len(dots)) + dots
	}
	end := -1           // behind the comma
	at, columns := 0, 0 // so many columns before that byte
	walk(s, func(i, depth int, quoted bool) {
		if depth == 1 && !quoted && s[i] == ',' && columns < n {
			columns += width(s[at:i])
			at = i
			if columns+len(" ...}") < n {
				end = i + 1
			}
		}
	})
	last := s[len(s)-1:]
	if end > 0 {
		return s[:end] + " " + dots + last
	}
	if quote := s[1:2]; quote == `"` || quote == "`" { // a text
		last = quote + last
	}
	return cutColumns(s, n-len(dots)-len(last)) + dots + last
}

// cutColumns cuts a string to n columns.
func cutColumns(s string, n int) string {
	for i, r := range s {
		if n -= runeWidth(r); n < 0 {
			return s[:i]
		}
	}
	return s
}
