package settings_test

import (
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/internal/settings"
)

func TestDefault(t *testing.T) {
	n, d, s := 0, time.Second, ""
	settings.Default(&n, 3)
	settings.Default(&d, time.Minute)
	settings.Default(&s, "extmgr")
	if n != 3 || d != time.Second || s != "extmgr" {
		t.Errorf("%d, %v, %q: want defaults for what was zero, and for nothing else", n, d, s)
	}
}

func TestWrong(t *testing.T) {
	var w settings.Wrong
	w.Require(true, "never")
	if err := w.Err("extmgr"); err != nil {
		t.Errorf("%v, and nothing is wrong", err)
	}
	w.Require(false, "Target is %d: want at least 1", 0)
	w.Require(false, "Self is empty: want a name")
	const want = "extmgr: invalid Config: Target is 0: want at least 1\nSelf is empty: want a name"
	if err := w.Err("extmgr"); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
