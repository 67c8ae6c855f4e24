package aztable_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/ravelgo/ravel/systems/mtable/aztable"
	"github.com/ravelgo/ravel/systems/mtable/aztable/internal/azurite"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// emulator is the one that all tests share.
var emulator struct {
	sync.Mutex
	*azurite.Emulator
	service *aztables.ServiceClient
	err     error // why there is none
	tables  int
}

func TestMain(m *testing.M) {
	code := m.Run()
	if emulator.Emulator != nil {
		emulator.Stop()
	}
	os.Exit(code)
}

// newClient returns a client of a new table in the emulator, which it starts if need be.
func newClient(t testing.TB) *aztables.Client {
	t.Helper()
	emulator.Lock()
	defer emulator.Unlock()
	if emulator.service == nil && emulator.err == nil {
		if emulator.Emulator, emulator.err = azurite.Start(); emulator.err == nil {
			emulator.service, emulator.err = aztables.NewServiceClientFromConnectionString(emulator.Connection, nil)
		}
	}
	var missing *azurite.MissingError
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
