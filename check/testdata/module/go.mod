module example.com/module.v2

go 1.25.0

require github.com/ravelgo/ravel v0.0.0

replace github.com/ravelgo/ravel => ../../..
