package main

import (
	"testing"

	"github.com/ravelgo/ravel/systems/fabric/local/localtest"
)

func TestMain(m *testing.M) { localtest.Main(m, program) }
