//go:build unix

package localtest

import "syscall"

// Pause stops the process of a node where it is, and returns when all its threads have stopped.
func (c *Cluster) Pause(name string) {
	c.t.Helper()
	pid := c.signal(name, syscall.SIGSTOP)
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, syscall.WUNTRACED, nil); err != nil || !status.Stopped() {
		c.t.Fatalf("%s does not stop: %v, %v", name, status, err)
	}
}

// Resume lets a process go on that was stopped.
func (c *Cluster) Resume(name string) { c.signal(name, syscall.SIGCONT) }

func (c *Cluster) signal(name string, s syscall.Signal) (pid int) {
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
	return p.cmd.Process.Pid
}
