package deploy

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// disk is the file in which a process stores what it must not forget. A write is synced before it returns.
type disk struct{ db *bbolt.DB }

const diskName = "state.db"

var (
	bucket    = []byte("bankd")
	ownerKey  = []byte("owner")
	masterKey = []byte("master")
	coordKey  = []byte("coordinator")
)

// openDisk opens the file in a folder, which belongs to one process for ever.
func openDisk(dir, owner string) (*disk, error) {
	if dir == "" {
		return nil, errors.New("no folder was given: name one")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	db, err := bbolt.Open(filepath.Join(dir, diskName), 0o644, &bbolt.Options{Timeout: time.Second})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("folder %s: another process uses it: stop that, or choose another folder", dir)
	case err != nil:
		return nil, fmt.Errorf("folder %s: %w", dir, err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(bucket)
		if err != nil {
			return err
		}
		switch of := string(b.Get(ownerKey)); of {
		case owner:
			return nil
		case "":
			return b.Put(ownerKey, []byte(owner))
		default:
			return fmt.Errorf("it belongs to %s, and this is %s: choose another folder", of, owner)
		}
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("folder %s: %w", dir, err), db.Close())
	}
	return &disk{db}, nil
}

func (d *disk) save(key []byte, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return d.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(bucket).Put(key, text) })
}

// load reads what was saved into value, and reports whether there was anything.
func (d *disk) load(key []byte, value any) (found bool, err error) {
	err = d.db.View(func(tx *bbolt.Tx) error {
		text := tx.Bucket(bucket).Get(key)
		if found = text != nil; !found {
			return nil
		}
		return json.Unmarshal(text, value)
	})
	if err != nil {
		return found, fmt.Errorf("%s of %s: %w", key, d.db.Path(), err)
	}
	return found, nil
}

// SaveMaster implements chain.Store.
func (d *disk) SaveMaster(image chainrep.MasterImage) error { return d.save(masterKey, image) }

// coordinatorDisk implements tms.Store.
type coordinatorDisk struct{ *disk }

func (d coordinatorDisk) Load(*ravel.Context) (image bank.Image, err error) {
	_, err = d.load(coordKey, &image)
	return image, err
}

func (d coordinatorDisk) Save(_ *ravel.Context, image bank.Image) error {
	return d.save(coordKey, image)
}

func (d *disk) close() error { return d.db.Close() }
