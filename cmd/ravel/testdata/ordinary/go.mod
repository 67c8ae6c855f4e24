module example.com/ordinary

go 1.21
