package catalog

// Code says which packages a system consists of, by import path.
type Code struct {
	System []string // what runs in production
	Model  []string // the harness, its monitors, and models of what this system in particular runs on
}

const module = "github.com/ravelgo/ravel/systems/"

// platformModel is the model of the platform that services run on.
const platformModel = "github.com/ravelgo/ravel/model/fabric"

// packages returns import paths within this module.
func packages(paths ...string) (all []string) {
	for _, p := range paths {
		all = append(all, module+p)
	}
	return all
}
