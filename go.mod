module github.com/ravelgo/ravel

go 1.25.0
