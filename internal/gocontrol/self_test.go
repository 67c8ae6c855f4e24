package gocontrol

import (
	"testing"
)

func TestSelfTest(t *testing.T) {
	control(t)
	if err := SelfTest(); err != nil {
		t.Fatal(err)
	}
}
