package catalog

// Code says which packages a system consists of, by import path.
type Code struct {
	System []string // what runs in production
	Model  []string // the harness, its monitors, and models that serve this system alone
}

const module = "github.com/ravelgo/ravel/systems/"

// packages returns import paths within this module.
func packages(paths ...string) (all []string) {
	for _, p := range paths {
		all = append(all, module+p)
	}
	return all
}
