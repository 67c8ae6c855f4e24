//go:build unix

package localtest

import "syscall"

// Pause stops the process of a node where it is, as SIGSTOP does.
func (c *Cluster) Pause(name string) { c.signal(name, syscall.SIGSTOP) }

// Resume lets a process go on that was stopped.
func (c *Cluster) Resume(name string) { c.signal(name, syscall.SIGCONT) }

func (c *Cluster) signal(name string, s syscall.Signal) {
	c.t.Helper()
	c.mu.Lock()
	p := c.procs[name]
	c.mu.Unlock()
	if p == nil {
		c.t.Fatalf("%s does not run", name)
	}
	if err := p.cmd.Process.Signal(s); err != nil {
		c.t.Fatal(err)
	}
}
