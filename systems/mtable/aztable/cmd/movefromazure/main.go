// Command movefromazure moves a table of Azure Table storage, or of its emulator Azurite, to a file while clients use it. It is
// movetable, with its flags and its processes that may be killed (see systems/cmd/movetable), but for where the old table is:
//
//	AZURE_STORAGE_CONNECTION_STRING='...' movefromazure DIR
//
// The table is made if it is not there. Its name is movetable, or what AZURE_TABLE says. For Azurite on its usual port
// the connection string is
//
//	DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;
//	AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;
//	TableEndpoint=http://127.0.0.1:10002/devstoreaccount1;
//
// in one line. A request to a service far away may take effect late, so there --lease should be a minute or more.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/data/aztables"

	"github.com/ravelgo/ravel/systems/internal/moving"
	"github.com/ravelgo/ravel/systems/mtable/aztable"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// The variables that say where the old table is.
const (
	connection = "AZURE_STORAGE_CONNECTION_STRING"
	tableName  = "AZURE_TABLE"
)

var command = moving.Command{
	Name:        "movefromazure",
	Description: "Move a table from Azure Table storage, where " + connection + " says, to a file while clients use it. Kill it at any time and run it again.",
	Old:         open,
	Settle:      10 * time.Second,
}

func main() { os.Exit(command.Run(os.Args[1:], os.Stdout, os.Stderr)) }

// open opens the table, and creates it if it is not there.
func open(ctx context.Context) (table.Table, error) {
	where := os.Getenv(connection)
	if where == "" {
		return nil, fmt.Errorf("%s is not set: it says where the old table is; 'go doc' of this command has the one of Azurite", connection)
	}
	service, err := aztables.NewServiceClientFromConnectionString(where, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", connection, err)
	}
	client := service.NewClient(cmp.Or(os.Getenv(tableName), "movetable"))
	var there *azcore.ResponseError
	if _, err := client.CreateTable(ctx, nil); err != nil && !(errors.As(err, &there) && there.ErrorCode == string(aztables.TableAlreadyExists)) {
		return nil, fmt.Errorf("create the old table, or find it: %w", err)
	}
	return aztable.New(client), nil
}
