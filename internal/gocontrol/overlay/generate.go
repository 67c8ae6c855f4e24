package overlay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
)

// Config says what to make. The zero value is for the go command on the PATH, in the current directory.
type Config struct {
	GoCommand string   // "" means "go"
	Dir       string   // where the go command will run: decides the toolchain
	Env       []string // of the go command; nil means the current environment
	CacheDir  string   // "" means os.UserCacheDir()/ravel/overlay
	User      string   // the user's own overlay file to merge, "" for none

	// Packages are added to the standard library: their files by the path below GOROOT/src. Package
	// testing/internal/testdeps, which is part of every test binary, imports Testdeps, if that is set.
	Packages map[string]string
	Testdeps string
}

// An Overlay is ready to be given to the go command as -overlay=JSON.
type Overlay struct {
	JSON      string // path of the overlay file
	Dir       string // its directory, named after the hash
	Toolchain Toolchain
	Env       []string // to be added to the environment of the go command, see [Overlay.Command]
	Reused    bool     // it was there already
}

// Command returns the go command of the overlay's toolchain with Env and -overlay set: go verb -overlay=JSON args. The
// verb must be one that builds.
func (o Overlay) Command(ctx context.Context, env []string, verb string, args ...string) *exec.Cmd {
	name := filepath.Join(o.Toolchain.GOROOT, "bin", "go")
	cmd := exec.CommandContext(ctx, name, append([]string{verb, "-overlay=" + o.JSON}, args...)...)
	if env == nil {
		env = os.Environ()
	}
	cmd.Env = append(slices.Clip(env), o.Env...)
	return cmd
}

// Generate makes the overlay for the toolchain that the go command would use, or finds it in the cache.
func Generate(ctx context.Context, cfg Config) (Overlay, error) {
	tc, err := FindToolchain(ctx, cfg.GoCommand, cfg.Dir, cfg.Env)
	if err != nil {
		return Overlay{}, err
	}
	return GenerateFor(tc, cfg)
}

// GenerateFor is Generate for a known toolchain; cfg's GoCommand and Env are not used.
func GenerateFor(tc Toolchain, cfg Config) (Overlay, error) {
	files, err := contents(tc, cfg)
	if err != nil {
		return Overlay{}, err
	}
	user, err := readUser(cfg.User, cfg.Dir)
	if err != nil {
		return Overlay{}, err
	}
	if err := clash(tc, files, user); err != nil {
		return Overlay{}, err
	}
	cache := cfg.CacheDir
	if cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return Overlay{}, fmt.Errorf("overlay: no cache directory: %w (set HOME or XDG_CACHE_HOME)", err)
		}
		cache = filepath.Join(dir, "ravel", "overlay")
	}
	if cache, err = filepath.Abs(cache); err != nil {
		return Overlay{}, fmt.Errorf("overlay: %w", err)
	}
	if tc, err = withPackages(cache, tc, cfg.Packages); err != nil {
		return Overlay{}, err
	}
	if tc, err = outsideModuleCache(cache, tc); err != nil {
		return Overlay{}, err
	}
	if err := clash(tc, files, user); err != nil {
		return Overlay{}, err
	}
	for _, stub := range stubs(tc, cfg.Packages) {
		if user == nil {
			user = map[string]string{}
		}
		user[stub] = "" // deleted
	}
	mark(tc, files)
	return store(cache, tc, files, user)
}

// mark makes the files differ from those for the same toolchain in another place. Objects of overlaid files hold the path of
// GOROOT, but the build cache knows objects by the files' contents alone: it would mix them, and who tells the standard
// library from the program by its path would be led astray.
func mark(tc Toolchain, files map[string]string) {
	sum := sha256.Sum256([]byte(tc.GOROOT))
	for name, text := range files {
		files[name] = text + "\n// In GOROOT " + hex.EncodeToString(sum[:8]) + ".\n"
	}
}

// contents returns every file of the overlay, by its path below GOROOT/src.
func contents(tc Toolchain, cfg Config) (map[string]string, error) {
	minor, err := tc.minor()
	if err != nil {
		return nil, err
	}
	files, err := added(minor)
	if err != nil {
		return nil, err
	}
	edits := make(map[string][]edit)
	src := source{tc: tc, text: make(map[string]string)}
	byFile := make(map[string][]splice)
	for _, s := range splices {
		if inRange(minor, s.from, s.to) {
			byFile[s.file] = append(byFile[s.file], s)
		}
	}
	if cfg.Testdeps != "" {
		const file = "testing/internal/testdeps/deps.go"
		byFile[file] = append(byFile[file], splice{file: file, anchor: "import (", how: after, text: "\n\t_ " + strconv.Quote(cfg.Testdeps)})
	}
	var misses []error
	for file, list := range byFile {
		if edits[file], err = src.plan(file, list); err != nil {
			misses = append(misses, err)
		}
	}
	if err := addAtomics(src, tc, files, edits); err != nil {
		misses = append(misses, err)
	}
	if err := addMemory(src, tc, edits); err != nil {
		misses = append(misses, err)
	}
	for file, list := range edits {
		if files[file], err = apply(src.text[file], list); err != nil {
			misses = append(misses, fmt.Errorf("%s: %w", file, err))
		}
	}
	if err := errors.Join(misses...); err != nil {
		return nil, fmt.Errorf("overlay: the standard library of %s in %s is not the one that Ravel's splices are made "+
			"for: use an unmodified release of Go 1.%d to 1.%d (set GOTOOLCHAIN), or a newer Ravel:\n%w",
			tc.GOVERSION, tc.GOROOT, minMinor, maxMinor, err)
	}
	if files["runtime/zz_ravel_ctl_names.go"], err = names(tc); err != nil {
		return nil, err
	}
	maps.Copy(files, cfg.Packages)
	for file, text := range files {
		if err := check(file, []byte(text)); err != nil {
			return nil, fmt.Errorf("overlay: %s: %w", tc.GOVERSION, err)
		}
	}
	return files, nil
}

// A source reads files below GOROOT/src.
type source struct {
	tc   Toolchain
	text map[string]string
}

func (s source) path(file string) string {
	return filepath.Join(s.tc.GOROOT, "src", filepath.FromSlash(path.Clean(file)))
}

func (s source) read(file string) (string, error) {
	if text, ok := s.text[file]; ok {
		return text, nil
	}
	raw, err := os.ReadFile(s.path(file))
	if err == nil {
		s.text[file] = string(raw)
	}
	return string(raw), err
}

func (s source) exists(file string) bool {
	_, err := os.Stat(s.path(file))
	return err == nil
}

// plan turns the splices of one file into edits.
func (s source) plan(file string, list []splice) ([]edit, error) {
	text, err := s.read(file)
	if err != nil {
		return nil, err
	}
	edits, err := plan(text, list)
	if err != nil {
		return nil, err
	}
	return importUnsafe(file, text, edits)
}
