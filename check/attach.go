package check

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/ravelgo/ravel/failure"
)

// attach writes what a specification has attached to a failure beside its saved schedule, and returns the files' names.
func attach(f *Failure, saved string) ([]string, error) {
	var v *failure.MonitorViolation
	if saved == "" || !errors.As(f.Err, &v) {
		return nil, nil
	}
	var names []string
	for _, a := range v.Attached {
		name := strings.TrimSuffix(saved, filepath.Ext(saved)) + "." + a.Name
		if err := writeAttachment(name, a); err != nil {
			return names, err
		}
		names = append(names, name)
	}
	return names, nil
}

func writeAttachment(name string, a failure.Attachment) (err error) {
	file, err := os.Create(filepath.FromSlash(name))
	if err != nil {
		return err
	}
	defer func() {
		if e := file.Close(); err == nil {
			err = e
		}
	}()
	return a.Write(file)
}
