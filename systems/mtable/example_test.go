package mtable_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/memtable"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// A table is moved, and its users notice nothing.
func Example() {
	ctx := context.Background()
	old, fresh := memtable.New(memtable.Options{ETagPrefix: "o"}), memtable.New(memtable.Options{ETagPrefix: "n"})
	c, err := config.NewMemory(config.UseOld, config.MemoryOptions{})
	if err != nil {
		log.Fatal(err)
	}
	moving, err := mtable.New(old, fresh, c, mtable.Options{})
	if err != nil {
		log.Fatal(err)
	}
	apple := table.Key{Partition: "fruit", Row: "apple"}
	if _, err := table.Do(ctx, moving, table.Insert(apple, table.Properties{"color": table.Text("red")})); err != nil {
		log.Fatal(err)
	}

	migrator, err := mtable.NewMigrator(old, fresh, c, mtable.MigratorOptions{})
	if err != nil {
		log.Fatal(err)
	}
	report, err := migrator.Migrate(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d row copied, %d rows left in the old table\n", report.Copied, len(old.Dump()))

	e, _, err := table.Get(ctx, moving, apple)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(e.Key, e.Properties)
	// Output:
	// 1 row copied, 0 rows left in the old table
	// ("fruit", "apple") {color: "red"}
}
