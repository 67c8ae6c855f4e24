package vnext

import (
	"fmt"
	"strings"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// logger writes the manager's log into the trace.
type logger struct{ c *ravel.Context }

func (l logger) Debug(msg string, args ...any) { l.c.Logf("%s%v", msg, fields(args)) }
func (l logger) Info(msg string, args ...any)  { l.c.Logf("%s%v", msg, fields(args)) }
func (l logger) Warn(msg string, args ...any)  { l.c.Logf("%s%v", msg, fields(args)) }

// fields are alternating keys and values.
type fields []any

func (f fields) String() string {
	var b strings.Builder
	for i := 0; i+1 < len(f); i += 2 {
		value := f[i+1]
		if id, ok := value.(extmgr.ExtentID); ok {
			value = extentName(id)
		}
		fmt.Fprintf(&b, " %v=%v", f[i], value)
	}
	return b.String()
}

// belief tells what a manager believes about who holds what, if that has changed
// since it was asked last, else nothing. It is asked only when somebody reads the
// trace.
type belief struct {
	of   *extmgr.Manager
	last string
}

func (b *belief) String() string {
	now := believes(b.of.Snapshot())
	if now == b.last {
		return ""
	}
	b.last = now
	return "believes: " + now
}

func believes(v extmgr.View) string {
	if len(v.Extents) == 0 {
		return "nobody holds anything"
	}
	alive := make(map[extmgr.NodeID]bool)
	for _, rec := range v.Nodes {
		alive[rec.ID] = true
	}
	var extents []string
	for _, e := range v.Extents {
		newest := uint64(0)
		for _, r := range e.Replicas {
			newest = max(newest, r.Info.Version)
		}
		count, holders := 0, []string(nil)
		for _, r := range e.Replicas {
			name := string(r.Node)
			if !alive[r.Node] {
				name += " (not in the node map)"
			}
			if r.Info.Version < newest {
				name += fmt.Sprintf(" (version %d)", r.Info.Version)
			} else {
				count++
			}
			holders = append(holders, name)
		}
		extents = append(extents, fmt.Sprintf("%d of %d replicas of %s, on %s",
			count, target, extentName(e.Extent), strings.Join(holders, ", ")))
	}
	return strings.Join(extents, "; ")
}
