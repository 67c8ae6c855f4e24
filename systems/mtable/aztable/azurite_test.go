package aztable_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/ravelgo/ravel/systems/mtable/aztable"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// azuriteVersion is the version of Azurite, Microsoft's emulator of Azure Storage, that the tests run against.
const azuriteVersion = "3.35.0"

// The account of every emulator.
const (
	account    = "devstoreaccount1"
	accountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)

// emulator is the one that all tests share.
var emulator struct {
	sync.Mutex
	service *aztables.ServiceClient
	err     error // why there is none
	stop    func()
	tables  int
}

func TestMain(m *testing.M) {
	code := m.Run()
	if emulator.stop != nil {
		emulator.stop()
	}
	os.Exit(code)
}

// newClient returns a client of a new table in the emulator, which it starts if need be.
func newClient(t testing.TB) *aztables.Client {
	t.Helper()
	emulator.Lock()
	defer emulator.Unlock()
	if emulator.service == nil && emulator.err == nil {
		emulator.err = startAzurite()
	}
	var missing *missingError
	switch {
	case errors.As(emulator.err, &missing):
		t.Skipf("NOT TESTED: nothing of package aztable is tested against a service, because Azurite cannot be installed: %v", missing)
	case emulator.err != nil:
		t.Fatalf("Azurite does not start: %v", emulator.err)
	}
	emulator.tables++
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c := emulator.service.NewClient(fmt.Sprintf("table%03d", emulator.tables))
	if _, err := c.CreateTable(ctx, nil); err != nil {
		t.Fatal(err)
	}
	return c
}

func openTable(t testing.TB) table.Table { return aztable.New(newClient(t)) }

// missingError says that npm, or its registry, is not there.
type missingError struct{ err error }

func (e *missingError) Error() string { return e.err.Error() }

// watchdog ends the emulator when the process of the tests has ended, however it did.
const watchdog = `process.stdin.on("end", () => process.exit()).resume();`

// startAzurite installs and starts the emulator.
func startAzurite() error {
	program, err := installAzurite()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "azurite-data-")
	if err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	watch := filepath.Join(dir, "watch.js")
	if err := os.WriteFile(watch, []byte(watchdog), 0o600); err != nil {
		return err
	}
	cmd := exec.Command("node", "--require", watch, program, "--silent", "--disableTelemetry", "--skipApiVersionCheck", "--location", dir,
		"--tableHost", "127.0.0.1", "--tablePort", fmt.Sprint(port))
	if _, err := cmd.StdinPipe(); err != nil { // stays open as long as this process lives
		return err
	}
	var output strings.Builder
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	emulator.stop = func() {
		_ = cmd.Process.Kill()
		<-exited
		_ = os.RemoveAll(dir)
	}
	credential, err := aztables.NewSharedKeyCredential(account, accountKey)
	if err != nil {
		return err
	}
	service, err := aztables.NewServiceClientWithSharedKey(fmt.Sprintf("http://127.0.0.1:%d/%s", port, account), credential, nil)
	if err != nil {
		return err
	}
	for {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			emulator.service = service
			return conn.Close()
		}
		select {
		case err := <-exited:
			emulator.stop = nil
			return fmt.Errorf("it ends with %w\n%s", err, output.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// installAzurite returns the path of the emulator. It is installed once for each version, in the folder for temporary
// files.
func installAzurite() (program string, err error) {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			return "", &missingError{err}
		}
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("azurite-%s-%d", azuriteVersion, os.Getuid()))
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
	cmd := exec.CommandContext(ctx, "npm", "install", "azurite@"+azuriteVersion, "--prefix", fresh, "--no-save",
		"--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")
	cmd.Dir = fresh
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", &missingError{fmt.Errorf("npm install azurite@%s: %w\n%s", azuriteVersion, err, output)}
	}
	if err := os.Rename(fresh, dir); err != nil {
		if _, there := os.Stat(program); there != nil { // another test process was faster
			return "", err
		}
	}
	return program, nil
}
