package overlay

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// outsideModuleCache returns tc with a GOROOT whose files may be replaced. The go command refuses to replace files below
// the module cache, and that is where it keeps the toolchains it has downloaded itself (GOTOOLCHAIN, the toolchain line of
// go.mod). Such a GOROOT is reached through a symbolic link in our cache instead; its files stay where they are.
func outsideModuleCache(cache string, tc Toolchain) (Toolchain, error) {
	rel, err := filepath.Rel(tc.GOMODCACHE, tc.GOROOT)
	if tc.GOMODCACHE == "" || err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return tc, nil
	}
	sum := sha256.Sum256([]byte(tc.GOROOT))
	link := filepath.Join(cache, "goroot-"+tc.GOVERSION+"-"+hex.EncodeToString(sum[:4]))
	if to, err := os.Readlink(link); err != nil || to != tc.GOROOT {
		if err := linkTo(cache, tc.GOROOT, link); err != nil {
			return Toolchain{}, fmt.Errorf("overlay: %s lies in the module cache, whose files cannot be replaced, and a link to it "+
				"cannot be made: install Go %s elsewhere and put it on the PATH: %w", tc.GOROOT, tc.GOVERSION, err)
		}
	}
	tc.GOROOT = link
	return tc, nil
}

// linkTo makes a symbolic link, or replaces one, in one step.
func linkTo(cache, to, link string) error {
	temp, err := os.MkdirTemp(cache, "tmp-")
	if os.IsNotExist(err) {
		if err := os.MkdirAll(cache, 0o777); err != nil {
			return err
		}
		temp, err = os.MkdirTemp(cache, "tmp-")
	}
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	if err := os.Symlink(to, filepath.Join(temp, "link")); err != nil {
		return err
	}
	return os.Rename(filepath.Join(temp, "link"), link)
}
