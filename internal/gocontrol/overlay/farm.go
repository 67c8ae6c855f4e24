package overlay

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Before Go 1.26 the go command does not look into overlays to learn which packages the standard library has: a package
// that an overlay adds needs a file on the disk. For these releases GOROOT is a folder of ours that is made of links to
// what is in the toolchain's, with a file for every package added. The toolchain's own folder stays as it is.

const firstWithAddedPackages = 26

// withPackages returns tc with a GOROOT that the packages may be added to.
func withPackages(cache string, tc Toolchain, packages map[string]string) (Toolchain, error) {
	minor, err := tc.minor()
	if err != nil || minor >= firstWithAddedPackages || len(packages) == 0 {
		return tc, err
	}
	sum := sha256.Sum256([]byte(tc.GOROOT))
	farm := filepath.Join(cache, "goroot-"+tc.GOVERSION+"-packages-"+hex.EncodeToString(sum[:4]))
	if err := plant(cache, tc.GOROOT, farm); err != nil {
		return Toolchain{}, fmt.Errorf("overlay: a folder of links to %s cannot be made, which tests of other than Ravel tests "+
			"need with %s: use Go 1.%d or newer, or --ordinary=off: %w", tc.GOROOT, tc.GOVERSION, firstWithAddedPackages, err)
	}
	for file := range packages {
		dir := filepath.Join(farm, "src", filepath.FromSlash(path.Dir(file)))
		stub := filepath.Join(dir, "zz_ravel_stub.go")
		if _, err := os.Stat(stub); err == nil {
			continue
		}
		// The overlay takes the stub away again.
		if err := write(stub, []byte("package stub\n")); err != nil {
			return Toolchain{}, err
		}
	}
	tc.GOROOT = farm
	return tc, nil
}

// stubs are the files that withPackages has added and that must not be compiled.
func stubs(tc Toolchain, packages map[string]string) []string {
	if minor, err := tc.minor(); err != nil || minor >= firstWithAddedPackages {
		return nil
	}
	var list []string
	seen := map[string]bool{}
	for file := range packages {
		if dir := path.Dir(file); !seen[dir] {
			seen[dir] = true
			list = append(list, target(tc, path.Join(dir, "zz_ravel_stub.go")))
		}
	}
	return list
}

// plant makes the folder of links. The folders above the added packages, src and src/internal, are folders in it, too.
func plant(cache, root, farm string) error {
	if _, err := os.Stat(filepath.Join(farm, "src", "internal")); err == nil {
		return nil
	}
	if err := os.MkdirAll(cache, 0o777); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(cache, "tmp-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	for _, dir := range []string{"", "src", "src/internal"} {
		entries, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(dir)))
		if err != nil {
			return err
		}
		for _, e := range entries {
			name := path.Join(dir, e.Name())
			if name == "src" || name == "src/internal" {
				if err := os.Mkdir(filepath.Join(temp, filepath.FromSlash(name)), 0o777); err != nil {
					return err
				}
				continue
			}
			if err := os.Symlink(filepath.Join(root, filepath.FromSlash(name)), filepath.Join(temp, filepath.FromSlash(name))); err != nil {
				return err
			}
		}
	}
	if err := os.Rename(temp, farm); err != nil && !errors.Is(err, fs.ErrExist) {
		if _, there := os.Stat(filepath.Join(farm, "src", "internal")); there != nil {
			return err
		}
	}
	return nil
}
