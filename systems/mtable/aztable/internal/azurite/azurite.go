// Package azurite runs Azurite, Microsoft's emulator of Azure Storage, for tests. npm installs it.
package azurite

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// version is that of the emulator.
const version = "3.35.0"

// The account of every emulator.
const (
	account    = "devstoreaccount1"
	accountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)

// MissingError says that npm, or its registry, is not there, so that the emulator cannot be installed.
type MissingError struct{ err error }

func (e *MissingError) Error() string { return e.err.Error() }

// Unwrap returns what npm said.
func (e *MissingError) Unwrap() error { return e.err }

// watchdog ends the emulator when the process of the tests has ended, however it did.
const watchdog = `process.stdin.on("end", () => process.exit()).resume();`

// Emulator is a running emulator. It ends with the process that has started it, however that ends.
type Emulator struct {
	// Connection is the connection string.
	Connection string

	cmd    *exec.Cmd
	exited chan error
	dir    string
}

// Start installs the emulator, if it is not there, and starts one. The error is a *MissingError if it cannot be installed.
func Start() (*Emulator, error) {
	program, err := install()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "azurite-data-")
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	watch := filepath.Join(dir, "watch.js")
	if err := os.WriteFile(watch, []byte(watchdog), 0o600); err != nil {
		return nil, err
	}
	e := &Emulator{dir: dir, exited: make(chan error, 1), Connection: fmt.Sprintf("DefaultEndpointsProtocol=http;AccountName=%s;"+
		"AccountKey=%s;TableEndpoint=http://127.0.0.1:%d/%s;", account, accountKey, port, account)}
	e.cmd = exec.Command("node", "--require", watch, program, "--silent", "--disableTelemetry", "--skipApiVersionCheck", "--location", dir,
		"--tableHost", "127.0.0.1", "--tablePort", fmt.Sprint(port))
	if _, err := e.cmd.StdinPipe(); err != nil { // stays open as long as this process lives
		return nil, err
	}
	var output strings.Builder
	e.cmd.Stdout, e.cmd.Stderr = &output, &output
	if err := e.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { e.exited <- e.cmd.Wait() }()
	for {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return e, conn.Close()
		}
		select {
		case err := <-e.exited:
			return nil, fmt.Errorf("it ends with %w\n%s", err, output.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Stop ends the emulator and removes its tables.
func (e *Emulator) Stop() {
	_ = e.cmd.Process.Kill()
	<-e.exited
	_ = os.RemoveAll(e.dir)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// install returns the path of the emulator. It is installed once for each version, in the folder for temporary
// files.
func install() (program string, err error) {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			return "", &MissingError{err}
		}
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("azurite-%s-%d", version, os.Getuid()))
	program = filepath.Join(dir, "node_modules", "azurite", "dist", "src", "table", "main.js")
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	fresh, err := os.MkdirTemp("", "azurite-install-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(fresh)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", "install", "azurite@"+version, "--prefix", fresh, "--no-save",
		"--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")
	cmd.Dir = fresh
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", &MissingError{fmt.Errorf("npm install azurite@%s: %w\n%s", version, err, output)}
	}
	if err := os.Rename(fresh, dir); err != nil {
		if _, there := os.Stat(program); there != nil { // another test process was faster
			return "", err
		}
	}
	return program, nil
}
