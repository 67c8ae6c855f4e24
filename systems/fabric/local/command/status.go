package command

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
)

type statusCmd struct{}

// Run prints tables. It fails if a partition is not as it should be, for scripts.
func (*statusCmd) Run(s *scene) error {
	cl := s.client()
	defer cl.Close()
	st, err := cl.Status(s.ctx)
	if err != nil {
		return fmt.Errorf("no node answers: %w", err)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NODE\tUP\tMANAGER")
	for _, n := range st.Nodes {
		fmt.Fprintf(w, "%s\t%t\t%s\n", n.Name, n.Up, map[bool]string{true: "leads"}[n.Name == st.Manager])
	}
	fmt.Fprintln(w, "\nPARTITION\tPHASE\tEPOCH\tPRIMARY\tREPLICAS\tON\tBUILDING")
	whole := true
	for _, p := range st.Partitions {
		fmt.Fprintf(w, "%v\t%s\t%v\t%s\t%d of %d\t%s\t%s\n", p.ID, p.Phase, p.Epoch, cmp.Or(p.Primary, "-"), len(p.Members), p.Replicas,
			strings.Join(p.Members, " "), p.Building)
		whole = whole && p.Stable()
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(st.Partitions) == 0 {
		return errors.New("there are no partitions yet: a cluster begins when all of its nodes have been there")
	}
	if st.Entering {
		return errors.New("a node that has lost its folder is being taken in: the others are needed until that is over")
	}
	if !whole {
		return errors.New("not all partitions have all their replicas")
	}
	return nil
}
