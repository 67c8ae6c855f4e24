package overlay

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
)

// overlayFile is the format of -overlay: see go help build.
type overlayFile struct {
	Replace map[string]string
}

// readUser reads a user's overlay. Relative paths in it are relative to dir, where the go command runs.
func readUser(name, dir string) (map[string]string, error) {
	if name == "" {
		return nil, nil
	}
	base, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("overlay: %w", err)
	}
	abs := func(p string) string {
		if p == "" || filepath.IsAbs(p) {
			return p
		}
		return filepath.Join(base, p)
	}
	raw, err := os.ReadFile(abs(name))
	if err != nil {
		return nil, fmt.Errorf("overlay: reading the overlay given by -overlay: %w", err)
	}
	var f overlayFile
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("overlay: %s is not an overlay file (see go help build, -overlay): %w", name, err)
	}
	user := make(map[string]string, len(f.Replace))
	for from, to := range f.Replace {
		user[abs(from)] = abs(to) // "" stands for a deleted file
	}
	return user, nil
}

// clash refuses a user's overlay that replaces a file which is spliced.
func clash(tc Toolchain, files, user map[string]string) error {
	for name := range files {
		target := target(tc, name)
		if with, ok := user[target]; ok {
			return fmt.Errorf("overlay: the overlay given by -overlay replaces %s (with %q), which Ravel has to change too: "+
				"leave that file out of it", target, with)
		}
	}
	return nil
}

func target(tc Toolchain, name string) string {
	return filepath.Join(tc.GOROOT, "src", filepath.FromSlash(name))
}

// store writes the overlay under its hash, unless it is there.
func store(cache string, tc Toolchain, files, user map[string]string) (Overlay, error) {
	dir := filepath.Join(cache, hash(tc, files, user))
	o := Overlay{JSON: filepath.Join(dir, "overlay.json"), Dir: dir, Toolchain: tc,
		Env: []string{"GOROOT=" + tc.GOROOT, "GOTOOLCHAIN=local"}}
	if _, err := os.Stat(o.JSON); err == nil {
		o.Reused = true
		return o, nil
	}
	if err := os.MkdirAll(cache, 0o777); err != nil {
		return Overlay{}, fmt.Errorf("overlay: making the cache directory: %w", err)
	}
	temp, err := os.MkdirTemp(cache, "tmp-")
	if err != nil {
		return Overlay{}, fmt.Errorf("overlay: %w", err)
	}
	defer os.RemoveAll(temp) // gone already if the rename was ours
	merged := overlayFile{Replace: make(map[string]string, len(files)+len(user))}
	for from, to := range user {
		merged.Replace[from] = to
	}
	for name, text := range files {
		local := filepath.FromSlash(name)
		merged.Replace[target(tc, name)] = filepath.Join(dir, local)
		if err := write(filepath.Join(temp, local), []byte(text)); err != nil {
			return Overlay{}, err
		}
	}
	list, err := json.MarshalIndent(merged, "", "\t")
	if err != nil {
		return Overlay{}, fmt.Errorf("overlay: %w", err)
	}
	if err := write(filepath.Join(temp, "overlay.json"), append(list, '\n')); err != nil {
		return Overlay{}, err
	}
	if err := os.Rename(temp, dir); err != nil {
		// Another generator was faster: what it made under this name is the same.
		if _, there := os.Stat(o.JSON); there == nil {
			o.Reused = true
			return o, nil
		}
		if errors.Is(err, fs.ErrExist) {
			return Overlay{}, fmt.Errorf("overlay: %s exists and is incomplete: remove it: %w", dir, err)
		}
		return Overlay{}, fmt.Errorf("overlay: %w", err)
	}
	return o, nil
}

func write(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return fmt.Errorf("overlay: %w", err)
	}
	if err := os.WriteFile(name, text, 0o666); err != nil {
		return fmt.Errorf("overlay: %w", err)
	}
	return nil
}

// hash covers all that the overlay depends on. The texts contain our sources and the splices' effects.
func hash(tc Toolchain, files, user map[string]string) string {
	h := sha256.New()
	part := func(s string) { fmt.Fprintf(h, "%d %s\n", len(s), s) }
	for _, s := range []string{tc.GOVERSION, tc.GOROOT, tc.GOOS, tc.GOARCH} {
		part(s)
	}
	for _, m := range []map[string]string{files, user} {
		names := make([]string, 0, len(m))
		for name := range m {
			names = append(names, name)
		}
		sort.Strings(names)
		part(fmt.Sprint(len(names)))
		for _, name := range names {
			part(name)
			part(m[name])
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:24]
}
