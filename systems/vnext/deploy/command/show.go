package command

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/deploy"
)

type lsCommand struct {
	JSON bool `name:"json" help:"Print a JSON array."`
}

// Run implements the command.
func (l *lsCommand) Run(s *session) error {
	status, err := s.client.Status(s.ctx)
	if err != nil {
		return err
	}
	if l.JSON {
		return json.NewEncoder(s.out).Encode(status.Extents)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "EXTENT\tVERSION\tBYTES\tREPLICAS\tNODES")
	for _, e := range status.Extents {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d of %d\t%s\n", e.ID, e.Version, e.Length, len(e.Holders), status.Target, holders(e))
	}
	return w.Flush()
}

func holders(e deploy.ExtentEntry) string {
	names := make([]string, len(e.Holders))
	for i, h := range e.Holders {
		names[i] = string(h)
	}
	return strings.Join(names, " ")
}

type statusCommand struct {
	JSON  bool          `name:"json" help:"Print a JSON object."`
	Watch time.Duration `help:"Print it again and again, so often, until nothing is left to repair." placeholder:"T"`
}

// Run implements the command.
func (c *statusCommand) Run(s *session) error {
	for {
		status, err := s.client.Status(s.ctx)
		if err != nil {
			return err
		}
		if err := c.print(s.out, status); err != nil {
			return err
		}
		whole := len(status.Under()) == 0 && !status.WarmingUp
		if whole {
			return nil
		}
		if c.Watch <= 0 {
			return errFailed
		}
		select {
		case <-time.After(c.Watch):
		case <-s.ctx.Done():
			return errFailed
		}
	}
}

func (c *statusCommand) print(out io.Writer, status deploy.ManagerStatus) error {
	if c.JSON {
		return json.NewEncoder(out).Encode(status)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NODE\tADDRESS\tEXTENTS\tUSED\tFREE\tSILENT")
	for _, n := range status.Nodes {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%v\n", n.Name, n.Addr, n.Extents, n.UsedBytes, n.FreeBytes,
			(time.Duration(n.SilentMS) * time.Millisecond).Round(100*time.Millisecond))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, e := range status.Under() {
		fmt.Fprintf(out, "under-replicated: %s has %d of %d, on %s\n", e.ID, len(e.Holders), status.Target, holders(e))
	}
	for _, t := range status.Tasks {
		fmt.Fprintf(out, "copy ordered: %s to %s\n", t.Extent, t.Target)
	}
	state := ""
	if status.WarmingUp {
		state = ", warming up: no copies are ordered yet"
	}
	_, err := fmt.Fprintf(out, "%d nodes, %d extents, %d under-replicated%s\n",
		len(status.Nodes), len(status.Extents), len(status.Under()), state)
	return err
}
