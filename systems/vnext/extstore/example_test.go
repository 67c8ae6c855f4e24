package extstore_test

import (
	"fmt"
	"io"
	"os"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extstore"
)

// An extent is staged, committed, and there after a restart.
func Example() {
	path, err := os.MkdirTemp("", "extstore")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(path) // a temporary folder
	files, err := extstore.Dir(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	payload := []byte("all of the extent")
	info := extmgr.ExtentInfo{
		ID:      extmgr.ExtentID{1},
		Version: 7,
		Length:  int64(len(payload)),
		CRC32C:  extstore.Checksum(payload),
	}
	if err := write(files, info, payload); err != nil {
		fmt.Println(err)
		return
	}
	store, err := extstore.Open(files, extstore.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, info := range store.List() {
		r, _, err := store.Open(info.ID)
		if err != nil {
			fmt.Println(err)
			return
		}
		text, err := io.ReadAll(io.NewSectionReader(r, 0, info.Length))
		fmt.Printf("version %d: %s, %v\n", info.Version, text, err)
	}
	fmt.Println(files.Close())
	// Output:
	// version 7: all of the extent, <nil>
	// <nil>
}

func write(files extstore.FS, info extmgr.ExtentInfo, payload []byte) error {
	store, err := extstore.Open(files, extstore.Config{})
	if err != nil {
		return err
	}
	staged, err := store.Stage(info)
	if err != nil {
		return err
	}
	if err := staged.WriteBlock(0, payload, extstore.Checksum(payload)); err != nil {
		return err
	}
	_, err = staged.Commit()
	return err
}

// Verify looks at the bytes of a file alone.
func ExampleVerify() {
	file, err := os.ReadFile("testdata/small.ext")
	if err != nil {
		fmt.Println(err)
		return
	}
	info, err := extstore.Verify(file)
	fmt.Println(info.Version, info.Length, err)
	file[60] ^= 1
	_, err = extstore.Verify(file)
	fmt.Println(err)
	// Output:
	// 7 10 <nil>
	// damaged: the block at 4 does not match its checksum
}
